"""Which rows of a log stay newer than what the kill switch would write now?"""

import re
from collections.abc import Iterator

import psycopg
from psycopg import sql

from verifier.database.written_row import WrittenRow
from verifier.model.finding import Unobserved

_NOW = re.compile(r"(?:now\(\)|clock_timestamp\(\)|CURRENT_(?:TIMESTAMP|DATE))(?:::[\w .,()]+)?")
_LATER = """
select exists (select from {table} where {column} > {value} or (%(empty)s and {column} is null))
"""
_NULLS_LAST = re.compile(r"\bnulls\s+last\b", re.IGNORECASE)


def later_rows(
    connection: psycopg.Connection, row: WrittenRow, read_sql: str, named: str
) -> Iterator[Unobserved]:
    """
    Yield what hides a new row from a `read_sql` that asks for the newest one.

    A row without a time counts as the newest, as PostgreSQL sorts it.
    """
    for column, value in row.values.items() if row.verb == "insert" else ():
        if not _NOW.fullmatch(value) or not re.search(rf"\b{re.escape(column)}\b", read_sql):
            continue
        # What the planner said of the value is a constant of its own, as it has to be for _NOW.
        asked = sql.SQL(_LATER).format(
            table=sql.SQL(row.table), column=sql.Identifier(column), value=sql.SQL(value)
        )
        counts = {"empty": not _NULLS_LAST.search(read_sql)}
        (is_there,) = connection.execute(asked, counts).fetchone() or (False,)
        if is_there:
            text = (
                f"{named} has a row whose {column} lies in the future or is empty: it stays newer "
                "than what is written"
            )
            yield Unobserved(text, f"correct {column} of that row, or pause.read")
