"""Reads a ledger: looks for the table, then asks for the columns that it has."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from psycopg import sql

from verifier.database.isolated_queries import Query
from verifier.database.isolated_queries import Rows as Answer
from verifier.database.ledger_tool import LAYOUT, Ledger, Row, Rows
from verifier.database.visibility import Sights
from verifier.errors import UnexpectedAnswerError
from verifier.model.finding import Unobserved
from verifier.model.migration_ledger import LedgerReading

#: Existence is visible to everybody; the first schema of the search path stands first.
_TABLES = """
select n.nspname::text, c.relname::text, array_agg(a.attname::text order by a.attnum),
  n.nspname = any(current_schemas(false))
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


def tables_query(tools: Collection[Ledger]) -> Query:
    """Return the query for the tables that could belong to these tools."""
    names = {_parts(ledger.table)[1] for ledger in tools}
    names |= {name for ledger in tools for name in ledger.companion_tables}
    names |= {ledger.beside for ledger in tools if ledger.beside}
    return Query(_TABLES.encode(), {"names": sorted(names)})


def parse_tables(rows: Answer) -> tuple[Table, ...]:
    """Return the tables that the database has."""
    tables: list[Table] = []
    for row in rows:
        match row:
            case (str(schema), str(name), list(columns), is_near):
                tables.append(Table(schema, name, frozenset(map(str, columns)), bool(is_near)))
            case _:
                raise UnexpectedAnswerError("the database catalogue is malformed")
    return tuple(tables)


def tools_there(candidates: Sequence[Ledger], tables: Sequence[Table]) -> frozenset[str]:
    """
    Return the tools among the candidates whose table is there, with its columns.

    Of several tools with a table of one name, those whose columns and neighbours tell most. A table
    in the schema that one tool alone uses is no other tool's.
    """
    owned = {_parts(ledger.table) for ledger in candidates if ledger.is_schema_fixed}

    def is_of(ledger: Ledger, table: Table) -> bool:
        own = (table.schema, table.name)
        if ledger.is_schema_fixed:
            return own == _parts(ledger.table)
        return own not in owned and table.name == _parts(ledger.table)[1]

    found: set[str] = set()
    names = {(table.schema, table.name) for table in tables}
    for table in tables:
        fits: dict[str, tuple[bool, int]] = {}
        for ledger in candidates:
            if is_of(ledger, table) and table.columns.issuperset(ledger.columns):
                is_beside = bool(ledger.beside) and (table.schema, ledger.beside) in names
                fits[ledger.tool] = (is_beside, len(ledger.columns))
        best = max(fits.values(), default=None)
        found |= {tool for tool, fit in fits.items() if fit == best}
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class LedgerQueries:
    """What is to be asked of one ledger."""

    ledger: Ledger
    schema: str
    columns: Mapping[str, tuple[str, ...]]
    """By table, the ledger's own first."""

    @property
    def queries(self) -> Mapping[str, Query]:
        """By table."""
        return {
            name: Query(
                sql.SQL("select {} from {}").format(
                    sql.SQL(", ").join(_read(column, self.ledger) for column in columns),
                    sql.Identifier(self.schema, name),
                )
            )
            for name, columns in self.columns.items()
        }

    @property
    def labels(self) -> Mapping[str, str]:
        """The tables with their schema, by name."""
        return {name: f"{self.schema}.{name}" for name in self.columns}


def _read(column: str, ledger: Ledger) -> sql.Composable:
    name = sql.Identifier(column)
    if column not in ledger.digested:
        return name
    # The server makes the digest: the statements of a whole history are long.
    return sql.SQL(
        "encode(sha256(convert_to(nullif(translate(array_to_string({}, ''), {}, ''), ''), 'UTF8')),"
        " 'hex')"
    ).format(name, sql.Literal(LAYOUT))


def plan_ledger(
    ledger: Ledger, tables: Sequence[Table]
) -> LedgerQueries | LedgerReading | Unobserved:
    """Return what to ask, or what the tables alone tell: it is not there, or is no such ledger."""
    table = _choose(ledger, tables)
    if isinstance(table, Unobserved):
        return table
    if table is None:
        return LedgerReading(ledger.tool, ledger.table, (), is_there=False, rules=ledger.rules)
    missing = [column for column in ledger.columns if column not in table.columns]
    if missing:
        return Unobserved(
            f"{table.schema}.{table.name} is not a {ledger.tool} ledger: "
            f"it has no column {', '.join(missing)}"
        )
    own = tuple(
        c for c in (*ledger.columns, *ledger.optional, *ledger.digested) if c in table.columns
    )
    there = {t.name for t in tables if t.schema == table.schema}
    companion_tables = {
        name: columns for name, columns in ledger.companion_tables.items() if name in there
    }
    return LedgerQueries(ledger, table.schema, {table.name: own, **companion_tables})


def parse_ledger(
    asked: LedgerQueries, answers: Mapping[str, Answer | Unobserved], sights: Sights
) -> LedgerReading | Unobserved:
    """
    Return the ledger, from the rows of its tables by name.

    A ledger of which rows may be hidden is not read: what it lacks may be there.
    """
    ledger = asked.ledger
    label = next(iter(asked.labels.values()))
    rows: dict[str, list[Row]] = {name: [] for name in ledger.companion_tables}
    hidden = None
    for name, columns in asked.columns.items():
        answer = answers[name]
        if isinstance(answer, Unobserved):
            return sights.why_unread(asked.labels[name], answer)
        hidden = hidden or sights.why_rows_hidden(asked.labels[name])
        rows[name] = [dict(zip(columns, row, strict=True)) for row in answer]
    own = rows.pop(next(iter(asked.columns)))
    try:
        entries = ledger.parse_rows(Rows(own, rows))
    except UnexpectedAnswerError as error:
        return hidden or Unobserved(error.message, error.hint)
    except ValueError as error:
        return Unobserved(f"{label} has an unreadable row: {error}")
    if hidden is not None and not ledger.is_one_row:
        return hidden
    return LedgerReading(
        ledger.tool,
        label,
        entries,
        is_locked=_is_locked(ledger, rows),
        rules=ledger.rules,
    )


def _choose(ledger: Ledger, tables: Sequence[Table]) -> Table | Unobserved | None:
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
        names = ", ".join(f"{table.schema}.{table.name}" for table in found)
        return Unobserved(f"several tables could be the ledger: {names}", "set ledger.schema")
    return None


def _is_locked(ledger: Ledger, companion_tables: Mapping[str, Sequence[Row]]) -> bool:
    if ledger.lock is None:
        return False
    table, column = ledger.lock
    return any(row.get(column) in (1, True) for row in companion_tables[table])


def _parts(table: str) -> tuple[str, str]:
    schema, _, name = table.rpartition(".")
    return schema, name
