"""The functions of GitHub's expressions, by what their arguments are worth."""

import json
import re
from collections.abc import Callable, Mapping, Sequence

from verifier.decide.workflows.expression_values import (
    NotKnown,
    PartlyKnown,
    Term,
    compared,
    first_unknown,
    items_of,
    json_of,
    text_of,
)

_LONGEST = 100_000
_PLACE = re.compile(r"\{\{|\}\}|\{(\d+)\}")


def _contains(values: Sequence[Term]) -> Term:
    whole, part = values
    listed = items_of(whole)
    if listed is None:
        return _texts_fit(values, lambda text, inner: inner in text)
    orders = [compared(item, part) for item in listed]
    return 0 in orders or first_unknown(orders) or False


def _starts_with(values: Sequence[Term]) -> Term:
    return _texts_fit(values, str.startswith)


def _ends_with(values: Sequence[Term]) -> Term:
    return _texts_fit(values, str.endswith)


def _texts_fit(values: Sequence[Term], fit: Callable[[str, str], bool]) -> bool:
    if any(
        isinstance(value, (Mapping, PartlyKnown)) or items_of(value) is not None for value in values
    ):
        return False
    text, part = (str(text_of(value)).upper() for value in values)
    return fit(text, part)


def _format(values: Sequence[Term]) -> Term:
    arguments = [text_of(value) for value in values[1:]]

    def filled(place: re.Match[str]) -> str:
        if place[1] is None:
            return place[0][0]
        return str(arguments[int(place[1])])

    try:
        return _unless_long(_PLACE.sub(filled, str(text_of(values[0]))))
    except IndexError:
        return NotKnown("format() with too few values")


def _join(values: Sequence[Term]) -> Term:
    listed = items_of(values[0])
    if listed is None:
        return "" if isinstance(values[0], Mapping) else text_of(values[0])
    separator = text_of(values[1]) if len(values) > 1 else ","
    texts = [text_of(item) for item in listed]
    return first_unknown(texts) or _unless_long(str(separator).join(map(str, texts)))


def _unless_long(text: str) -> Term:
    return text if len(text) <= _LONGEST else NotKnown("a text that is too long")


def _from_json(values: Sequence[Term]) -> Term:
    try:
        found: Term = json.loads(str(text_of(values[0])))
    except (ValueError, RecursionError):
        return NotKnown("fromJSON() of a value that is not JSON")
    return found


def _to_json(values: Sequence[Term]) -> Term:
    return json_of(values[0])


def _case(values: Sequence[Term]) -> Term:
    chosen = (values[n + 1] for n in range(0, len(values) - 1, 2) if values[n] is True)
    return next(chosen, values[-1])


#: By lower-case name, with the fewest and most values that each takes.
FUNCTIONS: Mapping[str, tuple[Callable[[Sequence[Term]], Term], int, int]] = {
    "case": (_case, 3, 255),
    "contains": (_contains, 2, 2),
    "endswith": (_ends_with, 2, 2),
    "format": (_format, 1, 255),
    "fromjson": (_from_json, 1, 1),
    "join": (_join, 1, 2),
    "startswith": (_starts_with, 2, 2),
    "tojson": (_to_json, 1, 1),
}
