"""Incidents, played on a team's own configuration, and what the gate did of what it must."""
