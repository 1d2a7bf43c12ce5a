"""What an application says beside its good status that is worth a look: maintenance, alarms."""

import re
from collections.abc import Iterator, Sequence

from verifier.health.alerts import grave_ones, is_over
from verifier.health.document_keys import (
    COMPONENTS,
    ENDING_FLAGS,
    GOOD_FLAGS,
    MAINTENANCE_MODES,
    MAYBE_COMPONENTS,
    WORK,
    normal,
)
from verifier.health.doubts import counts_lost_parts, doubt_of_the_whole
from verifier.health.durations import is_impossible
from verifier.health.entry_status import error_told, trouble_told
from verifier.health.figures import is_number, of_what
from verifier.health.flag_names import names_trouble, words_of
from verifier.health.groups import (
    AT_WORK,
    SINCE,
    fewer_than_all,
    fewer_than_wanted,
    lost_by_a_group,
)
from verifier.health.none_of_it import says_none
from verifier.health.open_or_closed import open_breaker
from verifier.health.own_status import Json, Said, cut, word
from verifier.health.state_flags import is_copy
from verifier.health.trouble_by_name import is_mode, is_trouble_of
from verifier.health.used_up import used_up
from verifier.health.vocabulary import is_role, status_of
from verifier.health.word_set import word_set
from verifier.model.evidence import HealthStatus

_MAINTENANCE = MAINTENANCE_MODES | {key for key in ENDING_FLAGS if "maintenance" in key}
#: A copy is as it should be with these.
_READ_ONLY = word_set("readonly isreadonly readonlymode")
_ON = frozenset(("on", "true", "yes", "enabled", "active", "1", "in_progress", "ongoing"))
_SWITCHES = frozenset(("enabled", "active", "isenabled", "isactive", "on", "status", "state"))
#: What goes off where something is wrong. "alert_level" is from when on people are told.
_ALARMS = word_set(
    "alarm alarms alarmstate alarmstatus alarmlevel alert alerts alertstate alertstatus "
    "activealarm activealert alarme alarma alerta"
)
_GONE_OFF = word_set("alarm alert alarmactive alertactive activealarm activealert alarmtriggered")
_FIRING = word_set("firing triggered raised red on yes true")
#: So grave is a state; "error" and "warning" are levels of logging as likely.
_GRAVEST = word_set("critical crit fatal emergency emerg panic disaster")
_COUNTS_TROUBLE = word_set(
    "failures failure failed failing errors error unhealthy down problems faults exceptions panics "
    "unreachable offline dead falhas erros fallos errores alerts alarms incidents "
    "activealerts openalerts firingalerts activealarms openincidents activeincidents "
    "unresolvedincidents"
)
_TROUBLE_OF_NOW = word_set("outage incident activeincident currentincident")
_ERROR_CODES = word_set("errorcode errcode errno")
_OPEN_BREAKERS = re.compile(
    r"(?:open|tripped)(?:circuit|breaker)\w*|(?:circuit|breaker)\w*(?:open|tripped)"
)
_PARTS_LOST = re.compile(
    r"(?:checks?|services?|dependenc(?:y|ies)|nodes?|components?|replicas?|instances?)"
    r"(?:failed|failing|down|unhealthy|offline|unreachable|degraded|lost)(?:count)?"
)
_FAILING = word_set("failing degraded unhealthy outage incident")
_STUCK = word_set("stuck stalled hung unreachable unresponsive")
#: Under these an object counts what is so now; beside a time it counts what was.
_COUNTS_NOW = word_set("count current active open now firing unresolved failing critical")
_OF_A_TIME = re.compile(r"last|since|recent|past|window|period|24|hour|day|total|today|rate")
#: Beside one of these a number of errors has grown since the process began.
_COUNTS_SINCE = SINCE | {"total", "count", "size"}
#: What is counted under these are the checks or the parts of the application; a total in the first
#: may be one of anything.
_OF_ANYTHING = (MAYBE_COMPONENTS - {"metrics", "tests"}) | {"stats", "statistics"}
_OF_CHECKS = word_set("summary healthsummary overview tally")
_FAILS_IN_A_SUM = word_set("failed failing down unhealthy")
#: Beside one of these "critical" tells what is needed.
_OF_NEED = word_set("optional noncritical required essential")
_NEEDED = word_set("critical criticaltotal totalcritical")
_WELL = word_set("healthy up ok passing passed")
_SUMMARIES = word_set("summary counts totals tally overview tests") | COMPONENTS | _OF_ANYTHING


def warnings_beside(value: Json, said: Said) -> Iterator[Said]:
    """Yield what a document with a status says of itself that takes nothing from it but warns."""
    for key, told in modes_told(value).items():
        yield Said(HealthStatus.WARNING, f"{key}: {told}")
    if breaker := open_breaker(value):
        yield Said(HealthStatus.WARNING, f"{said.word}, but {breaker}")
    if said.status is HealthStatus.GOOD and (doubt := doubt_of_the_whole(value, said)):
        yield Said(HealthStatus.WARNING, cut(f"{said.word}, but {doubt}"))
    if said.status is HealthStatus.GOOD:
        for told in (*_alarms_in(value), *_troubles_counted(value)):
            yield Said(HealthStatus.WARNING, f"{said.word}, but {told}")


def with_what_is_told(objects: Sequence[Json], said: Said, *, is_own: bool) -> Said:
    """
    Return what a good document says in the end, with the trouble that its messages tell.

    It comes first, then what it wraps. `is_own` says that it has a status: then the warnings
    beside that are heard already.
    """
    for at, value in enumerate(objects):
        if told := error_told(value) or trouble_told(value):
            return Said(HealthStatus.WARNING, f'{said.word}, but "{told}"')
        is_heard = is_own and at == 0
        if not is_heard and (warning := next(warnings_beside(value, said), None)):
            return warning
    return said


def _alarms_in(value: Json) -> Iterator[str]:
    for key, item in value.items():
        kind, bare = normal(key), word(item).strip().casefold()
        is_on = kind in _GONE_OFF and item is True
        if isinstance(item, str) and kind in _ALARMS:
            is_on = bare in _FIRING | _GRAVEST or status_of(bare) is HealthStatus.BAD
        elif isinstance(item, str) and kind in ("level", "severity"):
            is_on = bare in _GRAVEST
        if is_on and bare not in ("no", "false"):
            yield f"{key}: {word(item)}"


def _troubles_counted(value: Json) -> Iterator[str]:
    """Yield what says by its name, or counts, something that is wrong: `failures: 3`."""
    kinds = {normal(key) for key, item in value.items() if is_number(item)}
    is_since = not kinds.isdisjoint(_COUNTS_SINCE)
    flags = {k for k, v in value.items() if normal(k) in GOOD_FLAGS and v in (0, 1)}
    counts = {k: v for k, v in value.items() if k not in flags}
    if told := fewer_than_all(counts) or fewer_than_wanted(counts):
        yield told
    for key, item in value.items():
        if isinstance(item, dict):
            is_of_all = normal(key) not in _OF_ANYTHING
            if normal(key) in _SUMMARIES and (told := fewer_than_all(item, is_of_all=is_of_all)):
                yield f"{key}: {told}"
            if told := _counted_in_a_sum(key, item, value):
                yield f"{key}.{told}"
            if told := used_up(key, item) or _said_by(key, item) or lost_by_a_group(key, item):
                yield f"{key}.{told}"
            if of_what(key) in _COUNTS_TROUBLE and not is_since:
                yield from (f"{key}.{told}" for told in _counted_within(item))
            continue
        is_wrong = of_what(key) in _COUNTS_TROUBLE and not normal(key).endswith("total")
        is_count = is_number(item) and not isinstance(item, float) and not is_since and is_wrong
        is_told = is_impossible(key, item) or used_up(key, item) or _is_told(key, item)
        if is_told or (is_count and int(word(item)) > 0):
            yield f"{key}: {word(item)}"


def _counted_in_a_sum(key: str, value: Json, around: Json) -> str:
    """Return what a sum of checks counts that is grave, or bad where nothing is counted well."""
    if normal(key) in _OF_CHECKS and (lost := _needed_and_lost(value)):
        return lost
    if normal(key) not in _OF_CHECKS | {"results"} or _tells_what_is_needed(value, around):
        return ""
    kinds = {of_what(k) for k in value}
    if normal(key) in _OF_CHECKS and kinds.isdisjoint(_COUNTS_SINCE - {"total", "count", "size"}):
        counts = (k for k in value if of_what(k) in _FAILS_IN_A_SUM)
        for own in counts:
            if isinstance(value[own], int) and is_number(value[own]) and value[own] != 0:
                return f"{own}: {value[own]}"
    return grave_ones(value)


def _needed_and_lost(value: Json) -> str:
    """Return how many are well of what is needed where some are not: `criticalHealthy: 1`."""
    counts = {k: v for k, v in value.items() if type(v) is int}
    needed = next((k for k in counts if normal(k) in _NEEDED), "")
    for own, number in counts.items():
        *first, last = words_of(own) or ("",)
        if needed and "critical" in first and last in _WELL and number < counts[needed]:
            return f"{own}: {number}, {needed}: {counts[needed]}"
    return ""


def _tells_what_is_needed(value: Json, around: Json) -> bool:
    """Whether "critical" is said of what is needed, rather than of how it is: beside `optional`."""
    if any(not _OF_NEED.isdisjoint(words_of(key)) for key in value):
        return True
    if any("critical" in words_of(k)[:-1] for k in value):
        return True
    named = [n for v in value.values() if isinstance(v, list) for n in v if isinstance(n, str)]
    said = {k: v for each in around.values() if isinstance(each, dict) for k, v in each.items()}
    words = [word(said[name]) for name in named if name in said]
    return bool(words) and all(status_of(w) is HealthStatus.GOOD for w in words)


def _is_told(key: str, item: object) -> bool:
    """Whether a field says by its own name that something is wrong now: `failing_since`."""
    words = words_of(key) or ("",)
    is_some = item not in (None, False, 0, "", "0") and not says_none(word(item))
    if isinstance(item, list):
        return bool(item) and bool(_OPEN_BREAKERS.fullmatch(normal(key)))
    if isinstance(item, dict) or (isinstance(item, str) and is_over(item)):
        return False
    if words[-1] == "since" and len(words) > 1 and words[0] not in ("no", "not", "without"):
        return is_some and (names_trouble(words[-2]) or words[-2] in _FAILING)
    if normal(key) in _ERROR_CODES:
        is_name = isinstance(item, str) and any(map(str.isalpha, item))
        return is_name and is_some and status_of(str(item)) is not HealthStatus.GOOD
    if normal(key) in _TROUBLE_OF_NOW:
        return is_some
    is_count = is_number(item) and not isinstance(item, float)
    if is_count and (_OPEN_BREAKERS.fullmatch(normal(key)) or _PARTS_LOST.fullmatch(normal(key))):
        return is_some
    if is_count and is_some and words[-1] != "members" and counts_lost_parts(key):
        return True
    is_of_now = is_count and len(words) > 1 and words[0] in _STUCK
    is_none = is_count and words[-1] in WORK and words[0] in AT_WORK | {"live"}
    return (is_of_now and is_some) or (is_none and not is_some)


def _said_by(key: str, value: Json) -> str:
    """Return what an object says of trouble that goes on, or of how many are stuck."""
    if normal(key) in _TROUBLE_OF_NOW and not is_over(value):
        words = ((k, word(v)) for k, v in value.items() if normal(k) in ("status", "state"))
        return next((f"{k}: {said}" for k, said in words if said and not says_none(said)), "")
    stuck = ((k, v) for k, v in value.items() if normal(k) in _STUCK and is_number(v))
    return next((f"{k}: {word(v)}" for k, v in stuck if v not in (0, "0")), "")


def _counted_within(value: Json) -> Iterator[str]:
    """Yield how many there are now, of an object that counts nothing of another time."""
    if not any(_OF_A_TIME.search(key.casefold()) or normal(key) == "enabled" for key in value):
        for key, item in value.items():
            if normal(key) in _COUNTS_NOW and is_number(item) and int(float(word(item))) > 0:
                yield f"{key}: {word(item)}"


def modes_told(value: Json) -> dict[str, str]:
    """Return the modes, by key, in which a document says to be and nobody wants for long."""
    is_copied = any(isinstance(v, str) and is_role(v) and is_copy(v) for v in value.values())
    told = ((key, item) for key, item in value.items() if _is_maintenance(key, item))
    return {
        key: word(item) or "on"
        for key, item in told
        if not (is_copied and normal(key) in _READ_ONLY)
    }


def _is_maintenance(key: str, item: object) -> bool:
    """A flag of the whole that is a fact of its components, since one may be made for that."""
    kind = normal(key)
    if is_mode(key) and isinstance(item, str):
        return is_trouble_of(key, item)
    if kind not in _MAINTENANCE:
        return False
    if isinstance(item, dict):
        return any(normal(k) in _SWITCHES and _is_on(v) for k, v in item.items())
    return _is_on(item) and not (item is True and kind not in MAINTENANCE_MODES)


def _is_on(item: object) -> bool:
    return item is True or word(item).strip().casefold() in _ON
