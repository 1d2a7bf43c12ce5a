"""The database, read only."""
