"""
Where the change sets of Liquibase begin in a file of SQL.

Source: https://docs.liquibase.com/concepts/changelogs/sql-format.html
"""

import re
from collections.abc import Iterator

from verifier.model.migration_ledger import Migration

#: Its author may have blanks in it, and either of the names may be quoted.
_CHANGE_SET = re.compile(
    r"""^[^\S\n]*--[^\S\n]*changeset[^\S\n]+("[^"\n]+"|[^\s:"][^:\n]*):[^\S\n]*("[^"\n]+"|\S+)(.*)""",
    re.IGNORECASE | re.MULTILINE,
)


def change_set_of(line: str) -> tuple[str, str, str] | None:
    """Return author, id and options of the change set that a line begins, None without one."""
    found = _CHANGE_SET.match(line)
    return (*_names(found), found[3]) if found else None


def change_sets_in(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield where each change set begins, its author and its id."""
    for found in _CHANGE_SET.finditer(text):
        yield (found.start(), *_names(found))


def own_change_set(migration: Migration, text: str) -> str:
    """Return the change set of one migration of a file, the lines before it blank."""
    sets = list(change_sets_in(text))
    for number, (start, author, id_) in enumerate(sets):
        if migration.version.endswith(f"::{id_}::{author}"):
            end = sets[number + 1][0] if number + 1 < len(sets) else len(text)
            return "\n" * text.count("\n", 0, start) + text[start:end]
    return text


def _names(found: re.Match[str]) -> tuple[str, str]:
    return found[1].strip().strip('"'), found[2].strip('"')
