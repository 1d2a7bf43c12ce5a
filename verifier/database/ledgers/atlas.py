"""
Atlas: `<version>_<name>.sql` and `atlas.sum`, whose entries cover all files before.

Source: https://atlasgo.io/concepts/migration-directory-integrity
"""

import base64
import hashlib
import re

from verifier.database.files import Files
from verifier.database.ledger_tool import Ledger, Rows, TableName, text
from verifier.database.migration_files import folder_of, inside, join, name_of, named, nearest
from verifier.database.tool_commands import URL, command
from verifier.database.tool_settings import flag, in_code
from verifier.model.migration_ledger import Entry, EntryState, Migration, Reach
from verifier.model.tool_rules import ToolRequests, ToolRules

_FILE = re.compile(r"^([^_]+?)(?:_(.*))?\.sql$", re.DOTALL)
_SUM = "atlas.sum"
#: A row that names the table's owner in Atlas' cloud.
_NO_MIGRATION = ".atlas_cloud_identifier"
_BASELINE = 1


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By file name; each checksum covers all files up to its own."""
    sums = named(files, _SUM)
    configs = named(files, "atlas.hcl")
    given = in_code(files, configs, "dir").removeprefix("file://")
    configured = join(folder_of(nearest(configs)), given) if given else ""
    is_there = any(folder_of(path) == configured for path in sums)
    chosen = folder or (configured if is_there else "")
    chosen = chosen or (folder_of(nearest(sums)) if sums else "migrations")
    paths = [path for path in inside(files, chosen) if path.endswith(".sql")]
    contents = files.read(paths)
    running = hashlib.sha256()
    made: list[Migration] = []
    for path in sorted(paths, key=name_of):
        name = name_of(path)
        running.update(name.encode("utf-8", "surrogateescape"))
        running.update(contents[path])
        checksum = base64.b64encode(running.digest()).decode()
        match = _FILE.match(name)
        if match:
            made.append(Migration(match[1], match[2] or "", path, checksum))
    return tuple(made)


def table_of(files: Files) -> TableName:
    """Its configuration, or an option, may give it another schema."""
    schema = in_code(files, named(files, "atlas.hcl"), "revisions_schema")
    return TableName(schema or flag(files, "atlas", "--revisions-schema"))


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """One row a migration; a baseline covers what is before it."""
    return tuple(
        Entry(
            text(row, "version"),
            text(row, "description"),
            EntryState.FAILED if _has_failed(row) else EntryState.APPLIED,
            text(row, "hash"),
            Reach.UP_TO if int(text(row, "type") or 0) & _BASELINE else Reach.ITSELF,
        )
        for row in sorted(rows.ledger, key=lambda row: text(row, "version"))
        if text(row, "version") != _NO_MIGRATION
    )


def _has_failed(row: object) -> bool:
    match row:
        case {"error": str(error)} if error:
            return True
        case {"applied": int(applied), "total": int(total)}:
            return applied < total
        case _:
            return False


def detect(files: Files) -> int:
    """Its configuration, or its sums."""
    return 2 if named(files, "atlas.hcl", _SUM) else 0


def apply_in(files: Files, folder: str) -> str:
    """The command for this checkout."""
    place = f"file://{folder}" if folder else ""
    schema = table_of(files).schema
    return command("atlas", "migrate", "apply", dir=place, url=URL, revisions_schema=schema)


LEDGER = Ledger(
    tool="atlas",
    table="atlas_schema_revisions.atlas_schema_revisions",
    columns=("version", "description", "type", "applied", "total", "error", "hash"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="atlas migrate apply",
    is_chained=True,
    table_of=table_of,
    companion_files=r"(?:^|/)atlas\.sum$",
    apply_in=apply_in,
    rules=ToolRules(
        (
            ToolRequests(
                "migrate apply",
                failed=(("once you have completed it", "migrate set {version}"),),
                late="migrate apply --exec-order non-linear",
                usual='atlas migrate apply --url "$DATABASE_URL"',
            ),
        )
    ),
)
