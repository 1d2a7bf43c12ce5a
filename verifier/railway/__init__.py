"""Railway's public GraphQL API, as far as it is needed."""
