"""What migrations do to older code."""
