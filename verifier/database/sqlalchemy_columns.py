"""Columns as SQLAlchemy describes them, as PostgreSQL does."""

from collections.abc import Iterator, Sequence
from typing import TypeGuard

from verifier.database.code_calls import Call, Value
from verifier.database.schema_sql import (
    ColumnSpec,
    actions_of,
    add_check,
    literal,
    quoted,
    reference,
    rule,
    table,
)
from verifier.database.sql_statements import Statement, Unread

#: Types of SQLAlchemy, in lower case.
_TYPES = {
    "string": "varchar",
    "varchar": "varchar",
    "unicode": "varchar",
    "text": "text",
    "unicodetext": "text",
    "integer": "int4",
    "int": "int4",
    "biginteger": "int8",
    "bigint": "int8",
    "smallinteger": "int2",
    "smallint": "int2",
    "boolean": "bool",
    "float": "float8",
    "numeric": "numeric",
    "decimal": "numeric",
    "date": "date",
    "json": "json",
    "jsonb": "jsonb",
    "uuid": "uuid",
    "largebinary": "bytea",
}

#: What SQLAlchemy makes of whole numbers as a primary key.
_COUNTED = {"int4": "serial", "int8": "bigserial", "int2": "smallserial"}


def column_of(value: Value) -> ColumnSpec | None:
    """Return what a `Column(...)` describes, None for anything else."""
    if not isinstance(value, Call) or value.name != "Column":
        return None
    name = value.text(0, "name")
    if name is None:
        return None
    inside = [part for part in value.arguments[1:] if isinstance(part, Call)]
    kinds = {part.name for part in inside}
    is_key = value.named.get("primary_key") is True
    default = value.named.get("server_default")
    key = next((part for part in inside if part.name == "ForeignKey"), None)
    type_ = type_of(value.value(1, "type_"))
    if is_key and value.named.get("autoincrement") is not False and "ForeignKey" not in kinds:
        type_ = _COUNTED.get(type_, type_)
    return ColumnSpec(
        name,
        type_,
        is_required=value.named.get("nullable") is False or is_key,
        has_default=default is not None or bool(kinds & {"Identity", "Computed", "FetchedValue"}),
        is_unique=value.named.get("unique") is True,
        is_key=is_key,
        refers_to=_target(key.text(0, "column")) if key else "",
        actions=actions_in(key) if key else "",
    )


def _target(column: Value) -> str:
    """The table of `"schema.table.column"`, in place of which a column of a model may stand."""
    return column.rpartition(".")[0] or "not_known" if isinstance(column, str) else "not_known"


def actions_in(call: Call) -> str:
    """Return what a foreign key does with a row whose referred row goes."""
    return actions_of(call.named.get("ondelete"), call.named.get("onupdate"))


def rules_of(values: Sequence[Value]) -> Iterator[str]:
    """Yield the keys that stand beside the columns of a table."""
    for each in values:
        if not isinstance(each, Call):
            continue
        name = name_of(each.named.get("name"))
        listed = tuple(value for value in each.arguments if isinstance(value, str))
        columns = each.texts(0, "columns") or ()
        match each.name:
            case "PrimaryKeyConstraint" if listed:
                yield rule("primary key", name, listed)
            case "UniqueConstraint" if listed:
                yield rule("unique", name, listed)
            case "ForeignKeyConstraint" if columns:
                referred = each.value(1, "refcolumns")
                first = referred[0] if isinstance(referred, list | tuple) and referred else None
                yield reference(name, columns, _target(first), actions_in(each))
            case _:
                continue


def checks_of(values: Sequence[Value]) -> Iterator[str]:
    """Yield the checks that stand there, each as an action of `alter table`."""
    for each in values:
        if isinstance(each, Call) and each.name == "CheckConstraint":
            given = each.value(0, "sqltext")
            said = given.text(0, "text") if isinstance(given, Call) else given
            if isinstance(said, str):
                yield add_check(name_of(each.named.get("name")), said)


def name_of(value: Value) -> str | None:
    """Return a name, which may stand in `op.f(...)`."""
    if isinstance(value, Call) and value.name == "f":
        value = value.value(0)
    return value if isinstance(value, str) else None


def type_of(value: Value) -> str:
    """Return a type as SQL writes it, empty where it is not known."""
    if not isinstance(value, Call):
        return ""
    kind = value.name.lower()
    if kind in ("datetime", "timestamp"):
        return "timestamptz" if value.named.get("timezone") is True else "timestamp"
    known = _TYPES.get(kind, "")
    sizes = [value.value(0, "length")] if known == "varchar" else []
    if known == "numeric":
        sizes = [value.value(0, "precision"), value.value(1, "scale")]
    numbers = [str(size) for size in sizes if isinstance(size, int)]
    return f"{known}({','.join(numbers)})" if numbers else known


def is_enum(value: Value) -> TypeGuard[Call]:
    """Return whether it is a type of a few values."""
    return isinstance(value, Call) and value.name.lower() == "enum"


def changed_enum(call: Call) -> Iterator[Statement | Unread]:
    """Yield what makes a type of a few values, or drops it."""
    made = call.on
    name = made.text(99, "name") if isinstance(made, Call) else None
    if name and isinstance(made, Call) and call.name == "create":
        values = [value for value in made.arguments if isinstance(value, str)]
        if len(values) == len(made.arguments):
            listed = ", ".join(literal(value) for value in values)
            yield Statement(f"create type {table(name)} as enum ({listed})", call.line)
    elif name:
        yield Statement(f"drop type {table(name)}", call.line)
    elif call.name == "drop":
        yield Unread(call.line, "a type whose name is known only at run time is dropped")


def index_parts(value: Value) -> list[str] | None:
    """Return what an index is of, as SQL: columns by their names, and what is SQL."""
    parts = []
    for each in value if isinstance(value, list | tuple) else [value]:
        is_sql = isinstance(each, Call) and each.name in ("text", "literal_column")
        said = each.text(0, "text") if isinstance(each, Call) and is_sql else None
        if said is not None:
            parts.append(f"({said})" if "(" in said or " " in said else said)
        elif isinstance(each, str):
            parts.append(quoted(each))
        else:
            return None
    return parts
