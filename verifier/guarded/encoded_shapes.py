"""Secrets behind encoded quotes: `%22token%22%3A`, `&quot;token&quot;:`, `\\u0022token\\u0022:`."""

import re
from collections.abc import Iterator

from verifier.guarded import secret_shapes
from verifier.guarded.joined_lines import Mapped
from verifier.guarded.known_forms import Range
from verifier.guarded.secret_forms import QUOTINGS, unquoted

_ESCAPED = re.compile(r"(?:\\{1,8}u[0-9a-fA-F]{4})+|(?:\\{1,8}x[0-9a-fA-F]{2})+")
#: One in another: `\u0026quot;`, `%2522`, `%26quot%3B`.
_LAYERS = 3
#: A sign that stands before a secret or around it, itself encoded so or so often.
_SIGNS = re.compile(
    r"%(?:25){0,3}(?:22|27|3[acde]|26|5c)|(?:&(?:amp;){0,3}|\\{1,8}(?:u00|x)26|%26)(?:quot|apos|lt|gt|equals|colon|#)"
    # Or one of the letters of its name.
    r"|\\{1,8}(?:u00|x)(?:22|27|3[acde]|26|25|[46][1-9a-f]|[57][0-9a])",
    re.IGNORECASE,
)
_LINE = re.compile(r"[^\n\x1e]+")
#: Longer texts are looked at as they are: each character becomes three numbers.
_MOST_CHARACTERS = 500_000


def find(text: str) -> Iterator[Range]:
    """Yield where a text looks as if it held a secret, once its lines are decoded."""
    if not _SIGNS.search(text):
        return
    left = _MOST_CHARACTERS
    for line in _LINE.finditer(text):
        begin, end = line.span()
        if not _SIGNS.search(text, begin, end):
            continue
        left -= end - begin
        if left < 0:
            return
        yield from _of_line(line[0], begin)


def _of_line(line: str, begin: int) -> Iterator[Range]:
    mapped: Mapped = (
        line,
        range(begin, begin + len(line)),
        range(begin + 1, begin + len(line) + 1),
    )
    for _ in range(_LAYERS):
        before = mapped
        for quoting in (QUOTINGS[0], QUOTINGS[1], _ESCAPED):
            mapped = unquoted(mapped, quoting) or mapped
        if mapped is before:
            return
        decoded, starts, ends = mapped
        for start, end in secret_shapes.find(decoded):
            yield starts[start], ends[end - 1]
