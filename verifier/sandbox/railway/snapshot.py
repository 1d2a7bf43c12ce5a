"""The snapshot of Railway's schema that the sandbox answers by."""

from pathlib import Path


def read_snapshot() -> str:
    """Return its text; the first line says of when it is."""
    return (Path(__file__).parent / "schema.graphql").read_text("utf-8")
