"""
What Alembic's operations do, as SQL.

Source: https://alembic.sqlalchemy.org/en/latest/ops.html
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from verifier.database import schema_sql as to
from verifier.database.code_calls import Call, Value
from verifier.database.python_calls import function_calls, imported
from verifier.database.schema_sql import ColumnSpec
from verifier.database.schema_state import is_wider
from verifier.database.sql_statements import Statement, Unread, split

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
#: What changes nothing that is looked at, or rows alone.
_IGNORED = frozenset({"bulk_insert", "get_bind", "get_context", "f", "create_table_comment"})
_IGNORED_ENDINGS = ("_comment",)
#: Objects on which operations are called.
_OPERATORS = frozenset({"op", "batch_op"})
_BLOCKS = ("get_context", "autocommit_block")


def read_alembic(content: str, path: str) -> Iterator[Statement | Unread]:
    """Yield the statements of a revision's `upgrade`."""
    try:
        tree = ast.parse(content)
        calls = function_calls(tree, "upgrade")
    except (SyntaxError, ValueError, RecursionError) as error:
        yield Unread(1, f"{path} is not valid Python ({error})")
        return
    others = imported(tree)
    for call in calls or ():
        yield from _operation(call, None)
        if call.on is None and call.name in others:
            yield Unread(call.line, f"{call.name}(), which is not in this file")


def _operation(call: Call, batch: str | None) -> Iterator[Statement | Unread]:
    if call.name == "batch_alter_table":
        name, schema = call.text(0, "table_name"), call.text(9, "schema")
        for inner in call.body:
            if inner.on == "op":
                yield from _operation(inner, None)
            elif name is None:
                yield Unread(inner.line, "a table name known only at run time")
            elif inner.on == call.alias or inner.name in _BLOCKS:
                yield from _operation(replace(inner, on="batch_op"), to.table(name, schema))
        return
    for inner in call.body:  # of `op.get_context().autocommit_block()`
        yield from _operation(inner, batch)
    is_ours = isinstance(call.on, str) and call.on in _OPERATORS
    if call.name == "execute":
        yield from _execute(call)
    elif is_ours and call.name not in _IGNORED and not call.name.endswith(_IGNORED_ENDINGS):
        write = _OPERATIONS.get(call.name)
        sql = write(call, batch) if write else None
        if sql is None:
            yield Unread(call.line, f"op.{call.name}, with values known only at run time")
        for each in sql or ():
            yield Statement(each, call.line)


def _execute(call: Call) -> Iterator[Statement | Unread]:
    value = call.value(0, "sqltext")
    if isinstance(value, Call) and value.name == "text":
        value = value.value(0)
    if isinstance(value, str):
        for statement in split(value):
            yield Statement(statement.sql, call.line)
    elif not isinstance(value, Call):
        yield Unread(call.line, "SQL that is composed when it runs")


def _name(value: Value) -> str | None:
    """A name, which may stand in `op.f(...)`."""
    if isinstance(value, Call) and value.name == "f":
        value = value.value(0)
    return value if isinstance(value, str) else None


def _table_of(call: Call, batch: str | None, index: int, name: str) -> str | None:
    if batch is not None:
        return batch
    found = call.text(index, name)
    return to.table(found, call.text(99, "schema")) if found else None


def _drop_table(call: Call, _: str | None) -> list[str] | None:
    name = call.text(0, "table_name")
    return [f"drop table {to.table(name, call.text(1, 'schema'))}"] if name else None


def _rename_table(call: Call, _: str | None) -> list[str] | None:
    old, new = call.text(0, "old_table_name"), call.text(1, "new_table_name")
    if not old or not new:
        return None
    return [f"alter table {to.table(old, call.text(2, 'schema'))} rename to {to.quoted(new)}"]


def _create_table(call: Call, _: str | None) -> list[str] | None:
    name = call.text(0, "table_name")
    columns = [column_of(c) for c in call.arguments[1:] if isinstance(c, Call)]
    known = [column for column in columns if column is not None]
    return [to.create_table(to.table(name, call.text(99, "schema")), known)] if name else None


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
    return ColumnSpec(
        name,
        _type_of(value.value(1, "type_")),
        is_required=value.named.get("nullable") is False or is_key,
        has_default=default is not None or bool(kinds & {"Identity", "Computed", "FetchedValue"}),
        is_unique=value.named.get("unique") is True,
        is_key=is_key,
    )


def _type_of(value: Value) -> str:
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


def _add_column(call: Call, batch: str | None) -> list[str] | None:
    owner = _table_of(call, batch, 0, "table_name")
    column = column_of(call.value(0 if batch else 1, "column"))
    return [to.alter(owner, to.add_column(column))] if owner and column else None


def _drop_column(call: Call, batch: str | None) -> list[str] | None:
    owner = _table_of(call, batch, 0, "table_name")
    name = call.text(0 if batch else 1, "column_name")
    return [to.alter(owner, to.drop_column(name))] if owner and name else None


def _alter_column(call: Call, batch: str | None) -> list[str] | None:
    owner = _table_of(call, batch, 0, "table_name")
    name = call.text(0 if batch else 1, "column_name")
    if not owner or not name:
        return None
    actions: list[str] = []
    if "type_" in call.named:
        before, after = _type_of(call.named.get("existing_type")), _type_of(call.named["type_"])
        if not (before and after and is_wider(before, after)):
            actions.append(to.alter_column(name, f"type {to.type_text(after)}"))
    if "nullable" in call.named:
        word = "set" if call.named["nullable"] is False else "drop"
        actions.append(to.alter_column(name, f"{word} not null"))
    default = call.named.get("server_default", False)
    if default is not False:
        word = "drop default" if default is None else "set default now()"
        actions.append(to.alter_column(name, word))
    new = call.text(99, "new_column_name")
    renamed = [to.rename_column(owner, name, new)] if new else []
    return [*([to.alter(owner, *actions)] if actions else []), *renamed]


def _rule(kind: str) -> Callable[[Call, str | None], list[str] | None]:
    def write(call: Call, batch: str | None) -> list[str] | None:
        owner = _table_of(call, batch, 1, "table_name")
        columns = call.texts(1 if batch else 2, "columns")
        if not owner or not columns:
            return None
        return [to.alter(owner, to.add_rule(kind, _name(call.value(0)), columns))]

    return write


def _check(call: Call, batch: str | None) -> list[str] | None:
    owner = _table_of(call, batch, 1, "table_name")
    condition = call.text(1 if batch else 2, "condition")
    return [to.alter(owner, to.add_check(_name(call.value(0)), condition))] if owner else None


def _exclude(call: Call, batch: str | None) -> list[str] | None:
    owner = _table_of(call, batch, 1, "table_name")
    parts = [_excluded(part) for part in call.arguments[1 if batch else 2 :]]
    columns = [part for part in parts if part]
    if not owner or not columns or len(columns) != len(parts):
        return None
    listed = ", ".join(f"{to.quoted(column)} with =" for column in columns)
    name = _name(call.value(0, "constraint_name"))
    return [to.alter(owner, f"add constraint {to.quoted(name or 'exclusion')} exclude ({listed})")]


def _excluded(value: Value) -> str | None:
    """The column of a pair of a column, by its name or in `column(...)`, and an operator."""
    column = value[0] if isinstance(value, list | tuple) and value else None
    return column.text(0, "text") if isinstance(column, Call) else _name(column)


def _foreign_key(call: Call, batch: str | None) -> list[str] | None:
    owner = _table_of(call, batch, 1, "source_table")
    shift = 0 if batch else 1
    other, columns = call.text(1 + shift, "referent_table"), call.texts(2 + shift, "local_cols")
    if not owner or not other or not columns:
        return None
    rule = to.add_rule("foreign key", _name(call.value(0)), columns, other)
    return [to.alter(owner, rule)]


def _create_index(call: Call, batch: str | None) -> list[str] | None:
    if call.named.get("unique") is not True:
        return []
    owner = _table_of(call, batch, 1, "table_name")
    columns = call.texts(1 if batch else 2, "columns")
    name = _name(call.value(0, "index_name"))
    return [to.unique_index(name, owner, columns)] if owner and columns else None


def _drop_index(call: Call, _: str | None) -> list[str] | None:
    name = _name(call.value(0, "index_name"))
    return [f"drop index {to.quoted(name)}"] if name else []


def _drop_constraint(call: Call, batch: str | None) -> list[str] | None:
    owner = _table_of(call, batch, 1, "table_name")
    name = _name(call.value(0, "constraint_name"))
    return [to.alter(owner, f"drop constraint {to.quoted(name)}")] if owner and name else []


_OPERATIONS: Mapping[str, Callable[[Call, str | None], list[str] | None]] = {
    "drop_table": _drop_table,
    "rename_table": _rename_table,
    "create_table": _create_table,
    "add_column": _add_column,
    "drop_column": _drop_column,
    "alter_column": _alter_column,
    "create_unique_constraint": _rule("unique"),
    "create_primary_key": _rule("primary key"),
    "create_check_constraint": _check,
    "create_exclude_constraint": _exclude,
    "create_foreign_key": _foreign_key,
    "create_index": _create_index,
    "drop_index": _drop_index,
    "drop_constraint": _drop_constraint,
}
