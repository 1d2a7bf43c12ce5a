"""
Prisma: `prisma/migrations/<name>/migration.sql`, with a checksum and marks of failure.

Source: https://www.prisma.io/docs/orm/prisma-migrate
"""

import hashlib
import re

from verifier.database.files import Files
from verifier.database.ledger_tool import Ledger, Rows, text
from verifier.database.migration_files import (
    folder_of,
    join,
    name_of,
    named,
    nearest,
)
from verifier.database.settings_files import read_text
from verifier.database.tool_commands import command, run_from, seen_from
from verifier.model.migration_ledger import Entry, EntryState, Migration
from verifier.model.tool_rules import ToolRequests, ToolRules

#: Its configuration in code, which it looks for where it is started.
_CONFIG = re.compile(r"(?:^|/)(?:prisma\.config|\.config/prisma)\.[cm]?[jt]s$")


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """In the order of the folders' names."""
    every = named(files, "migration.sql")
    folders = {folder_of(folder_of(path)) for path in every}
    chosen = folder or (nearest(folders) if folders else "")
    found = [path for path in every if folder_of(folder_of(path)) == chosen]
    contents = files.read(found)
    made = [
        Migration(
            version=name_of(folder_of(path)),
            file=path,
            checksum=hashlib.sha256(contents[path]).hexdigest(),
        )
        for path in found
    ]
    return tuple(sorted(made, key=lambda migration: migration.version))


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """A row that was rolled back is as if it were not there; one that never ended has failed."""
    return tuple(
        Entry(
            text(row, "migration_name"),
            state=EntryState.FAILED if row.get("finished_at") is None else EntryState.APPLIED,
            checksum=text(row, "checksum"),
        )
        for row in sorted(rows.ledger, key=lambda row: text(row, "started_at"))
        if row.get("rolled_back_at") is None
    )


def detect(files: Files) -> int:
    """Its schema, or its lock file."""
    has_lock = any("/migrations/" in f"/{p}" for p in named(files, "migration_lock.toml"))
    return 2 if has_lock or named(files, "schema.prisma") else 0


def apply_in(files: Files, folder: str) -> str:
    """The command for this checkout, started where its configuration is looked for."""
    beside = folder_of(folder_of(folder))
    configs = [p for p in files.paths if _CONFIG.search(p) and _is_above(_home(p), beside)]
    config = max(configs, key=len, default="")
    if config:
        start = _home(config)
        is_told = bool(re.search(r"\bschema\b", read_text(files, config)))
    else:
        start, is_told = folder_of(beside) if name_of(beside) == "prisma" else "", False
    schema = join(beside, "schema.prisma")
    is_usual = beside in (start, join(start, "prisma"))
    given = "" if is_told or is_usual or schema not in files.paths else seen_from(start, schema)
    return run_from(start, command("npx", "prisma", "migrate", "deploy", schema=given))


def _home(config: str) -> str:
    return folder_of(config).removesuffix(".config").removesuffix("/")


def _is_above(folder: str, other: str) -> bool:
    return not folder or f"{other}/".startswith(f"{folder}/")


LEDGER = Ledger(
    tool="prisma",
    table="_prisma_migrations",
    columns=("migration_name", "checksum", "finished_at", "rolled_back_at", "started_at"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="npx prisma migrate deploy",
    companion_files=r"(?:^|/)(?:schema\.prisma|migration_lock\.toml)$",
    apply_in=apply_in,
    rules=ToolRules(
        (
            ToolRequests(
                "migrate deploy",
                "migrate resolve --applied {version}",
                (
                    ("if nothing is left of it", "migrate resolve --rolled-back {version}"),
                    ("if all of it exists", "migrate resolve --applied {version}"),
                ),
                usual="npx prisma migrate deploy",
            ),
        )
    ),
)
