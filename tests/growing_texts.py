"""Texts on which a pattern may take time by the square of their length, found in the pattern."""

import re
from collections.abc import Iterator
from re import _constants as code  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]

_CHARACTERS = [*map(chr, range(32, 127)), "\t", "\n", "é"]
_TELLING = " a1_-\n\t.\\'"
_MANY = 500
_REPEATS = (code.MAX_REPEAT, code.MIN_REPEAT)
#: Of the texts of one round.
_MOST = 6


def growing_texts(pattern: re.Pattern[str] | re.Pattern[bytes]) -> Iterator[tuple[str, str]]:
    """Yield what leads to each of its repeats without end, with what a round of it takes in."""
    text = (
        pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    )
    yield from dict.fromkeys(_attacks(parser.parse(text, pattern.flags & ~re.UNICODE), ""))


def _attacks(parts, before):
    parts = list(parts)
    for place, (kind, value) in enumerate(parts):
        lead = before + "".join(_sample(*part) for part in parts[:place])
        if kind in _REPEATS:
            if value[1] is code.MAXREPEAT or value[1] > _MANY:
                yield from ((lead, unit) for unit in _rounds(value[2]))
            yield from _attacks(value[2], lead)
        for inner in _inside(kind, value):
            yield from _attacks(inner, lead)


def _inside(kind, value):
    if kind is code.SUBPATTERN:
        return [value[3]]
    if kind is code.ATOMIC_GROUP:
        return [value]
    if kind is code.BRANCH:
        return value[1]
    return [value[1]] if kind in (code.ASSERT, code.ASSERT_NOT) else []


def _rounds(parts):
    parts = list(parts)
    if len(parts) == 1 and parts[0][0] is code.IN:
        allowed = _members(parts[0][1])
        return [c for c in _TELLING if c in allowed][:5] or sorted(allowed)[:2]
    if len(parts) == 1 and parts[0][0] is code.ANY:
        return ["a", " ", "1"]
    found = ["".join(_sample(*part) for part in parts)]
    for place, (kind, value) in enumerate(parts):
        before, after = (
            "".join(_sample(*p) for p in some) for some in (parts[:place], parts[place + 1 :])
        )
        if kind is code.BRANCH:
            found += [before + "".join(_sample(*p) for p in way) + after for way in value[1]]
        elif kind in (*_REPEATS, code.SUBPATTERN):
            found += _rounds(value[2] if kind in _REPEATS else value[3])
    return [unit for unit in dict.fromkeys(found) if unit][:_MOST]


def _sample(kind, value):
    """A text that this part of a pattern takes in, the shortest that is found easily."""
    if kind is code.LITERAL:
        return chr(value)
    if kind is code.NOT_LITERAL:
        return next(c for c in _TELLING if ord(c) != value)
    if kind is code.ANY:
        return "a"
    if kind is code.IN:
        allowed = _members(value)
        return next((c for c in "a1 -" if c in allowed), min(allowed, default="a"))
    if kind in (*_REPEATS, code.POSSESSIVE_REPEAT):
        return "".join(_sample(*part) for part in value[2]) * value[0]
    inner = _inside(kind, value) if kind not in (code.ASSERT, code.ASSERT_NOT) else []
    return "".join(_sample(*part) for part in inner[0]) if inner else ""


def _members(items):
    found: set[str] = set()
    is_negated = False
    for kind, value in items:
        if kind is code.NEGATE:
            is_negated = True
        elif kind is code.LITERAL:
            found.add(chr(value))
        elif kind is code.RANGE:
            found |= {c for c in _CHARACTERS if value[0] <= ord(c) <= value[1]} or {chr(value[0])}
        elif kind is code.CATEGORY:
            found |= {c for c in _CHARACTERS if _CATEGORIES[value](c)}
    return set(_CHARACTERS) - found if is_negated else found


_CATEGORIES = {
    code.CATEGORY_DIGIT: str.isdigit,
    code.CATEGORY_NOT_DIGIT: lambda c: not c.isdigit(),
    code.CATEGORY_SPACE: str.isspace,
    code.CATEGORY_NOT_SPACE: lambda c: not c.isspace(),
    code.CATEGORY_WORD: lambda c: c.isalnum() or c == "_",
    code.CATEGORY_NOT_WORD: lambda c: not (c.isalnum() or c == "_"),
}
