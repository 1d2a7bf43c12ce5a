"""Text of strangers: how every surface can show it, and what the public may see of it."""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import Annotated


class InPublic(Enum):
    """What becomes of the text of a report's field in a report for the public."""

    KEPT = "kept"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Nothing is left of what strangers and people wrote freely, or this in its place."""

    instead: str


#: Words of the program's own.
OwnWords = Annotated[str, InPublic.KEPT]
#: Sentences and names of the program's making: names of theirs in them are replaced.
NamingText = Annotated[str, InPublic.RENAMED]

#: Shown as nothing although they count as letters or marks.
_FILLERS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
#: More marks upon one letter are written over the lines above and below.
_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
#: What colours a terminal, moves in it or makes a link, also as JSON and languages write it.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]{0,40}[ -/]{0,4}[@-~]"
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c\n\x1e]{0,2000}(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]{0,2}[0-~]"
    r"|\\{1,4}(?:u001b|x1b|033|e)\[[0-9;]{0,20}m",
    re.IGNORECASE,
)
_MAY_ESCAPE = re.compile(r"[\x1b\x9b\x9d]|\\(?:u001b|x1b|033|e)\[", re.IGNORECASE)
_SPACES = frozenset({"Zs", "Zl", "Zp"})


def without_escapes(text: str) -> str:
    """Return a text without what only tells a terminal how to show it."""
    return _ESCAPES.sub("", text) if _MAY_ESCAPE.search(text) else text


def printable(text: str) -> str:
    """
    Return `text` on one line: white space is a space, what cannot be printed is U+FFFD.

    Direction marks, fillers and other format characters are taken away; halves of a character
    outside of the basic plane, control characters and private ones are replaced.
    """
    if text.isascii() and text.isprintable():
        return text
    return _kept(re.sub(r"\s+", " ", text))


def printable_line(text: str) -> str:
    """Return a line of a file as `printable` does, with every space in its place."""
    return _kept(re.sub(r"\s", " ", text.replace("\t", "    ")))


def _kept(one_line: str) -> str:
    kept = one_line if one_line.isprintable() else "".join(map(_shown, one_line))
    return _MARKS.sub(r"\1", _FILLERS.sub("", kept))


def _shown(char: str) -> str:
    if char.isprintable():
        return char
    kind = unicodedata.category(char)
    if kind in _SPACES:
        return " "
    return "" if kind == "Cf" else "\ufffd"
