"""What the sandbox stands on: processes, PostgreSQL, a Git repository, and their end."""
