"""Lists that are one statement: a name and what is said of it, or a word and why."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from verifier.health.document_keys import names_component, normal
from verifier.health.flag_names import status_of_flag
from verifier.health.labels import label_of
from verifier.health.open_or_closed import read_by_its_name
from verifier.health.own_status import Json, Said, cut, word
from verifier.health.plain_fields import said_by_word
from verifier.health.sentences import is_trouble, status_of_text
from verifier.health.vocabulary import status_of
from verifier.model.evidence import Component, HealthStatus

_LONGEST_NAME = 100
_MOST = 4
_PAIR = 2


def is_pair(value: Sequence[object]) -> bool:
    """
    Whether a list is a name, what is said of it, and perhaps more: `["db", "connection refused"]`.

    Erlang's, Elixir's and Python's tuples become such lists in JSON.
    """
    match value:
        case [str(label), bool() | str() | int() | float() | None, *more] if len(more) <= 2:
            is_name = 0 < len(label.strip()) <= _LONGEST_NAME
            return is_name and status_of_text(label) is HealthStatus.UNKNOWN
        case _:
            return False


def is_tuple(value: Sequence[object]) -> bool:
    """Whether a list is a status and what belongs to it: `["ok", "5 ms"]`, `[false, "refused"]`."""
    match value:
        case [bool() | str() as said, *more] if len(value) <= _MOST:
            is_flat = all(not isinstance(item, dict | list) for item in more)
            is_error = not more and isinstance(said, str) and is_trouble(said)
            return is_flat and (status_of(word(said)) is not HealthStatus.UNKNOWN or is_error)
        case _:
            return False


def paired(name: str, said: object, more: Sequence[object], place: str) -> Iterator[Component]:
    """
    Yield the component that such a list is about, with what stands behind its status as message.

    Where that is an error the status is not good, whatever the word for it.
    """
    message = ", ".join(word(item) for item in more if item is not None and item != "")
    found = _said(name, said, place)
    is_doubtful = any(_is_against(item) for item in more)
    if found.status is HealthStatus.GOOD and is_doubtful:
        found = replace(found, status=HealthStatus.UNKNOWN, word=f"{found.word}, {message}")
    yield read_by_its_name(replace(found, message=message))


def _is_against(item: object) -> bool:
    return item is False or (
        isinstance(item, str) and (is_trouble(item) or status_of_text(item) is HealthStatus.BAD)
    )


def _said(name: str, said: object, place: str) -> Component:
    match said:
        case str():
            found = said_by_word(name, said, place)
            is_told = found.status is not HealthStatus.UNKNOWN or names_component(name)
            return found if is_told else replace(found, is_incidental=True)
        case bool():
            return Component(name, status_of_flag(name, flag=said), word(said), place=place)
        case _:
            text = "null" if said is None else word(said)
            is_told = names_component(name)
            return Component(
                name, HealthStatus.UNKNOWN, text, place=place, is_incidental=not is_told
            )


def value_of_pair(value: Json) -> Json | None:
    """
    Return the object of .NET's `{"Key": "Database", "Value": {"Status": "Healthy"}}`.

    JSON:API has its own beside an id: `{"type": "checks", "id": "db", "attributes": {…}}`.
    """
    keys = {normal(key): item for key, item in value.items()}
    attributes = keys.get("attributes")
    if isinstance(attributes, dict) and isinstance(keys.get("id"), str) and "type" in keys:
        return attributes
    inner = keys.get("value")
    is_named = any(isinstance(keys.get(key), str) for key in ("key", "name"))
    return inner if len(keys) == _PAIR and is_named and isinstance(inner, dict) else None


def named_value(value: Json) -> Said | None:
    """Return the status of a pair such as `{"name": "database", "value": "ok"}`."""
    said = value.get("value")
    if isinstance(said, bool):
        return Said(status_of_flag(label_of(value), flag=said), word(said))
    if isinstance(said, str) and status_of_text(said) is not HealthStatus.UNKNOWN:
        return Said(status_of_text(said), cut(said))
    return None
