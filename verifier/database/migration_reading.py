"""What a migration applies, as statements of SQL. Nothing of it is run."""

import re
from collections.abc import Sequence

from verifier.database.applied_part import applied_part
from verifier.database.sql_statements import Statement, Unread, split
from verifier.model.migration_ledger import Migration

Steps = Sequence[Statement | Unread]

#: Begins a change set of Liquibase in a file of several.
#: Source: https://docs.liquibase.com/concepts/changelogs/sql-format.html
_CHANGE_SET = re.compile(r"^\s*--\s*changeset\s+([^\s:]+):(\S+)", re.IGNORECASE | re.MULTILINE)


def read_migration(tool: str, migration: Migration, content: bytes) -> Steps:
    """
    Return the statements that a tool applies, in order; what cannot be read stands among them.

    `content` is that of the migration's file, which may hold others too.
    """
    if not migration.file.endswith(".sql"):
        return (Unread(1, f"{migration.file} is code, which is not analysed"),)
    text = applied_part(tool, content.decode("utf-8-sig", "replace"))
    return tuple(split(_own_part(tool, migration, text)))


def _own_part(tool: str, migration: Migration, text: str) -> str:
    """The change set of one migration, the lines before it blank."""
    sets = list(_CHANGE_SET.finditer(text)) if tool == "liquibase" else []
    wanted = tuple(migration.version.split("::")[:0:-1])
    for number, found in enumerate(sets):
        if found.groups() == wanted:
            end = sets[number + 1].start() if number + 1 < len(sets) else len(text)
            return "\n" * text.count("\n", 0, found.start()) + text[found.start() : end]
    return text
