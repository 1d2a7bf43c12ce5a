"""
Patterns of branches in rulesets, as GitHub matches them: Ruby's `File.fnmatch` by path.

`*` and `?` stay within one part of a name, `**/` goes over any number of parts.

Source: https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/creating-rulesets-for-a-repository#using-fnmatch-syntax
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from verifier.github.json_shapes import JsonObject

_NOT_FIRST = ("!", "^")


class _Many(Enum):
    """A part that fits any number of characters."""

    WITHIN = auto()
    """`*`: within one part of a name."""
    FOLDERS = auto()
    """`**/`: of whole folders, each with its slash."""


@dataclass(frozen=True, slots=True)
class _One:
    """A part that fits one character."""

    fits: Callable[[str], bool]


_Part = _One | _Many


def matches_ref(pattern: str, ref: str) -> bool:
    """Tell whether a pattern such as `refs/heads/release/**/*` matches a whole ref."""
    parts = list(_parts(pattern))
    # Which part comes next, and whether a folder is begun: all at once, as a row of stars has many.
    places = _with_skips(parts, {(0, False)})
    for character in ref:
        places = _with_skips(parts, {n for at in places for n in _after(parts, at, character)})
        if not places:
            return False
    return (len(parts), False) in places


def is_about(ref_name: JsonObject, branch: str, default_branch: str) -> bool:
    """
    Tell whether a ruleset with these conditions on `ref_name` is about a branch.

    Where it is not known which branch is the default one, "", this one may be.
    """
    include, exclude = ref_name.get("include"), ref_name.get("exclude")
    may_be_default = default_branch in ("", branch)
    is_default = default_branch == branch
    return _fits(include, branch, is_default=may_be_default) and not _fits(
        exclude, branch, is_default=is_default
    )


def _fits(patterns: object, branch: str, *, is_default: bool) -> bool:
    known = map(str, patterns) if isinstance(patterns, list) else ()
    ref = f"refs/heads/{branch}"
    return any(
        p == "~ALL" or (p == "~DEFAULT_BRANCH" and is_default) or matches_ref(p, ref) for p in known
    )


def _parts(pattern: str) -> Iterator[_Part]:
    at = 0
    while at < len(pattern):
        letter = pattern[at]
        is_start = at == 0 or pattern[at - 1] == "/"
        if is_start and pattern.startswith("**/", at):
            yield _Many.FOLDERS
            at += 3
        elif letter == "*":
            if not pattern.startswith("*", at + 1):  # a row of them is as one
                yield _Many.WITHIN
            at += 1
        elif letter == "?":
            yield _One(lambda character: character != "/")
            at += 1
        elif letter == "[" and "]" in pattern[at + 2 :]:
            end = pattern.index("]", at + 2)
            yield _One(_set(pattern[at + 1 : end]))
            at = end + 1
        else:
            at += letter == "\\" and at + 1 < len(pattern)
            yield _One(pattern[at].__eq__)
            at += 1


def _set(inside: str) -> Callable[[str], bool]:
    """One letter of a set; a range that runs backwards holds none."""
    is_other = inside.startswith(_NOT_FIRST) and len(inside) > 1
    letters = inside[1:] if is_other else inside
    ranges, at = [], 0
    while at < len(letters):
        last = at + 2 if letters[at + 1 : at + 2] == "-" and at + 2 < len(letters) else at
        ranges.append((letters[at], letters[last]))
        at = last + 1

    def fits(character: str) -> bool:
        is_in = any(first <= character <= end for first, end in ranges)
        return character != "/" and is_in is not is_other

    return fits


_Place = tuple[int, bool]


def _with_skips(parts: Sequence[_Part], places: set[_Place]) -> set[_Place]:
    """The places, and those behind parts that may fit nothing."""
    found = set(places)
    for at, is_inside in places:
        while not is_inside and at < len(parts) and isinstance(parts[at], _Many):
            at += 1
            found.add((at, False))
    return found


def _after(parts: Sequence[_Part], place: _Place, character: str) -> Iterator[_Place]:
    at, is_inside = place
    match parts[at] if at < len(parts) else None:
        case _Many.WITHIN if character != "/":
            yield at, False
        case _Many.FOLDERS if character != "/":
            yield at, True
        case _Many.FOLDERS if is_inside:
            yield at, False
        case _One(fits) if fits(character):
            yield at + 1, False
        case _:
            return
