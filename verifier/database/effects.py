"""What migrations create, and whether the database has it. Nothing of them is run."""

from collections.abc import Iterator, Mapping, Sequence

import psycopg
from sqlglot import exp

from verifier.database.breaking_changes import statements_of, taken_by
from verifier.database.isolated_queries import Query, ask_all
from verifier.database.objects import objects_query, parse_objects
from verifier.model.migration_ledger import DatabaseObject

_KINDS = {"TABLE": "table", "VIEW": "view", "INDEX": "index", "FUNCTION": "function"}


def made_by(sql: str) -> tuple[DatabaseObject, ...]:
    """Return what the statements of one migration create; what cannot be read is left out."""
    statements = statements_of(sql) or ()
    return tuple(dict.fromkeys(e for statement in statements for e in _made(statement)))


def _made(statement: exp.Expr) -> Iterator[DatabaseObject]:
    match statement:
        case exp.Create() if not _is_temporary(statement):
            kind = _KINDS.get(str(statement.args.get("kind")))
            name = _name(statement, kind)
            if kind is not None and name:
                yield DatabaseObject(kind, name)
        case exp.Alter():
            owner = statement.this
            for action in statement.args.get("actions") or ():
                if isinstance(action, exp.ColumnDef) and isinstance(owner, exp.Table):
                    yield DatabaseObject("column", _dotted(owner), action.name)
        case _:
            return


def _is_temporary(statement: exp.Create) -> bool:
    properties = statement.args.get("properties")
    return properties is not None and properties.find(exp.TemporaryProperty) is not None


def _name(statement: exp.Create, kind: str | None) -> str:
    if kind == "index":
        index = statement.this
        return index.name if isinstance(index, exp.Index) else ""
    table = statement.find(exp.Table)
    if table is None:
        return ""
    return table.name if kind == "function" else _dotted(table)


def _dotted(table: exp.Table) -> str:
    parts = [part for part in (table.args.get("db"), table.this) if part is not None]
    return ".".join(_quoted(part) for part in parts)


def _quoted(part: exp.Expr) -> str:
    """As `to_regclass` reads it: an unquoted name is folded to lower case there."""
    name = part.name.replace('"', '""')
    is_quoted = isinstance(part, exp.Identifier) and bool(part.args.get("quoted"))
    return f'"{name}"' if is_quoted else name


def sought_effects(contents: Mapping[str, str]) -> Mapping[str, tuple[DatabaseObject, ...]]:
    """
    Return what each migration creates and no later one takes away again.

    `contents` are the SQL texts by version, in the order of the migrations.
    """
    found: dict[str, tuple[DatabaseObject, ...]] = {}
    taken: set[str] = set()
    for version, text in reversed(list(contents.items())):
        found[version] = tuple(e for e in made_by(text) if not e.names() & taken)
        taken |= {loss.name.casefold() for loss in taken_by(text)}
    return found


def present_effects(
    connection: psycopg.Connection, effects: Sequence[DatabaseObject]
) -> frozenset[DatabaseObject]:
    """
    Return those of `effects` that the database has.

    Raises:
        psycopg.Error: it could not be asked.
    """
    if not effects:
        return frozenset()
    none: Mapping[str, Query] = {}
    rows, _ = ask_all(connection, objects_query(effects), lambda _: none)
    return frozenset(parse_objects(rows))
