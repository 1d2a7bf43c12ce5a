"""What a statement would write, column by column: the planner says it, and nothing is run."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

#: Constants as PostgreSQL writes them, and functions of its own that only tell the time or a name.
_KNOWN = re.compile(
    r"(?:E?'(?:[^']|'')*'|-?\d+(?:\.\d+)?|true|false|NULL|now\(\)|clock_timestamp\(\)"
    r"|CURRENT_(?:TIMESTAMP|DATE|USER)|SESSION_USER|gen_random_uuid\(\))(?:::[\w .,()\[\]\"]+)?"
)
_CONSTANT = re.compile(r"(?:E?'|-?\d|true|false)")
_SET = re.compile(r"\bset\b(?P<pairs>.*?)(?:\bwhere\b|\bfrom\b|\breturning\b|$)", re.I | re.S)
_ASSIGNED = re.compile(r"(?:^|,)\s*(?P<column>\w+|\"[^\"]+\")\s*=", re.S)
_COLUMNS = """
select a.attname::text, a.attisdropped, a.attgenerated = '' and t.typtype in ('b', 'e')
  and coalesce(e.typtype in ('b', 'e'), true), a.attnotnull and a.attidentity = ''
from pg_catalog.pg_attribute a left join pg_catalog.pg_type t on t.oid = a.atttypid
left join pg_catalog.pg_type e on e.oid = t.typelem
where a.attrelid = to_regclass(%(table)s) and a.attnum > 0 order by a.attnum
"""


@dataclass(frozen=True, slots=True)
class WrittenRow:
    """One row of one table, as a statement would write it."""

    table: str
    """Quoted, with its schema."""
    verb: str
    """insert or update."""
    values: Mapping[str, str]
    """SQL of what each column gets, by its name; without those whose value is not known."""
    nulls: tuple[str, ...]
    """Columns that must have a value, and get none."""

    @property
    def constants(self) -> tuple[str, ...]:
        """Columns that get the same value each time that this is written."""
        return tuple(name for name, text in self.values.items() if _CONSTANT.match(text))


def planned_row(
    connection: psycopg.Connection, statement: str, values: Mapping[str, str]
) -> WrittenRow | None:
    """
    Return what `statement` would write with these values; None where that is not told.

    EXPLAIN checks tables, columns, types and rights, and runs nothing.

    Raises:
        psycopg.Error: the database would not take the statement.
    """
    # With options in brackets no word of the statement is one; and in the binary protocol it is
    # one statement, also where it has no parameter.
    query = b"explain (costs off, verbose, format json) " + statement.encode()
    with connection.transaction():
        (plan,) = connection.execute(query, values, binary=True).fetchone() or (None,)
    match _modification(plan):
        case {"Operation": "Insert" | "Update" as verb, "Schema": str(schema), **node}:
            table = sql.Identifier(schema, str(node.get("Relation Name"))).as_string(None)
            output = _output(node)
            columns = connection.execute(_COLUMNS.encode(), {"table": table}).fetchall()
            if verb == "Update":
                named = _assigned(statement)
                columns = [row for row in columns if row[0] in named]
                output = output[: len(columns)] if len(columns) == len(named) else []
            return _row(table, str(verb).lower(), columns, output)
        case _:
            return None


def _row(
    table: str, verb: str, columns: Sequence[tuple[object, ...]], output: Sequence[object]
) -> WrittenRow:
    pairs = list(zip(columns, map(str, output), strict=True)) if _fits(columns, output) else []
    live = [(column, text) for column, text in pairs if not column[1]]
    return WrittenRow(
        table,
        verb,
        {str(name): text for (name, _, plain, _), text in live if plain and _KNOWN.fullmatch(text)},
        tuple(
            str(name)
            for (name, _, plain, must), text in live
            if plain and must and text.startswith("NULL")
        ),
    )


def _fits(columns: Sequence[object], output: Sequence[object]) -> bool:
    return bool(columns) and len(columns) == len(output)


def _assigned(statement: str) -> frozenset[str]:
    """Return the columns that an UPDATE sets; PostgreSQL tells their values without names."""
    found = _SET.search(statement)
    pairs = re.sub(r"'(?:[^']|'')*'|\([^()]*\)", "", found["pairs"]) if found else ""
    names = [match["column"] for match in _ASSIGNED.finditer(pairs)]
    return frozenset(n.strip('"') if n.startswith('"') else n.casefold() for n in names)


def _modification(plan: object) -> Mapping[object, object] | None:
    """Return the part of a plan that writes, the outermost one where there are several."""
    match plan:
        case list(plans):  # several where a rule adds statements of its own
            return next((found for part in plans if (found := _modification(part))), None)
        case {"Plan": dict(node)}:
            return _modification(node)
        case {"Node Type": "ModifyTable", **written}:
            return written
        case {"Plans": list(parts)}:
            return next((found for part in parts if (found := _modification(part))), None)
        case _:
            return None


def _output(node: Mapping[object, object]) -> Sequence[object]:
    match node.get("Plans"):
        case [{"Output": list(output)}, *_]:
            return output
        case _:
            return ()
