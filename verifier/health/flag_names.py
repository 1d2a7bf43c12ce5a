"""Which way a flag is to be read: `connected: true` is good, `disconnected: true` is bad."""

import re
from functools import lru_cache

from verifier.health.word_set import word_set
from verifier.model.evidence import HealthStatus

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


#: Who is so is out of order.
_OUT_OF_ORDER = word_set(
    "down offline unavailable unreachable unresponsive disconnected unhealthy dead broken crashed "
    "unready error errors errored failed failing failure failures fault faults faulty exception "
    "exceptions problem problems crash fails"
)
#: Whether these are as bad depends on the application; that they are not so is good.
_NOT_GOOD = word_set(
    "degraded stale expired missing outdated pending lost full locked blocked stuck overloaded "
    "exceeded exhausted lagging corrupt corrupted timeout syncing starting restarting recovering "
    "rebuilding migrating draining stopping initializing initialising loading warming paused"
)
_TWO_WORDS = (
    ("timed", "out"),
    ("catching", "up"),
    ("warming", "up"),
    ("starting", "up"),
    ("low", "disk"),
    ("low", "memory"),
    ("memory", "pressure"),
    ("disk", "pressure"),
)
#: Of these a list is worth a look, while "locked" or "pending" may be as it should be.
_WORTH_A_LOOK = word_set(
    "degraded stale missing outdated stuck overloaded exhausted corrupt corrupted"
)
#: Whose names are listed under these is well.
_GOOD_LISTS = word_set("healthy ok passed passing up ready working reachable operational")
_NEGATIONS = word_set("not no non never without")
_STATES = word_set(
    "ready connected available reachable healthy ok alive online up working running responding "
    "initialized operational connection connectivity"
)
#: What a word before one of these says it says of the whole: `lost_connection`, `failed_state`.
_OF_IT = word_set("connection connectivity state mode condition")
_CRITICAL = re.compile(r"\W{0,4}CRITICAL\b")
#: A plain field with no other word may hold the name of one.
_NAMED = word_set("project projects tenant tenants ref refs projeto proyecto")
_CHECKED = word_set("check checks status state match guard result")
#: A component with one of these in its name tells whether it is where it should be.
_ENVIRONMENT = word_set(
    "environment environments env envs project projects guard guards guardrail guardrails marker "
    "markers localhost tenant tenants ref refs ambiente ambientes entorno entornos projeto proyecto"
)


@lru_cache(4096)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words that a name is made of: `isDbReady`, `is_db_ready` and `IsDBReady`."""
    return tuple(word.casefold() for word in _WORD.findall(name[-80:]))


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
    words = words_of(name)
    if not words:
        return HealthStatus.GOOD
    is_denied = not _NEGATIONS.isdisjoint(words)
    if words[-1] in _OF_IT and not (_OUT_OF_ORDER | _NOT_GOOD).isdisjoint(words[-2:-1]):
        words = words[:-1]
    if words[-1] in _OUT_OF_ORDER:
        return HealthStatus.GOOD if is_denied else HealthStatus.BAD
    if words[-1] in _NOT_GOOD or words[-2:] in _TWO_WORDS:
        return HealthStatus.GOOD if is_denied else HealthStatus.UNKNOWN
    return HealthStatus.BAD if is_denied and words[-1] in _STATES else HealthStatus.GOOD


def names_trouble(name: str) -> bool:
    """Whether a name ends in what may be wrong, be it denied: `db_down`, `no_db_errors`."""
    last = words_of(name)[-1:]
    return not (_OUT_OF_ORDER | _NOT_GOOD).isdisjoint(last) or words_of(name)[-2:] in _TWO_WORDS


#: What is said of these stands before them: `failedChecks`, `healthy_services`.
_PARTS = word_set(
    "check checks service services component components dependency dependencies node nodes "
    "system systems probe probes target targets instance instances server servers item items "
    "names list now endpoint endpoints model models host hosts worker workers region regions "
    "provider providers backend backends member members peer peers replica replicas queue queues"
)


@lru_cache(4096)
def status_of_list(key: str) -> HealthStatus:
    """Return what those are who are listed under a key; `UNKNOWN` where it tells nothing."""
    words = [*words_of(key)]
    if words[:1] in (["missing"], ["unapplied"]) and "optional" not in words:
        return HealthStatus.WARNING
    while len(words) > 1 and words[-1] in _PARTS:
        words.pop()
    if not words:
        return HealthStatus.UNKNOWN
    meant = name_means("_".join(words))
    if meant is not HealthStatus.GOOD:
        is_worth_a_look = words[-1] in _WORTH_A_LOOK and meant is HealthStatus.UNKNOWN
        return HealthStatus.WARNING if is_worth_a_look else meant
    is_good = words[-1] in _GOOD_LISTS and _NEGATIONS.isdisjoint(words)
    return HealthStatus.GOOD if is_good else HealthStatus.UNKNOWN


@lru_cache(4096)
def is_of_environment(name: str) -> bool:
    """Whether a component tells whether the application is where it should be."""
    return not _ENVIRONMENT.isdisjoint(words_of(name))


def is_wrong_environment(name: str, said: str) -> bool:
    """
    Whether a plain field says that the application is not where it should be.

    The first user's contract has CRITICAL for that; elsewhere it is as likely a level of logging.
    """
    *before, last = words_of(name) or ("",)
    is_name = not before and last in _NAMED
    is_asked = last in _ENVIRONMENT | _CHECKED and is_of_environment(name)
    return is_asked and not is_name and says_critical(said)


def says_critical(said: str) -> bool:
    """Whether a text is, or begins with, CRITICAL in capitals."""
    return bool(_CRITICAL.match(said))
