"""The words that health documents use for a status, and what they mean."""

from collections.abc import Iterable

from verifier.model.evidence import HealthStatus

_WORDS = {
    HealthStatus.GOOD: "ok healthy up pass passed ready working alive running success true "
    "available operational closed",
    HealthStatus.WARNING: "warn warning degraded half_open",
    HealthStatus.BAD: "error fail failed failing down unhealthy out_of_service not_ready crashed "
    "shutting_down stale unavailable false open",
    HealthStatus.CRITICAL: "critical",
    HealthStatus.SKIPPED: "skipped disabled",
    HealthStatus.PENDING: "pending starting initializing",
}
_STATUS_BY_WORD = {word: status for status, words in _WORDS.items() for word in words.split()}

_SEVERITY = (
    HealthStatus.SKIPPED,
    HealthStatus.GOOD,
    HealthStatus.WARNING,
    HealthStatus.PENDING,
    HealthStatus.UNKNOWN,
    HealthStatus.BAD,
    HealthStatus.CRITICAL,
)


def status_of(word: str) -> HealthStatus:
    """Return what `word` means, `UNKNOWN` where it is none of the known ones."""
    return _STATUS_BY_WORD.get(word.strip().casefold().replace("-", "_"), HealthStatus.UNKNOWN)


def worst_status(statuses: Iterable[HealthStatus]) -> HealthStatus:
    """Return the most severe of `statuses`, `UNKNOWN` where there are none."""
    return max(statuses, key=_SEVERITY.index, default=HealthStatus.UNKNOWN)
