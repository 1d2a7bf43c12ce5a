"""Settings into the world that a command runs in, a file a command."""
