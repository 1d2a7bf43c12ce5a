"""What "open" and "closed" say: of a circuit breaker the opposite of what of a connection."""

import re
from collections.abc import Mapping
from dataclasses import replace

from verifier.health.document_keys import names_component, normal
from verifier.model.evidence import Component, HealthStatus

_BREAKER = re.compile(r"circuit|breaker", re.IGNORECASE)
_CONNECTION = re.compile(r"socket|connection|channel|stream", re.IGNORECASE)
_MAY_BE_LOST = "where a connection should be open"
_OPEN = frozenset(("open", "isopen", "tripped", "istripped"))
_OPEN_WORDS = frozenset(("open", "tripped", "forced_open", "half_open", "half-open", "isolated"))


def open_flag(name: str, place: str, value: Mapping[str, object]) -> str:
    """Return what says that the circuit breaker of an entry is open: `open: true`; or nothing."""
    if not (_BREAKER.search(name) or _BREAKER.search(place)):
        return open_breaker(value)
    flags = (key for key, item in value.items() if item is True and normal(key) in _OPEN)
    return next((f"{key}: true" for key in flags), "")


def open_breaker(value: Mapping[str, object]) -> str:
    """Return the field by which a circuit breaker is open: `circuitState: OPEN`; else nothing."""
    for key, item in value.items():
        if not _BREAKER.search(key):
            continue
        if isinstance(item, str) and item.strip().casefold() in _OPEN_WORDS:
            return f"{key}: {item.strip()}"
        if item is True and normal(key).endswith(("open", "tripped")):
            return f"{key}: true"
    return ""


def are_breakers(key: str, value: Mapping[str, object]) -> bool:
    """Whether an object under such a name tells of several how they are: `{"payments": "OPEN"}`."""
    words = (item.strip().casefold() if isinstance(item, str) else "" for item in value.values())
    are_words = bool(value) and all(word in _OPEN_WORDS or word == "closed" for word in words)
    return are_words and bool(_BREAKER.search(key))


def read_by_its_name(component: Component) -> Component:
    """Return a component whose one word is "open" or "closed" with the status that means there."""
    word = component.word.strip().casefold()
    if word not in ("open", "closed") or component.status is not HealthStatus.GOOD:
        return component
    name = component.name.rpartition(".")[2]
    if _BREAKER.search(component.name) or _BREAKER.search(component.place):
        status = HealthStatus.BAD if word == "open" else HealthStatus.GOOD
    elif word == "closed" and (names_component(name) or _CONNECTION.search(name)):
        status = HealthStatus.UNKNOWN
    else:
        status = HealthStatus.GOOD
    if status is component.status:
        return component
    doubt = _MAY_BE_LOST if status is HealthStatus.UNKNOWN else ""
    return replace(component, status=status, doubt=doubt, is_incidental=False)
