"""
What Django's operations do, as SQL.

Django fills a new column by a default that it takes away again: to older code it has none.

Source: https://docs.djangoproject.com/en/stable/ref/migration-operations/
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verifier.database import schema_sql as to
from verifier.database.code_calls import Call, Tool, Value
from verifier.database.code_sql import sql_of
from verifier.database.django_classes import (
    added,
    beside,
    holder_of,
    names_operations,
)
from verifier.database.django_fields import column_of
from verifier.database.django_models import MODELS, OPERATIONS, model_of, table_of
from verifier.database.django_rows import beside_schema
from verifier.database.python_calls import function_calls, imported, module_scope, note, with_inner
from verifier.database.python_values import FUNCTION, PythonScope, name_lambdas, value_of
from verifier.database.sql_statements import Statement, Unread

#: What code does to a schema by hand: https://docs.djangoproject.com/en/stable/ref/schema-editor/
_EDITS = frozenset(
    {"delete_model", "remove_field", "alter_field", "alter_db_table", "alter_unique_together"}
    | {"add_field", "add_constraint", "remove_constraint"}
)
_EXECUTES = ("execute", "executescript")
_GIVEN = (Tool("apps"), Tool("schema_editor"))
_APART = "SeparateDatabaseAndState"
_COMPOSED = "operations that are composed when it runs"
_IGNORED = frozenset(
    {"AddIndex", "RemoveIndex", "RenameIndex", "AlterModelManagers"}
    | {"AlterIndexTogether", "AlterModelTableComment"}
    | {"AddIndexConcurrently", "RemoveIndexConcurrently", "CreateCollation", "RemoveCollation"}
    | {"ValidateConstraint", "AlterConstraint"}
)


def read_django(content: str, path: str, app: str) -> Iterator[Statement | Unread]:
    """Yield the statements of a migration's operations; `app` is the label of its app."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        yield Unread(1, f"{path} is not valid Python ({error})")
        return
    name_lambdas(tree, "RunPython")
    others = imported(tree)
    scope = module_scope(tree, {name: Tool(name) for name in others})
    file = _File(tree, scope, others, app)
    holder = holder_of(tree)
    if isinstance(holder, ast.ClassDef):
        yield from _class(holder, file)
    elif holder is not None:
        yield Unread(holder.lineno, "operations of a class that is not in this file")
    for line in beside(tree, content):
        value = added(line)
        if value is not None:
            yield from _listed_operations(value, file)
        else:
            yield Unread(line.lineno, _COMPOSED)


@dataclass(frozen=True, slots=True)
class _File:
    tree: ast.Module
    scope: PythonScope
    others: frozenset[str]
    """Names that it takes from elsewhere."""
    app: str


def _class(found: ast.ClassDef, file: _File) -> Iterator[Statement | Unread]:
    for line in found.body:
        match line:
            case (
                ast.Assign(targets=[ast.Name(id="operations")], value=value)
                | ast.AnnAssign(target=ast.Name(id="operations"), value=ast.expr() as value)
                | ast.AugAssign(target=ast.Name(id="operations"), value=value)
            ):
                yield from _listed_operations(value, file)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="operations")))):
                yield Unread(line.lineno, _COMPOSED)
            case _ if not isinstance(line, ast.Assign | ast.FunctionDef) and names_operations(line):
                yield Unread(line.lineno, _COMPOSED)
            case _:
                note(line, file.scope)


def _listed_operations(value: ast.expr, file: _File) -> Iterator[Statement | Unread]:
    operations = value_of(value, file.scope)
    if isinstance(operations, list):
        yield from _operations(operations, file, value.lineno)
    else:
        yield Unread(value.lineno, _COMPOSED)


def _operations(
    value: Sequence[Value], file: _File, line: int, *, is_inner: bool = False
) -> Iterator[Statement | Unread]:
    for each in value:
        if not isinstance(each, Call) or (is_inner and each.name == _APART):
            yield Unread(line, _COMPOSED)
        elif each.name == _APART:
            inner = each.value(0, "database_operations")
            if inner is not None and not isinstance(inner, list):
                yield Unread(each.line, _COMPOSED)
            elif isinstance(inner, list):
                yield from _operations(inner, file, each.line, is_inner=True)
            yield from _state(each.value(1, "state_operations"), file.app)
        elif each.name == "RunSQL":
            yield from _run_sql(each)
        elif each.name == "RunPython":
            yield from _run_python(each, file)
        elif each.name not in _IGNORED and not each.name.endswith("Extension"):
            sql = _operation(each, file)
            if sql is None:
                yield Unread(each.line, f"{each.name}, with values known only at run time")
            for text in sql or ():
                yield Statement(text, each.line, model_of(each, file.app))


def _state(operations: Value, app: str) -> Iterator[Statement]:
    """What a migration says of its models alone, which touches no table."""
    for each in operations if isinstance(operations, list) else ():
        model = model_of(each, app) if isinstance(each, Call) and each.name in MODELS else None
        if isinstance(each, Call) and model is not None:
            yield Statement(to.nothing(model.name), each.line, model)


def _operation(call: Call, file: _File) -> list[str] | None:
    match call.name:
        case "AlterField":
            return _alter_field(call, file)
        case "RenameField":
            return _rename_field(call, file)
        case name:
            write = OPERATIONS.get(name)
            return write(call, file.app) if write else None


def _run_python(call: Call, file: _File) -> Iterator[Statement | Unread]:
    """What its function runs of SQL, or changes by hand; that it writes rows is no matter."""
    code = call.named.get("code", call.arguments[0] if call.arguments else None)
    name = code.text(0) if isinstance(code, Call) and code.name == FUNCTION else None
    if isinstance(code, Tool) and code.name in file.others:
        yield Unread(call.line, f"RunPython, whose {code.name} is not in this file")
    elif name is None and not (isinstance(code, Call) and code.name == "noop"):
        yield Unread(call.line, "RunPython, whose function is not in this file")
    for each in with_inner(function_calls(file.scope, name or "", _GIVEN)):
        yield from beside_schema(each, file.app)
        is_helper = each.on is None and each.name in file.others
        if each.name in _EXECUTES:
            yield from sql_of(each.value(0), each.line)
        elif each.name in _EDITS and each.on == "schema_editor":
            yield Unread(each.line, f"schema_editor.{each.name}, with what it is given")
        elif is_helper and Tool("schema_editor") in each.arguments:
            yield Unread(each.line, f"{each.name}(), which is not in this file")


def _run_sql(call: Call) -> Iterator[Statement | Unread]:
    value = call.value(0, "sql")
    texts: Sequence[Value] = value if isinstance(value, list) else [value]
    for each in texts:
        text = each[0] if isinstance(each, list) and each else each
        if not (isinstance(text, Call) and text.name == "noop"):
            yield from sql_of(text, call.line)


def _alter_field(call: Call, file: _File) -> list[str] | None:
    """Each property is written: what it was before, earlier migrations tell."""
    table, name = table_of(call, file.app), call.text(1, "name")
    given = call.value(2, "field")
    if not table or not name or not isinstance(given, Call):
        return None
    column = column_of(name, given)
    if column is None:
        return []
    actions = [to.alter_column(column.name, f"{'set' if column.is_required else 'drop'} not null")]
    if column.type:
        actions.append(to.alter_column(column.name, f"type {to.type_text(column.type)}"))
    if column.has_default:
        actions.append(to.set_default(column.name, is_set=True))
    if column.is_unique:
        actions.append(to.add_rule("unique", None, [column.name]))
    return [to.alter(table, *actions)]


def _rename_field(call: Call, file: _File) -> list[str] | None:
    """A field under another name, and its column if that is called after it."""
    table, old, new = table_of(call, file.app), call.text(1, "old_name"), call.text(2, "new_name")
    if not table or not old or not new:
        return None
    return [to.rename_column(table, old, new)]
