"""Alembic's operations, by whatever way a revision comes to them."""

import ast
import re
from collections.abc import Collection, Iterator, Mapping

from verifier.database.python_values import PythonScope
from verifier.database.sql_statements import Unread

#: Of a file's text: another way to the operations than `from alembic import op`.
_IMPORTS = re.compile(r"\balembic\s*\.\s*op|import\s*\\")
_IMPORT, _ALEMBIC = re.compile(r"\bimport\b"), re.compile(r"\balembic\b")
#: What is called is not a name, but comes of an index or a call: `globals()["upgrade_a"]()`.
_LOOKED_UP = re.compile(r"[\])]\s*\(")


def with_op(tree: ast.Module, content: str, operations: Collection[str]) -> ast.Module:
    """
    Return a revision in which each operation is called on `op`.

    `alembic.op.drop_column(...)` and, of `from alembic.op import drop_column`, the bare name are;
    `operations` are those that a star brings; `content` is the revision's text.
    """
    if not (_IMPORTS.search(content) or any(map(_imports_alembic, content.splitlines()))):
        return tree
    bare: dict[str, str] = {}
    is_whole = False
    for each in ast.walk(tree):
        match each:
            case ast.ImportFrom(module="alembic.op", names=names):
                bare |= {a.asname or a.name: a.name for a in names}
            case ast.ImportFrom(module="alembic.operations", names=names):
                is_whole = is_whole or any(a.name == "Operations" for a in names)
            case ast.Import(names=names):
                is_whole = is_whole or any(a.name.partition(".")[0] == "alembic" for a in names)
            case _:
                continue
    if bare.pop("*", None):
        bare |= {name: name for name in operations}
    return _OnOp(bare).visit(tree) if bare or is_whole else tree


def aliases(tree: ast.Module) -> Iterator[str]:
    """Yield the names by which a file calls Alembic's `op`."""
    yield "op"
    for each in tree.body:
        match each:
            case ast.ImportFrom(module="alembic", names=names):
                yield from (a.asname for a in names if a.name == "op" and a.asname)
            case ast.Import(names=names):
                yield from (a.asname for a in names if a.name == "alembic.op" and a.asname)
            case _:
                continue


def in_classes(tree: ast.Module) -> Iterator[Unread]:
    """Tell operations in methods: which are called, and on what, only shows when they run."""
    tools = set(aliases(tree))
    for each in tree.body:
        if isinstance(each, ast.ClassDef) and any(
            isinstance(node, ast.Name) and node.id in tools for node in ast.walk(each)
        ):
            yield Unread(each.lineno, f"operations in methods of class {each.name}")


def steps_of(scope: PythonScope, content: str) -> Iterator[str | Unread]:
    """Yield the functions that an upgrade is: its own, and those of each database it looks up."""
    yield "upgrade"
    upgrade = scope.functions.get("upgrade")
    for node in ast.walk(upgrade) if upgrade and _LOOKED_UP.search(content) else ():
        match node:
            case ast.Call(func=ast.Subscript(value=ast.Call(func=ast.Name(id="globals")))):
                yield from (name for name in scope.functions if name.startswith("upgrade_"))
            case ast.Call(func=ast.Subscript() | ast.Call()):
                yield Unread(node.lineno, "a function that is known only when it runs")
            case _:
                continue


class _OnOp(ast.NodeTransformer):
    def __init__(self, bare: Mapping[str, str]) -> None:
        self._bare = bare

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """`Operations(context)` makes what `op` is."""
        match node.func:
            case ast.Name(id="Operations") | ast.Attribute(attr="Operations"):
                return ast.copy_location(ast.Name("op", ast.Load()), node)
            case _:
                self.generic_visit(node)
                return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        match node:
            case ast.Attribute(value=ast.Name(id="alembic"), attr="op"):
                return ast.copy_location(ast.Name("op", ast.Load()), node)
            case _:
                self.generic_visit(node)
                return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self._bare or not isinstance(node.ctx, ast.Load):
            return node
        made = ast.Attribute(ast.Name("op", ast.Load()), self._bare[node.id], ast.Load())
        return ast.fix_missing_locations(ast.copy_location(made, node))


def _imports_alembic(line: str) -> bool:
    """Whether `alembic` stands behind `import` in a line."""
    found = _IMPORT.search(line)
    return found is not None and _ALEMBIC.search(line, found.end()) is not None
