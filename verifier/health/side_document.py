"""What applications tell beside their health: circuit breakers, limits that are used up, late jobs.

Sources: the documents of resilience4j (`/actuator/circuitbreakers`), GitHub's `/rate_limit`, and of
services written by hand, in English and in Portuguese.
"""

import re
from collections.abc import Iterator
from datetime import datetime

from verifier.health.document_keys import normal
from verifier.health.own_status import Json
from verifier.health.vocabulary import status_of, worst_status
from verifier.model.cut_text import cut_to
from verifier.model.evidence import Component, HealthDocument, HealthStatus
from verifier.model.finding import Unobserved

RULE = "its breakers, limits and jobs"

_DEEPEST = 8
_MOST = 2000
_LARGEST = 1e18
_BREAKERS = re.compile(r"circuit|breaker|disjuntor")
_STATES = ("state", "estado", "status")
_BREAKER_WORDS = {
    "closed": HealthStatus.GOOD,
    "fechado": HealthStatus.GOOD,
    "disabled": HealthStatus.SKIPPED,
    "half_open": HealthStatus.WARNING,
    "halfopen": HealthStatus.WARNING,
    "half-open": HealthStatus.WARNING,
    "meio_aberto": HealthStatus.WARNING,
    "open": HealthStatus.BAD,
    "forced_open": HealthStatus.BAD,
    "isolated": HealthStatus.BAD,
    "aberto": HealthStatus.BAD,
}
_WHY = re.compile(r"err|reason|motivo", re.IGNORECASE)
_LIMITS = ("limit", "limite", "max", "maximum", "maximo", "quota", "allowed")
_USED = ("used", "count", "current", "usado", "usados", "usage", "consumed", "atual")
_LEFT = ("remaining", "left", "restante", "restantes", "available")
_LIMIT_OF = re.compile(r"(?:limit|limite|quota)[_-](\w{1,40})|(\w{1,40})[_-](?:limit|limite|quota)")
_LAST_RUN = ("lastrun", "lastrunat", "lastexecution", "ultimaexecucao", "lastrantat", "lastran")
_ALLOWED_S = ("slaseconds", "maxageseconds", "staleafterseconds", "allowedseconds", "maxages")
_LAST_WORD = ("laststatus", "lastresult", "lastoutcome", "ultimostatus")
_NOW = ("timestamp", "time", "now", "checkedat", "generatedat", "servertime")


def read_operations(value: object, now: datetime) -> HealthDocument | Unobserved:
    """
    Read a decoded document; its own time counts, and `now` where it tells none.

    A breaker that is open is bad, one that is half open degraded; so are limits that are used up
    and jobs whose last run is longer ago than they may rest, whatever their own flags say.
    """
    if not isinstance(value, dict):
        return Unobserved("the body is no JSON object")
    at = _time_of(value) or now
    found = list(_walk(value, "", "", at, 0))[:_MOST]
    if not found:
        return Unobserved("the document has no breakers, limits or jobs that are known")
    status = worst_status(component.status for component in found)
    return HealthDocument(status, status.value, tuple(found), rule=RULE)


def _walk(value: Json, key: str, family: str, now: datetime, depth: int) -> Iterator[Component]:
    """`family` is "breaker" beneath a key that says so."""
    if depth > _DEEPEST:
        return
    found = list(_own(value, key, family, now))
    yield from found
    if found and family:
        return
    for name, child in value.items():
        inner = "breaker" if family or _BREAKERS.search(normal(name)) else ""
        if isinstance(child, dict):
            yield from _walk(child, name, inner, now, depth + 1)
        elif isinstance(child, list):
            for item in child:
                if isinstance(item, dict):
                    named = next((v for k in ("name", "nome", "id") if (v := _word(item, k))), name)
                    yield from _walk(item, named, inner, now, depth + 1)
        elif inner and isinstance(child, str) and child.casefold() in _BREAKER_WORDS:
            yield _breaker(name, child, {})


def _own(value: Json, key: str, family: str, now: datetime) -> Iterator[Component]:
    state = next((word for k in _STATES if (word := _word(value, k))), "")
    if family and state.casefold() in _BREAKER_WORDS:
        yield _breaker(key, state, value)
        return
    yield from _limits(value, key)
    job = _job(value, key, now)
    if job is not None:
        yield job


def _breaker(name: str, state: str, value: Json) -> Component:
    status = _BREAKER_WORDS[state.casefold()]
    why = next((w for k in value if _WHY.search(k) and (w := _word(value, k))), "")
    message = f"the breaker {name} is {state}" + (f" ({why})" if why else "")
    return Component(name, status, state, message)


def _limits(value: Json, key: str) -> Iterator[Component]:
    """Pairs of what was used and what may be: `used`/`limit`, `msgs_hora`/`limite_hora`."""
    numbers = {k: number for k, v in value.items() if (number := _number(v)) is not None}
    by_kind = {normal(k): number for k, number in numbers.items()}
    limit = next((by_kind[k] for k in _LIMITS if k in by_kind), 0.0)
    left = next((by_kind[k] for k in _LEFT if k in by_kind), None)
    used = next((by_kind[k] for k in _USED if k in by_kind), None)
    if limit > 0 and left is not None:
        yield _limit(key, f"{left:g} of {limit:g} left", is_used_up=left <= 0)
        return
    if limit > 0 and used is not None:
        yield _limit(key, f"{used:g} of {limit:g} used", is_used_up=used >= limit)
        return
    spent = {re.split(r"[_-]", k.casefold())[-1]: k for k in numbers if not _limited(k)}
    for name, most in numbers.items():
        of = _limited(name)
        if of in spent and most > 0:
            now = numbers[spent[of]]
            text = f"{spent[of]} {now:g} of {most:g}"
            yield _limit(f"{key}.{of}", text, is_used_up=now >= most)


def _limited(key: str) -> str:
    """Return what a key is the limit of: "hora" of `limite_hora`; empty where it is none."""
    match = _LIMIT_OF.fullmatch(key[:80].casefold())
    return (match[1] or match[2]) if match else ""


def _limit(name: str, text: str, *, is_used_up: bool) -> Component:
    status = HealthStatus.BAD if is_used_up else HealthStatus.GOOD
    word = "used up" if is_used_up else "free"
    return Component(name, status, word, f"the limit {name} is {word}: {text}")


def _job(value: Json, name: str, now: datetime) -> Component | None:
    fields = {normal(k): v for k, v in value.items()}
    ran = next((k for k in _LAST_RUN if k in fields), "")
    if not ran:
        return None
    allowed_s = next((n for k in _ALLOWED_S if (n := _number(fields.get(k))) is not None), None)
    said = next((w for k in _LAST_WORD if isinstance(w := fields.get(k), str)), "")
    if fields[ran] is None:
        return Component(name, HealthStatus.WARNING, "never ran", f"the job {name} has never run")
    at = _time(fields[ran])
    if at is None:
        text = f"the job {name} reports a last run that is no time"
        if _is_local(fields[ran]):
            text = f"the job {name} reports its last run without a time zone"
        return Component(name, HealthStatus.UNKNOWN, "unknown", text)
    age_s = (now - at).total_seconds()
    if allowed_s is not None and age_s > allowed_s:
        text = f"the job {name} ran {_span(age_s)} ago, allowed are {_span(allowed_s)}"
        return Component(name, HealthStatus.BAD, "stale", text)
    if status_of(said) is HealthStatus.BAD:
        return Component(name, HealthStatus.WARNING, said, f"the job {name} last ended as {said}")
    return Component(name, HealthStatus.GOOD, said or "ran", f"ran {_span(age_s)} ago")


def _time_of(value: Json) -> datetime | None:
    fields = {normal(k): v for k, v in value.items()}
    return next((at for k in _NOW if (at := _time(fields.get(k)))), None)


def _time(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value[:40])
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _is_local(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(datetime.fromisoformat(value[:40]))
    except ValueError:
        return False


def _word(value: Json, key: str) -> str:
    said = value.get(key)
    return cut_to(120, said) if isinstance(said, str) else ""


def _number(value: object) -> float | None:
    """Return a number that can be compared: none that is too large, no true, no text."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if abs(value) < _LARGEST else None


def _span(seconds: float) -> str:
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
