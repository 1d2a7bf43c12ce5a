"""How a long list is shortened for a person."""

from collections.abc import Sequence


def first_of(texts: Sequence[str], most: int, separator: str = "; ") -> str:
    """Return the first texts, and how many more there are."""
    more = f" (and {len(texts) - most} more)" if len(texts) > most else ""
    return separator.join(texts[:most]) + more
