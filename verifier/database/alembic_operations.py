"""
What Alembic's operations do, as SQL.

Source: https://alembic.sqlalchemy.org/en/latest/ops.html
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from verifier.database import schema_sql as to
from verifier.database.alembic_imports import aliases, in_classes, steps_of, with_op
from verifier.database.code_calls import Call, Tool, Value
from verifier.database.code_rows import bulk_inserted
from verifier.database.code_sql import sql_of
from verifier.database.column_types import is_wider
from verifier.database.outside_calls import outside_calls
from verifier.database.python_calls import STEP, function_calls, imported, module_scope
from verifier.database.sql_statements import Statement, Unread
from verifier.database.sqlalchemy_columns import (
    actions_in,
    changed_enum,
    checks_of,
    column_of,
    index_parts,
    is_enum,
    name_of,
    rules_of,
    type_of,
)

#: What changes nothing that is looked at, or rows alone.
_IGNORED = frozenset({"get_bind", "get_context", "f", "create_table_comment"})
_IGNORED_ENDINGS = ("_comment",)
#: Objects on which operations are called.
_OPERATORS = frozenset({"op", "batch_op"})
_BLOCKS = ("get_context", "autocommit_block")
_EXECUTES = ("execute", "exec_driver_sql", "executescript")
#: What SQLAlchemy composes of a table: it is about rows, or makes something.
_EXPRESSIONS = frozenset({"update", "insert", "values", "select", "where", "delete"}) | {
    *("CreateSequence", "CreateTable", "CreateSchema", "CreateIndex"),
    "refresh",
}
#: Of SQLAlchemy's queries: what leaves some rows out.
_CHOOSE = frozenset({"where", "filter", "filter_by", "limit"})
_LOGS = frozenset({"info", "debug", "warning", "error", "exception", "critical", "print"})
#: Of the name of a function in another module: it may change a schema.
_STEPS = frozenset(
    {"drop", "remove", "rename", "alter", "migrate", "upgrade", "execute", "run", "apply"}
)


def read_alembic(content: str, path: str) -> Iterator[Statement | Unread]:
    """Yield the statements of a revision's `upgrade`."""
    try:
        tree = with_op(ast.parse(content), content, _OPERATIONS)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        yield Unread(1, f"{path} is not valid Python ({error})")
        return
    scope = module_scope(tree, {name: Tool("op") for name in aliases(tree)})
    if "upgrade" not in scope.functions and "upgrade" in content:
        yield Unread(1, "upgrade() is not written out in this file")
    yield from in_classes(tree)
    others = imported(tree)
    for step in steps_of(scope, content):
        if isinstance(step, Unread):
            yield step
            continue
        for call in function_calls(scope, step):
            yield from _operation(call, None)
            yield from _elsewhere(call, others)
            yield from outside_calls([call])


def _elsewhere(call: Call, others: frozenset[str]) -> Iterator[Unread]:
    """What is done in another file, or by a function that is only known when it runs."""
    for inner in call.body:
        yield from _elsewhere(inner, others)
    owner = call.on if isinstance(call.on, str) else ""
    if owner in _OPERATORS or call.name in _IGNORED:
        return
    if call.on is None and call.name in _OPERATIONS:
        yield Unread(call.line, f"{call.name}() of what is known only at run time")
        return
    names = {each.name for each in call.chain()}
    if call.name == "delete" and "query" in names and names.isdisjoint(_CHOOSE):
        yield Unread(call.line, "all rows of a table are deleted")
    given = (*call.arguments, *call.named.values())
    is_given = call.has_tool or any(isinstance(v, Call) and v.name == "get_bind" for v in given)
    is_dropped = is_given and call.name in ("drop", "drop_all") and not is_enum(call.on)
    if is_dropped or (is_given and call.name == "getattr"):
        yield Unread(call.line, f"{call.name}() of what is known only at run time")
        return
    is_step = call.why == STEP or is_given or not _STEPS.isdisjoint(call.name.lower().split("_"))
    is_other = call.name in others or (not call.name and is_given)
    is_bare = call.on is None and is_other and is_step
    if is_bare or (owner in others and is_given):
        shown = ".".join(part for part in (owner, call.name) if part)
        yield Unread(call.line, f"{shown or 'a function'}(), which is not in this file")
    elif owner in others and _is_step(call, owner):
        yield Unread(call.line, f"{owner}.{call.name}(), which is not in this file")


def _is_step(call: Call, owner: str) -> bool:
    """Whether a function of another module may change a schema, by how it is called."""
    is_log = call.name in _LOGS or "log" in owner.lower()
    words = call.name.lower().split("_")
    return not is_log and owner.islower() and not _STEPS.isdisjoint(words)


def _operation(call: Call, batch: str | None) -> Iterator[Statement | Unread]:
    if call.name == "batch_alter_table":
        name, schema = call.text(0, "table_name"), call.text(9, "schema")
        for inner in call.body:
            if inner.on != call.alias and inner.name not in _BLOCKS:
                yield from _operation(inner, None)
            elif name is None:
                yield Unread(inner.line, "a table name known only at run time")
            else:
                yield from _operation(replace(inner, on="batch_op"), to.table(name, schema))
        return
    for inner in call.body:  # of `op.get_context().autocommit_block()`
        yield from _operation(inner, batch)
    is_ours = isinstance(call.on, str) and call.on in _OPERATORS
    if call.name in _EXECUTES:
        yield from _execute(call)
    elif call.name in ("create", "drop") and is_enum(call.on):
        yield from changed_enum(call)
    elif is_ours and call.name == "bulk_insert":
        yield from bulk_inserted(call)
    elif is_ours and call.name not in _IGNORED and not call.name.endswith(_IGNORED_ENDINGS):
        is_known = call.name == "create_table" or not call.has_rest
        write = _OPERATIONS.get(call.name) if is_known else None
        sql = write(call, batch) if write else None
        if sql is None:
            yield Unread(call.line, f"op.{call.name}, with values known only at run time")
        for each in sql or ():
            yield Statement(each, call.line)


def _execute(call: Call) -> Iterator[Statement | Unread]:
    value = call.value(0, "sqltext")
    made = value.chain() if isinstance(value, Call) else ()
    written = next((each for each in made if each.name in ("text", "DDL")), None)
    if written is not None:
        value = written.value(0)
    if all(each.name != "where" for each in made) and any(each.name == "delete" for each in made):
        yield Unread(call.line, "all rows of a table are deleted")
    elif not _EXPRESSIONS.intersection(each.name for each in made):
        yield from sql_of(value, call.line)


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
    known = [column for c in call.arguments[1:] if (column := column_of(c)) is not None]
    if not name:
        return None
    table, rules = to.table(name, call.text(99, "schema")), list(rules_of(call.arguments[1:]))
    checks = [to.alter(table, check) for check in checks_of(call.arguments[1:])]
    return [to.create_table(table, known, rules), *checks]


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
        before, after = type_of(call.named.get("existing_type")), type_of(call.named["type_"])
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
        return [to.alter(owner, to.add_rule(kind, name_of(call.value(0)), columns))]

    return write


def _check(call: Call, batch: str | None) -> list[str] | None:
    owner = _table_of(call, batch, 1, "table_name")
    condition = call.text(1 if batch else 2, "condition")
    return [to.alter(owner, to.add_check(name_of(call.value(0)), condition))] if owner else None


def _exclude(call: Call, batch: str | None) -> list[str] | None:
    owner = _table_of(call, batch, 1, "table_name")
    parts = [_excluded(part) for part in call.arguments[1 if batch else 2 :]]
    columns = [part for part in parts if part]
    if not owner or not columns or len(columns) != len(parts):
        return None
    listed = ", ".join(f"{to.quoted(column)} with =" for column in columns)
    name = name_of(call.value(0, "constraint_name"))
    return [to.alter(owner, f"add constraint {to.quoted(name or 'exclusion')} exclude ({listed})")]


def _excluded(value: Value) -> str | None:
    """The column of a pair of a column, by its name or in `column(...)`, and an operator."""
    column = value[0] if isinstance(value, list | tuple) and value else None
    return column.text(0, "text") if isinstance(column, Call) else name_of(column)


def _foreign_key(call: Call, batch: str | None) -> list[str] | None:
    owner = _table_of(call, batch, 1, "source_table")
    shift = 0 if batch else 1
    other, columns = call.text(1 + shift, "referent_table"), call.texts(2 + shift, "local_cols")
    if not owner or not other or not columns:
        return None
    rule = to.add_reference(name_of(call.value(0)), columns, other, actions_in(call))
    return [to.alter(owner, rule)]


def _create_index(call: Call, batch: str | None) -> list[str] | None:
    if call.named.get("unique") is not True:
        return []
    owner = _table_of(call, batch, 1, "table_name")
    columns = index_parts(call.value(1 if batch else 2, "columns"))
    name = name_of(call.value(0, "index_name"))
    given = call.named.get("postgresql_where")
    written = given.text(0, "text") if isinstance(given, Call) and given.name == "text" else None
    condition = written if written is not None else given
    return [to.unique_index_of(name, owner, columns, condition)] if owner and columns else None


def _drop_index(call: Call, _: str | None) -> list[str] | None:
    name = name_of(call.value(0, "index_name"))
    return [f"drop index {to.quoted(name)}"] if name else []


def _drop_constraint(call: Call, batch: str | None) -> list[str] | None:
    owner = _table_of(call, batch, 1, "table_name")
    name = name_of(call.value(0, "constraint_name"))
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
