"""
Values of GitHub's expressions: how they compare, and what they are as text.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions, and the
workflow parser of https://github.com/actions/runner.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class NotKnown:
    """A value that only a run has."""

    what: str
    """The part of an expression that it comes from."""


@dataclass(frozen=True, slots=True)
class PartlyKnown:
    """An object of which a run has more."""

    what: str
    known: "Mapping[str, Term]"
    """By lower-case name."""


#: What an expression may be worth: a value of the file, or one that only a run has.
Term: TypeAlias = (
    "bool | int | float | str | Sequence[Term] | Mapping[str, Term] | PartlyKnown | NotKnown | None"
)

_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_BASES = ((re.compile("0x[0-9a-fA-F]+"), 16), (re.compile("0o[0-7]+"), 8))
#: From here on GitHub writes numbers with an exponent.
_MOST_DIGITS = 10**15


def text_of(value: Term) -> str | NotKnown:
    """Return the text that stands for a value within a longer one."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return _text_of_number(value)
        case Mapping() | PartlyKnown():
            return "Object"
        case str() | NotKnown():
            return value
        case _:
            return "Array"


def _text_of_number(number: float) -> str:
    if isinstance(number, int) and abs(number) < _MOST_DIGITS:
        return str(number)
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return "NaN" if math.isnan(number) else f"{number + 0:.15g}".upper()


def number_of(value: Term) -> float | NotKnown:
    """Return the number that a value is compared as; not-a-number for what is none."""
    match value:
        case NotKnown():
            return value
        case None:
            return 0
        case bool() | int() | float():
            return float(value)
        case str():
            return _parsed(value.strip())
        case _:
            return math.nan


def _parsed(text: str) -> float:
    if not text:
        return 0
    if _DECIMAL.fullmatch(text):
        return float(text)
    for shape, base in _BASES:
        if shape.fullmatch(text):
            return int(text[2:], base)
    infinite = {"Infinity": math.inf, "-Infinity": -math.inf}
    return infinite.get(text, math.nan)


def is_true(value: Term) -> bool | NotKnown:
    """Tell whether a condition holds that has this value."""
    match value:
        case NotKnown():
            return value
        case None:
            return False
        case bool() | int() | float():
            return not (value == 0 or math.isnan(value))
        case str():
            return bool(value)
        case _:
            return True


def compared(one: Term, other: Term) -> int | NotKnown | None:
    """Return -1, 0 or 1 as the first is less, equal or more; None where they do not compare."""
    for value in (one, other):
        if isinstance(value, NotKnown):
            return value
    if isinstance(one, str) and isinstance(other, str):
        left, right = one.upper(), other.upper()
        return (left > right) - (left < right)
    if one is None and other is None:
        return 0
    if _is_collection(one) or _is_collection(other):
        return 0 if one is other else None
    first, second = number_of(one), number_of(other)
    if isinstance(first, NotKnown) or isinstance(second, NotKnown):
        return None
    if math.isnan(first) or math.isnan(second):
        return None
    return (first > second) - (first < second)


def _is_collection(value: Term) -> bool:
    return isinstance(value, (Mapping, PartlyKnown, Sequence)) and not isinstance(value, str)


def items_of(value: Term) -> Sequence[Term] | None:
    """Return the items of a list; None for everything else."""
    return value if isinstance(value, Sequence) and not isinstance(value, str) else None


def entry(value: Term, key: Term) -> Term:
    """Return one entry of a mapping, by its name whatever the case, or of a list, by number."""
    if isinstance(value, NotKnown):
        return value
    if isinstance(key, NotKnown):
        return key
    if isinstance(value, PartlyKnown):
        wanted = str(text_of(key))
        return value.known.get(wanted.lower(), NotKnown(f"{value.what}.{wanted}"))
    listed = items_of(value)
    if listed is not None:
        position = number_of(key)
        if isinstance(position, NotKnown) or math.isnan(position) or position < 0:
            return None
        return listed[int(position)] if position < len(listed) else None
    if isinstance(value, Mapping):
        name = str(text_of(key)).upper()
        return next((inner for own, inner in value.items() if own.upper() == name), None)
    return None


def json_of(value: Term) -> str | NotKnown:
    """Return a value as the JSON that `toJSON` makes."""
    unknown = first_unknown(value)
    return unknown or json.dumps(_plain(value), indent=2, ensure_ascii=False)


def _plain(value: Term) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    listed = items_of(value)
    return value if listed is None else [_plain(inner) for inner in listed]


def first_unknown(value: Term) -> NotKnown | None:
    """Return the first part of a value that only a run has; None where all of it is known."""
    if isinstance(value, NotKnown):
        return value
    if isinstance(value, PartlyKnown):
        return NotKnown(value.what)
    inner = list(value.values()) if isinstance(value, Mapping) else items_of(value) or ()
    return next((found for each in inner if (found := first_unknown(each))), None)
