"""Which objects only wrap a health document: the envelopes of calls and of frameworks."""

from verifier.health.document_keys import (
    COMPONENTS,
    FAILURES,
    KINDS,
    MAYBE_COMPONENTS,
    WARNINGS,
    WRAPPERS,
    is_about_now,
    names_component,
    normal,
)
from verifier.health.not_of_now import is_not_of_now
from verifier.health.own_status import Json, Said, own_status, word
from verifier.health.state_flags import offers_something
from verifier.health.vocabulary import is_plain_word
from verifier.model.evidence import HealthStatus

_CALL = frozenset(["success", "issuccess", "code", "statuscode"])


def is_envelope(value: Json, said: Said | None) -> bool:
    """Whether "success" is the call's: that it was answered, not what the answer says."""
    keys = {normal(key) for key in value}
    is_wrapped = any(isinstance(v, dict | list) and normal(k) in WRAPPERS for k, v in value.items())
    is_call = not keys.isdisjoint(_CALL) or word(value.get("status")).casefold() == "success"
    return is_wrapped and is_call and said is not None and said.status is HealthStatus.GOOD


def wraps(kind: str, child: Json) -> bool:
    is_said = own_status(child) is not None
    if kind == "results":  # Lightdash has the whole document there, others their components
        parts = (k for k, v in child.items() if isinstance(v, dict) and own_status(v))
        return is_said and not any(parts) and not any(map(names_component, child))
    return kind in WRAPPERS or (kind in MAYBE_COMPONENTS and is_said)


def only_wrapper(value: Json) -> str | None:
    """The key of the one object that holds the document, where the level above says nothing."""
    objects = [key for key, child in value.items() if isinstance(child, dict) and child]
    candidates = [
        key
        for key in objects
        if not is_place_of_components(normal(key))
        and not names_component(key)
        and not is_not_of_now(key, value[key])
        and not offers_something(key)
    ]
    speaking = [key for key in candidates if own_status(_object_in(value, key)) is not None]
    only = candidates if len(candidates) == 1 else speaking
    lists = any(isinstance(child, list) and normal(k) in COMPONENTS for k, child in value.items())
    words = any(
        (isinstance(v, str) and is_plain_word(v) and is_about_now(k))
        or (v is True and names_component(k))
        for k, v in value.items()
    )
    if len(only) != 1 or len(objects) != len(candidates) or lists or words:
        return None
    return only[0]


def _object_in(value: Json, key: str) -> Json:
    """Return the object under a key, empty where there is none."""
    child = value[key]
    return child if isinstance(child, dict) else {}


def is_place_of_components(kind: str) -> bool:
    return any(kind in keys for keys in (COMPONENTS, KINDS, FAILURES, WARNINGS))
