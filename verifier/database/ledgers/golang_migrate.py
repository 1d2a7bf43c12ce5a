"""
golang-migrate: `<number>_<title>.up.sql`; one row says how far it came.

Source: https://github.com/golang-migrate/migrate
"""

import re

from verifier.database.files import Files
from verifier.database.given_folder import names_another, placed
from verifier.database.go_folders import folders_in_go
from verifier.database.ledger_tool import Ledger, Rows, TableName, text
from verifier.database.migration_files import folder_of, matching, name_of
from verifier.database.tool_commands import command
from verifier.database.tool_settings import flag, in_commands, there
from verifier.errors import UnexpectedAnswerError
from verifier.model.migration_ledger import Entry, EntryState, Migration, Reach
from verifier.model.tool_rules import ToolRequests, ToolRules

_FILE = re.compile(r"^([0-9]+)_(.*)\.up\.[^.]+$", re.DOTALL)
_USUAL = ("migrations", "db/migrations")
_SOURCE = re.compile(r"-source[= ]\s*[\"']?file://([^\s\"'$]+)")
_PROGRAM, _MOST_NAMED = "migrate", 4
#: What applies them in Go.
_CALL = r"\b(?:migrate\.New\w*|iofs\.New)\("
_TABLE = re.compile(r"x-migrations-table=((?:\\?\"|[\w.%])+)")


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """By number."""
    wanted = folder or _given(files)
    found = matching(files, wanted, _FILE, _USUAL)
    made = [Migration(str(int(m[1])), m[2], path) for path, m in found]
    return tuple(sorted(made, key=lambda migration: int(migration.version)))


def _given(files: Files) -> str:
    given = flag(files, "migrate", "-path") or in_commands(files, _SOURCE)
    found = {placed(files, given) or there(files, given)} if given else set()
    folders = {folder_of(path) for path in files.paths if _FILE.match(name_of(path))}
    if len(folders) > 1:
        in_code = folders_in_go(files, _CALL, _PROGRAM, folders)
        found |= in_code or set()
        options = ("-path", "--path")
        if (
            not found
            and in_code is not None
            and names_another(files, _PROGRAM, options, folders, _USUAL)
        ):
            found = folders
        if len(found) > 1 or (in_code is None and not found):
            listed = ", ".join(sorted(found or folders)[:_MOST_NAMED])
            raise UnexpectedAnswerError(
                f"{_PROGRAM} is given several folders of migrations ({listed})",
                hint="set ledger.path to the one that production has",
            )
    return next(iter(found), "")


def table_of(files: Files) -> TableName:
    """A parameter of the database's address may give it another name, quoted with its schema."""
    name = in_commands(files, _TABLE)
    parts = re.findall(r"[^\"'.%\\]+", name.replace("%22", '"'))
    match parts:
        case [schema, table]:
            return TableName(schema, table)
        case [table]:
            return TableName(table=table)
        case _:
            return TableName()


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """Everything up to the row is applied; a dirty one has itself failed."""
    return tuple(
        Entry(
            text(row, "version"),
            state=EntryState.FAILED if row.get("dirty") else EntryState.APPLIED,
            reach=Reach.UP_TO,
        )
        for row in rows.ledger
        if text(row, "version") != "-1"
    )


def detect(files: Files) -> int:
    """The shape of its names."""
    return 1 if any(_FILE.match(name_of(path)) for path in files.paths) else 0


def apply_in(files: Files, folder: str) -> str:
    """The command for this checkout."""
    table = flag(files, "", "x-migrations-table").split("&")[0].strip("'\"")
    url = (
        f"$DATABASE_URL&x-migrations-table={table}"
        if re.fullmatch(r"[\w.%]+", table)
        else "$DATABASE_URL"
    )
    return f'{command("migrate", _path=folder or ".")} -database "{url}" up'


LEDGER = Ledger(
    tool="golang-migrate",
    table="schema_migrations",
    columns=("version", "dirty"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    apply="migrate -path migrations up",
    table_of=table_of,
    companion_files=r"\.down\.[^./]+$",
    apply_in=apply_in,
    rules=ToolRules(
        (
            ToolRequests(
                " up",
                failed=(
                    ("if all of it exists", " force {version}"),
                    ("if nothing is", " force {before}"),
                ),
                usual='migrate -path migrations -database "$DATABASE_URL" up',
            ),
        ),
        stops_at_missing=True,
        is_by_number=True,
    ),
)
