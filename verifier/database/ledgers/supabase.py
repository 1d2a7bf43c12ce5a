"""
Supabase: `supabase/migrations/<digits>_<name>.sql`, one row a file.

Source: https://supabase.com/docs/guides/deployment/database-migrations
"""

import re

from verifier.database.files import Files
from verifier.database.ledger_tool import Ledger, Rows, digest_of, text
from verifier.database.migration_files import folder_of, matching, named
from verifier.database.tool_commands import URL, command, run_in
from verifier.model.migration_ledger import Entry, Migration
from verifier.model.tool_rules import ToolRequests, ToolRules

#: Fourteen digits are a habit; the tool takes any number of them.
_FILE = re.compile(r"^([0-9]+)_(.*)\.sql$", re.DOTALL)
_FOLDER = "supabase/migrations"
#: The tool skips a first `_init` file of before this day.
_INIT_SINCE = "20211209000000"
#: What `db pull` and the older `db remote commit` call every file that they write.
_GIVEN_NAMES = ("remote_schema", "remote_commit")


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """In the order in which the tool runs them: version as text."""
    found = matching(files, folder, _FILE, (_FOLDER,))
    contents = files.read(path for path, _ in found)
    made = sorted(
        (
            Migration(
                m[1],
                m[2],
                path,
                fingerprint=digest_of(contents[path]),
                is_named_by_tool=m[2] in _GIVEN_NAMES,
            )
            for path, m in found
        ),
        key=lambda m: (m.version, m.name),
    )
    if made and _is_old_init(made[0]):
        made = made[1:]
    return tuple(made)


def _is_old_init(first: Migration) -> bool:
    is_stamp = len(first.version) == len(_INIT_SINCE)
    return first.name == "init" and is_stamp and first.version < _INIT_SINCE


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """Older ledgers have neither names nor statements."""
    return tuple(
        Entry(text(row, "version"), text(row, "name"), fingerprint=text(row, "statements"))
        for row in rows.ledger
    )


def detect(files: Files) -> int:
    """Its folder, or its configuration."""
    has_config = any(path.endswith("supabase/config.toml") for path in named(files, "config.toml"))
    has_folder = any(f"/{_FOLDER}/" in f"/{path}" for path in files.paths)
    return 2 if has_config or has_folder else 0


def apply_in(_: Files, folder: str) -> str:
    """The command for this checkout."""
    # It runs beside the folder `supabase`.
    home = [folder_of(folder)] if folder else []
    return run_in(home, command("supabase", "db", "push", db_url=URL))


LEDGER = Ledger(
    tool="supabase",
    table="supabase_migrations.schema_migrations",
    columns=("version",),
    optional=("name",),
    digested=("statements",),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="supabase db push",
    is_schema_fixed=True,
    apply_in=apply_in,
    rules=ToolRules(
        (
            ToolRequests(
                "db push",
                "migration repair --status applied {version}",
                unmark="migration repair --status reverted {version}",
                late="db push --include-all",
            ),
        ),
        stops_at_missing=True,
        wants_all=True,
        is_by_number=True,
    ),
)
