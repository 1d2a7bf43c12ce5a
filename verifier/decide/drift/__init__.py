"""What should be against what is, a file a subject. All of it is pure."""
