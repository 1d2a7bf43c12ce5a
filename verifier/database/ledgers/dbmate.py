"""
dbmate: `db/migrations/<digits>….sql`, one row a version.

Source: https://github.com/amacneil/dbmate
"""

import re

from verifier.database.files import Files
from verifier.database.ledgers.listing import matching, says
from verifier.database.ledgers.tool import Ledger, Rows, versions
from verifier.model.migration_ledger import Entry, Migration

_FILE = re.compile(r"^([0-9]+)(.*)\.sql$", re.DOTALL)
_FOLDER = "db/migrations"


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By file name."""
    found = matching(files, folder, _FILE, (_FOLDER, "migrations"))
    return tuple(Migration(m[1], m[2].lstrip("_-"), path) for path, m in found)


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """One row a version."""
    return versions(rows, "version")


def detect(files: Files) -> int:
    """Migrations with its mark."""
    paths = [path for path, _ in matching(files, "", _FILE, (_FOLDER, "migrations"))]
    return 1 if says(files, paths, "migrate:up") else 0


LEDGER = Ledger(
    tool="dbmate",
    table="schema_migrations",
    columns=("version",),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="dbmate migrate",
)
