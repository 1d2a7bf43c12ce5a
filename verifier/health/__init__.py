"""Health documents of every dialect in, one `HealthDocument` out. Pure."""
