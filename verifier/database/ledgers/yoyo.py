"""
yoyo: files of a folder, named in the ledger without their extension.

Source: https://ollycope.com/software/yoyo/latest/
"""

import re

from verifier.database.code_readers import in_python
from verifier.database.files import Files
from verifier.database.ledger_tool import Ledger, Rows, TableName, text
from verifier.database.migration_files import (
    in_order,
    join,
    matching,
    named,
)
from verifier.database.python_sql import read_yoyo
from verifier.database.settings_files import setting
from verifier.database.tool_commands import run_in
from verifier.model.migration_ledger import Entry, Migration
from verifier.model.tool_rules import ToolRequests, ToolRules

_FILE = re.compile(r"^(?!__init__\.py$)(?!.*\.rollback\.sql$)(.+)\.(?:sql|py)$")
_CONFIG = "yoyo.ini"
_SOURCES = r"^[^\S\n]*sources[^\S\n]*=[^\S\n]*(\S+)"
_DEPENDS = re.compile(r"(?:^--\s*depends:\s*(.*)$)|(?:^__depends__\s*=\s*[\[{(]([^\])}]*))", re.M)


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """What a migration depends on stands before it, else by name."""
    configured = None if folder else setting(files, [_CONFIG], _SOURCES)
    wanted = folder or (join(*configured) if configured else "")
    found = matching(files, wanted, _FILE, ("migrations",))
    contents = files.read(path for path, _ in found)
    made = {
        m[1]: Migration(m[1], file=path, requires=_depends(contents[path])) for path, m in found
    }
    requires = {migration.version: migration.requires for migration in made.values()}
    return tuple(made[name] for name in in_order(sorted(made), requires))


def _depends(content: bytes) -> tuple[str, ...]:
    found: list[str] = []
    for match in _DEPENDS.finditer(content.decode("utf-8-sig", "replace")):
        found += re.findall(r"[^\s,'\"]+", match[1] or match[2] or "")
    return tuple(found)


def table_of(files: Files) -> TableName:
    """Its configuration may give it another name."""
    found = setting(files, [_CONFIG], r"^\s*migration_table\s*=\s*(\S+)")
    return TableName(table=found[1] if found else "")


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """One row a migration."""
    ordered = sorted(rows.ledger, key=lambda row: text(row, "applied_at_utc"))
    return tuple(Entry(text(row, "migration_id")) for row in ordered)


def detect(files: Files) -> int:
    """Its configuration."""
    return 2 if named(files, _CONFIG) else 0


def apply_in(files: Files, _: str) -> str:
    """The command for this checkout."""
    return run_in(named(files, _CONFIG), "yoyo apply --batch")


LEDGER = Ledger(
    tool="yoyo",
    table="_yoyo_migration",
    columns=("migration_id", "applied_at_utc"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="yoyo apply",
    companion_tables={"yoyo_lock": ("locked",)},
    lock=("yoyo_lock", "locked"),
    table_of=table_of,
    companion_files=r"\.rollback\.sql$",
    apply_in=apply_in,
    read_code=in_python(read_yoyo),
    rules=ToolRules((ToolRequests("yoyo apply", "yoyo mark --match '^{version}$'"),)),
)
