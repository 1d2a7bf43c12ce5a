"""
Rails: `db/migrate/<digits>_<name>.rb`, one row a version.

Source: https://guides.rubyonrails.org/active_record_migrations.html
"""

import re

from verifier.database.files import Files
from verifier.database.ledgers.listing import matching
from verifier.database.ledgers.tool import Ledger, Rows, versions
from verifier.model.migration_ledger import Entry, Migration

_FILE = re.compile(r"^([0-9]+)_([_a-z0-9]*)(?:\.[_a-z0-9]*)?\.rb$")
_FOLDER = "db/migrate"


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By number."""
    found = matching(files, folder, _FILE, (_FOLDER,))
    made = [Migration(m[1], m[2], path) for path, m in found]
    return tuple(sorted(made, key=lambda migration: int(migration.version)))


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """One row a version."""
    return versions(rows, "version")


def detect(files: Files) -> int:
    """Its folder."""
    return 2 if any(f"/{_FOLDER}/" in f"/{p}" and p.endswith(".rb") for p in files.paths) else 0


LEDGER = Ledger(
    tool="rails",
    table="schema_migrations",
    columns=("version",),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="bin/rails db:migrate",
)
