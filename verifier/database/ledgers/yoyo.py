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
    matching_in,
    named,
)
from verifier.database.python_sql import read_yoyo
from verifier.database.settings_files import setting
from verifier.database.tool_commands import run_in
from verifier.errors import UnexpectedAnswerError
from verifier.model.migration_ledger import Entry, Migration
from verifier.model.tool_rules import ToolRequests, ToolRules

_FILE = re.compile(r"^(?!__init__\.py$)(?!.*\.rollback\.sql$)(.+)\.(?:sql|py)$")
_CONFIG = "yoyo.ini"
#: Several folders stand side by side, or in lines that are moved in.
_SOURCES = r"^[^\S\n]*sources[^\S\n]*[=:]([^\n]*(?:\n[^\S\n]+\S[^\n]*)*)"
_DEPENDS = re.compile(r"(?:^--\s*depends:\s*(.*)$)|(?:^__depends__\s*=\s*[\[{(]([^\])}]*))", re.M)


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """What a migration depends on stands before it, else by name."""
    folders = [folder] if folder else _folders(files)
    found = matching_in(files, folders, _FILE, ("migrations",))
    contents = files.read(path for path, _ in found)
    made = {
        m[1]: Migration(m[1], file=path, requires=_depends(contents[path])) for path, m in found
    }
    requires = {migration.version: migration.requires for migration in made.values()}
    return tuple(made[name] for name in in_order(sorted(made), requires))


def _folders(files: Files) -> list[str]:
    """
    Return the folders that its configuration names.

    Raises:
        UnexpectedAnswerError: one of several is not there.
    """
    configured = setting(files, [_CONFIG], _SOURCES)
    if configured is None:
        return []
    here, given = configured
    sources = given.replace("%(here)s", ".").split()
    folders = [join(here, source) for source in sources]
    for source, folder in zip(sources, folders, strict=True):
        if len(folders) > 1 and not matching(files, folder, _FILE, ()):
            text_ = f"{_CONFIG} names the folder {source}, which has no migration here"
            raise UnexpectedAnswerError(text_, hint="set ledger.path")
    return list(dict.fromkeys(folders))


def _depends(content: bytes) -> tuple[str, ...]:
    found: list[str] = []
    for match in _DEPENDS.finditer(content.decode("utf-8-sig", "replace")):
        found += re.findall(r"[^\s,'\"]+", match[1] or match[2] or "")
    return tuple(found)


def table_of(files: Files) -> TableName:
    """Its configuration may give it another name."""
    found = setting(files, [_CONFIG], r"^\s*migration_table\s*[=:]\s*(\S+)")
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
