"""The rows that a migration in code puts in, as far as they bring their numbers along."""

from collections.abc import Iterator, Mapping, Sequence

from verifier.database.code_calls import Call, Value
from verifier.database.schema_sql import quoted, table
from verifier.database.sql_statements import Statement

#: What a row's number is called.
_KEY = "id"
_INSERT = "insert into {} ({}) values ({})"


def numbered_rows(owner: str, rows: Value, line: int) -> Iterator[Statement]:
    """Yield the insert of the first row that has a number, or one that only a run would tell."""
    for row in rows if isinstance(rows, Sequence) and not isinstance(rows, str) else [rows]:
        given = row.get(_KEY) if isinstance(row, Mapping) else None
        if given is None or isinstance(given, str | bool):
            continue
        number = given if isinstance(given, int) else 1
        if number > 0:
            yield Statement(_INSERT.format(owner, quoted(_KEY), number), line)
            return


def bulk_inserted(call: Call) -> Iterator[Statement]:
    """What Alembic's `bulk_insert` of a `table(…)` puts in."""
    of = call.value(0, "table")
    name = of.text(0, "name") if isinstance(of, Call) else None
    if isinstance(of, Call) and name is not None:
        rows = call.value(1, "rows")
        yield from numbered_rows(table(name, of.text(99, "schema")), rows, call.line)
