"""
The application's own migrations: a bare `schema_version` row in `app_settings`, or a table.

The files' versions stand in their names; the table has one row for each that is applied.
"""

import re
from collections.abc import Iterable
from functools import partial

from verifier.database.files import Files
from verifier.database.ledgers.listing import folder_of, matching, name_of, usual_folder
from verifier.database.ledgers.tool import Ledger, Rows, text, versions
from verifier.errors import UnexpectedAnswerError
from verifier.guarded.user_pattern import match_each
from verifier.model.migration_ledger import Entry, Migration, Reach

TOOL = "plain"
_FILE = re.compile(r"^([0-9]+)[^0-9].*\.(?:sql|py|js|ts|rb)$", re.DOTALL)
_USUAL = ("migrations", "db/migrations", "supabase/migrations", "sql")
_KEY = "schema_version"


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """The digits in front of the file names, as numbers."""
    found = matching(files, folder, _FILE, _USUAL)
    return _in_order(Migration(match[1], file=path) for path, match in found)


def _list_matching(pattern: str, files: Files, folder: str) -> tuple[Migration, ...]:
    """As `list_shipped`, by a pattern of the configuration."""
    names = sorted({name_of(path) for path in files.paths})
    found = zip(names, match_each(pattern, names), strict=True)
    by_name = {name: match.text for name, match in found if match is not None}
    theirs = [path for path in files.paths if name_of(path) in by_name]
    chosen = folder or usual_folder({folder_of(path) for path in theirs}, _USUAL)
    return _in_order(
        Migration(by_name[name_of(path)], file=path) for path in theirs if folder_of(path) == chosen
    )


def _in_order(made: Iterable[Migration]) -> tuple[Migration, ...]:
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
                hint=f"write the version that this database has into its row {_KEY} once, manually",
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
        list_shipped=partial(_list_matching, pattern) if pattern else list_shipped,
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
