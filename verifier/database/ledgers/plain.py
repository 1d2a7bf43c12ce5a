"""
The application's own migrations: a bare `schema_version` row in `app_settings`, or a table.

The files' versions stand in their names; the table has one row for each that is applied.
"""

import re
from functools import partial

from verifier.database.files import Files
from verifier.database.ledgers.listing import matching
from verifier.database.ledgers.tool import Ledger, Rows, text, versions
from verifier.errors import UnexpectedAnswerError
from verifier.model.migration_ledger import Entry, Migration, Reach

TOOL = "plain"
_FILE = re.compile(r"^([0-9]+)[^0-9].*\.(?:sql|py|js|ts|rb)$", re.DOTALL)
_USUAL = ("migrations", "db/migrations", "supabase/migrations", "sql")
_KEY = "schema_version"


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """The digits in front of the file names, as numbers."""
    return _list_matching(_FILE, files, folder)


def _list_matching(pattern: re.Pattern[str], files: Files, folder: str) -> tuple[Migration, ...]:
    found = matching(files, folder, pattern, _USUAL)
    made = [Migration(m[1], file=path) for path, m in found]
    return tuple(sorted(made, key=lambda m: (_number(m.version), m.version, m.file)))


def _number(version: str) -> int:
    return int(version) if version.isdecimal() else 0


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """
    One number tells the newest migration.

    Raises:
        UnexpectedAnswerError: the row is not there, or is there more than once.
    """
    found = [text(row, "value").strip() for row in rows.ledger if text(row, "key") == _KEY]
    match found:
        case [version] if version:
            return (Entry(version, reach=Reach.UP_TO),)
        case _:
            raise UnexpectedAnswerError(
                f"app_settings has {len(found)} {_KEY} rows with a value, expected one",
                hint=f"write the version that this database has into its row {_KEY}, once by hand",
            )


def detect(_: Files) -> int:
    """Nothing in a checkout tells of it."""
    return 0


def own_table(table: str, column: str, pattern: str) -> Ledger:
    """
    Return the ledger of a table with one row a migration.

    `pattern` finds the version, by its group, in a file's name; empty for the digits in front.
    """
    return Ledger(
        tool=TOOL,
        table=table,
        columns=(column,),
        list_shipped=partial(_list_matching, re.compile(pattern) if pattern else _FILE),
        parse_rows=lambda rows: versions(rows, column),
        detect=detect,
        is_schema_fixed="." in table,
    )


LEDGER = Ledger(
    tool=TOOL,
    table="app_settings",
    columns=("key", "value"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    is_one_row=True,
)
