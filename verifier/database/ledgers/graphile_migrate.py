"""
graphile-migrate: `migrations/committed/<6 digits>[-slug].sql`, each hashed with the one before.

Source: https://github.com/graphile/migrate
"""

import hashlib
import re

from verifier.database.files import Files
from verifier.database.ledger_tool import Ledger, Rows, text
from verifier.database.migration_files import matching, named
from verifier.database.tool_commands import run_in
from verifier.model.migration_ledger import Entry, Migration

_FILE = re.compile(r"^([0-9]{6})(?:-(.*))?\.sql$")
_FOLDER = "migrations/committed"
_HEADER = re.compile(r"--! ?(\w+):?(.*)")


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By number. The ledger leaves the slug out of the name."""
    found = matching(files, folder, _FILE, (_FOLDER,))
    contents = files.read(path for path, _ in found)
    return tuple(
        Migration(f"{m[1]}.sql", m[2] or "", path, _hash(contents[path].decode("utf-8", "replace")))
        for path, m in found
    )


def _hash(content: str) -> str:
    """The hash of the body and of the previous one's; empty where the file switches it off."""
    lines = content.replace("\r\n", "\n").split("\n")
    headers: dict[str, str] = {}
    while lines and (match := _HEADER.match(lines[0])):
        headers[match[1]] = match[2].strip()
        lines.pop(0)
    if "AllowInvalidHash" in headers:
        return ""
    previous = headers.get("Previous", "-")
    body = f"{'' if previous == '-' else previous}\n" + "\n".join(lines).strip()
    digest = hashlib.sha1(f"{body.strip()}\n".encode(), usedforsecurity=False)
    return f"sha1:{digest.hexdigest()}"


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """One row a migration."""
    ordered = sorted(rows.ledger, key=lambda row: text(row, "filename"))
    return tuple(Entry(text(row, "filename"), checksum=text(row, "hash")) for row in ordered)


def detect(files: Files) -> int:
    """Its configuration, or its folder."""
    if named(files, ".gmrc", ".gmrc.js"):
        return 2
    return 1 if any(f"/{_FOLDER}/" in f"/{path}" for path in files.paths) else 0


def apply_in(files: Files, _: str) -> str:
    """The command for this checkout."""
    return run_in(named(files, ".gmrc", ".gmrc.js"), "npx graphile-migrate migrate")


LEDGER = Ledger(
    tool="graphile-migrate",
    table="graphile_migrate.migrations",
    columns=("hash", "filename"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="npx graphile-migrate migrate",
    is_schema_fixed=True,
    companion_files=r"(?:^|/)migrations/current\.sql$",
    apply_in=apply_in,
)
