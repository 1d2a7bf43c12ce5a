"""Which class of a file says what operations a migration of Django has, and what is added to it."""

import ast
from collections.abc import Mapping

_NAME = "Migration"
_OPERATIONS = "operations"


def holder_of(tree: ast.Module) -> ast.ClassDef | ast.expr | None:
    """
    Return the class of a file that holds the migration's operations: its own, or one it rests on.

    The expression of its base, where that one is not in the file; None without a migration, or
    with one that has no operations.
    """
    classes: Mapping[str, ast.ClassDef] = {
        each.name: each for each in tree.body if isinstance(each, ast.ClassDef)
    }
    found = classes.get(_NAME)
    seen: set[str] = set()
    while found is not None and found.name not in seen:
        if any(names_operations(line) for line in found.body):
            return found
        seen.add(found.name)
        following = [base for base in found.bases if not _is_djangos(base)]
        if not following:
            return None
        base = following[0]
        found = classes.get(base.id) if isinstance(base, ast.Name) else None
        if found is None:
            return base
    return None


def _is_djangos(base: ast.expr) -> bool:
    match base:
        case ast.Attribute(value=ast.Name(id="migrations"), attr="Migration"):
            return True
        case ast.Name(id="Migration"):
            return True
        case _:
            return False


def names_operations(line: ast.stmt) -> bool:
    """Whether a statement of a class has to do with its operations."""
    return any(isinstance(n, ast.Name) and n.id == _OPERATIONS for n in ast.walk(line))


def is_about_operations(line: ast.stmt) -> bool:
    """Whether a statement beside the class has to do with its operations."""
    return any(_is_list(node) for node in ast.walk(line)) and not isinstance(line, ast.ClassDef)


def added(line: ast.stmt) -> ast.expr | None:
    """Return what a statement beside the class adds to its operations, as it is written."""
    match line:
        case ast.AugAssign(target=target, op=ast.Add(), value=value) if _is_list(target):
            return value
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=owner, attr="extend"), args=[value])
        ) if _is_list(owner):
            return value
        case ast.Expr(
            value=ast.Call(func=ast.Attribute(value=owner, attr="append"), args=[value])
        ) if _is_list(owner):
            return ast.copy_location(ast.List([value], ast.Load()), value)
        case _:
            return None


def _is_list(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            return (owner, name) == (_NAME, _OPERATIONS)
        case _:
            return False
