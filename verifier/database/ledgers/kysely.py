"""
Kysely: files of a folder, named in the ledger without their extension.

Source: https://kysely.dev/docs/migrations
"""

import re

from verifier.database.files import Files
from verifier.database.ledgers.listing import JS, by_name, matching, named, says
from verifier.database.ledgers.tool import Ledger, Rows, text
from verifier.model.migration_ledger import Entry, Migration

_FILE = re.compile(rf"^(?!.*\.d\.ts$)(.+)\.{JS}$")
_USUAL = ("migrations", "db/migrations", "src/migrations", "src/db/migrations")


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By name."""
    found = matching(files, folder, _FILE, _USUAL)
    return by_name(found, 1)


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """Its lock row says nothing on PostgreSQL, where it locks by a session."""
    ordered = sorted(rows.ledger, key=lambda row: text(row, "timestamp"))
    return tuple(Entry(text(row, "name")) for row in ordered)


def detect(files: Files) -> int:
    """Its configuration, or migrations that import it."""
    if named(files, *(f"kysely.config.{ending}" for ending in ("js", "ts", "mjs", "cjs"))):
        return 2
    paths = [path for path, _ in matching(files, "", _FILE, _USUAL)]
    return 1 if says(files, paths, "kysely") else 0


LEDGER = Ledger(
    tool="kysely",
    table="kysely_migration",
    columns=("name", "timestamp"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
)
