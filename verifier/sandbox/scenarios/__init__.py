"""What is there when a sandbox starts, and what each commit does: YAML files and their shape."""
