"""The SQL in Python migrations of yoyo and Aerich, and what Piccolo's manager does."""

import ast
from collections.abc import Iterator

from verifier.database import schema_sql as to
from verifier.database.code_calls import Call, as_map
from verifier.database.python_calls import calls_in, constants, function_calls, value_of
from verifier.database.schema_sql import ColumnSpec
from verifier.database.sql_statements import Statement, Unread, split

_COMPOSED = "SQL that is composed when it runs"


def read_yoyo(content: str, path: str) -> Iterator[Statement | Unread]:
    """Yield what the first argument of each `step` applies."""
    tree = _tree(content, path)
    if isinstance(tree, Unread):
        yield tree
        return
    known = constants(tree.body)
    found: list[Call] = []
    for value in (*known.values(), list(calls_in(tree.body, known))):
        found += [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, Call)]
    for step in sorted({id(c): c for c in found if c.name == "step"}.values(), key=_line):
        sql = step.value(0, "apply")
        yield from _sql(sql if isinstance(sql, str) else None, step.line)


def read_aerich(content: str, path: str) -> Iterator[Statement | Unread]:
    """Yield what `upgrade` returns."""
    tree = _tree(content, path)
    if isinstance(tree, Unread):
        yield tree
        return
    known = constants(tree.body)
    for function in tree.body:
        if isinstance(function, ast.AsyncFunctionDef) and function.name == "upgrade":
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and node.value is not None:
                    value = value_of(node.value, known)
                    yield from _sql(value if isinstance(value, str) else None, node.lineno)


def read_piccolo(content: str, path: str) -> Iterator[Statement | Unread]:
    """Yield what the manager of `forwards` is told to do."""
    tree = _tree(content, path)
    if isinstance(tree, Unread):
        yield tree
        return
    for call in function_calls(tree, "forwards") or ():
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
            case "add_raw":
                yield Unread(call.line, "a function that Piccolo runs")
            case _:
                continue


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
    except (SyntaxError, ValueError, RecursionError) as error:
        return Unread(1, f"{path} is not valid Python ({error})")


def _sql(text: str | None, line: int) -> Iterator[Statement | Unread]:
    if text is None:
        yield Unread(line, _COMPOSED)
    for statement in split(text or ""):
        yield Statement(statement.sql, line)


def _line(call: Call) -> int:
    return call.line
