"""What an application says beside its good status that is worth a look: maintenance, breakers."""

from collections.abc import Iterator

from verifier.health.document_keys import ENDING_FLAGS, MAINTENANCE_MODES, normal
from verifier.health.doubts import doubt_of_the_whole
from verifier.health.open_or_closed import open_breaker
from verifier.health.own_status import Json, Said, cut, word
from verifier.model.evidence import HealthStatus

_MAINTENANCE = MAINTENANCE_MODES | {key for key in ENDING_FLAGS if "maintenance" in key}
_ON = frozenset(("on", "true", "yes", "enabled", "active", "1", "in_progress", "ongoing"))
_SWITCHES = frozenset(("enabled", "active", "isenabled", "isactive", "on", "status", "state"))
_MODES = frozenset(("maintenance", "emergency", "recovery", "safe", "degraded"))


def warnings_beside(value: Json, said: Said) -> Iterator[Said]:
    """Yield what a document with a status says of itself that takes nothing from it but warns."""
    for key, told in modes_told(value).items():
        yield Said(HealthStatus.WARNING, f"{key}: {told}")
    if breaker := open_breaker(value):
        yield Said(HealthStatus.WARNING, f"{said.word}, but {breaker}")
    if said.status is HealthStatus.GOOD and (doubt := doubt_of_the_whole(value, said)):
        yield Said(HealthStatus.WARNING, cut(f"{said.word}, but {doubt}"))


def modes_told(value: Json) -> dict[str, str]:
    """Return the modes, by key, in which a document says to be and nobody wants for long."""
    told = ((key, item) for key, item in value.items() if _is_maintenance(normal(key), item))
    return {key: word(item) or "on" for key, item in told}


def _is_maintenance(kind: str, item: object) -> bool:
    """A flag of the whole that is a fact of its components, since one may be made for that."""
    if kind == "mode":
        return isinstance(item, str) and item.strip().casefold() in _MODES
    if kind not in _MAINTENANCE:
        return False
    if isinstance(item, dict):
        return any(normal(k) in _SWITCHES and _is_on(v) for k, v in item.items())
    return _is_on(item) and not (item is True and kind not in MAINTENANCE_MODES)


def _is_on(item: object) -> bool:
    return item is True or word(item).strip().casefold() in _ON
