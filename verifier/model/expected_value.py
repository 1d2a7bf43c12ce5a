"""What a value of a document is compared with, as the configuration writes it: `< 1000`."""

import math
import re
from dataclasses import dataclass
from datetime import datetime

Scalar = str | int | float | bool | None

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_ORDERS = ("<", "<=", ">", ">=")
_COMPARED = re.compile(r"(age\s*)?(<=|>=|==|!=|<|>)\s*(.*)", re.DOTALL)
_DURATION = re.compile(r"([0-9]{1,6})(ms|s|m|h|d)")
#: Numbers from here on are a part of seconds since 1970: of JavaScript, of Python and databases, of
#: Go (`UnixNano`).
_PARTS = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))
#: By how much clocks differ. What is further in the future is no time at which something happened.
_SKEW_S = 60.0
_NUMBER = re.compile(r"\s*[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[-+]?[0-9]+)?\s*", re.IGNORECASE)
_NAMED: dict[Scalar, Scalar] = {"true": True, "false": False, "null": None}
_FORMS = "such as < 1000, != error, age < 10m, or the value itself"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One of several values, or an order between numbers or between times and now."""

    text: str
    """As the configuration writes it."""
    order: str = ""
    """One of `<`, `<=`, `>`, `>=`; empty where it is about being equal."""
    limit: float = 0.0
    """Of an order; seconds where it is about an age."""
    is_age: bool = False
    values: tuple[Scalar, ...] = ()
    """Any of these is good, or none where `is_negated`."""
    is_negated: bool = False

    def holds(self, value: Scalar, now: datetime) -> bool | None:
        """Whether it is true of a value; None where the two cannot be compared."""
        if not self.order:
            return any(_is_equal(value, wanted) for wanted in self.values) is not self.is_negated
        found = _age_s(value, now) if self.is_age else _number(value)
        is_to_come = self.is_age and found is not None and found < -_SKEW_S
        return None if found is None or is_to_come else _is_in_order(found, self.order, self.limit)


def parse_comparison(written: Scalar | tuple[Scalar, ...]) -> Comparison:
    """
    Return what a value of the configuration asks for.

    Raises:
        ValueError: it is none, with what was expected.
    """
    if isinstance(written, tuple):
        if not written:
            raise ValueError("at least one value")
        return Comparison(" or ".join(map(shown, written)), values=written)
    match = _COMPARED.fullmatch(written.strip()) if isinstance(written, str) else None
    if match is None:
        return Comparison(shown(written), values=(written,))
    age, order, rest = match[1], match[2], match[3].strip()
    text = f"{'age ' if age else ''}{order} {rest}"
    if age:
        if (found := _DURATION.fullmatch(rest)) is None or order not in _ORDERS:
            raise ValueError(f"a comparison {_FORMS}")
        return Comparison(text, order, int(found[1]) * _SECONDS[found[2]], is_age=True)
    if order in ("==", "!="):
        if not rest:
            raise ValueError(f"a comparison {_FORMS}")
        # What is written after a sign cannot say whether it is a text.
        return Comparison(text, values=(_scalar(rest), rest), is_negated=order == "!=")
    limit = _number(rest)
    if limit is None:
        raise ValueError(f"a number after {order}, or age {order} with a duration")
    return Comparison(text, order, limit)


def _is_in_order(found: float, order: str, limit: float) -> bool:
    if found == limit:
        return "=" in order
    return (found < limit) is ("<" in order)


def _is_equal(found: Scalar, wanted: Scalar) -> bool:
    """
    Numbers are equal to the texts that name them; true and false are no numbers.

    Texts are equal where they are the same: version 1.10 is not 1.1.
    """
    if isinstance(found, bool) or isinstance(wanted, bool):
        return found is wanted
    if found is None or wanted is None:
        return found is wanted
    if isinstance(found, str) and isinstance(wanted, str):
        return found == wanted
    numbers = _number(found), _number(wanted)
    if None not in numbers:
        return numbers[0] == numbers[1]
    return str(found) == str(wanted)


def _number(value: Scalar) -> float | None:
    if value is None or isinstance(value, bool) or len(str(value)) > 40:
        return None
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _age_s(value: Scalar, now: datetime) -> float | None:
    """Return how many seconds ago it was; a time that names no zone is none."""
    number = _number(value)
    if number is not None:
        per_second = next((each for start, each in _PARTS if number >= start), 1.0)
        return now.timestamp() - number / per_second
    try:
        at = datetime.fromisoformat(str(value)[:40])
    except ValueError:
        return None
    return None if at.tzinfo is None else (now - at).total_seconds()


def _scalar(text: str) -> Scalar:
    return _NAMED.get(text, text)


def shown(value: Scalar) -> str:
    """Return a value as it is shown; a text that reads as true, false or null in quotes."""
    if value is None or isinstance(value, bool):
        return str(value).lower().replace("none", "null")
    return f'"{value}"' if value in _NAMED else str(value)
