"""
Sqitch: `sqitch.plan` lists the changes; the ledger keeps a hash of each deploy script.

Source: https://sqitch.org/docs/manual/
"""

import hashlib
import re

from verifier.database.files import Files
from verifier.database.ledgers.listing import folder_of, join, named, nearest, read_ini, read_text
from verifier.database.ledgers.tool import Ledger, Row, Rows, text
from verifier.model.migration_ledger import Entry, EntryState, Migration

_PLAN, _CONF = "sqitch.plan", "sqitch.conf"
_CHANGE = re.compile(r"^\s*(?![%@#])([^\s\[#]+)(?:\s+\[[^\]]*\])?\s+\d{4}-\d\d-\d\dT")
_PROJECT = re.compile(r"^%project=(\S+)", re.MULTILINE)


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """In the order of the plan; of a reworked change the last occurrence counts."""
    plans = [path for path in named(files, _PLAN) if folder in ("", folder_of(path))]
    if not plans:
        return ()
    path = nearest(plans)
    plan = read_text(files, path)
    project = _PROJECT.search(plan)
    changes = [match[1] for line in plan.splitlines() if (match := _CHANGE.match(line))]
    deploy = join(folder_of(path), _setting(files, path, "deploy_dir", "deploy"))
    found: dict[str, Migration] = {}
    for change in changes:
        found.pop(change, None)
        found[change] = Migration(
            change, file=join(deploy, f"{change}.sql"), group=project[1] if project else ""
        )
    there = set(files.paths)
    contents = files.read(m.file for m in found.values() if m.file in there)
    return tuple(_hashed(migration, contents.get(migration.file)) for migration in found.values())


def _hashed(migration: Migration, content: bytes | None) -> Migration:
    if content is None:
        return migration
    checksum = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    return Migration(
        migration.version, file=migration.file, checksum=checksum, group=migration.group
    )


def _setting(files: Files, plan: str, name: str, default: str) -> str:
    path = join(folder_of(plan), _CONF)
    if path not in files.paths:
        return default
    return read_ini(files, path).get("core", name, fallback=default)


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """A change whose newest event is a failure, and which is not there, has failed."""
    found = {
        (text(row, "project"), text(row, "change")): Entry(
            text(row, "change"), checksum=text(row, "script_hash"), group=text(row, "project")
        )
        for row in sorted(rows.ledger, key=lambda row: text(row, "committed_at"))
    }
    newest: dict[tuple[str, str], Row] = {}
    for event in sorted(rows.companion_tables["events"], key=lambda row: text(row, "committed_at")):
        newest[text(event, "project"), text(event, "change")] = event
    failed = [
        Entry(change, state=EntryState.FAILED, group=project)
        for (project, change), event in newest.items()
        if text(event, "event") == "fail" and (project, change) not in found
    ]
    return (*found.values(), *failed)


def detect(files: Files) -> int:
    """Its plan."""
    return 2 if named(files, _PLAN) else 0


LEDGER = Ledger(
    tool="sqitch",
    table="sqitch.changes",
    columns=("change", "project", "script_hash", "committed_at"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="sqitch deploy",
    companion_tables={"events": ("event", "change", "project", "committed_at")},
)
