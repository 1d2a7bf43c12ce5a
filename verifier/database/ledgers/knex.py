"""
Knex: files of a folder, named in the ledger with their extension.

Source: https://knexjs.org/guide/migrations.html
"""

import re

from verifier.database.code_readers import in_javascript
from verifier.database.code_settings import code_folders
from verifier.database.files import Files
from verifier.database.given_folder import Applying, folder_given
from verifier.database.knex_schema import read_knex
from verifier.database.ledger_tool import Ledger, Rows, TableName, by_number, text
from verifier.database.migration_files import by_name, matching_in, named
from verifier.database.settings_files import read_text
from verifier.database.tool_commands import command, run_in
from verifier.database.tool_settings import block_of, literal
from verifier.model.migration_ledger import Entry, Migration
from verifier.model.tool_rules import ToolRules

_FILE = re.compile(r"^(?!.*\.d\.ts$).+\.(?:co|coffee|eg|iced|js|cjs|mjs|litcoffee|ls|ts)$")
_USUAL = ("migrations", "db/migrations")
_MARKS = ("knex.schema", "exports.up", ".schema.")
_CONFIG = tuple(f"knexfile.{ending}" for ending in ("js", "ts", "cjs", "mjs"))


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By name."""
    wanted = [folder] if folder else _configured(files)
    return by_name(matching_in(files, wanted, _FILE, _USUAL))


def _configured(files: Files) -> tuple[str, ...]:
    own = code_folders(files, named(files, *_CONFIG), "migrations", "directory", _FILE)
    if len(own) > 1:
        return own
    verbs, options = r"\bmigrate:(?:latest|up)\b", ("--migrations-directory",)
    applying = Applying(
        "knex", verbs, options, own or _USUAL, _FILE, _MARKS, configured=next(iter(own), "")
    )
    given = folder_given(files, applying)
    return tuple(given.split(",")) if given else own


def table_of(files: Files) -> TableName:
    """The blocks `migrations` of its configuration may give it another name and schema."""
    block = block_of(files, named(files, *_CONFIG), "migrations")
    table = literal(block, "tableName")
    return TableName(literal(block, "schemaName"), table, f"{table}_lock" if table else "")


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """One row a migration."""
    return tuple(Entry(text(row, "name")) for row in by_number(rows.ledger))


def detect(files: Files) -> int:
    """Its configuration."""
    return 2 if named(files, *_CONFIG) else 0


def apply_in(files: Files, _: str) -> str:
    """The command for this checkout."""
    configs = named(files, *_CONFIG)
    has_production = any("production" in read_text(files, path) for path in configs[:1])
    return run_in(
        configs,
        command("npx", "knex", "migrate:latest", env="production" if has_production else ""),
    )


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
    table_of=table_of,
    apply_in=apply_in,
    read_code=in_javascript(read_knex),
    rules=ToolRules(stops_at_missing=True, wants_all=True),
)
