"""Documents whose summary is to be read by a framework's own rules, told by their shape."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from verifier.health.document_keys import is_about_now
from verifier.health.flag_names import is_of_environment, words_of
from verifier.health.own_status import Json, Said, cut
from verifier.health.plain_fields import joined
from verifier.health.sentences import status_of_text
from verifier.health.vocabulary import is_plain_word, is_yes_or_no, status_of, worst_status
from verifier.model.evidence import Component, HealthDocument, HealthStatus

#: Source: https://www.atlassian.com/software/statuspage (`indicator` of `/api/v2/status.json`)
_INDICATORS = {
    "none": HealthStatus.GOOD,
    "minor": HealthStatus.WARNING,
    "maintenance": HealthStatus.WARNING,
    "major": HealthStatus.BAD,
    "critical": HealthStatus.BAD,
}
#: What is said of an application that is not where it should be.
_IS_ELSEWHERE = re.compile(
    r"\b(?:wrong|incorrect|unexpected)\s+(?:supabase\s+)?"
    r"(?:environment|env|project|database|db|tenant)\b"
    r"|\b(?:environment|env|project|database|db|tenant)\s+(?:(?:ref|id|url|name)\s+)?mismatch"
    r"|\b(?:ambiente|entorno|projeto|proyecto|banco(?: de dados)?)\s+(?:errado|incorreto|incorrecto"
    r"|equivocado)\b|\blocalhost detected\b",
    re.IGNORECASE,
)


def summary_by_framework(value: Json, document: HealthDocument) -> HealthDocument:
    """Return the document with the summary that the framework's rules give it."""
    if isinstance(value.get("globalStatus"), str) and isinstance(value.get("checks"), list):
        # LiipMonitorBundle says "KO" for a warning too, and answers 200 whatever it found.
        # Source: https://github.com/liip/LiipMonitorBundle (ArrayReporter)
        status = worst_status(
            c.status
            for c in document.components
            if c.status is not HealthStatus.UNKNOWN and not c.is_incidental
        )
        if status is not HealthStatus.UNKNOWN:
            return replace(document, status=status, rule="LiipMonitorBundle: the worst check")
    match value.get("status"):
        case {"indicator": str(indicator)} if indicator in _INDICATORS:
            status = _INDICATORS[indicator]
            return replace(document, status=status, word=indicator, rule="status page's indicator")
    return document


def first_word(value: list[object]) -> tuple[Said, ...]:
    """
    Return the status that a list begins with: it stands alone, or has results behind it.

    `["CRIT", {"description": "Redis", "result": "CRIT"}]`

    Source: https://github.com/hootsuite/healthchecks
    """
    match value:
        case [str(first), *rest] if rest or is_plain_word(first):
            is_known = all(isinstance(r, dict) and {"description", "result"} <= {*r} for r in rest)
            return (Said(status_of_text(first), first),) if is_known else ()
        case _:
            return ()


def errors_of_django(value: Json, place: str, is_success: bool) -> Iterator[Component]:
    """
    django-health-check writes "working", or all that went wrong; warnings begin with that word.

    Source: https://github.com/revsys/django-health-check (`pretty_status`, version 3)
    """
    if not is_django(value):
        return
    for key, text in value.items():
        if not isinstance(text, str) or text == "working" or not is_about_now(key):
            continue
        status = status_of_text(text)
        if status is HealthStatus.UNKNOWN and not is_success:
            status = HealthStatus.BAD
        yield Component(key, status, cut(text), place=joined(place, key))


def has_started(value: Json) -> Said | None:
    """
    Return whether a process that tells nothing else of itself has started.

    Source: https://trino.io/docs/current/develop/client-protocol.html (`/v1/info`)
    """
    match value:
        case {"starting": bool(flag), "uptime": str()}:
            status = HealthStatus.PENDING if flag else HealthStatus.GOOD
            return Said(status, f"starting: {str(flag).lower()}")
        case _:
            return None


def is_django(value: Json) -> bool:
    """Whether an object is a document of django-health-check."""
    return any(item == "working" for item in value.values())


def reasons_of_oslo(value: Json) -> Iterator[Component]:
    """
    OpenStack lists what each of its checks says, as words or with the class of the check.

    Source: https://docs.openstack.org/oslo.middleware/latest/reference/healthcheck_plugins.html
    """
    reasons = value.get("reasons")
    if not isinstance(value.get("detailed"), bool) or not isinstance(reasons, list):
        return
    for index, item in enumerate(reasons):
        match item:
            case {"class": str(name), "reason": str(said)}:
                status = status_of_text(said)
                yield Component(name, status, cut(said), place=f"reasons.{index}")
            case _:
                pass


def of_a_scale(document: HealthDocument) -> HealthDocument:
    """
    Return a document with "CRITICAL" as a failure like any other where that is a degree of a scale.

    Monitoring writes OK, WARNING and CRITICAL, each in capitals. The word for the wrong environment
    stands among words in small letters, or alone, or is said of the environment itself: by the name
    of what is critical, by its message, or by two environments of it that differ.

    Sources: Nagios, Chef Automate, Apache Felix' health checks, FreeIPA's healthcheck.
    """
    critical = [c for c in document.components if c.status is HealthStatus.CRITICAL]
    said = [c.word for c in document.components if not c.is_incidental]
    others = [w for w in (document.own_word, *said) if _is_degree(w)]
    is_scale = bool(others) and all(map(str.isupper, others))
    if not is_scale or _tells_of_elsewhere(document, critical):
        return document
    bad = HealthStatus.BAD
    parts = (replace(c, status=bad) if c in critical else c for c in document.components)
    status = bad if document.status is HealthStatus.CRITICAL else document.status
    return replace(document, status=status, components=tuple(parts))


def _tells_of_elsewhere(document: HealthDocument, critical: Sequence[Component]) -> bool:
    is_critical = document.status is HealthStatus.CRITICAL
    bad = [c for c in document.components if is_critical and c.status is HealthStatus.BAD]
    texts = (document.message, *(c.message for c in critical))
    return (
        any(is_of_environment(c.name) for c in (*critical, *bad))
        or any(map(_IS_ELSEWHERE.search, texts))
        or any(map(_differs_in_environment, critical))
    )


def _differs_in_environment(component: Component) -> bool:
    """Whether a component shows two environments that are not one: `app_env`, `db_env`."""
    by_kind: dict[str, set[str]] = {}
    for key, value in component.observed.items():
        *beside, kind = words_of(key) or ("",)
        if beside and is_of_environment(kind):
            by_kind.setdefault(kind, set()).add(value)
    return any(len(values) > 1 for values in by_kind.values())


def _is_degree(word: str) -> bool:
    known = status_of(word)
    return known not in (HealthStatus.UNKNOWN, HealthStatus.CRITICAL) and not is_yes_or_no(word)
