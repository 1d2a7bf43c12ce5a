"""Documents whose summary is to be read by a framework's own rules, told by their shape."""

from dataclasses import replace

from verifier.health.own_status import Json, Said
from verifier.health.sentences import status_of_text
from verifier.health.vocabulary import is_plain_word, worst_status
from verifier.model.evidence import HealthDocument, HealthStatus

#: Source: https://www.atlassian.com/software/statuspage (`indicator` of `/api/v2/status.json`)
_INDICATORS = {
    "none": HealthStatus.GOOD,
    "minor": HealthStatus.WARNING,
    "maintenance": HealthStatus.WARNING,
    "major": HealthStatus.BAD,
    "critical": HealthStatus.BAD,
}


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
