"""The sources of the package and of the tests as trees, each parsed once for all who read them."""

import ast
from functools import cache
from pathlib import Path


@cache
def tree(path: Path) -> ast.Module:
    """Return the tree of a file, which nobody may change."""
    return ast.parse(path.read_text("utf-8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return all that is in it."""
    return tuple(ast.walk(tree(path)))
