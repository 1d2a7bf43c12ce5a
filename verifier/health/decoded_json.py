"""Decodes JSON as strictly as a health document needs it: no key twice."""

import json


class KeyTwiceError(ValueError):
    """A key stands twice in one object."""


def decoded(text: str | bytes) -> object:
    """
    Return what a JSON text says.

    Raises:
        KeyTwiceError: an object says two things under one key.
        ValueError: it is no JSON.
        RecursionError: it is nested too deeply.
    """
    value: object = json.loads(text, object_pairs_hook=_object)
    return value


def constant_in(text: str) -> str:
    """Return the first number that JSON does not know of a text that decodes: `NaN`, or none."""
    found: list[str] = []
    if "NaN" in text or "Infinity" in text:
        json.loads(text, parse_constant=found.append)
    return found[0] if found else ""


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Which of two values a reader takes is left open by the standard: neither is believed."""
    found = dict(pairs)
    if len(found) < len(pairs):
        for key, value in pairs:
            if found[key] != value:
                raise KeyTwiceError(key[:60])
    return found
