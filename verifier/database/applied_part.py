"""
Which part of a migration's file does its tool apply?

The rest is blanked, so that the lines keep their numbers. Nothing of it is run.
"""

import re

#: What begins the part that is applied, and what ends it, by tool.
_PARTS = {
    # Source: https://github.com/amacneil/dbmate#creating-migrations
    "dbmate": (r"--\s*migrate:up\b", r"--\s*migrate:down\b"),
    # Source: https://pressly.github.io/goose/documentation/annotations/
    "goose": (r"--\s*\+goose\s+Up\b", r"--\s*\+goose\s+Down\b"),
    # Source: https://salsita.github.io/node-pg-migrate/migrations/sql. What may stand between is
    # bounded: a file of dashes alone would be read to its end from each of its lines.
    "node-pg-migrate": (r"--[\s-]{0,99}up\s+migration", r"--[\s-]{0,99}down\s+migration"),
}


def applied_part(tool: str, text: str) -> str:
    """
    Return the text of an SQL migration without what the tool only runs to undo it.

    A file without a mark counts as a whole: what is not known to be left out may be applied.
    """
    marks = _PARTS.get(tool)
    if marks is None:
        return text
    up, down = (re.compile(rf"^[ \t]*{mark}", re.IGNORECASE | re.MULTILINE) for mark in marks)
    begin, end = up.search(text), down.search(text)
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


def _blank(text: str) -> str:
    return "\n" * text.count("\n")
