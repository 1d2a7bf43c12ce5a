"""The straight lines, one file each. What they need of the world comes in as Protocols."""
