"""The SQL in Python migrations of yoyo and Aerich, and what Piccolo's manager does."""

import ast
from collections.abc import Iterator

from verifier.database import schema_sql as to
from verifier.database.code_calls import Call, Tool, as_map
from verifier.database.code_sql import sql_of
from verifier.database.python_calls import STEP, calls_in, function_calls, imported, module_scope
from verifier.database.python_values import value_of
from verifier.database.schema_sql import ColumnSpec
from verifier.database.sql_statements import Statement, Unread


def read_yoyo(content: str, path: str) -> Iterator[Statement | Unread]:
    """Yield what the first argument of each `step` applies."""
    tree = _tree(content, path)
    if isinstance(tree, Unread):
        yield tree
        return
    scope = module_scope(tree)
    calls = [call for call in calls_in(tree.body, scope) if call.name == "step"]
    for step in calls:
        sql = step.value(0, "apply")
        yield from sql_of(sql, step.line)
    if not calls and tree.body:
        yield Unread(1, f"{path} has no step that is written out")


def read_aerich(content: str, path: str) -> Iterator[Statement | Unread]:
    """Yield what `upgrade` returns."""
    tree = _tree(content, path)
    if isinstance(tree, Unread):
        yield tree
        return
    scope = module_scope(tree)
    for call in function_calls(scope, "upgrade"):
        if call.name in ("execute_script", "execute_query", "execute_insert"):
            yield from sql_of(call.value(0), call.line)
    function = scope.functions.get("upgrade")
    for node in ast.walk(function) if function else ():
        if isinstance(node, ast.Return) and node.value is not None:
            value = value_of(node.value, scope)
            yield from sql_of(value, node.lineno)


def read_piccolo(content: str, path: str) -> Iterator[Statement | Unread]:
    """Yield what the manager of `forwards` is told to do."""
    tree = _tree(content, path)
    if isinstance(tree, Unread):
        yield tree
        return
    others = imported(tree)
    scope = module_scope(tree, {name: Tool(name) for name in others})
    for call in function_calls(scope, "forwards"):
        if call.on is None and call.name in others and call.why == STEP:
            yield Unread(call.line, f"{call.name}(), which is not in this file")
        known = [v for v in (call.value(99, name) for name in _NAMES) if v is not None]
        if all(isinstance(value, str) for value in known):
            yield from _told_manager(call)
        else:
            yield Unread(call.line, f"{call.name}, with values known only at run time")


#: What tells Piccolo's manager of which table or column it is.
_NAMES = (
    "tablename",
    "column_name",
    "old_tablename",
    "new_tablename",
    "old_column_name",
    "new_column_name",
)


def _told_manager(call: Call) -> Iterator[Statement | Unread]:
    name = call.text(99, "tablename") or ""
    table, column = to.table(name), call.text(99, "column_name") or ""
    params, old = as_map(call.named.get("params")), as_map(call.named.get("old_params"))
    match call.name:
        case "drop_table":
            yield Statement(f"drop table {table}", call.line)
        case "add_table":
            yield Statement(to.create_table(table, ()), call.line)
        case "rename_table":
            before, after = call.text(99, "old_tablename"), call.text(99, "new_tablename")
            sql = f"alter table {to.table(before or '')} rename to {to.quoted(after or '')}"
            yield Statement(sql, call.line)
        case "drop_column":
            yield Statement(to.alter(table, to.drop_column(column)), call.line)
        case "rename_column":
            before, after = call.text(99, "old_column_name"), call.text(99, "new_column_name")
            yield Statement(to.rename_column(table, before or "", after or ""), call.line)
        case "add_column":
            is_required = params.get("null") is not True
            spec = ColumnSpec(column, "", is_required, params.get("default") is not None)
            yield Statement(to.alter(table, to.add_column(spec)), call.line)
        case "alter_column":
            for sql in _altered(column, dict(params), dict(old)):
                yield Statement(to.alter(table, sql), call.line)
            was = call.value(99, "old_column_class")
            if was is not None and was != call.value(99, "column_class"):
                retyped = to.alter_column(column, "type not_known")
                yield Statement(to.alter(table, retyped), call.line)
        case "add_raw" | "add_raw_forwards" | "add_constraint" | "drop_constraint":
            yield Unread(call.line, f"{call.name}, of which it is not known what it does")
        case "change_table_schema":
            yield Unread(call.line, f"{call.name}, of which it is not known what it does")
        case _:
            return


def _altered(column: str, params: dict[str, object], old: dict[str, object]) -> Iterator[str]:
    if params.get("null") is False and old.get("null") is not False:
        yield to.alter_column(column, "set not null")
    if params.get("unique") is True:
        yield to.add_rule("unique", None, [column])
    if "length" in params or "column_class" in params:
        yield to.alter_column(column, "type not_known")
    if "default" in params and params["default"] is None:
        yield to.alter_column(column, "drop default")


def _tree(content: str, path: str) -> ast.Module | Unread:
    try:
        return ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return Unread(1, f"{path} is not valid Python ({error})")
