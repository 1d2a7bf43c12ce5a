"""The names in a list that stands in source code. The code is read, never run."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"(?P<comment>#[^\n]*|//[^\n]*|/\*.*?\*/|\s+)"
    r"|(?P<text>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
    r"|(?P<open>[\[({])|(?P<close>[\])}])|(?P<comma>,)|(?P<colon>:)|(?P<plus>\+)|(?P<other>.)",
    re.DOTALL,
)
_NAME = re.compile(r"[A-Za-z_][\w.]{0,100}")
_DOCSTRING = re.compile(r"(\"\"\"|''').*?\1", re.DOTALL)
_MOST = 20_000
_DEEPEST = 20

_Token = tuple[str, str]


@dataclass(slots=True)
class _Group:
    """What stands between two brackets: parts of elements, element by element."""

    elements: list[list["_Token | _Group"]] = field(default_factory=lambda: [[]])


def without_docstrings(text: str) -> str:
    """Return Python code without its texts of several lines, lines kept."""
    return _DOCSTRING.sub(lambda found: '""' + "\n" * found[0].count("\n"), text)


def names_at(text: str, start: int) -> Iterator[str]:
    """
    Yield the names of the list, tuple, set or mapping that begins at `start`, and of those added.

    Of a mapping its keys, of a list of lists the first of each: what belongs to a name is none.
    """
    tokens = _tokens(text[start : start + _MOST])
    for kind, _ in tokens:
        if kind == "open":
            yield from _names(_group(tokens, _DEEPEST))
            if next(tokens, ("", ""))[0] != "plus":
                return


def _tokens(text: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text):
        if found.lastgroup != "comment":
            yield found.lastgroup or "", found[0]


def _group(tokens: Iterator[_Token], depth: int) -> _Group:
    group = _Group()
    for kind, said in tokens:
        if kind == "open" and depth:
            group.elements[-1].append(_group(tokens, depth - 1))
        elif kind == "close":
            return group
        elif kind == "comma":
            group.elements.append([])
        else:
            group.elements[-1].append((kind, said))
    return _Group()  # it does not end: nothing of it is certain


def _names(group: _Group) -> Iterator[str]:
    for element in group.elements:
        yield from _first(element)


def _first(element: Sequence["_Token | _Group"]) -> Iterator[str]:
    match element:
        case [_Group() as inner]:
            yield from _first(inner.elements[0])
        case [("text", said)] | [("text", said), ("colon", _), *_] if _NAME.fullmatch(said[1:-1]):
            yield said[1:-1]
        case _:
            return
