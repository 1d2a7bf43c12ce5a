"""What "open" and "closed" say: of a circuit breaker the opposite of what of a connection."""

import re
from dataclasses import replace

from verifier.health.document_keys import names_component
from verifier.model.evidence import Component, HealthStatus

_BREAKER = re.compile(r"circuit|breaker", re.IGNORECASE)
_CONNECTION = re.compile(r"socket|connection|channel|stream", re.IGNORECASE)


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
    return component if status is component.status else replace(component, status=status)
