"""Lists of what an application wants people to know, which may be trouble or not: `alerts`."""

from collections.abc import Iterator

from verifier.health.document_keys import names_component, normal
from verifier.health.driver_messages import is_driver_error
from verifier.health.labels import label_of
from verifier.health.own_status import Json, cut, message_of, word
from verifier.health.sentences import status_of_text, tells_trouble
from verifier.health.vocabulary import status_of
from verifier.model.evidence import Component, HealthStatus

#: Under these stands trouble as well as news.
NEWS = frozenset(("alerts", "alarms", "messages", "notices", "notifications", "reasons"))
_NOT_GOOD = (HealthStatus.BAD, HealthStatus.CRITICAL, HealthStatus.WARNING)
_OVER = ("resolved", "closed", "fixed", "completed", "postmortem", "recovered", "cleared")
#: Of a list of what is wrong these say that it is still so.
STILL_SO = ("open", "active", "ongoing")
_WORST = ("critical", "emergency", "fatal", "firing", "crit")
_FIRES = ("firing", "triggered", "alarm")
_GRAVITY = ("severity", "level", "type", "priority")


def are_news(kind: str, value: object) -> bool:
    """Whether under a key stands a list of news, or how many there are of each gravity."""
    return kind in NEWS and (isinstance(value, list) or bool(grave_ones(value)))


def grave_ones(value: object) -> str:
    """Return what counts, or lists, those of the worst gravity: `{"critical": 1}`."""
    grave = value.items() if isinstance(value, dict) else ()
    for key, item in grave:
        count = len(item) if isinstance(item, list) else item
        if normal(key) in _WORST and isinstance(count, int) and count > 0:
            return f"{key}: {word(item) if isinstance(item, list) else item}"
    return ""


def alerts_in(value: object, name: str, place: str) -> Iterator[Component]:
    """Yield as warnings those of a list that tell trouble of now; `name` is that of the list."""
    if not isinstance(value, list):
        yield Component(name, HealthStatus.WARNING, grave_ones(value), place=place)
        return
    for index, item in enumerate(value):
        at = f"{place}.{index}"
        match item:
            case str() if _is_trouble(item):
                yield Component(name, HealthStatus.WARNING, cut(item), place=at)
            case dict() if not is_over(item) and (said := _trouble_in(item)):
                label = label_of(item)
                full = f"{name}.{label}" if label and label != said else name
                yield Component(full, HealthStatus.WARNING, cut(said), message_of(item), place=at)
            case _:
                pass


def is_over(value: object, name: str = "") -> bool:
    """
    Whether an incident or an alert says of itself that it is no more: `status: resolved`.

    Of a component "closed" may say as well that its connection is.
    """
    if isinstance(value, str):
        is_closed = value.strip().casefold() == "closed" and names_component(name)
        return value.strip().casefold() in _OVER and not is_closed
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if normal(key) in ("status", "state") and word(item).strip().casefold() in _OVER:
            return True
        if normal(key) in ("resolved", "isresolved", "closed", "cleared") and item is True:
            return True
    return False


def _is_trouble(text: str) -> bool:
    return status_of_text(text) in _NOT_GOOD or is_driver_error(text) or tells_trouble(text)


def _trouble_in(value: Json) -> str:
    """Return the text or the word of gravity by which an alert tells trouble; or nothing."""
    grave = (
        word(item)
        for key, item in value.items()
        if normal(key) in _GRAVITY and isinstance(item, str) and status_of(item) in _NOT_GOOD
    )
    fires = (word(i) for k, i in value.items() if normal(k) in ("state", "status"))
    firing = (said for said in fires if said.casefold() in _FIRES)
    text = message_of(value)
    return next(grave, "") or next(firing, "") or (text if _is_trouble(text) else "")
