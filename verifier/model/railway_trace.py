"""The number by which Railway's support finds a request, at the end of what Railway answered."""

import re

_AT_END = re.compile(r" \(trace [0-9a-f-]+\)")


def with_trace(text: str, trace: str) -> str:
    """Return the answer with the number of its request; without one as it is."""
    return f"{text} (trace {trace})" if trace else text


def without_trace(text: str) -> str:
    """Return a text that may hold such an answer without the number, as people are told it."""
    return _AT_END.sub("", text) if "(trace " in text else text
