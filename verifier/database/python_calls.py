"""The calls in Python, from its own syntax tree: whatever stands anywhere, as if run once."""

import ast
import sys
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from verifier.database.code_calls import (
    MOST_AGAIN,
    UNKNOWN,
    Call,
    CodeScope,
    Effort,
    Tool,
    Value,
    each_of,
)
from verifier.database.python_bodies import changing_names, functions_of, statements_of
from verifier.database.python_values import (
    Function,
    PythonScope,
    bound,
    comprehended,
    value_of,
)

#: Packages that do nothing to a database by themselves.
_KNOWN_PACKAGES = sys.stdlib_module_names | {
    *("alembic", "sqlalchemy", "sqlmodel", "sqlalchemy_utils", "advanced_alchemy", "pgvector"),
    *("geoalchemy2", "fastapi_users_db_sqlalchemy", "django", "yoyo", "tortoise"),
    *("structlog", "loguru", "dateutil", "pytz"),
}


#: Of a call that stands alone: what it does is all that it is for.
STEP = "step"


def module_scope(tree: ast.Module, tools: Mapping[str, Value] | None = None) -> PythonScope:
    """Return what the names of a file stand for; `tools` are given to it from outside."""
    functions = {each.name: each for each in functions_of(tree)}
    changing = changing_names(tree.body)
    scope = CodeScope[Function](ChainMap(dict(tools or {})), functions, Effort(), changing)
    for statement in tree.body:
        note(statement, scope)
    return scope


def function_calls(scope: PythonScope, name: str, given: Sequence[Value] = ()) -> Iterator[Call]:
    """Yield the calls of a function in order, branches and loops as if run once."""
    function = scope.functions.get(name)
    if function is not None:
        yield from _of_function(function, given, {}, scope)


def with_inner(calls: Iterable[Call]) -> Iterator[Call]:
    """Yield calls, and those in what they open: `with schema_editor.connection.cursor() as c`."""
    for call in calls:
        yield call
        yield from with_inner(call.body)


def imported(tree: ast.Module) -> frozenset[str]:
    """Return the names that a file takes from modules of which it is not known what they do."""
    found: set[str] = set()
    for each in statements_of(tree):
        match each:
            case ast.ImportFrom(module=module, names=names, level=level):
                if level or (module or "").partition(".")[0] not in _KNOWN_PACKAGES:
                    found |= {alias.asname or alias.name for alias in names}
            case ast.Import(names=names):
                unknown = [n for n in names if n.name.partition(".")[0] not in _KNOWN_PACKAGES]
                found |= {alias.asname or alias.name.partition(".")[0] for alias in unknown}
            case _:
                continue
    return frozenset(found)


def _of_function(
    function: Function,
    given: Sequence[Value],
    named: Mapping[str, Value],
    scope: PythonScope,
) -> Iterator[Call]:
    inside = (*scope.within, function.name)
    if inside.count(function.name) > MOST_AGAIN:
        return
    arguments = function.args
    names = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
    last = [value_of(each, scope) for each in arguments.defaults]
    known: dict[str, Value] = dict.fromkeys(names + [a.arg for a in arguments.kwonlyargs], UNKNOWN)
    known |= dict(zip(names[len(names) - len(last) :], last, strict=True))
    known |= dict(zip(names, given, strict=False))
    known |= {name: value for name, value in named.items() if name in known}
    yield from calls_in(function.body, scope.called(known, inside, changing_names(function.body)))


def note(statement: ast.stmt, scope: PythonScope) -> None:
    """Let names stand for what a statement assigns to them."""
    match statement:
        case ast.Assign(targets=[target], value=value):
            for name, each in bound(target, value_of(value, scope)).items():
                scope.assign(name, each)
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            scope.assign(name, value_of(value, scope))
        case ast.AugAssign(target=ast.Name(id=name) as target, value=value):
            added = ast.BinOp(ast.Name(name, ast.Load()), statement.op, value)
            scope.assign(name, value_of(ast.copy_location(added, target), scope))
        case _:
            return


def calls_in(body: Sequence[ast.AST], scope: PythonScope) -> Iterator[Call]:
    """Yield the calls that stand in statements, in order."""
    for node in body:
        scope.effort.spend()
        match node:
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                if node.value is not None:
                    yield from _calls_of(node.value, scope)
                note(node, scope)
            case ast.With() | ast.AsyncWith():
                yield from _with(node.items, node.body, scope)
            case ast.If(test=test, body=inner, orelse=other):
                yield from _calls_of(test, scope)
                yield from calls_in(_taken(test, inner, other, scope), scope)
            case ast.For(target=target, iter=iterated, body=inner, orelse=other):
                yield from _calls_of(iterated, scope)
                for each in each_of(value_of(iterated, scope)):
                    yield from calls_in(inner, scope.inner(bound(target, each)))
                yield from calls_in(other, scope)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                continue
            case (
                ast.Expr(value=ast.Call(func=called) as value)
                | ast.Expr(value=ast.Await(value=ast.Call(func=called) as value))
            ):
                for call in _calls_of(value, scope):
                    is_step = call.line == value.lineno and call.name == _last_name(called)
                    yield replace(call, why=STEP) if is_step else call
            case ast.expr():
                yield from _calls_of(node, scope)
            case _:
                yield from calls_in(list(ast.iter_child_nodes(node)), scope)


def _last_name(called: ast.expr) -> str:
    match called:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return ""


def _taken(
    test: ast.expr, body: Sequence[ast.AST], other: Sequence[ast.AST], scope: PythonScope
) -> Sequence[ast.AST]:
    is_met = value_of(test, scope)
    return body if is_met is True else other if is_met is False else [*body, *other]


def _with(
    items: Sequence[ast.withitem], body: Sequence[ast.stmt], scope: PythonScope
) -> Iterator[Call]:
    if not items:
        yield from calls_in(body, scope)
        return
    first, *rest = items
    opened = value_of(first.context_expr, scope)
    is_kept = isinstance(first.context_expr, ast.Name) and _is_of_tool(opened, scope)
    if not isinstance(opened, Call) or not (is_kept or _is_tools(first.context_expr, scope)):
        yield from _calls_of(first.context_expr, scope)
        yield from _with(rest, body, scope)
        return
    given = first.optional_vars
    alias = given.id if isinstance(given, ast.Name) else ""
    inner = scope.inner({alias: Tool(alias)}) if alias else scope
    yield replace(opened, body=tuple(_with(rest, body, inner)), alias=alias)


def _is_of_tool(value: Value, scope: PythonScope) -> bool:
    """Whether a value that has a name was asked of what the tool gives."""
    owner = value.on if isinstance(value, Call) else None
    return isinstance(owner, str) and isinstance(scope.names.get(owner), Tool)


def _is_tools(expression: ast.expr, scope: PythonScope) -> bool:
    """Whether a chain of calls begins at what the tool gives."""
    while not isinstance(expression, ast.Name):
        match expression:
            case ast.Call(func=before) | ast.Attribute(value=before):
                expression = before
            case _:
                return False
    return isinstance(scope.names.get(expression.id), Tool)


def _calls_of(expression: ast.AST, scope: PythonScope) -> Iterator[Call]:
    """The calls in an expression; what is given to one of the tool's is a part of that."""
    scope.effort.spend()
    match expression:
        case ast.Call(func=function):
            if not isinstance(function, ast.Name):
                before = function.value if isinstance(function, ast.Attribute) else function
                yield from _calls_of(before, scope)
            if not _is_tools(expression, scope):
                yield from _given(expression, scope)
            yield from _called(value_of(expression, scope), scope)
        case (
            ast.ListComp(elt=made, generators=parts) | ast.GeneratorExp(elt=made, generators=parts)
        ):
            yield from _in_each(parts, [made], scope)
        case ast.SetComp(elt=made, generators=parts):
            yield from _in_each(parts, [made], scope)
        case ast.DictComp(key=key, value=value, generators=parts):
            yield from _in_each(parts, [key, value], scope)
        case ast.IfExp(test=test, body=one, orelse=other):
            yield from calls_in([test, *_taken(test, [one], [other], scope)], scope)
        case ast.Attribute(attr=name, value=ast.Name(id=owner)):
            # An operation that is handed on is called by somebody, with values not known here.
            known = scope.names.get(owner)
            if isinstance(known, Tool):
                yield Call(name, line=expression.lineno, on=known.name)
        case ast.Lambda(body=body):
            yield from _calls_of(body, scope)
        case _:
            for child in ast.iter_child_nodes(expression):
                yield from _calls_of(child, scope)


def _given(expression: ast.Call, scope: PythonScope) -> Iterator[Call]:
    """The calls in what is given to a call, and of a function that it is given."""
    for each in (*expression.args, *(k.value for k in expression.keywords)):
        if isinstance(each, ast.Name) and each.id in scope.functions:
            yield from _of_function(scope.functions[each.id], (), {}, scope)
        else:
            yield from _calls_of(each, scope)


def _called(value: Value, scope: PythonScope) -> Iterator[Call]:
    """A call, and in place of one of a function of the same file those that it makes."""
    if not isinstance(value, Call):
        return
    function = scope.functions.get(value.name) if value.on is None else None
    if function is None:
        yield value
    else:
        yield from _of_function(function, value.arguments, value.named, scope)


def _in_each(
    parts: Sequence[ast.comprehension], made: Sequence[ast.expr], scope: PythonScope
) -> Iterator[Call]:
    for part in parts[:1]:
        yield from _calls_of(part.iter, scope)
    for each in comprehended(parts, scope):
        yield from calls_in([*made, *(c for part in parts for c in part.ifs)], each)
