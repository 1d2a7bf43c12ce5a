"""Decodes JSON, no key of it twice, and what stands in its strings: a proxy keeps it in `body`."""

import json
from base64 import urlsafe_b64decode

from verifier.health.document_keys import WRAPPERS, normal
from verifier.health.own_status import Json, Said, message_of, status_of_code
from verifier.health.sentences import status_of_text
from verifier.model.cut_text import cut_to
from verifier.model.evidence import HealthStatus

#: How often one string may stand in another, and how deep in a document one is looked for.
_DEEPEST = 12
_BODIES = WRAPPERS | {"details", "detail", "message", "content", "output", "value"}
_IS_ENCODED = "isbase64encoded"
_BRACKETS = ("{", "[", '"')
_LONGEST = 80
_BAD = (HealthStatus.BAD, HealthStatus.CRITICAL, HealthStatus.WARNING)


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


def opened(value: object, depth: int = _DEEPEST) -> object:
    """
    Return a document with the JSON in its strings in place of these, where a body may stand.

    Source: https://docs.aws.amazon.com/apigateway (the output of a Lambda function for a proxy).

    Raises:
        RecursionError: as `decoded` does for what is nested too deeply.
    """
    if depth == 0:
        return value
    if isinstance(value, str):
        found = _decoded(value)
        return value if found is None else opened(found, depth - 1)
    if not isinstance(value, dict):
        return value
    is_encoded = any(normal(k) == _IS_ENCODED and item is True for k, item in value.items())
    return {
        key: _opened_body(key, item, depth, is_encoded=is_encoded)
        if normal(key) in _BODIES
        else item
        for key, item in value.items()
    }


def _opened_body(key: str, item: object, depth: int, *, is_encoded: bool) -> object:
    if isinstance(item, str) and is_encoded and normal(key) == "body":
        item = _plain(item)
    return opened(item, depth - 1)


def _plain(text: str) -> str:
    try:
        return urlsafe_b64decode(text).decode()
    except ValueError:
        return text


def _decoded(text: str) -> object | None:
    """Return what a text says that is an object, a list or a text again; None for any other."""
    if text.lstrip()[:1] not in _BRACKETS:
        return None
    try:
        found = decoded(text)
    except ValueError:
        return None
    return found if isinstance(found, dict | list | str) else None


def body_told(value: Json, code: Said) -> Said:
    """
    Return what an envelope says by its code, and by the text that it has for a body.

    A code of 200 is the proxy's: of a body that is not understood it tells nothing.
    """
    body = next((v for key, v in value.items() if normal(key) == "body"), None)
    if code.status is not HealthStatus.GOOD:
        return code
    if isinstance(body, dict) and body:
        inner = status_of_code(body)
        return body_told(body, inner) if inner else _of_message(body, code)
    if not isinstance(body, str) or not body.strip():
        return code
    if body.lstrip()[:1] in _BRACKETS:
        return Said(HealthStatus.PENDING, _but(code, body))
    return _of_text(body, code)


def _of_message(body: Json, code: Said) -> Said:
    message = message_of(body)
    return _of_text(message, code) if message else Said(HealthStatus.UNKNOWN, _but(code, "{…}"))


def _of_text(text: str, code: Said) -> Said:
    status = status_of_text(text)
    if status is HealthStatus.GOOD:
        return code
    return Said(HealthStatus.WARNING if status in _BAD else HealthStatus.UNKNOWN, _but(code, text))


def _but(code: Said, body: str) -> str:
    return f'{code.word}, but its body is "{cut_to(_LONGEST, body)}"'
