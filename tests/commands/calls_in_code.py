"""
The calls to something outside, read from the sources of a platform's room.

What is asked of GraphQL goes by the name of its operation, what of REST by its verb and path. Who
adds one has to say which row of the fault matrix breaks it.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import verifier
from tests.parsed import tree

_PACKAGE = Path(verifier.__file__).parent
_WORDS = "query|mutation|subscription"
_NAMED = re.compile(rf"\s*(?:{_WORDS})\s+([A-Za-z_]\w*)\s*[({{@]")
#: The short form of a query has no name of its own; a text of JSON has quotes behind its brace.
_NAMELESS = re.compile(rf"\s*(?:(?:{_WORDS})\s*[({{@]|\{{\s*[A-Za-z_]\w*\s*[:({{])")
#: What GitHub's client is asked by, and with which verb; of the others it is the first argument.
_VERBS = {"get": "GET", "pages": "GET", "says_yes": "GET"}
_WITH_VERB = ("change", "build_request", "request", "stream")
_CLIENTS = ("api", "_api", "http", "_http", "client", "httpx")


def modules_of(room: str) -> Mapping[str, ast.Module]:
    """Return the modules of a room, by their names."""
    return {path.stem: tree(path) for path in sorted((_PACKAGE / room).rglob("*.py"))}


def operations_in(modules: Mapping[str, ast.Module]) -> set[str]:
    """Return the operations of GraphQL in these modules, by name; a nameless one by its place."""
    found = set()
    for module, whole in modules.items():
        for text, line in _texts(whole):
            if named := _NAMED.match(text):
                found.add(named[1])
            elif _NAMELESS.match(text):
                found.add(f"{module}:{line}")
    return found


def requests_in(modules: Mapping[str, ast.Module]) -> set[str]:
    """Return the requests by a path in these modules, each as "module: VERB path"."""
    found = set()
    for module, whole in modules.items():
        for scope in ast.walk(whole):
            if isinstance(scope, ast.FunctionDef):
                paths = _assigned(scope)
                calls = (node for node in ast.walk(scope) if isinstance(node, ast.Call))
                found |= {
                    f"{module}: {verb} {path}"
                    for call in calls
                    for verb, asked in _asked(call)
                    for path in paths.get(asked, [asked])
                }
    return found


def _assigned(scope: ast.FunctionDef) -> Mapping[str, list[str]]:
    """Return what stands in the variables of a function, where it is one text or another."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets=[ast.Name() as name], value=value):
                found.setdefault(_template(name), []).append(_template(value))
    return found


def _asked(call: ast.Call) -> Iterator[tuple[str, str]]:
    match call.func:
        case ast.Attribute(value=ast.Name(id=client) | ast.Attribute(attr=client), attr=method):
            pass
        case _:
            return
    if client not in _CLIENTS or not call.args:
        return
    first = _template(call.args[0])
    if method in _VERBS:
        yield _VERBS[method], first
    elif method == "elsewhere":
        yield "GET", first
    elif method in _WITH_VERB and len(call.args) > 1:
        yield first, _template(call.args[1])


def _texts(whole: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield all texts but those that only say something, with {} for what is filled in."""
    said = {id(node.value) for node in ast.walk(whole) if isinstance(node, ast.Expr)}
    inner = {
        id(part)
        for node in ast.walk(whole)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    for node in ast.walk(whole):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if (is_text or isinstance(node, ast.JoinedStr | ast.BinOp)) and not {id(node)} & (
            said | inner
        ):
            yield _template(node), node.lineno


def _template(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(map(_template, values))
        case ast.FormattedValue():
            return "{}"
        case ast.BinOp(left=left, right=right):
            return _template(left) + _template(right)
        case _:
            return f"<{ast.unparse(node)}>"
