"""Decisions: pure functions of what was recorded."""
