"""
Sqitch: `sqitch.plan` lists the changes; the ledger keeps a hash of each deploy script.

Source: https://sqitch.org/docs/manual/
"""

import hashlib
import re
from collections import Counter
from dataclasses import replace

from verifier.database.files import Files
from verifier.database.ledger_tool import Ledger, Row, Rows, TableName, text
from verifier.database.migration_files import (
    folder_of,
    join,
    named,
    nearest,
)
from verifier.database.settings_files import read_ini, read_text
from verifier.database.tool_commands import run_in
from verifier.model.migration_ledger import Entry, EntryState, Migration
from verifier.model.tool_rules import ToolRequests, ToolRules

_PLAN, _CONF = "sqitch.plan", "sqitch.conf"
_CHANGE = re.compile(r"^\s*(?![%@#])([^\s\[#]+)(?:\s+\[[^\]]*\])?\s+\d{4}-\d\d-\d\dT")
_TAG = re.compile(r"^\s*(@[^\s\[#]+)\s+\d{4}-\d\d-\d\dT")
_PROJECT = re.compile(r"^%project=(\S+)", re.MULTILINE)


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """In the order of the plan; each rework of a change is a migration of its own."""
    path = _plan(files, folder)
    if not path:
        return ()
    plan = read_text(files, path)
    project = _PROJECT.search(plan)
    deploy = join(folder_of(path), _setting(files, path, "deploy_dir", "deploy"))
    found = [
        Migration(
            version,
            file=join(deploy, f"{version}.sql"),
            key=_key(version.partition("@")[0], number),
            group=project[1] if project else "",
        )
        for version, number in _changes(plan)
    ]
    there = set(files.paths)
    contents = files.read(m.file for m in found if m.file in there)
    return tuple(_hashed(migration, contents.get(migration.file)) for migration in found)


def _changes(plan: str) -> list[tuple[str, int]]:
    """Each change with its number among those of its name; a reworked one has the last tag's."""
    found: list[tuple[str, int]] = []
    at: dict[str, int] = {}
    numbers: Counter[str] = Counter()
    tag = ""
    for line in plan.splitlines():
        named_tag, change = _TAG.match(line), _CHANGE.match(line)
        if named_tag:
            tag = named_tag[1]
        elif change:
            name = change[1]
            if name in at:
                found[at[name]] = (f"{name}{tag}", numbers[name])
            numbers[name] += 1
            at[name] = len(found)
            found.append((name, numbers[name]))
    return found


def _key(change: str, number: int) -> str:
    """What tells the reworks of a change apart in the ledger, which has one row for each."""
    return change if number == 1 else f"{change} ({number})"


def _hashed(migration: Migration, content: bytes | None) -> Migration:
    if content is None:
        return migration
    return replace(migration, checksum=hashlib.sha1(content, usedforsecurity=False).hexdigest())


def _plan(files: Files, folder: str) -> str:
    """The plan of that folder, or the one that the configuration names, or the nearest."""
    configs = [path for path in named(files, _CONF) if not folder]
    for path in configs[:1]:
        core = read_ini(files, path)
        top = core.get("core", "top_dir", fallback="")
        name = core.get("core", "plan_file", fallback="") or join(top, _PLAN)
        if join(folder_of(path), name) in files.paths:
            return join(folder_of(path), name)
    plans = [path for path in named(files, _PLAN) if folder in ("", folder_of(path))]
    return nearest(plans) if plans else ""


def _setting(files: Files, plan: str, name: str, default: str, section: str = "core") -> str:
    """A setting of the configuration beside the plan, or at the root."""
    for path in (join(folder_of(plan), _CONF), _CONF):
        if path in files.paths:
            return read_ini(files, path).get(section, name, fallback=default)
    return default


def table_of(files: Files) -> TableName:
    """Its configuration may give its registry another schema."""
    plan = _plan(files, "")
    if not plan:
        return TableName()
    engine = _setting(files, plan, "registry", "", 'engine "pg"')
    return TableName(engine or _setting(files, plan, "registry", ""))


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """A change whose newest event is a failure has failed; a rework has a row of its own."""
    deployed: Counter[tuple[str, str]] = Counter()
    found: list[Entry] = []
    for row in sorted(rows.ledger, key=lambda row: text(row, "committed_at")):
        project, change = text(row, "project"), text(row, "change")
        deployed[project, change] += 1
        key = _key(change, deployed[project, change])
        found.append(Entry(key, checksum=text(row, "script_hash"), group=project))
    newest: dict[tuple[str, str], Row] = {}
    for event in sorted(rows.companion_tables["events"], key=lambda row: text(row, "committed_at")):
        newest[text(event, "project"), text(event, "change")] = event
    failed = [
        Entry(_key(change, deployed[project, change] + 1), state=EntryState.FAILED, group=project)
        for (project, change), event in newest.items()
        if text(event, "event") == "fail"
    ]
    return (*found, *failed)


def detect(files: Files) -> int:
    """Its plan."""
    return 2 if named(files, _PLAN) else 0


def apply_in(files: Files, _: str) -> str:
    """The command for this checkout."""
    plan = _plan(files, "")
    home = [_CONF] if _CONF in files.paths else [plan] if plan else []
    return run_in(home, 'sqitch deploy --target "db:$DATABASE_URL"')


LEDGER = Ledger(
    tool="sqitch",
    table="sqitch.changes",
    columns=("change", "project", "script_hash", "committed_at"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="sqitch deploy",
    companion_tables={"events": ("event", "change", "project", "committed_at")},
    table_of=table_of,
    companion_files=r"(?:^|/)(?:sqitch\.plan|(?:revert|verify|deploy)/[^/]+\.sql)$",
    apply_in=apply_in,
    rules=ToolRules(
        (
            ToolRequests(
                "sqitch deploy",
                failed=(("its failed change was reverted, so", "sqitch deploy"),),
                usual="sqitch deploy",
            ),
        ),
        stops_at_missing=True,
    ),
)
