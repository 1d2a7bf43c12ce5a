"""What expressions of Python are, as far as their syntax tells. Nothing of it is run."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence

from verifier.database.code_calls import (
    REST,
    UNKNOWN,
    Call,
    CodeScope,
    Composed,
    Tool,
    Value,
    each_of,
)

Function = ast.FunctionDef | ast.AsyncFunctionDef
PythonScope = CodeScope[Function]
#: The name of a value that is a function of the file.
FUNCTION = "function"
#: What returns the text that it is given, but for blanks.
_SAME_TEXT = ("dedent", "cleandoc", "strip", "lstrip", "rstrip")


def value_of(expression: ast.expr, scope: PythonScope) -> Value:
    """Return what an expression is."""
    scope.effort.spend()
    match expression:
        case ast.Constant(value=str(value)):
            scope.effort.spend(len(value))
            return value
        case ast.Constant(value=bool() | int() | float() | None as value):
            return value
        case ast.Name(id=name):
            is_function = name not in scope.names and name in scope.functions
            return Call(FUNCTION, (name,)) if is_function else scope.get(name)
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            return _values_in_list(elements, scope)
        case ast.Dict(keys=keys, values=values):
            names = [key.value if isinstance(key, ast.Constant) else key for key in keys]
            pairs = zip(names, values, strict=True)
            return _named([(k, v) for k, v in pairs if k is None or isinstance(k, str)], scope)
        case ast.BinOp(op=ast.Add()):
            return _added(expression, scope)
        case ast.BinOp(left=left, op=ast.Mod()):
            text = value_of(left, scope)
            return Composed(text) if isinstance(text, str) else UNKNOWN
        case ast.JoinedStr(values=parts):
            return scope.joined([_part(part, scope) for part in parts])
        case (
            ast.ListComp(elt=made, generators=parts) | ast.GeneratorExp(elt=made, generators=parts)
        ):
            return [value_of(made, each) for each in comprehended(parts, scope)]
        case ast.Call():
            return _folded(expression, scope)
        case _:
            return _compared(expression, scope)


def _compared(expression: ast.expr, scope: PythonScope) -> Value:
    match expression:
        case ast.Attribute(attr="name", value=ast.Attribute(attr="dialect")):
            return "postgresql"
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as how], comparators=[right]):
            one, two = value_of(left, scope), value_of(right, scope)
            are_known = isinstance(one, str) and isinstance(two, str)
            return (one == two) is isinstance(how, ast.Eq) if are_known else UNKNOWN
        case ast.Attribute(attr=name):
            # `sa.String` without brackets is a type as well.
            return Call(name, line=expression.lineno)
        case _:
            return UNKNOWN


def _values_in_list(elements: Sequence[ast.expr], scope: PythonScope) -> list[Value]:
    found: list[Value] = []
    for element in elements:
        if isinstance(element, ast.Starred):
            found += each_of(value_of(element.value, scope))
        else:
            found.append(value_of(element, scope))
    scope.effort.spend(len(found))
    return found


def _added(expression: ast.expr, scope: PythonScope) -> Value:
    """Texts, or lists, that stand behind one another; in a loop, for there may be thousands."""
    parts: list[ast.expr] = []
    while isinstance(expression, ast.BinOp) and isinstance(expression.op, ast.Add):
        parts.append(expression.right)
        expression = expression.left
    values = [value_of(part, scope) for part in (expression, *reversed(parts))]
    if any(isinstance(value, list) for value in values):
        listed = [member for value in values for member in each_of(value)]
        scope.effort.spend(len(listed))
        return listed
    return scope.joined(values)


def _part(part: ast.expr, scope: PythonScope) -> Value:
    if isinstance(part, ast.FormattedValue):
        # How a number or a text is laid out is not followed.
        return value_of(part.value, scope) if part.format_spec is None else UNKNOWN
    return value_of(part, scope)


def comprehended(parts: Sequence[ast.comprehension], scope: PythonScope) -> Iterator[PythonScope]:
    """Yield the scope of each turn of a comprehension; what its conditions say is not known."""
    if not parts:
        yield scope
        return
    first, *rest = parts
    for member in each_of(value_of(first.iter, scope)):
        scope.effort.spend()
        yield from comprehended(rest, scope.inner(bound(first.target, member)))


def bound(target: ast.expr, value: Value) -> Mapping[str, Value]:
    """Return what the names of a target stand for once it is given a value."""
    match target:
        case ast.Name(id=name):
            return {name: value}
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            members = each_of(value)
            fit = members if len(members) == len(elements) else [UNKNOWN] * len(elements)
            pairs = zip(elements, fit, strict=True)
            return {k: v for each, member in pairs for k, v in bound(each, member).items()}
        case _:
            return {}


def _folded(expression: ast.Call, scope: PythonScope) -> Value:
    """A call, or the text that comes of it."""
    match expression:
        case ast.Call(
            func=ast.Attribute(attr="join", value=ast.Constant(value=str(between))), args=[listed]
        ):
            members = value_of(listed, scope)
            if isinstance(members, list):
                given = [part for member in members for part in (between, member)][1:]
                return scope.joined(given)
        case ast.Call(func=ast.Name(id="dict"), args=[]):
            return _named([(each.arg, each.value) for each in expression.keywords], scope)
        case ast.Call(func=ast.Attribute(attr="format", value=owner)):
            text = value_of(owner, scope)
            if isinstance(text, str):
                return Composed(text)
        case ast.Call(func=ast.Attribute(attr=name, value=ast.Constant(value=str(text))), args=[]):
            if name in _SAME_TEXT:
                return text
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=[text_, *_]):
            if name in _SAME_TEXT and isinstance(same := value_of(text_, scope), str):
                return same
            if name in ("list", "tuple", "sorted", "set") and isinstance(expression.func, ast.Name):
                return value_of(text_, scope)
        case _:
            pass
    return _call(expression, scope)


def _call(expression: ast.Call, scope: PythonScope) -> Call:
    match expression.func:
        case ast.Attribute(attr=name, value=ast.Call() as inner):
            on: Value = value_of(inner, scope)
        case ast.Attribute(attr=name, value=ast.Name(id=owner)):
            known = scope.names.get(owner)
            is_enum = isinstance(known, Call) and known.name.lower() == "enum"
            on = known.name if isinstance(known, Tool) else known if is_enum else owner
        case ast.Attribute(attr=name, value=ast.Attribute(attr="objects", value=model)):
            found = value_of(model, scope)  # of Django: `User.objects`
            on = found if isinstance(found, Call) and found.name == "get_model" else None
        case ast.Attribute(attr=name):
            on = None
        case ast.Name(id=name):
            on = None
        case _:
            name, on = "", None
    return Call(
        name,
        tuple(_values_in_list(expression.args, scope)),
        _named([(each.arg, each.value) for each in expression.keywords], scope),
        expression.lineno,
        on,
    )


def _named(pairs: Iterable[tuple[str | None, ast.expr]], scope: PythonScope) -> Mapping[str, Value]:
    """Return what stands under names; what has none is a whole of them, as `**options`."""
    found: dict[str, Value] = {}
    for name, given in pairs:
        value = value_of(given, scope)
        inside = value if name is None and isinstance(value, dict) else {name or REST: value}
        found.update(inside)
    return found


def name_lambdas(tree: ast.Module, called: str) -> None:
    """Make functions of the lambdas that calls of one name are given, and of those with a name."""
    made: list[ast.stmt] = []
    for at, statement in enumerate(tree.body):
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as found):
                tree.body[at] = _as_function(name, found)
            case _:
                continue
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)) if name == called:
                for at, each in enumerate(node.args):
                    if isinstance(each, ast.Lambda):
                        made.append(_as_function(_place(each), each))
                        node.args[at] = ast.copy_location(ast.Name(_place(each), ast.Load()), each)
                for given in node.keywords:
                    if isinstance(named := given.value, ast.Lambda):
                        made.append(_as_function(_place(named), named))
                        given.value = ast.copy_location(ast.Name(_place(named), ast.Load()), named)
    tree.body += made


def _place(found: ast.Lambda) -> str:
    return f"lambda {found.lineno}:{found.col_offset}"


def _as_function(name: str, found: ast.Lambda) -> ast.FunctionDef:
    body: list[ast.stmt] = [ast.copy_location(ast.Expr(found.body), found.body)]
    made = ast.FunctionDef(name=name, args=found.args, body=body, decorator_list=[])
    return ast.copy_location(made, found)
