"""What a ledger is to the rest of the program: one description a tool."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from verifier.database.files import Files
from verifier.model.migration_ledger import Entry, Migration

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Rows:
    """What was read of a tool's tables."""

    ledger: Sequence[Row]
    companion_tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    """Of further tables, by their names; one that is not there has no rows."""


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
    """The command that applies what is pending."""
    optional: tuple[str, ...] = ()
    """Columns that older versions of the tool do not have."""
    companion_tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Columns of further tables in the same schema."""
    lock: tuple[str, str] | None = None
    """Table and column that tell of a lock left behind."""
    is_schema_fixed: bool = False
    """Whether the table is never in another schema."""
    is_one_row: bool = False
    """Whether one row tells everything: where it is seen, others may be hidden."""
    is_chained: bool = False
    """Whether a checksum covers all files before: of those that differ the first was edited."""


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
