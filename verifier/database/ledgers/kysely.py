"""
Kysely: files of a folder, named in the ledger without their extension.

Source: https://kysely.dev/docs/migrations
"""

import re

from verifier.database.code_readers import in_javascript
from verifier.database.code_settings import code_folders
from verifier.database.files import Files
from verifier.database.kysely_schema import read_kysely
from verifier.database.ledger_tool import Ledger, Rows, TableName, text
from verifier.database.migration_files import (
    JS,
    by_name,
    guessed,
    matching_in,
    name_of,
    named,
    says,
)
from verifier.database.tool_commands import run_in
from verifier.database.tool_settings import in_code
from verifier.model.migration_ledger import Entry, Migration
from verifier.model.tool_rules import ToolRules

_FILE = re.compile(rf"^(?!.*\.d\.ts$)(.+)\.{JS}$")
_MIGRATOR = re.compile(rf"(?:^|/)(?:kysely\.config|[^/]*migrat(?:e|or|ions?)(?:-[^/]*)?)\.{JS}$")
_USUAL = ("migrations", "db/migrations", "src/migrations", "src/db/migrations")


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By name."""
    wanted = [folder] if folder else _configured(files)
    return by_name(matching_in(files, wanted, _FILE, _USUAL), 1)


def _configured(files: Files) -> tuple[str, ...]:
    """The folders that its configuration, or the program that migrates, names."""
    paths = _configs(files) or [path for path in files.paths if _MIGRATOR.search(path)]
    return code_folders(files, paths, "", "migrationFolder", _FILE)


def _configs(files: Files) -> list[str]:
    return [p for p in files.paths if name_of(p).startswith("kysely.config.")]


def table_of(files: Files) -> TableName:
    """Its migrator may give it another name and schema, in code."""
    paths = [path for path in files.paths if _MIGRATOR.search(path)]
    return TableName(
        in_code(files, paths, "migrationTableSchema"), in_code(files, paths, "migrationTableName")
    )


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """Its lock row says nothing on PostgreSQL, where it locks by a session."""
    ordered = sorted(rows.ledger, key=lambda row: text(row, "timestamp"))
    return tuple(Entry(text(row, "name")) for row in ordered)


def detect(files: Files) -> int:
    """Its configuration, or migrations that import it."""
    if named(files, *(f"kysely.config.{ending}" for ending in ("js", "ts", "mjs", "cjs"))):
        return 2
    paths = guessed(files, _FILE, _USUAL)
    return 1 if says(files, paths, "kysely") else 0


def apply_in(files: Files, _: str) -> str:
    """The command for this checkout."""
    configs = _configs(files)
    return run_in(configs, "npx kysely migrate:latest") if configs else ""


LEDGER = Ledger(
    tool="kysely",
    table="kysely_migration",
    columns=("name", "timestamp"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    table_of=table_of,
    apply_in=apply_in,
    read_code=in_javascript(read_kysely),
    rules=ToolRules(
        too_late="kysely stops at what is older than its newest entry: give the file a newer name, "
        "or set allowUnorderedMigrations in its configuration",
        stops_at_missing=True,
        wants_all=True,
    ),
)
