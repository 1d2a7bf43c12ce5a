"""Reads Python files of a checkout; nothing of them is run."""

import ast
import re
from collections.abc import Sequence

from verifier.errors import UnexpectedAnswerError


def parse_python(path: str, content: bytes) -> ast.Module:
    """
    Return the syntax tree of a Python file; nothing of it is run.

    Raises:
        UnexpectedAnswerError: it is no Python.
    """
    try:
        return ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise UnexpectedAnswerError(f"{path} is not valid Python: {error}") from error


def parse_head(path: str, content: bytes, end: bytes, names: re.Pattern[bytes]) -> ast.Module:
    """
    Return the syntax tree of a Python file, or of what stands before its first `end`.

    The rest, which is most of a migration, is left out where none of the `names` is in it.

    Raises:
        UnexpectedAnswerError: it is no Python.
    """
    head, _, rest = content.partition(end)
    if rest and not names.search(rest):
        try:
            return ast.parse(head)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass  # the end stood inside of something: a text, or brackets
    return parse_python(path, content)


def constants(body: Sequence[ast.stmt]) -> dict[str, object]:
    """Return the names that are assigned literal values, annotated or not."""
    found: dict[str, object] = {}
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                pass
            case _:
                continue
        try:
            found[name] = ast.literal_eval(value)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            continue
    return found


def as_texts(value: object) -> tuple[str, ...]:
    """Return a text, or the texts of a list or tuple, as a tuple."""
    match value:
        case str():
            return (value,)
        case list() | tuple() | set():
            return tuple(item for item in value if isinstance(item, str))
        case _:
            return ()
