"""GitHub: what runs leave there for one another."""
