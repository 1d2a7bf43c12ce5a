"""What SQL of the configuration may be."""

_READING = frozenset({"select", "with", "values", "table"})


def is_query(text: str) -> bool:
    """
    Whether a statement begins as one that reads.

    It does not end a transaction then; what it may do within one is the transaction's to say.
    """
    words = text.split(None, 1)
    return bool(words) and words[0].casefold() in _READING
