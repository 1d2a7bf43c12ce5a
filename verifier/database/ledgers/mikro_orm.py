"""
MikroORM: classes in files of their own, named in the ledger without extension.

Source: https://mikro-orm.io/docs/migrations
"""

import re

from verifier.database.code_readers import in_javascript
from verifier.database.code_settings import code_folders
from verifier.database.files import Files
from verifier.database.ledger_tool import Ledger, Rows, TableName, by_number, text
from verifier.database.migration_files import by_name, guessed, matching_in, says
from verifier.database.query_objects import read_query_object
from verifier.database.settings_files import read_text
from verifier.database.tool_commands import run_in
from verifier.database.tool_settings import block_of, literal
from verifier.model.migration_ledger import Entry, Migration

_FILE = re.compile(r"^(?!.*\.d\.ts$)(Migration[0-9]{14}.*)\.(?:js|ts|cjs|mjs)$")
_ENDING = re.compile(r"\.(?:js|ts|cjs|mjs)$")
_USUAL = ("migrations", "src/migrations")


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By name, which begins with the time."""
    wanted = [folder] if folder else _configured(files)
    return by_name(matching_in(files, wanted, _FILE, _USUAL), 1)


def _configured(files: Files) -> tuple[str, ...]:
    """The folder of the sources that its configuration names, or else of what is built."""
    configs = [p for p in files.paths if p.rpartition("/")[2].startswith("mikro-orm.config.")]
    key = "pathTs" if any("pathTs" in read_text(files, path) for path in configs) else "path"
    return code_folders(files, configs, "migrations", key, _FILE)


def table_of(files: Files) -> TableName:
    """The block `migrations` of its configuration may give it another name."""
    configs = [p for p in files.paths if p.rpartition("/")[2].startswith("mikro-orm.config.")]
    return TableName(table=literal(block_of(files, configs, "migrations"), "tableName"))


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """Older versions wrote the extension down too."""
    return tuple(Entry(_ENDING.sub("", text(row, "name"))) for row in by_number(rows.ledger))


def detect(files: Files) -> int:
    """Its configuration, or migrations that import it."""
    if any(path.rpartition("/")[2].startswith("mikro-orm.config.") for path in files.paths):
        return 2
    paths = guessed(files, _FILE, _USUAL)
    return 1 if says(files, paths, "@mikro-orm/migrations") else 0


def apply_in(files: Files, _: str) -> str:
    """The command for this checkout."""
    configs = [p for p in files.paths if p.rpartition("/")[2].startswith("mikro-orm.config.")]
    return run_in(configs[:1], "npx mikro-orm migration:up")


LEDGER = Ledger(
    tool="mikro-orm",
    table="mikro_orm_migrations",
    columns=("id", "name", "executed_at"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="npx mikro-orm migration:up",
    table_of=table_of,
    companion_files=r"(?:^|/)\.snapshot-[^/]+\.json$",
    apply_in=apply_in,
    read_code=in_javascript(read_query_object),
)
