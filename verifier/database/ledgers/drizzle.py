"""
Drizzle: `meta/_journal.json` names the files; the ledger keeps their times and hashes.

Source: https://orm.drizzle.team/docs/migrations
"""

import hashlib
import json

from verifier.database.files import Files
from verifier.database.ledger_tool import Ledger, Rows, TableName, text
from verifier.database.migration_files import (
    folder_of,
    join,
    name_of,
    named,
    nearest,
)
from verifier.database.settings_files import read_text, unreadable
from verifier.database.tool_commands import run_in
from verifier.database.tool_settings import block_of, in_code, literal
from verifier.errors import UnexpectedAnswerError
from verifier.model.migration_ledger import Entry, Migration
from verifier.model.tool_rules import ToolRules

_JOURNAL = "_journal.json"


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """In the order of the journal."""
    journals = {folder_of(folder_of(path)): path for path in named(files, _JOURNAL)}
    if folder not in journals and (folder or not journals):
        return ()
    configured = [
        join(folder_of(path), in_code(files, [path], "out") or "drizzle")
        for path in files.paths
        if name_of(path).startswith("drizzle.config.")
    ]
    out = folder or nearest([o for o in configured if o in journals] or journals)
    return tuple(_of_journal(files, journals[out], out))


def _of_journal(files: Files, path: str, out: str) -> list[Migration]:
    try:
        journal: object = json.loads(read_text(files, path))
    except (ValueError, RecursionError) as error:
        raise unreadable(path, error) from error
    match journal:
        case {"entries": list(entries)}:
            pairs = [_entry(entry, path) for entry in entries]
        case _:
            raise UnexpectedAnswerError(f"{path} has no list of entries")
    there = set(files.paths)
    contents = files.read(f for tag, _ in pairs if (f := join(out, f"{tag}.sql")) in there)
    made = []
    for tag, when in pairs:
        file = join(out, f"{tag}.sql")
        content = contents.get(file)
        checksum = "" if content is None else hashlib.sha256(content).hexdigest()
        made.append(Migration(tag, file=file, checksum=checksum, key=when))
    return made


def _entry(entry: object, path: str) -> tuple[str, str]:
    match entry:
        case {"tag": str(tag), "when": int(when)}:
            return tag, str(when)
        case _:
            raise UnexpectedAnswerError(f"{path} has an entry without tag or when")


def table_of(files: Files) -> TableName:
    """The block `migrations` of its configuration may give it another name and schema."""
    configs = [path for path in files.paths if name_of(path).startswith("drizzle.config.")]
    block = block_of(files, configs, "migrations")
    return TableName(literal(block, "schema"), literal(block, "table"))


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """A row has no name: its time is what the journal knows it by."""
    return tuple(Entry(text(row, "created_at"), checksum=text(row, "hash")) for row in rows.ledger)


def detect(files: Files) -> int:
    """Its configuration, or its journal."""
    configured = any(path.rpartition("/")[2].startswith("drizzle.config.") for path in files.paths)
    return 2 if configured or named(files, _JOURNAL) else 0


def apply_in(files: Files, _: str) -> str:
    """The command for this checkout."""
    configs = [p for p in files.paths if name_of(p).startswith("drizzle.config.")]
    return run_in(configs, "npx drizzle-kit migrate")


LEDGER = Ledger(
    tool="drizzle",
    table="drizzle.__drizzle_migrations",
    columns=("hash", "created_at"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="npx drizzle-kit migrate",
    table_of=table_of,
    companion_files=r"(?:^|/)meta/(?:_journal|[0-9]+_snapshot)\.json$",
    apply_in=apply_in,
    rules=ToolRules(
        too_late="drizzle never applies what is older than its newest entry: generate it again"
    ),
)
