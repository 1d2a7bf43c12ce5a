"""A local Railway that behaves: real processes, a real PostgreSQL, the platform's life cycle."""
