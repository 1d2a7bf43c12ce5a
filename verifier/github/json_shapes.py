"""Parts of GitHub's JSON, each with a type."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TypeGuard

from verifier.errors import UnexpectedAnswerError
from verifier.guarded.met_names import meet_answer

JsonObject = Mapping[str, object]


def mapping(value: object) -> JsonObject:
    """Return an object, an empty one where it is none."""
    return value if isinstance(value, dict) else {}


def entries(value: object) -> list[JsonObject]:
    """Return the objects of a list, none where it is no list."""
    return [e for e in value if isinstance(e, dict)] if isinstance(value, list) else []


def listed(answer: object, key: str, purpose: str) -> list[JsonObject]:
    """
    Return the objects of an answer that is a list, or has one under `key`.

    Raises:
        UnexpectedAnswerError: it is none, or has something else in it; "could not `purpose`".
    """
    found = mapping(answer).get(key) if key else answer
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise UnexpectedAnswerError(f"could not {purpose}: GitHub's list is malformed")
    return found


def texts(values: Iterable[object], key: str) -> Iterator[str]:
    """Yield the texts under `key` of a list's objects."""
    for entry in values:
        value = mapping(entry).get(key)
        if isinstance(value, str):
            yield value


def all_texts(values: Iterable[object], key: str, purpose: str) -> Iterator[str]:
    """
    Yield the text under `key` of each object of a list.

    Raises:
        UnexpectedAnswerError: one has none; "could not `purpose`".
    """
    for entry in values:
        value = mapping(entry).get(key)
        if not isinstance(value, str):
            raise UnexpectedAnswerError(f"could not {purpose}: GitHub's list is malformed")
        yield value


def text(value: object) -> str:
    """Return a text, an empty one where it is none."""
    return value if isinstance(value, str) else ""


def is_count(value: object) -> TypeGuard[int]:
    """Tell whether it is a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)


def count(value: object) -> int:
    """Return a number, 0 where it is none."""
    return value if is_count(value) else 0


def has_more(connection: JsonObject, read: int) -> bool:
    """Tell whether a connection of GraphQL's has, or may have, more than what was read of it."""
    total = connection.get("totalCount")
    return not is_count(total) or total > read


def time_if_readable(value: object) -> datetime | None:
    """Return an aware time; None where it is none, so that one entry spoils no list."""
    try:
        return time(value)
    except UnexpectedAnswerError:
        return None


def time(value: object) -> datetime:
    """
    Return an aware time.

    Raises:
        UnexpectedAnswerError: it is none.
    """
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise UnexpectedAnswerError("GitHub returned an unreadable time") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def parsed(body: bytes) -> object:
    """Return the JSON of an answer; None where it is none."""
    try:
        value: object = json.loads(body)
        if b"\\ud" in body.lower():
            value = _encodable(value)
    except (ValueError, RecursionError):
        return None
    meet_answer(value)
    return value


def _encodable(value: object) -> object:
    """The same with U+FFFD for halves of characters, which can be sent and written nowhere."""
    match value:
        case str():
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case list():
            return [_encodable(inner) for inner in value]
        case dict():
            return {_encodable(key): _encodable(inner) for key, inner in value.items()}
        case _:
            return value
