"""
dbmate: `db/migrations/<digits>….sql`, one row a version.

Source: https://github.com/amacneil/dbmate
"""

import re

from verifier.database.applied_part import between
from verifier.database.files import Files
from verifier.database.given_folder import Applying, folder_given
from verifier.database.ledger_tool import Ledger, Rows, TableName, versions
from verifier.database.migration_files import guessed, matching_in, name_of, says
from verifier.database.tool_commands import command
from verifier.database.tool_settings import flag, repeated_flag, variable
from verifier.model.migration_ledger import Entry, Migration
from verifier.model.tool_rules import ToolRules

_FILE = re.compile(r"^([0-9]+)(.*)\.sql$", re.DOTALL)
_FOLDER = "db/migrations"
_MARKS = ("migrate:up",)


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By file name."""
    options, usual = ("--migrations-dir", "-d"), (_FOLDER,)
    verbs, of_environment = r"\b(?:up|migrate)\b", "DBMATE_MIGRATIONS_DIR"
    applying = Applying("dbmate", verbs, options, usual, _FILE, _MARKS, variable=of_environment)
    # It takes several folders as one, and applies their files by name.
    given = folder or folder_given(files, applying)
    folders = [folder] if folder else given.split(",")
    found = matching_in(files, list(dict.fromkeys(folders)), _FILE, (_FOLDER, "migrations"))
    found.sort(key=lambda each: name_of(each[0]))
    return tuple(Migration(m[1], m[2].lstrip("_-"), path) for path, m in found)


def table_of(files: Files) -> TableName:
    """The environment or an option may give it another name, with its schema."""
    name = variable(files, "DBMATE_MIGRATIONS_TABLE")
    schema, _, table = (name or flag(files, "dbmate", "--migrations-table")).rpartition(".")
    return TableName(schema, table)


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """One row a version."""
    return versions(rows, "version")


def detect(files: Files) -> int:
    """Migrations with its mark."""
    paths = guessed(files, _FILE, (_FOLDER, "migrations"))
    return 1 if says(files, paths, "migrate:up") else 0


def apply_in(files: Files, _: str) -> str:
    """The command for this checkout."""
    # It reads `.env` itself.
    folders = repeated_flag(files, "dbmate", "--migrations-dir", "-d")
    words = [word for folder in folders for word in ("--migrations-dir", folder)]
    table = flag(files, "dbmate", "--migrations-table")
    return f"{command('dbmate', *words, migrations_table=table)} migrate"


LEDGER = Ledger(
    tool="dbmate",
    table="schema_migrations",
    columns=("version",),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="dbmate migrate",
    table_of=table_of,
    companion_files=r"(?:^|/)db/schema\.sql$",
    apply_in=apply_in,
    # Source: https://github.com/amacneil/dbmate#creating-migrations
    applied_part=between(r"--\s*migrate:up\b", r"--\s*migrate:down\b"),
    rules=ToolRules(is_by_number=True),
)
