"""The names of a file such as .env.example, for the services that need them."""

import re
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

_LINE = re.compile(r"\s*(?:export\s+)?(?P<name>[A-Za-z_][\w.-]*)\s*=\s*(?P<value>.*)")
_QUOTES = ("'", '"', "`")


def example_names(text: str, exceptions: Sequence[str]) -> tuple[str, ...]:
    """
    Return the names that are set, each once, but for those that match one of the patterns.

    What follows the sign is not looked at, other than for the end of a value of several lines.
    """
    names = dict.fromkeys(_names(text))
    return tuple(n for n in names if not any(fnmatchcase(n, each) for each in exceptions))


def _names(text: str) -> Iterator[str]:
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        found = _LINE.fullmatch(lines[at])
        at += 1
        if found is None:
            continue
        yield found["name"]
        value = found["value"]
        quote = value[:1]
        if quote in _QUOTES and quote not in value[1:].replace("\\" + quote, ""):
            at = _behind(quote, lines, at)


def _behind(quote: str, lines: Sequence[str], at: int) -> int:
    """Return where a value of several lines has ended; where it never does it is of one line."""
    closing = (
        index + 1
        for index in range(at, len(lines))
        if quote in lines[index].replace("\\" + quote, "")
    )
    return next(closing, at)
