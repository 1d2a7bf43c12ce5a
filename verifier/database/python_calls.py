"""The calls in Python, from its own syntax tree."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from verifier.database.code_calls import UNKNOWN, Call, Value

#: How far functions of a file are followed that call one another, and how many calls are read.
_MOST_DEEP = 4
_MOST_CALLS = 20_000


def function_calls(tree: ast.Module, name: str) -> tuple[Call, ...] | None:
    """Return the calls of a function in order, branches and loops as if run once."""
    known = constants(tree.body)
    functions = {
        statement.name: statement
        for statement in tree.body
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    if name not in functions:
        return None
    calls = calls_in(functions[name].body, known)
    return tuple(islice(_followed(calls, functions, known, _MOST_DEEP), _MOST_CALLS))


def _followed(
    calls: Iterator[Call],
    functions: Mapping[str, ast.FunctionDef | ast.AsyncFunctionDef],
    known: Mapping[str, Value],
    depth: int,
) -> Iterator[Call]:
    """The calls, and in place of one of a function of the same file those that it makes."""
    for call in calls:
        function = functions.get(call.name) if call.on is None else None
        if function is None or depth == 0:
            yield call
            continue
        names = [argument.arg for argument in function.args.args]
        given = {**dict(zip(names, call.arguments, strict=False)), **call.named}
        inner = calls_in(function.body, {**known, **given})
        yield from _followed(inner, functions, known, depth - 1)


def imported(tree: ast.Module) -> frozenset[str]:
    """Return the names that a file takes from modules by `from … import …`."""
    taken = [each for each in tree.body if isinstance(each, ast.ImportFrom)]
    return frozenset(alias.asname or alias.name for each in taken for alias in each.names)


def constants(body: Sequence[ast.stmt]) -> dict[str, Value]:
    """Return the values of names that are assigned once at the top."""
    found: dict[str, Value] = {}
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found[name] = UNKNOWN if name in found else value_of(value, found)
            case _:
                continue
    return found


def calls_in(body: Sequence[ast.stmt], known: Mapping[str, Value]) -> Iterator[Call]:
    """Yield the calls that stand as statements, in order."""
    local = {**known, **{k: v for k, v in constants(body).items() if k not in known}}
    for statement in body:
        match statement:
            case ast.Expr(value=value) | ast.Return(value=ast.expr() as value):
                yield from _call_of(value, local)
            case ast.Assign(value=value):
                yield from _call_of(value, local)
            case ast.With(items=items, body=inner) | ast.AsyncWith(items=items, body=inner):
                yield from _with(items, inner, local)
            case ast.If(test=test, body=inner, orelse=other):
                is_met = value_of(test, local)
                taken = inner if is_met is True else other if is_met is False else [*inner, *other]
                yield from calls_in(taken, local)
            case ast.While(body=inner, orelse=other):
                yield from calls_in([*inner, *other], local)
            case ast.For(target=ast.Name(id=name), iter=iterated, body=inner):
                for each in _each(value_of(iterated, local)):
                    yield from calls_in(inner, {**local, name: each})
            case ast.For(body=inner):
                yield from calls_in(inner, local)
            case ast.Try(body=inner, finalbody=last):
                yield from calls_in([*inner, *last], local)
            case _:
                continue


def _each(value: Value) -> Sequence[Value]:
    return list(value) if isinstance(value, list | tuple) else [UNKNOWN]


def _with(
    items: Sequence[ast.withitem], body: Sequence[ast.stmt], known: Mapping[str, Value]
) -> Iterator[Call]:
    inner = tuple(calls_in(body, known))
    opened = value_of(items[0].context_expr, known) if items else None
    if isinstance(opened, Call):
        given = items[0].optional_vars
        yield replace(opened, body=inner, alias=given.id if isinstance(given, ast.Name) else "")
    else:
        yield from inner


def _call_of(expression: ast.expr, known: Mapping[str, Value]) -> Iterator[Call]:
    if isinstance(expression, ast.Await):
        expression = expression.value
    value = value_of(expression, known)
    if isinstance(value, Call):
        yield value


def value_of(expression: ast.expr, known: Mapping[str, Value]) -> Value:
    """Return what an expression is, as far as its syntax tells."""
    match expression:
        case ast.Constant(value=str() | bool() | int() | float() | None as value):
            return value
        case ast.Name(id=name):
            return known.get(name, UNKNOWN)
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            return [value_of(element, known) for element in elements]
        case ast.Dict(keys=keys, values=values):
            return {
                key.value: value_of(value, known)
                for key, value in zip(keys, values, strict=True)
                if isinstance(key, ast.Constant) and isinstance(key.value, str)
            }
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            one, two = value_of(left, known), value_of(right, known)
            return one + two if isinstance(one, str) and isinstance(two, str) else UNKNOWN
        case ast.JoinedStr(values=parts):
            texts = [_part(part, known) for part in parts]
            return "".join(t for t in texts if t is not None) if None not in texts else UNKNOWN
        case ast.Call():
            return _call(expression, known)
        case ast.Attribute(attr="name", value=ast.Attribute(attr="dialect")):
            return "postgresql"
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as how], comparators=[right]):
            one, two = value_of(left, known), value_of(right, known)
            are_known = isinstance(one, str) and isinstance(two, str)
            return (one == two) is isinstance(how, ast.Eq) if are_known else UNKNOWN
        case ast.Attribute(attr=name):
            # `sa.String` without brackets is a type as well.
            return Call(name, line=expression.lineno)
        case _:
            return UNKNOWN


def _part(part: ast.expr, known: Mapping[str, Value]) -> str | None:
    if isinstance(part, ast.FormattedValue):
        value = value_of(part.value, known)
    else:
        value = value_of(part, known)
    return value if isinstance(value, str) else None


def _call(expression: ast.Call, known: Mapping[str, Value]) -> Call:
    match expression.func:
        case ast.Attribute(attr=name, value=ast.Call() as inner):
            on: Value = value_of(inner, known)
        case ast.Attribute(attr=name, value=ast.Name(id=owner)):
            on = owner
        case ast.Attribute(attr=name):
            on = None
        case ast.Name(id=name):
            on = None
        case _:
            name, on = "", None
    return Call(
        name,
        tuple(value_of(a, known) for a in expression.args),
        {k.arg: value_of(k.value, known) for k in expression.keywords if k.arg},
        expression.lineno,
        on,
    )
