"""Columns as Rails describes them, as PostgreSQL does."""

from collections.abc import Mapping

from verifier.database.code_calls import Call, Value, as_map
from verifier.database.schema_sql import ColumnSpec, actions_of

_TYPES = {
    "string": "varchar",
    "text": "text",
    "integer": "int4",
    "bigint": "int8",
    "boolean": "bool",
    "float": "float8",
    "decimal": "numeric",
    "date": "date",
    "datetime": "timestamp",
    "timestamp": "timestamp",
    "timestamptz": "timestamptz",
    "json": "json",
    "jsonb": "jsonb",
    "uuid": "uuid",
    "binary": "bytea",
    "citext": "citext",
    "inet": "inet",
}
#: What stands in a table beside its columns.
_RULES = frozenset(
    {"index", "foreign_key", "check_constraint", "unique_constraint", "exclusion_constraint"}
)
_REFERENCES = ("references", "belongs_to", "add_reference", "add_belongs_to")


def columns_of(call: Call) -> list[ColumnSpec]:
    """Return the columns that a line of a table makes."""
    names = [name for name in call.arguments if isinstance(name, str)]
    if call.name in _REFERENCES:
        return [reference_of(name, call) for name in names]
    if call.name == "timestamps":
        is_required = call.named.get("null") is not True
        default = call.named.get("default") is not None
        names = ["created_at", "updated_at"]
        return [ColumnSpec(name, "timestamp", is_required, default) for name in names]
    if call.name == "column" and len(names) > 1:
        return [column_of(names[0], names[1], call)]
    is_column = call.name not in _RULES and not call.name.endswith("?")
    return [column_of(name, call.name, call) for name in names] if is_column else []


def column_of(name: str, kind: str, call: Call) -> ColumnSpec:
    """Return a column of a kind as Rails calls it."""
    type_ = _TYPES.get(kind, "")
    limit = call.named.get("limit")
    sizes = [call.named.get("precision"), call.named.get("scale")] if type_ == "numeric" else []
    numbers = [str(n) for n in ([limit] if type_ == "varchar" else sizes) if isinstance(n, int)]
    return ColumnSpec(
        name,
        f"{type_}({','.join(numbers)})" if numbers else type_,
        is_required=call.named.get("null") is False,
        has_default=call.named.get("default") is not None or "as" in call.named,
    )


def reference_of(name: str, call: Call) -> ColumnSpec:
    """Return the column by which a table refers to another."""
    rule = call.named.get("foreign_key")
    target = as_map(rule).get("to_table", f"{name}s")
    return ColumnSpec(
        f"{name}_id",
        "int8",
        is_required=call.named.get("null") is False,
        has_default=call.named.get("default") is not None,
        refers_to=str(target) if rule is not None and rule is not False else "",
        actions=actions_in(as_map(rule)),
    )


def actions_in(given: Mapping[str, Value]) -> str:
    """Return what a foreign key does with a row whose referred row goes."""
    return actions_of(given.get("on_delete"), given.get("on_update"))
