"""What stands in a file of Python, from its syntax tree: its statements, functions and names."""

import ast
from collections import Counter
from collections.abc import Iterator, Sequence

from verifier.database.python_values import Function

#: Where statements of Python stand in one another.
_BODIES = ("body", "orelse", "finalbody", "handlers", "cases")
#: Statements in which no others stand.
_ALONE = (
    *(ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Import, ast.ImportFrom),
    *(ast.Pass, ast.Return),
)
_STEPS = (*_ALONE, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def functions_of(tree: ast.Module) -> Iterator[Function]:
    """Return those of a file, within one another too, but for the methods of its classes."""
    return (each for each in statements_of(tree, ast.ClassDef) if isinstance(each, Function))


def statements_of(tree: ast.Module, *closed: type[ast.AST]) -> Iterator[ast.AST]:
    """Yield every statement of a file but those of some kinds; expressions are not looked into."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, _ALONE):
            continue
        for name in _BODIES:
            waiting += [s for s in getattr(node, name, ()) if not isinstance(s, closed)]


def changing_names(body: Sequence[ast.stmt]) -> frozenset[str]:
    """Return what is assigned more than once, and not all in the straight line of a body."""
    if all(map(_is_straight, body)):
        return frozenset()
    straight = {id(t) for s in body if isinstance(s, ast.Assign) for t in s.targets}
    straight |= {id(s.target) for s in body if isinstance(s, ast.AugAssign | ast.AnnAssign)}
    counted: Counter[str] = Counter()
    apart: set[str] = set()
    for node in _of_the_same(body):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            counted[node.id] += 1
            apart |= set() if id(node) in straight else {node.id}
    return frozenset(name for name in apart if counted[name] > 1)


def _is_straight(statement: ast.stmt) -> bool:
    """Whether a statement is one step, after which the next one follows."""
    if isinstance(statement, ast.Assign):
        return all(isinstance(target, ast.Name) for target in statement.targets)
    return isinstance(statement, _STEPS)


def _of_the_same(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """Everything in a body but what functions and classes in it have for themselves."""
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if not isinstance(node, Function | ast.ClassDef):
            yield node
            waiting += ast.iter_child_nodes(node)
