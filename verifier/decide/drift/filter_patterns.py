"""
GitHub's filter patterns for branches and paths of a workflow's events.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

_CLASS = re.compile(r"\[([A-Za-z0-9_.\-]+)\]")
_RANGE = re.compile(r"[A-Za-z0-9]-[A-Za-z0-9]|.")


@dataclass(frozen=True, slots=True)
class _Part:
    """One character of a pattern, or a wildcard."""

    ranges: tuple[tuple[str, str], ...] = ()
    """First and last of the characters that it fits; none where it fits any."""
    stops_at_slash: bool = False
    may_be_missing: bool = False
    may_be_repeated: bool = False
    skips: int = 1
    """How many parts are left out where it is missing."""

    def fits(self, character: str) -> bool:
        if self.ranges:
            return any(first <= character <= last for first, last in self.ranges)
        return not (self.stops_at_slash and character == "/")


_DEEP = _Part(may_be_missing=True, may_be_repeated=True)
_FLAT = replace(_DEEP, stops_at_slash=True)


def is_chosen(patterns: Sequence[str], name: str) -> bool:
    """Tell whether a list chooses a name: of the patterns that fit, the last one decides."""
    chosen = False
    for pattern in patterns:
        negated = pattern.startswith("!")
        if matches(pattern.removeprefix("!") if negated else pattern, name):
            chosen = not negated
    return chosen


def matches(pattern: str, name: str) -> bool:
    """
    Tell whether one pattern fits the whole name.

    `*` stops at a slash and `**` does not; `?` and `+` are about the character before them;
    `[]` is one of some characters; a backslash takes the meaning of the next one. The time is
    that of length times length, however the pattern was made.
    """
    parts = _parts(pattern)
    at = _reached(parts, {0})
    for character in name:
        fitting = [n for n in at if n < len(parts) and parts[n].fits(character)]
        after = {n + 1 for n in fitting} | {n for n in fitting if parts[n].may_be_repeated}
        at = _reached(parts, after)
    return len(parts) in at


def _reached(parts: Sequence[_Part], positions: set[int]) -> set[int]:
    """The positions, and those behind parts that may be missing."""
    reached, left = set(positions), list(positions)
    while left:
        position = left.pop()
        if position < len(parts) and parts[position].may_be_missing:
            further = position + parts[position].skips
            if further not in reached:
                reached.add(further)
                left.append(further)
    return reached


def _parts(pattern: str) -> list[_Part]:
    parts: list[_Part] = []
    can_repeat = False
    at = 0
    while at < len(pattern):
        rest = pattern[at:]
        if rest[0] in "?+":
            # A wildcard has all repetitions already.
            if can_repeat and rest[0] == "?":
                parts[-1] = replace(parts[-1], may_be_missing=True)
            elif can_repeat:
                parts[-1] = replace(parts[-1], may_be_repeated=True)
            can_repeat, length = False, 1
        elif rest.startswith("**/") and (at == 0 or pattern[at - 1] == "/"):
            # Folders, each with its slash, or none at all.
            parts += [_Part(may_be_missing=True, skips=3), _DEEP, _Part((("/", "/"),))]
            can_repeat, length = False, 3
        elif rest[0] == "*":
            length = 2 if rest.startswith("**") else 1
            parts.append(_DEEP if length == 2 else _FLAT)
            can_repeat = False
        else:
            part, length = _one(rest)
            parts.append(part)
            can_repeat = True
        at += length
    return parts


def _one(rest: str) -> tuple[_Part, int]:
    """The character or class at the start of `rest`, and how long it is there."""
    if rest[0] == "\\" and len(rest) > 1:
        return _Part(((rest[1], rest[1]),)), 2
    listed = _CLASS.match(rest)
    if listed is None:
        return _Part(((rest[0], rest[0]),)), 1
    parts: Iterator[str] = iter(_RANGE.findall(listed[1]))
    return _Part(tuple((part[0], part[-1]) for part in parts)), len(listed[0])
