"""A version that stands in a file of code: found by a pattern, and whether it is all there is."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from verifier.database.python_files import parse_python
from verifier.errors import UnexpectedAnswerError
from verifier.guarded import user_pattern
from verifier.guarded.user_pattern import Match
from verifier.model.finding import Unobserved
from verifier.model.migration_ledger import ExpectedVersion
from verifier.model.phrases import named

_MOST_NAMED = 4
#: A name in a pattern, as of a constant.
_WORD = re.compile(r"[A-Za-z_]\w{5,}")
#: What goes on after a text: added, formatted, cut, or another method of it than one of these.
_GOES_ON = re.compile(r"[^\S\n]*[+%\[]|\s*\.(?!freeze\b|to_s\b|toString\b|strip\b|trim\b)[A-Za-z_]")
#: In languages whose statements do not end with their line.
_ADDED_BELOW = re.compile(r"\s*\+")
_BELOW = frozenset((".cs", ".dart", ".java", ".js", ".jsx", ".mjs", ".php", ".ts", ".tsx"))
#: Some join two texts in a way of their own.
_JOINS = {
    ".php": re.compile(r"\s*\.\s*[\"'$\w]"),
    ".lua": re.compile(r"\s*\.\."),
    ".ex": re.compile(r"\s*<>"),
    ".exs": re.compile(r"\s*<>"),
    **dict.fromkeys((".c", ".cc", ".cpp", ".h", ".hpp"), re.compile(r"\s*\"")),
}
#: Files in which nothing is computed.
_VALUES = frozenset(
    (".cfg", ".conf", ".env", ".ini", ".json", ".md", ".properties", ".toml", ".txt", ".yaml")
) | {".yml"}
_SECOND_TEXT = re.compile(rb"[\"'].*[\"']", re.DOTALL)
_PARTS = (ast.BinOp, ast.Attribute, ast.Subscript, ast.IfExp, ast.BoolOp, ast.Compare)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def version_in(text: str, file: str, pattern: str) -> ExpectedVersion | Unobserved:
    """
    Return the version that a pattern finds in a file.

    Raises:
        UnexpectedAnswerError: the pattern takes too long.
    """
    matches = user_pattern.search_all(pattern, text)
    if not matches:
        reason = f"nothing in {file} matches {pattern}"
        return Unobserved(reason, "set ledger.expected", is_final=True)
    found = [_at(match, text, file) for match in matches]
    if len({each.version for each in found}) == 1:
        return _why_partial(text, matches[0], found[0]) or found[0]
    # Which of them counts when the program runs, a pattern cannot tell.
    places = named([f"{each.version} in line {each.line}" for each in found], _MOST_NAMED)
    return Unobserved(
        f"{file} names several expected versions: {places}",
        "let ledger.expected.pattern match only the one that counts, or leave one in the file",
        is_final=True,
    )


def named_in(pattern: str) -> str:
    """Return the name of what a pattern looks for, empty where it has none."""
    return max(_WORD.findall(pattern), key=len, default="")


def _at(match: Match, text: str, file: str) -> ExpectedVersion:
    return ExpectedVersion(match.text, file, text.count("\n", 0, match.start) + 1)


def _why_partial(text: str, match: Match, found: ExpectedVersion) -> Unobserved | None:
    """Tell why the text that was found is not the value that the code has when it runs."""
    is_part, again = _goes_on(found.file, text, match.end), 0
    if found.file.endswith(".py"):
        try:
            tree = parse_python(found.file, text.encode())
        except UnexpectedAnswerError:
            pass  # of a newer Python, perhaps
        else:
            is_part, again = _in_python(tree, text, match)
    if is_part:
        reason = f"{found.file} computes the expected version in line {found.line}"
        hint = f"write it as one text: {found.version} is only a part of it"
        return Unobserved(reason, hint, is_final=True)
    if again:
        reason = f"{found.file} sets the expected version in line {found.line}"
        hint = "set it once: which of the two counts is not known"
        return Unobserved(f"{reason}, and again in line {again}", hint, is_final=True)
    return None


def _goes_on(file: str, text: str, end: int) -> bool:
    """Whether the value goes on where the pattern's match ends, in a file of any language."""
    name = PurePosixPath(file)
    kind = name.suffix or name.name  # of `.env` its name
    if kind in _VALUES:
        return False
    ways = [_GOES_ON, *([_ADDED_BELOW] if kind in _BELOW else ())]
    ways += [_JOINS[kind]] if kind in _JOINS else []
    return any(way.match(text, end) for way in ways)


def _in_python(tree: ast.Module, text: str, match: Match) -> tuple[bool, int]:
    """Return whether what was found is a part of a value, and the line that sets it again, or 0."""
    content = text.encode()
    starts = [0]
    for line in content.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    last = len(text[: match.end].encode()) - 1
    for parent in ast.walk(tree):
        for node in ast.iter_child_nodes(parent):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str | int):
                continue
            start = starts[node.lineno - 1] + node.col_offset
            end = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
            if start <= last < end:
                rest = content[last + 1 : end]
                is_end = not rest.strip(b"\"'")
                is_part = isinstance(parent, _PARTS) or bool(
                    not is_end and _SECOND_TEXT.search(rest)
                )
                is_part |= isinstance(parent, ast.JoinedStr) and len(parent.values) > 1
                return is_part, _set_again(tree, parent, node)
    return False, 0


def _set_again(tree: ast.Module, statement: ast.AST, value: ast.Constant) -> int:
    """Return the line in which the name that a text is given gets another value, or 0."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            others = (
                line
                for line, given in bindings(tree, name)
                if not isinstance(given, ast.Constant) or given.value != value.value
            )
            return next(others, 0)
        case _:
            return 0


def bindings(tree: ast.Module, name: str) -> Iterator[tuple[int, ast.expr | ast.alias | None]]:
    """Yield the lines that set a name of a module, and what it is set to."""
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    while waiting:
        node, is_inside = waiting.pop()
        yield from _set_from_anywhere(node, name)
        if not is_inside:
            yield from _set_outside_of_functions(node, name)
        is_hidden = isinstance(node, _FUNCTIONS) and not any(
            isinstance(each, ast.Global) and name in each.names for each in ast.walk(node)
        )
        waiting += [(child, is_inside or is_hidden) for child in ast.iter_child_nodes(node)]


def _set_outside_of_functions(
    node: ast.AST, name: str
) -> Iterator[tuple[int, ast.expr | ast.alias | None]]:
    match node:
        case ast.Assign(value=value, targets=targets) if _names(targets, name):
            yield node.lineno, value
        case ast.AnnAssign(value=ast.expr() as value, target=target) if _names([target], name):
            yield node.lineno, value
        case ast.AugAssign(target=target) if _names([target], name):
            yield node.lineno, None
        case ast.NamedExpr(target=target, value=value) if _names([target], name):
            yield node.lineno, value
        case ast.For(target=target) | ast.AsyncFor(target=target) if _names([target], name):
            yield node.lineno, None
        case ast.withitem(optional_vars=ast.expr() as target) if _names([target], name):
            yield target.lineno, None
        case ast.alias() if (node.asname or node.name) == name:
            yield node.lineno, node
        case _:
            return


def _set_from_anywhere(node: ast.AST, name: str) -> Iterator[tuple[int, ast.expr]]:
    """Yield what sets a name of a module also out of a function: `setattr`, an attribute."""
    match node:
        case ast.Assign(value=value, targets=[target]) if _is_of_a_module(target, name):
            yield node.lineno, value
        case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value=given), value]):
            if given == name:
                yield node.lineno, value
        case _:
            return


def _is_of_a_module(target: ast.expr, name: str) -> bool:
    """Whether it is `constants.NAME` or `globals()["NAME"]`, and no attribute of an object."""
    match target:
        case ast.Attribute(value=ast.Name(id=owner), attr=given):
            return given == name and owner not in ("self", "cls")
        case ast.Attribute(attr=given):
            return given == name
        case ast.Subscript(value=ast.Call(func=ast.Name(id="globals" | "vars")), slice=key):
            return isinstance(key, ast.Constant) and key.value == name
        case _:
            return False


def _names(targets: list[ast.expr], name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name
        for target in targets
        for node in ast.walk(target)
    )
