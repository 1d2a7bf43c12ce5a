"""
GitHub's filter patterns for branches and paths of a workflow's events.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

_CLASS = re.compile(r"\[([A-Za-z0-9_.\-]+)\]")
#: Steps of patterns over characters.
_MOST_WORK = 200_000
#: A range lies within it; its last character ends none.
_ASCII = bytes(range(128)).decode("ascii")
#: Of so many, one stands for all that no pattern names.
_RARE = "\ue000\ue001\ue002"
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


@dataclass(frozen=True, slots=True)
class Filter:
    """A list of patterns: of names that are chosen, or of those that are left out."""

    patterns: tuple[str, ...]
    leaves_out: bool = False

    def without_sign(self, pattern: str) -> str:
        """Return a pattern without the `!` that takes a name out of those that are chosen."""
        return pattern if self.leaves_out else pattern.removeprefix("!")

    def is_chosen(self, fits: Sequence[bool]) -> bool:
        """Tell whether a name is chosen that some of the patterns fit, a `!` not counted."""
        if self.leaves_out:
            return not any(fits)
        fitting = [p for p, fit in zip(self.patterns, fits, strict=True) if fit]
        return bool(fitting) and not fitting[-1].startswith("!")


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
        at = _after(parts, at, character)
    return len(parts) in at


def is_one_name(pattern: str) -> bool:
    """Tell whether a pattern fits one name alone."""
    return all(
        len(part.ranges) == 1 and part == _Part(((letter := part.ranges[0][0], letter),))
        for part in _parts(pattern)
    )


def choose_all(filters: Sequence[Filter]) -> bool:
    """
    Tell whether every name of a branch or path is chosen by one of the filters.

    Names are looked through by what the patterns make of their characters; where that takes too
    much, there may be one that is not chosen.
    """
    parts = [_parts(each.without_sign(pattern)) for each in filters for pattern in each.patterns]
    letters = _letters(parts)
    if not letters:
        return False
    start = _Place(tuple(frozenset(_reached(each, {0})) for each in parts))
    seen, left, work = {start}, [start], 0
    while left:
        place = left.pop()
        if place.is_name and not _is_chosen_at(place, filters, parts):
            return False
        work += len(letters) * (1 + sum(map(len, place.at)))
        if work > _MOST_WORK:
            return False
        for letter in letters:
            if letter == "/" and not place.is_name:
                continue  # no folder has an empty name
            pairs = zip(parts, place.at, strict=True)
            at = tuple(frozenset(_after(each, before, letter)) for each, before in pairs)
            following = _Place(at, is_name=letter != "/")
            if following not in seen:
                seen.add(following)
                left.append(following)
    return True


@dataclass(frozen=True, slots=True)
class _Place:
    """How far each pattern has come with the characters of a name."""

    at: tuple[frozenset[int], ...]
    is_name: bool = False
    """Whether a name may end here."""


def _is_chosen_at(
    place: _Place, filters: Sequence[Filter], parts: Sequence[Sequence[_Part]]
) -> bool:
    fits = iter([len(each) in at for each, at in zip(parts, place.at, strict=True)])
    return any([each.is_chosen([next(fits) for _ in each.patterns]) for each in filters])


def _letters(parts: Iterable[Sequence[_Part]]) -> list[str]:
    """One character of each kind that the patterns tell apart; none where that is not known."""
    ranges = {each for listed in parts for part in listed for each in part.ranges}
    firsts = {first for first, _ in ranges}
    behind = {_ASCII[_ASCII.index(last) + 1] for _, last in ranges if last in _ASCII[:-1]}
    others = [letter for letter in _RARE if letter not in firsts]
    return sorted({"/", "0", *firsts, *behind, *others[:1]}) if others else []


def _after(parts: Sequence[_Part], at: Collection[int], character: str) -> set[int]:
    fitting = [n for n in at if n < len(parts) and parts[n].fits(character)]
    after = {n + 1 for n in fitting} | {n for n in fitting if parts[n].may_be_repeated}
    return _reached(parts, after)


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
