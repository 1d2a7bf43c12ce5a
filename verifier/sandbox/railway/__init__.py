"""The sandbox's Railway: its API, its life cycle, its edge and its news."""
