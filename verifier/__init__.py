"""Proves that a Railway deployment works with its database, and undoes it when it does not."""

__version__ = "0.1.0"
