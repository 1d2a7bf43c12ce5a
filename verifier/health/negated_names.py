"""Which way a flag is to be read: `connected: true` is good, `disconnected: true` is bad."""

import re
from functools import lru_cache

from verifier.model.evidence import HealthStatus

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Who is so is out of order.
_OUT_OF_ORDER = _words(
    "down offline unavailable unreachable unresponsive disconnected unhealthy dead broken crashed "
    "error errors errored failed failing failure failures fault faulty exception"
)
#: Whether these are as bad depends on the application; that they are not so is good.
_NOT_GOOD = _words(
    "degraded stale expired missing outdated pending lost full locked blocked stuck overloaded "
    "exceeded exhausted lagging corrupt corrupted timeout"
)
_NEGATIONS = _words("not no non never without")
_STATES = _words(
    "ready connected available reachable healthy ok alive online up working running responding "
    "initialized operational"
)


def status_of_flag(name: str, *, flag: bool) -> HealthStatus:
    """
    Return what true or false says under a name.

    Good or bad as it stands; the other way round where the name says what is wrong
    (`db_down`, `not_ready`); unknown where that may be as it should be (`migrations_pending`).
    """
    if name_means(name) is HealthStatus.UNKNOWN:
        return HealthStatus.UNKNOWN if flag else HealthStatus.GOOD
    is_bad = flag is (name_means(name) is HealthStatus.BAD)
    return HealthStatus.BAD if is_bad else HealthStatus.GOOD


@lru_cache(4096)
def name_means(name: str) -> HealthStatus:
    """Return what a component is of which the name is true, `GOOD` where it says nothing."""
    words = [word.casefold() for word in _WORD.findall(name[-80:])]
    if not words:
        return HealthStatus.GOOD
    is_denied = not _NEGATIONS.isdisjoint(words)
    if words[-1] in _OUT_OF_ORDER:
        return HealthStatus.GOOD if is_denied else HealthStatus.BAD
    if words[-1] in _NOT_GOOD or words[-2:] == ["timed", "out"]:
        return HealthStatus.GOOD if is_denied else HealthStatus.UNKNOWN
    return HealthStatus.BAD if is_denied and words[-1] in _STATES else HealthStatus.GOOD
