"""Which class of a file says what operations a migration of Django has, and what is added to it."""

import ast
from collections.abc import Iterator, Mapping

_NAME = "Migration"
_OPERATIONS = "operations"
#: How they are called in a file's text.
_ADDED = f"{_NAME}.{_OPERATIONS}"


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
    match line:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.List()) if name != _OPERATIONS:
            return False  # such as `dependencies`
        case _:
            pass
    return any(isinstance(n, ast.Name) and n.id == _OPERATIONS for n in ast.walk(line))


def beside(tree: ast.Module, content: str) -> Iterator[ast.stmt]:
    """Yield the statements beside the class that have to do with its operations."""
    for line in tree.body if _ADDED in content else ():
        if not isinstance(line, ast.ClassDef) and any(map(_is_list, ast.walk(line))):
            yield line


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
