"""What a ledger is to the rest of the program: one description a tool."""

import hashlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from verifier.database.applied_part import Part, whole
from verifier.database.files import Files, Nearby
from verifier.model.migration_ledger import Entry, Migration
from verifier.model.tool_rules import NO_RULES, ToolRules

if TYPE_CHECKING:
    from verifier.database.sql_statements import Statement, Unread

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Rows:
    """What was read of a tool's tables."""

    ledger: Sequence[Row]
    companion_tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    """Of further tables, by their names; one that is not there has no rows."""


@dataclass(frozen=True, slots=True)
class TableName:
    """What a project's own configuration calls the table of its tool; empty as is usual."""

    schema: str = ""
    table: str = ""
    lock: str = ""


#: Statements of a migration, in order; what cannot be read stands among them.
ReadSteps = Iterator["Statement | Unread"]
#: Reads the contents of a migration's file; None for a language that is not analysed.
CodeReader = Callable[[Migration, bytes], ReadSteps | None]


def _no_code(_: Migration, __: bytes) -> ReadSteps | None:
    return None


def _whole_file(_: Migration, content: bytes) -> tuple[int, bytes]:
    return 1, content


def _usual_table(_: Files) -> TableName:
    return TableName()


@dataclass(frozen=True, slots=True)
class Ledger:
    """How one tool ships migrations, and what it writes down of them."""

    tool: str
    table: str
    """With its schema where the tool fixes it."""
    columns: tuple[str, ...]
    """Without these it is not this tool's table."""
    list_shipped: Callable[[Files, str], tuple[Migration, ...]]
    """The migrations of a checkout, in the tool's order; the folder is empty where the tool's own
    configuration tells."""
    parse_rows: Callable[[Rows], tuple[Entry, ...]]
    """The rows of the ledger, in the order of application."""
    detect: Callable[[Files], int]
    """2 where the tool is configured in this checkout, 1 where files look like its own, 0."""
    apply: str = ""
    """The command that applies what is pending, where the project changes nothing of it."""
    apply_in: Callable[[Files, str], str] | None = None
    """The command with the options and in the folder of a project, from its root; given the folder
    of the first migration, empty where there is none."""
    optional: tuple[str, ...] = ()
    """Columns that older versions of the tool do not have."""
    digested: tuple[str, ...] = ()
    """Optional columns of long lists of texts, of which only a digest is read, as `digest_of`."""
    companion_tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Columns of further tables in the same schema."""
    companion_files: str = ""
    """Pattern of the paths that the tool writes together with a migration, empty for none."""
    lock: tuple[str, str] | None = None
    """Table and column that tell of a lock left behind."""
    table_of: Callable[[Files], TableName] = _usual_table
    """What the tool's configuration in a checkout calls its table."""
    beside: str = ""
    """A table that newer versions of the tool have in the same schema, and others do not."""
    is_schema_fixed: bool = False
    """Whether the table is never in another schema."""
    is_one_row: bool = False
    """Whether one row tells everything: where it is seen, others may be hidden."""
    is_chained: bool = False
    """Whether a checksum covers all files before: of those that differ the first was edited."""
    applied_part: Part = whole
    """What it applies of the text of a migration in SQL."""
    read_code: CodeReader = _no_code
    """What it applies of a migration in code, as statements."""
    own_part: Callable[[Migration, bytes], tuple[int, bytes]] = _whole_file
    """The line in which a migration begins in its file, from 1, and what it consists of there."""
    rules: ToolRules = NO_RULES
    """What it is asked for besides applying, and where it stops."""


def command_in(ledger: Ledger, files: Files, migrations: Sequence[Migration]) -> str:
    """Return the command that applies these migrations of a checkout, empty for none."""
    if ledger.apply_in is None:
        return ledger.apply
    folder = migrations[0].file.rpartition("/")[0] if migrations else ""
    return ledger.apply_in(Nearby(files, folder) if folder else files, folder)


def called(ledger: Ledger, name: TableName) -> Ledger:
    """Return a ledger whose table has another schema, name or lock; what is empty stays."""
    schema, _, table = ledger.table.rpartition(".")
    schema, table = name.schema or schema, name.table or table
    lock, companions = ledger.lock, ledger.companion_tables
    if lock is not None and name.lock:
        companions = {name.lock if key == lock[0] else key: c for key, c in companions.items()}
        lock = (name.lock, lock[1])
    return replace(
        ledger,
        table=f"{schema}.{table}" if schema else table,
        lock=lock,
        companion_tables=companions,
        is_schema_fixed=ledger.is_schema_fixed or bool(name.schema),
    )


def ending_of(migration: Migration) -> str:
    """Return what its file's name ends with, in small letters."""
    return migration.file.rpartition(".")[2].lower()


#: What statements are compared without, as a tool splits them or a person lays them out.
LAYOUT = " \t\r\n;"


def digest_of(content: bytes) -> str:
    """Return a digest of SQL without its layout, empty where nothing is left."""
    bare = content.removeprefix(BOM_UTF8).translate(None, delete=LAYOUT.encode())
    return hashlib.sha256(bare).hexdigest() if bare else ""


def text(row: Row, column: str) -> str:
    """Return a column as text, empty for NULL."""
    value = row.get(column)
    return "" if value is None else str(value)


def by_number(rows: Sequence[Row], column: str = "id") -> list[Row]:
    """Return rows in the order of a column of numbers."""
    return sorted(rows, key=lambda row: int(text(row, column) or 0))


def versions(rows: Rows, column: str) -> tuple[Entry, ...]:
    """One entry a row, whose column is the version."""
    return tuple(Entry(text(row, column)) for row in rows.ledger if row.get(column) is not None)
