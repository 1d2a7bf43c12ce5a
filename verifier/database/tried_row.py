"""An expression of the catalogue, asked of a row that nobody has written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from verifier.database.isolated_queries import first_line
from verifier.database.postgres_connection import is_lost
from verifier.database.written_row import WrittenRow

_TAKEN = sql.SQL("select ({}), array[{}]::text[] from (select {}) as {}")
_IS_PLAIN = """
select not exists (select from pg_catalog.pg_depend d
    where d.classid = 'pg_catalog.CATALOGUE'::regclass and d.objid = OBJECT
    and d.refclassid <> 'pg_catalog.pg_class'::regclass
    and not exists (select from pg_catalog.pg_type e
      where d.refclassid = 'pg_catalog.pg_type'::regclass and e.oid = d.refobjid
      and e.typtype = 'e'))
  and not exists (select from pg_catalog.pg_attribute a
    join pg_catalog.pg_type t on t.oid = a.atttypid
    left join pg_catalog.pg_type i on i.oid = t.typelem
    where a.attrelid = TABLE and a.attnum > 0 and not a.attisdropped
    and (t.typtype not in ('b', 'e') or i.typtype not in ('b', 'e')))"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What an expression says of a row."""

    is_taken: bool | None
    """None for NULL."""
    values: str = ""
    """The columns that it looks at, for people."""


def is_plain(catalogue: str, object_: str, table: str) -> str:
    """
    Return a condition: nothing of the owner's own (a function, an operator, a domain) would run.

    Such code may do more than to compare.
    """
    names = {"CATALOGUE": catalogue, "OBJECT": object_, "TABLE": table}
    return f"({re.sub('|'.join(names), lambda found: names[found[0]], _IS_PLAIN)})"


def take(
    connection: psycopg.Connection, row: WrittenRow, expression: str, columns: Sequence[str]
) -> Taken | str:
    """Return what an expression says of a row, or why it could not be asked."""
    query = _TAKEN.format(
        sql.SQL(expression),
        sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(c)) for c in columns),
        sql.SQL(", ").join(
            sql.SQL("{} as {}").format(sql.SQL(row.values[column]), sql.Identifier(column))
            for column in columns
        ),
        sql.Identifier("written"),
    )
    try:
        with connection.transaction():
            is_taken, values = connection.execute(query).fetchone() or (None, [])
    except psycopg.Error as error:
        if is_lost(error):
            raise
        return first_line(error)
    pairs = zip(columns, values, strict=True)
    said = ", ".join(f"{c} NULL" if v is None else f"{c} '{v}'" for c, v in pairs)
    return Taken(is_taken, said)
