"""GitHub: its APIs, what guards a repository, and what runs leave there for one another."""
