"""
goose: `<digits>_<name>.sql|go`; of several rows of a version the newest decides.

Source: https://pressly.github.io/goose/
"""

import re

from verifier.database.applied_part import between
from verifier.database.files import Files
from verifier.database.given_folder import Applying, folder_given, marked_folders
from verifier.database.go_folders import folders_in_go
from verifier.database.ledger_tool import Ledger, Rows, TableName, by_number, text
from verifier.database.migration_files import guessed, matching, says
from verifier.database.tool_commands import URL, command
from verifier.database.tool_settings import flag, variable
from verifier.model.migration_ledger import Entry, Migration
from verifier.model.tool_rules import ToolRequests, ToolRules

_FILE = re.compile(r"^([0-9]+)_(.*)\.(?:sql|go)$", re.DOTALL)
_USUAL = ("migrations", "db/migrations", "sql/migrations")
_START = "0"
_MARKS = ("+goose Up", "pressly/goose")
#: What applies them in Go.
_CALL = r"\bgoose\.(?:Up(?:Context|To|ByOne)*|Run(?:Context)?|NewProvider)\("


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By number."""
    wanted = folder or _given(files)
    found = matching(files, wanted, _FILE, _USUAL)
    made = [Migration(str(int(m[1])), m[2], path) for path, m in found]
    return tuple(sorted(made, key=lambda migration: int(migration.version)))


def _given(files: Files) -> str:
    applying = Applying(
        "goose",
        r"\bup\b",
        ("-dir", "--dir"),
        _USUAL,
        _FILE,
        _MARKS,
        r"-no-versioning\b",
        "GOOSE_MIGRATION_DIR",
        is_here=True,
    )
    marked = marked_folders(files, _FILE, _MARKS)
    in_code = folders_in_go(files, _CALL, "goose", marked) if len(marked) > 1 else set()
    return folder_given(files, applying, in_code)


def table_of(files: Files) -> TableName:
    """The environment or an option may give it another name, with its schema."""
    name = variable(files, "GOOSE_TABLE") or flag(files, "goose", "-table", "--table")
    schema, _, table = name.rpartition(".")
    return TableName(schema, table)


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """Older versions wrote a row for going down too."""
    applied: dict[str, bool] = {}
    for row in by_number(rows.ledger):
        version = text(row, "version_id")
        applied.pop(version, None)
        applied[version] = bool(row.get("is_applied"))
    return tuple(Entry(v) for v, is_applied in applied.items() if is_applied and v != _START)


def detect(files: Files) -> int:
    """Migrations with its mark."""
    paths = guessed(files, _FILE, _USUAL)
    return 1 if says(files, paths, "+goose Up") or says(files, paths, "pressly/goose") else 0


def apply_in(files: Files, folder: str) -> str:
    """The command for this checkout."""
    name = table_of(files)
    table = ".".join(part for part in (name.schema, name.table) if part)
    return f"{command('goose', _dir=folder or '.', _table=table)} postgres {URL} up"


LEDGER = Ledger(
    tool="goose",
    table="goose_db_version",
    columns=("id", "version_id", "is_applied"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="goose up",
    table_of=table_of,
    apply_in=apply_in,
    # Source: https://pressly.github.io/goose/documentation/annotations/
    applied_part=between(r"--\s*\+goose\s+Up\b", r"--\s*\+goose\s+Down\b"),
    rules=ToolRules(
        (ToolRequests(" postgres ", late=" -allow-missing postgres "),), is_by_number=True
    ),
)
