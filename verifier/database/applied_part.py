"""
Which part of a migration's file does its tool apply?

The rest is blanked, so that the lines keep their numbers. Nothing of it is run.
"""

import re
from collections.abc import Callable

from verifier.model.migration_ledger import Migration

#: Of a file with the text of several migrations, or with more than is applied of one.
Part = Callable[[Migration, str], str]


def whole(_: Migration, text: str) -> str:
    """A file of nothing but what is applied."""
    return text


def between(up: str, down: str) -> Part:
    """
    Return what an SQL migration holds without what the tool only runs to undo it.

    `up` and `down` are patterns of what begins and ends it at the start of a line, whatever its
    case. A file without a mark counts as a whole: what is not known to be left out may be applied.
    """
    marks = [re.compile(rf"^[ \t]*{mark}", re.IGNORECASE | re.MULTILINE) for mark in (up, down)]

    def applied_part(_: Migration, text: str) -> str:
        begin, end = (mark.search(text) for mark in marks)
        if begin is None and end is None:
            return text
        if begin is None:
            return _blank(text)
        if end is None or end.start() < begin.start():
            return _blank(text[: begin.start()]) + text[begin.start() :]
        before, applied, after = (
            text[: begin.start()],
            text[begin.start() : end.start()],
            text[end.start() :],
        )
        return _blank(before) + applied + _blank(after)

    return applied_part


def _blank(text: str) -> str:
    return "\n" * text.count("\n")
