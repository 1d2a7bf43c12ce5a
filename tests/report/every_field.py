"""A report whose every field is filled, and the same with one field written by a stranger."""

import types
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

#: What stands in every field of text; a word that no surface has by itself.
FILLED = "filler"
_AT = datetime(2026, 1, 1, 12, tzinfo=UTC)


def filled(kind: Any) -> Any:
    """Return an instance of a domain class in which every field has a value."""
    origin = get_origin(kind)
    if origin is Annotated:
        return filled(get_args(kind)[0])
    if origin is Literal:
        return get_args(kind)[0]
    if origin in (Union, types.UnionType):
        return filled(next(arm for arm in get_args(kind) if arm is not type(None)))
    if origin is tuple:
        return (filled(get_args(kind)[0]),)
    if origin is frozenset:
        return frozenset({filled(get_args(kind)[0])})
    if origin is Mapping:
        key, inner = get_args(kind)
        return {filled(key): filled(inner)}
    if is_dataclass(kind):
        hints = get_type_hints(kind, include_extras=True)
        return kind(**{f.name: filled(hints[f.name]) for f in fields(kind) if f.init})
    if issubclass(kind, Enum):
        return list(kind)[-1]
    return {str: FILLED, datetime: _AT, bool: True, int: 3, float: 3.5}[kind]


def with_text(value: Any, text: str, at: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each field of text by its path, and the value with `text` in that one field."""
    if value == FILLED:
        yield at, text
    elif isinstance(value, tuple):
        for path, changed in with_text(value[0], text, f"{at}[]"):
            yield path, (changed,)
    elif isinstance(value, frozenset):
        (inner,) = value
        for path, changed in with_text(inner, text, at):
            yield path, frozenset({changed})
    elif isinstance(value, dict):
        ((key, inner),) = value.items()
        for path, changed in with_text(key, text, f"{at}{{}}"):
            yield path, {changed: inner}
        for path, changed in with_text(inner, text, f"{at}{{}}"):
            yield path, {key: changed}
    elif is_dataclass(value) and not isinstance(value, type):
        for f in fields(value):
            for path, changed in with_text(getattr(value, f.name), text, f"{at}.{f.name}"):
                yield path, replace(value, **{f.name: changed})


def with_text_everywhere(value: Any, text: str) -> Iterator[tuple[str, Any]]:
    """Yield the value with `text` in all fields of text at once."""
    yield "all", _replaced(value, text)


def _replaced(value: Any, text: str) -> Any:
    if isinstance(value, tuple):
        return tuple(_replaced(item, text) for item in value)
    if isinstance(value, frozenset):
        return frozenset(_replaced(item, text) for item in value)
    if isinstance(value, dict):
        return {_replaced(key, text): _replaced(inner, text) for key, inner in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value,
            **{f.name: _replaced(getattr(value, f.name), text) for f in fields(value) if f.init},
        )
    return text if value == FILLED else value
