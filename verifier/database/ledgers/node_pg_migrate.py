"""
node-pg-migrate: files of a folder, named in the ledger without their extension.

Source: https://salsita.github.io/node-pg-migrate/
"""

import re

from verifier.database.applied_part import between
from verifier.database.code_readers import in_javascript
from verifier.database.files import Files
from verifier.database.given_folder import Applying, folder_given
from verifier.database.ledger_tool import Ledger, Rows, TableName, by_number, text
from verifier.database.migration_files import JS, guessed, matching, says
from verifier.database.pgm_calls import read_pgm
from verifier.database.tool_commands import command
from verifier.database.tool_settings import flag
from verifier.model.migration_ledger import Entry, Migration
from verifier.model.tool_rules import ToolRequests, ToolRules

_FILE = re.compile(rf"^(?!.*\.d\.ts$)(([0-9]+)[_-].*?)\.(?:sql|{JS})$")
_USUAL = ("migrations", "db/migrations")
_MARKS = ("-- Up Migration", "pgm.", "node-pg-migrate")


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By the number in front, then by name."""
    options = ("--migrations-dir", "-m")
    applying = Applying("node-pg-migrate", r"\bup\b", options, _USUAL, _FILE, _MARKS)
    found = matching(files, folder or folder_given(files, applying), _FILE, _USUAL)
    ordered = sorted((int(match[2]), match[1], path) for path, match in found)
    return tuple(Migration(name, file=path) for _, name, path in ordered)


def table_of(files: Files) -> TableName:
    """Options of its calls may give it another name and schema."""
    return TableName(
        flag(files, "node-pg-migrate", "--migrations-schema", "--schema", "-s"),
        flag(files, "node-pg-migrate", "--migrations-table", "-t"),
    )


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """One row a migration."""
    return tuple(Entry(text(row, "name")) for row in by_number(rows.ledger))


def detect(files: Files) -> int:
    """Migrations with its marks."""
    paths = guessed(files, _FILE, _USUAL)
    return 1 if any(says(files, paths, mark) for mark in _MARKS) else 0


def apply_in(files: Files, _: str) -> str:
    """The command for this checkout."""
    name = table_of(files)
    folder = flag(files, "node-pg-migrate", "--migrations-dir", "-m")
    return command(
        "npx", "node-pg-migrate", "up", m=folder, t=name.table, migrations_schema=name.schema
    )


LEDGER = Ledger(
    tool="node-pg-migrate",
    table="pgmigrations",
    columns=("id", "name", "run_on"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="npx node-pg-migrate up",
    table_of=table_of,
    apply_in=apply_in,
    # Source: https://salsita.github.io/node-pg-migrate/migrations/sql. What may stand between is
    # bounded: a file of dashes alone would be read to its end from each of its lines.
    applied_part=between(r"--[\s-]{0,99}up\s+migration", r"--[\s-]{0,99}down\s+migration"),
    read_code=in_javascript(read_pgm),
    rules=ToolRules(
        (ToolRequests("node-pg-migrate up", late="node-pg-migrate up --no-check-order"),),
        stops_at_missing=True,
    ),
)
