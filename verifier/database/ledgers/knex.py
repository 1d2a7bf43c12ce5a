"""
Knex: files of a folder, named in the ledger with their extension.

Source: https://knexjs.org/guide/migrations.html
"""

import re

from verifier.database.files import Files
from verifier.database.ledgers.listing import by_name, join, matching, named, setting
from verifier.database.ledgers.tool import Ledger, Rows, by_number, text
from verifier.model.migration_ledger import Entry, Migration

_FILE = re.compile(r"^(?!.*\.d\.ts$).+\.(?:co|coffee|eg|iced|js|cjs|mjs|litcoffee|ls|ts)$")
_CONFIG = tuple(f"knexfile.{ending}" for ending in ("js", "ts", "cjs", "mjs"))
_DIRECTORY = r"""directory["']?\s*:\s*["'`]([^"'`]+)"""


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By name."""
    configured = None if folder else setting(files, _CONFIG, _DIRECTORY)
    wanted = folder or (join(*configured) if configured else "")
    found = matching(files, wanted, _FILE, ("migrations", "db/migrations"))
    return by_name(found)


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """One row a migration."""
    return tuple(Entry(text(row, "name")) for row in by_number(rows.ledger))


def detect(files: Files) -> int:
    """Its configuration."""
    return 2 if named(files, *_CONFIG) else 0


LEDGER = Ledger(
    tool="knex",
    table="knex_migrations",
    columns=("id", "name", "batch"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="npx knex migrate:latest",
    companion_tables={"knex_migrations_lock": ("is_locked",)},
    lock=("knex_migrations_lock", "is_locked"),
)
