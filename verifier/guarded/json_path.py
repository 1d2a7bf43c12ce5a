"""JSONPaths of the configuration over documents of strangers, in time that grows with the document.

A path that could multiply its work, such as one that descends twice, is refused when it is read.
"""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from verifier.model.cut_text import cut_to
from verifier.model.expected_value import Scalar
from verifier.model.extra_endpoint import Found
from verifier.model.printable_text import printable

if TYPE_CHECKING:
    from jsonpath import JSONPath
    from jsonpath.filter import BaseExpression
    from jsonpath.selectors import JSONPathSelector

_LONGEST = 300
_MOST_SEGMENTS = 20
_MOST_VALUES = 1000
_MOST_KEYS = 8
_SIMPLE = "keys, [0], [*], and either one .. or one [?@.key == value]"


def checked_path(text: str) -> str:
    """
    Return a path in full: `checks.queue.depth` is `$.checks.queue.depth`.

    Raises:
        ValueError: it is none, or one that may take too long.
    """
    path = text if text.startswith("$") else f"${'' if text.startswith(('[', '..')) else '.'}{text}"
    _compiled(path)
    return path


def find(path: str, document: object) -> Found:
    """
    Return what stands where a path leads in a decoded document.

    Raises:
        ValueError: the path is none, or the document is nested too deeply to follow it.
    """
    from jsonpath.exceptions import JSONPathError

    compiled = _compiled(path)
    values: list[Scalar] = []
    others: list[str] = []
    try:
        for match in islice(compiled.finditer(_container(document)), _MOST_VALUES + 1):
            found: object = match.obj
            if found is None or isinstance(found, str | int | float):
                values.append(found)
            else:
                others.append("a list" if isinstance(found, list) else "an object")
    except (JSONPathError, RecursionError) as error:
        raise ValueError(f"{path} cannot be followed: the document is nested too deeply") from error
    if len(values) + len(others) > _MOST_VALUES:
        return Found(others=(f"more than {_MOST_VALUES:,} values",))
    if values or others:
        return Found(tuple(values), tuple(others))
    return Found(instead=_instead(compiled, document))


def _container(document: object) -> dict[str, object] | list[object]:
    """Every document is one that can be looked into; in a bare value there is nothing to find."""
    return document if isinstance(document, dict | list) else {}


def _compiled(path: str) -> "JSONPath":
    import jsonpath
    from jsonpath.exceptions import JSONPathError

    if len(path) > _LONGEST:
        raise ValueError(f"a JSONPath of at most {_LONGEST} characters")
    try:
        compiled = jsonpath.compile(path)
    except (JSONPathError, ValueError, RecursionError) as error:
        raise ValueError(f"a JSONPath ({error.args[0] if error.args else error})") from error
    if not isinstance(compiled, jsonpath.JSONPath) or not _is_linear(compiled):
        raise ValueError(f"a simple JSONPath: {_SIMPLE}")
    return compiled


def _is_linear(path: "JSONPath") -> bool:
    """Whether no part of a document is looked at more than once for each of its segments."""
    from jsonpath.segments import JSONPathRecursiveDescentSegment
    from jsonpath.selectors import Filter

    segments = path.segments
    descents = [s for s in segments if isinstance(s, JSONPathRecursiveDescentSegment)]
    tests = [s for s in segments if isinstance(s.selectors[0], Filter)]
    return (
        len(segments) <= _MOST_SEGMENTS
        and len(descents) + len(tests) <= 1
        and all(len(s.selectors) == 1 and _is_simple(s.selectors[0]) for s in segments)
    )


def _is_simple(selector: "JSONPathSelector") -> bool:
    from jsonpath import selectors

    if isinstance(selector, selectors.Filter):
        return _is_simple_test(selector.expression)
    return type(selector) in (
        selectors.NameSelector,
        selectors.IndexSelector,
        selectors.SliceSelector,
        selectors.WildcardSelector,
    )


def _is_simple_test(expression: "BaseExpression") -> bool:
    """Whether a filter looks at plain keys of what it tests alone: no pattern, no function."""
    from jsonpath import filter as tests
    from jsonpath.segments import JSONPathChildSegment
    from jsonpath.selectors import IndexSelector, NameSelector

    match expression:
        case tests.RelativeFilterQuery(path=path):
            return all(
                isinstance(s, JSONPathChildSegment)
                and len(s.selectors) == 1
                and isinstance(s.selectors[0], NameSelector | IndexSelector)
                for s in path.segments
            )
        case tests.InfixExpression(left=left, right=right):
            return _is_simple_test(left) and _is_simple_test(right)
        case tests.PrefixExpression(right=right):
            return _is_simple_test(right)
        case tests.FilterExpression(expression=inner):
            return _is_simple_test(inner)
        case tests.RegexLiteral():
            return False
        case tests.FilterExpressionLiteral() | tests.Nil():
            return True
        case _:
            return False


def _instead(path: "JSONPath", document: object) -> str:
    """Say which keys are where the path leads away from the document."""
    here, place = document, "the document"
    for key in _leading_keys(path):
        if not isinstance(here, dict) or key not in here:
            break
        here, place = here[key], f"{place}.{key}".removeprefix("the document.")
    if isinstance(here, dict):
        keys = [cut_to(60, printable(str(key))) for key in islice(here, _MOST_KEYS)]
        more = ", …" if len(here) > _MOST_KEYS else ""
        return f"{place} has {', '.join(keys)}{more}" if keys else f"{place} is empty"
    if isinstance(here, list):
        return f"{place} is a list of {len(here)}"
    return f"{place} is a plain value"


def _leading_keys(path: "JSONPath") -> Iterator[str]:
    from jsonpath.segments import JSONPathChildSegment
    from jsonpath.selectors import NameSelector

    for segment in path.segments:
        if not isinstance(segment, JSONPathChildSegment):
            return
        selector = segment.selectors[0]
        if not isinstance(selector, NameSelector):
            return
        yield selector.name
