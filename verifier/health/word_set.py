"""Sets of words, written as one text."""


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text that are apart by blanks."""
    return frozenset(text.split())
