"""
golang-migrate: `<number>_<title>.up.sql`; one row says how far it came.

Source: https://github.com/golang-migrate/migrate
"""

import re

from verifier.database.files import Files
from verifier.database.ledgers.listing import matching, name_of
from verifier.database.ledgers.tool import Ledger, Rows, text
from verifier.model.migration_ledger import Entry, EntryState, Migration, Reach

_FILE = re.compile(r"^([0-9]+)_(.*)\.up\.[^.]+$", re.DOTALL)
_USUAL = ("migrations", "db/migrations")


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By number."""
    found = matching(files, folder, _FILE, _USUAL)
    made = [Migration(str(int(m[1])), m[2], path) for path, m in found]
    return tuple(sorted(made, key=lambda migration: int(migration.version)))


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """Everything up to the row is applied; a dirty one has itself failed."""
    return tuple(
        Entry(
            text(row, "version"),
            state=EntryState.FAILED if row.get("dirty") else EntryState.APPLIED,
            reach=Reach.UP_TO,
        )
        for row in rows.ledger
        if text(row, "version") != "-1"
    )


def detect(files: Files) -> int:
    """The shape of its names."""
    return 1 if any(_FILE.match(name_of(path)) for path in files.paths) else 0


LEDGER = Ledger(
    tool="golang-migrate",
    table="schema_migrations",
    columns=("version", "dirty"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="migrate -path migrations up",
)
