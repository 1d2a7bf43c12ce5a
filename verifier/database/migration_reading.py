"""What a migration applies, as statements of SQL. Nothing of it is run."""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence

from verifier.database.code_calls import TooMuchError
from verifier.database.ledger_tool import Ledger, ending_of
from verifier.database.ledgers import LEDGERS
from verifier.database.sql_statements import Statement, Unread, split
from verifier.model.migration_ledger import Migration

Steps = Sequence[Statement | Unread]

_ABOUT_ROWS = frozenset({"insert", "update"})
_MOST_ABOUT_ROWS = 1000
#: Of a file of SQL: more take a minute.
_MOST_STATEMENTS = 200_000
#: Of files that hold one migration each: larger ones are not read as code.
_MOST_CODE = 500_000
#: What the statements of one migration in code have together.
_MOST_WRITTEN = 10_000_000


def read_migration(tool: str, migration: Migration, content: bytes) -> Steps:
    """
    Return the statements that a tool applies, in order; what cannot be read stands among them.

    Of those that only insert or update rows, there may be a million, the first are returned.

    `content` is that of the migration's file, which may hold others too. A migration in code is
    read as data; what it does to the schema is written as SQL.
    """
    ledger = LEDGERS[tool]
    if ending_of(migration) == "sql":
        text = ledger.applied_part(migration, _decoded(content))
        return tuple(_bounded(split(text), migration.file))
    found = _collected(ledger, migration, content) if len(content) < _MOST_CODE else None
    if found is not None:
        return found
    return (Unread(1, f"{migration.file} is code, which is not analysed"),)


def _bounded(steps: Iterator[Statement], file: str) -> Iterator[Statement | Unread]:
    left = _MOST_ABOUT_ROWS
    for number, step in enumerate(steps):
        if number == _MOST_STATEMENTS:
            yield Unread(step.line, f"{file} holds more than is read of one migration")
            return
        is_about_rows = step.first_word in _ABOUT_ROWS
        left -= is_about_rows
        if left >= 0 or not is_about_rows:
            yield step


def _collected(ledger: Ledger, migration: Migration, content: bytes) -> Steps | None:
    """What is read of code, as far as it is read; None for code that is not analysed."""
    found: list[Statement | Unread] = []
    written = 0
    try:
        steps = ledger.read_code(migration, content)
        if steps is None:
            return None
        for step in steps:
            found.append(step)
            written += len(step.sql) if isinstance(step, Statement) else 1
            if written > _MOST_WRITTEN:
                raise TooMuchError
    except RecursionError:
        found.append(Unread(1, f"{migration.file} is nested too deeply"))
    except TooMuchError:
        found.append(Unread(1, f"{migration.file} asks for more than is read of one migration"))
    return tuple(found)


def _decoded(content: bytes) -> str:
    """The text of a file: some tools, and editors of Windows, write UTF-16 with its mark."""
    marked = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    return content.decode("utf-16" if marked else "utf-8-sig", "replace")
