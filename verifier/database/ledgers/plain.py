"""
The application's own migrations: a bare `schema_version` row in `app_settings`, or a table.

The files' versions stand in their names; the table has one row for each that is applied.
"""

import re
from collections.abc import Iterable, Iterator
from functools import partial

from verifier.database.files import Files
from verifier.database.ledger_tool import Ledger, Rows, text, versions
from verifier.database.migration_files import folder_of, matching, name_of, usual_folder
from verifier.errors import UnexpectedAnswerError
from verifier.guarded.user_pattern import match_each
from verifier.model.migration_ledger import Entry, Migration, Reach
from verifier.model.tool_rules import ToolRules

TOOL = "plain"
_FILE = re.compile(r"^([0-9]+)[^0-9].*\.(?:sql|py|js|ts|rb)$", re.DOTALL)
_USUAL = ("migrations", "db/migrations", "supabase/migrations", "sql")
_KEY = "schema_version"


def list_shipped(files: Files, folder: str) -> tuple[Migration, ...]:
    """The digits in front of the file names, as numbers; `folder` may hold `*` and `**`."""
    if "*" not in folder:
        found = matching(files, folder, _FILE, _USUAL)
        return _in_order(Migration(match[1], file=path) for path, match in found)
    named = [(path, _FILE.match(name_of(path))) for path in _in_folders(files, folder)]
    return _in_order(Migration(match[1], file=path) for path, match in named if match)


def _list_matching(pattern: str, files: Files, folder: str) -> tuple[Migration, ...]:
    """As `list_shipped`, by a pattern of the configuration."""
    paths = list(_in_folders(files, folder) if folder else files.paths)
    above = folder.partition("*")[0].rpartition("/")[0] if "*" in folder else folder
    asked = [_below(above, path) if "/" in pattern else name_of(path) for path in paths]
    texts = sorted(set(asked))
    found = dict(zip(texts, match_each(pattern, texts), strict=True))
    made = [
        Migration(match.text, file=path)
        for path, text in zip(paths, asked, strict=True)
        if (match := found[text]) is not None
    ]
    if folder:
        return _in_order(made)
    chosen = usual_folder({folder_of(migration.file) for migration in made}, _USUAL)
    return _in_order(migration for migration in made if folder_of(migration.file) == chosen)


def _in_folders(files: Files, folder: str) -> Iterator[str]:
    """The paths whose folder is this one; `*` stands for any folder, `**` for any depth of them."""
    parts = ["(?:[^/]+/)*" if p == "**" else _any_of(p) + "/" for p in folder.split("/")]
    wanted = re.compile("".join(parts))
    return (path for path in files.paths if wanted.fullmatch(f"{folder_of(path)}/"))


def _any_of(part: str) -> str:
    return "[^/]*".join(map(re.escape, part.split("*")))


def _below(folder: str, path: str) -> str:
    return path.removeprefix(f"{folder}/") if folder else path


def _in_order(made: Iterable[Migration]) -> tuple[Migration, ...]:
    return tuple(sorted(made, key=lambda m: (_natural(m.version), m.version, m.file)))


def _natural(version: str) -> list[tuple[int, str]]:
    """Digits count as numbers: `sprint-9/2` stands before `sprint-10/1`."""
    parts = re.findall(r"[0-9]+|[^0-9]+", version)
    return [(int(part), "") if part[0] in "0123456789" else (-1, part) for part in parts]


def parse_rows(rows: Rows) -> tuple[Entry, ...]:
    """
    One number tells the newest migration.

    Raises:
        UnexpectedAnswerError: the row is not there, or is there more than once.
    """
    found = [text(row, "value").strip() for row in rows.ledger if text(row, "key") == _KEY]
    filled = [version for version in found if version]
    if len(filled) == len(found) == 1:
        return (Entry(filled[0], reach=Reach.UP_TO),)
    told = f"app_settings has {len(filled)} {_KEY} rows with a value, expected one"
    if found and not filled:
        told = f"the row {_KEY} of app_settings is empty"
    raise UnexpectedAnswerError(
        told,
        hint=f"write the version that this database has into its row {_KEY} once, manually",
    )


def detect(_: Files) -> int:
    """Nothing in a checkout tells of it."""
    return 0


def own_table(table: str, column: str, pattern: str) -> Ledger:
    """
    Return the ledger of a table with one row a migration.

    `pattern` finds the version, by its groups, in a file's name, or, with a `/` in it, in the path
    below the ledger's folder; empty for the digits in front of the name.
    """
    return Ledger(
        tool=TOOL,
        table=table,
        columns=(column,),
        list_shipped=partial(_list_matching, pattern) if pattern else list_shipped,
        parse_rows=lambda rows: versions(rows, column),
        detect=detect,
        is_schema_fixed="." in table,
    )


LEDGER = Ledger(
    tool=TOOL,
    table="app_settings",
    columns=("key", "value"),
    list_shipped=list_shipped,
    parse_rows=parse_rows,
    detect=detect,
    is_one_row=True,
    rules=ToolRules(is_by_number=True),
)
