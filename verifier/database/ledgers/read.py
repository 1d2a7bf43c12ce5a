"""Reads a ledger: looks for the table, then asks for the columns that it has."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from verifier.database.ledgers import LEDGERS
from verifier.database.ledgers.tool import Ledger, Row, Rows
from verifier.errors import UnexpectedAnswerError
from verifier.model.ledger import LedgerReading

#: Existence is visible to everybody; the first schema of the search path stands first.
_TABLES = """
select n.nspname as schema, c.relname as name,
  array_agg(a.attname::text order by a.attnum) as columns,
  n.nspname = any(current_schemas(false)) as is_near
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relname::text = any(%(names)s::text[])
group by n.nspname, c.relname
order by array_position(current_schemas(false), n.nspname), n.nspname
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that the database has."""

    schema: str
    name: str
    columns: frozenset[str]
    is_near: bool
    """Whether its schema is in the search path."""


def find_tables(connection: psycopg.Connection, tools: Collection[Ledger]) -> tuple[Table, ...]:
    """Return the tables that could belong to these tools."""
    names = {_parts(ledger.table)[1] for ledger in tools}
    names |= {name for ledger in tools for name in ledger.beside}
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(_TABLES, {"names": sorted(names)})
        rows = cursor.fetchall()
    return tuple(
        Table(row["schema"], row["name"], frozenset(row["columns"]), bool(row["is_near"]))
        for row in rows
    )


def tools_there(tables: Sequence[Table]) -> frozenset[str]:
    """Return the tools whose table is there, with its columns."""
    return frozenset(
        name
        for name, ledger in LEDGERS.items()
        if any(
            table.name == _parts(ledger.table)[1] and table.columns.issuperset(ledger.columns)
            for table in tables
        )
    )


def read_ledger(
    connection: psycopg.Connection, ledger: Ledger, tables: Sequence[Table]
) -> LedgerReading:
    """
    Read the rows of a tool's ledger.

    Raises:
        UnexpectedAnswerError: the table has other columns, or rows that the tool never writes.
        psycopg.Error: it may not be read.
    """
    table = _choose(ledger, tables)
    if table is None:
        return LedgerReading(ledger.tool, ledger.table, (), is_there=False)
    label = f"{table.schema}.{table.name}"
    missing = [column for column in ledger.columns if column not in table.columns]
    if missing:
        raise UnexpectedAnswerError(
            f"{label} is no ledger of {ledger.tool}: it has no column {', '.join(missing)}"
        )
    columns = [c for c in (*ledger.columns, *ledger.optional) if c in table.columns]
    beside = {
        name: _rows(connection, table.schema, name, wanted)
        if any(t.schema == table.schema and t.name == name for t in tables)
        else ()
        for name, wanted in ledger.beside.items()
    }
    rows = Rows(_rows(connection, table.schema, table.name, columns), beside)
    try:
        entries = ledger.parse_rows(rows)
    except ValueError as error:
        raise UnexpectedAnswerError(f"{label} has a row that cannot be read: {error}") from error
    return LedgerReading(ledger.tool, label, entries, is_locked=_is_locked(ledger, beside))


def _choose(ledger: Ledger, tables: Sequence[Table]) -> Table | None:
    """The tool's own schema, else one of the search path, else the only other one."""
    schema, name = _parts(ledger.table)
    found = [
        table
        for table in tables
        if table.name == name and (table.schema == schema or not ledger.is_schema_fixed)
    ]
    fitting = [table for table in found if table.columns.issuperset(ledger.columns)]
    for candidates in (fitting, found):
        own = [table for table in candidates if table.schema == schema]
        near = [table for table in candidates if table.is_near]
        chosen = own or near or (candidates if len(candidates) == 1 else [])
        if chosen:
            return chosen[0]
    if len(found) > 1:
        told = ", ".join(f"{table.schema}.{table.name}" for table in found)
        raise UnexpectedAnswerError(f"several tables could be the ledger: {told}")
    return None


def _rows(
    connection: psycopg.Connection, schema: str, name: str, columns: Sequence[str]
) -> Sequence[Row]:
    query = sql.SQL("select {} from {}").format(
        sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(schema, name)
    )
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query).fetchall()


def _is_locked(ledger: Ledger, beside: Mapping[str, Sequence[Row]]) -> bool:
    if ledger.lock is None:
        return False
    table, column = ledger.lock
    return any(row.get(column) in (1, True) for row in beside[table])


def _parts(table: str) -> tuple[str, str]:
    schema, _, name = table.rpartition(".")
    return schema, name
