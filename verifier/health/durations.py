"""What tells how long it took to ask a component, be it hardly anything else or impossible."""

import re
from collections.abc import Mapping
from dataclasses import replace

from verifier.health.document_keys import normal
from verifier.model.evidence import Component, HealthStatus

_LONGEST = 40
#: How Go writes a duration: "1m2.5s", "3ms".
_OF_GO = re.compile(r"(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+")
_SPAN = re.compile(
    r"latency|duration|elapsed|responsetime|roundtrip|days(?:left|remaining|untilexp\w*)|"
    r"expires?in(?:days|hours)|(?:^|[^a-z])(?:ping|rtt)(?:ms)?$"
)


def under_a_good_status(component: Component) -> Component:
    """
    Return a check of server-healthcheck as good: what has failed has an "error" there.

    Any other entry that tells nothing but figures does not say how it is.

    Source: https://github.com/jamillosantos/server-healthcheck
    """
    is_silent = component.status is HealthStatus.UNKNOWN and not component.word
    match component.observed:
        case {"duration": said, **more} if is_silent and not more and not component.message:
            is_listed = component.place.split(".")[:-1][-1:] == ["checks"]
            if is_listed and _OF_GO.fullmatch(said[:_LONGEST]):
                return replace(component, status=HealthStatus.GOOD, word=f"duration: {said}")
    return component


def active_and_timed(value: Mapping[str, object]) -> tuple[HealthStatus, str] | None:
    """
    Return what an object says that has a flag, and how long it took to find that out.

    Source: https://github.com/theforeman/foreman (`Ping`)
    """
    match value:
        case {"active": bool(flag), "duration_ms": str() | int(), **more} if not more:
            return HealthStatus.GOOD if flag else HealthStatus.BAD, f"active: {str(flag).lower()}"
        case _:
            return None


def is_impossible(key: str, value: object) -> bool:
    """Whether a number is less than what its name measures can be: `latency_ms: -1`."""
    is_less = isinstance(value, int | float) and not isinstance(value, bool) and value < 0
    return is_less and bool(_SPAN.search(normal(key)))
