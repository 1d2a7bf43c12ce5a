"""The sources of the package and of the tests as trees, each parsed once for all who read them."""

import ast
from functools import cache
from pathlib import Path


@cache
def tree(path: Path) -> ast.Module:
    """Return the tree of a file, which nobody may change."""
    return ast.parse(path.read_text("utf-8"))


@cache
def imports(path: Path) -> tuple[ast.Import | ast.ImportFrom, ...]:
    """Return what it imports, wherever; quicker than by all that is in it: only statements import."""
    found, todo = [], list(tree(path).body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.append(node)
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(node, name, ())
            todo += inner if isinstance(inner, list) else ()
    return tuple(found)


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return all that is in it."""
    return tuple(ast.walk(tree(path)))
