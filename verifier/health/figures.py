"""Which numbers are counts of something, and which the 0 and 1 of a flag or of a status."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from verifier.health.document_keys import (
    BAD_FLAGS,
    CODES,
    COMPONENTS,
    COUNTED,
    COUNTERS,
    FAILURES,
    GOOD_FLAGS,
    KINDS,
    MAYBE_STATUS,
    STATUS,
    WARNINGS,
    ends_in_dependency,
    is_about_now,
    names_component,
    normal,
    stem,
)
from verifier.health.flag_names import status_of_flag
from verifier.health.sentences import is_trouble, status_of_text
from verifier.health.vocabulary import COUNTED_STATES, status_of
from verifier.health.word_set import word_set
from verifier.model.evidence import Component, HealthStatus

_LONGEST_CODE = 40
#: What of these is there can be none.
_COUNTABLE = re.compile(
    r"queue|fila|cola|worker|migration|sidekiq|celery|mail|sqs|scheduler|disk|storage|bucket",
    re.IGNORECASE,
)
_AMOUNT = re.compile(
    r"[<>]?=?\s*\d+(?:[.,]\d+)?\s*(?:%|ms|s|min|h|d|[kmgt]i?b|bytes)|"
    r"(?:https?:/)?/\S*|#[0-9a-f]{3,8}",
    re.IGNORECASE,
)
_TROUBLE = BAD_FLAGS | FAILURES | WARNINGS
_COUNTED_CHECKS = word_set(
    "passed passing pass ok succeeded success healthy up total count normal clear"
)
_TROUBLE_COUNTED = _TROUBLE | {"critical"}
#: What is so is so now: "failed" may have been at any time.
_FAILING_NOW = word_set("failing unhealthy criticalalarms criticalalerts firingalerts firingalarms")
_OF_WHAT = re.compile(
    r"^(?:num|total)(?=[a-z])|"
    r"(?:count|total|services|endpoints|nodes|checks|workers|instances|targets|hosts|replicas)$"
)
_MEASURED = re.compile(
    r"latency|duration|time|uptime|(?:ms|seconds|secs?|bytes)$|port$|version|code$|pid$|age"
)


def is_number(value: object) -> bool:
    """Whether a value is a number, be it written as a text."""
    if isinstance(value, str):
        return value.strip().isdecimal()
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_measured(text: str) -> bool:
    """Whether a text is an amount or an address, which says nothing by itself: "80%"."""
    return bool(_AMOUNT.fullmatch(text.strip()[:_LONGEST_CODE]))


def is_count(key: str, value: Mapping[str, object]) -> bool:
    """
    Whether the 0 or 1 under a word such as "available" counts, by what stands beside it.

    A zero is a flag, and bad, where anything beside it counts a fault; only a good word of status
    outweighs that.
    """
    others = {normal(k): v for k, v in value.items() if k != key and is_number(v)}
    is_said_good = _is_said_good(value)
    if not is_said_good and any(others[k] not in (0, "0") for k in others if k in _TROUBLE):
        return False
    if is_said_good and normal(key) in COUNTED:
        return True
    if normal(key) in COUNTED and any(not measures(k) for k in others):
        return True  # `{"available": 0, "executing": 3}`: free slots beside those that are taken
    return any(
        k in COUNTERS
        or (k in GOOD_FLAGS | _TROUBLE and v not in (0, 1))
        or (k.endswith(tuple(_TROUBLE)) and v == value[key] == 0)
        for k, v in others.items()
    )


def measures(key: str) -> bool:
    """Whether the number under a key counts no parts: `latency_ms`, `port`."""
    return bool(_MEASURED.search(key))


def counted_states(value: Mapping[str, object]) -> tuple[HealthStatus, str] | None:
    """Return what an object says that counts its parts as good and not good; None for another."""
    numbers = {of_what(k): v for k, v in value.items() if is_number(v)}
    for good, bad, less, _ in COUNTED_STATES:
        opposites = [k for k in (*bad.split(), *less.split()) if k in numbers]
        if good not in numbers or not opposites:
            continue
        wrong = [k for k in opposites if numbers[k] not in (0, "0")]
        text = ", ".join(f"{k}: {numbers[k]}" for k in (good, *(wrong or opposites)))
        is_none_good = numbers[good] in (0, "0")
        if any(k in bad.split() for k in wrong) and is_none_good:
            return HealthStatus.BAD, text
        if wrong:
            return HealthStatus.WARNING, text
        return None if is_none_good else (HealthStatus.GOOD, text)
    return None


def of_what(key: str) -> str:
    """Return the word under which a key counts: "healthy" of `healthyServices`, `healthy_count`."""
    return _OF_WHAT.sub("", normal(key)) or normal(key)


def counted_fault(value: Mapping[str, object]) -> str:
    """Name what an object counts that is wrong, while it counts nothing that is right."""
    numbers = {k: v for k, v in value.items() if is_number(v)}
    wrong = [k for k, v in numbers.items() if normal(k) in _TROUBLE and v not in (0, "0")]
    none_right = [k for k, v in numbers.items() if normal(k) in GOOD_FLAGS and v == 0]
    return f"{none_right[0]}: 0, {wrong[0]}: {value[wrong[0]]}" if wrong and none_right else ""


def counted_now(value: Mapping[str, object], word: str) -> str:
    """Return what an object counts that fails now beside its good word: `failing_checks: 1`."""
    is_of_consul = word.casefold() == "passing"
    for key, item in value.items():
        kind = of_what(key)
        is_wrong = kind in _FAILING_NOW or (is_of_consul and kind == "critical")
        if is_wrong and is_number(item) and item not in (0, "0"):
            return f"{key}: {item}"
    return ""


def counted_failures(value: Mapping[str, object]) -> str:
    """Return what an object says that only counts checks, of which some have failed; or nothing."""
    if not value or not all(map(is_number, value.values())):
        return ""
    is_wrong = any(normal(k) in _TROUBLE and v not in (0, "0") for k, v in value.items())
    is_count = is_wrong and any(normal(k) in _COUNTED_CHECKS for k in value)
    return ", ".join(f"{k}: {v}" for k, v in value.items())[:200] if is_count else ""


def counted_checks(value: Mapping[str, object]) -> tuple[HealthStatus, str] | None:
    """Return what a document says that is nothing but counts of checks; None for another."""
    inner = next(iter(value.values())) if len(value) == 1 else value
    if not isinstance(inner, dict) or not inner or not all(map(is_number, inner.values())):
        return None
    are_some = {normal(k): v not in (0, "0") for k, v in inner.items()}
    good = [some for k, some in are_some.items() if k in _COUNTED_CHECKS - {"total", "count"}]
    bad = [some for k, some in are_some.items() if k in _TROUBLE_COUNTED]
    if len(good) != 1 or not bad:
        return None
    text = ", ".join(f"{k}: {v}" for k, v in inner.items())[:200]
    if not good[0]:
        return (HealthStatus.BAD, text) if any(bad) else None
    return HealthStatus.WARNING if any(bad) else HealthStatus.GOOD, text


def counts_faults(key: str, value: object) -> bool:
    """
    Whether what stands among failures only counts them: `{"errors": {"last_24h": 3}}`.

    How often a component failed may be said of now as well, and a code is what was answered.
    """
    return counts_only(value) and not names_component(key) and normal(key) not in CODES


def counts_only(value: object) -> bool:
    """Whether a value is a number, a list of them, or objects of such none of which is a code."""
    match value:
        case list():
            return bool(value) and all(map(is_number, value))
        case dict():
            return bool(value) and all(
                counts_only(v) and not names_component(k) and normal(k) not in CODES
                for k, v in value.items()
            )
        case _:
            return is_number(value)


def of_ones(components: Iterable[Component], body: Mapping[str, object]) -> tuple[Component, ...]:
    """
    Return the components, good where all whose status is a number say 1.

    0 is false to some and "no error" to others, and where one says 0 the ones of the others are
    as open. Source: 1 is SERVING (gRPC), up (Prometheus), UP (Uptime Kuma).
    """
    found = tuple(components)
    numbers = [_is_status_number(component, body) for component in found]
    return _read_as_flags(found, numbers, is_good=True)


def of_plain_ones(loose: Iterable[Component], *, is_good: bool) -> tuple[Component, ...]:
    """
    Return the plain fields of a document, likewise: `{"ok": true, "db": 1}`.

    Those that say 1 are good beside a good status alone.
    """
    found = tuple(loose)
    numbers = [c.status is HealthStatus.UNKNOWN and c.word in ("0", "1") for c in found]
    return _read_as_flags(found, numbers, is_good=is_good)


def _read_as_flags(
    found: tuple[Component, ...], numbers: Sequence[bool], *, is_good: bool
) -> tuple[Component, ...]:
    """What is good beside a 0 makes that more likely to be false than to be a count."""
    pairs = list(zip(found, numbers, strict=True))
    are_ones_good = is_good and all(
        c.word == "1" for c, is_open in pairs if is_open and (c.word != "0" or is_no_count(c.name))
    )
    is_any_good = any(c.word == "1" if o else c.status is HealthStatus.GOOD for c, o in pairs)
    read = []
    for component, is_open in pairs:
        status = status_of_flag(component.name, flag=True)
        if is_open and are_ones_good and component.word == "1" and status is HealthStatus.GOOD:
            is_fact = component.is_incidental and not is_no_count(component.name)
            read.append(replace(component, status=status, is_incidental=is_fact))
        elif is_open and component.word == "0" and is_any_good and is_no_count(component.name):
            read.append(replace(component, status=HealthStatus.PENDING, is_incidental=False))
        else:
            read.append(component)
    return tuple(read)


def are_plain_flags(value: Mapping[str, object]) -> bool:
    """Whether a document is nothing but flags in numbers, several: `{"db": 1, "redis": 1}`."""
    told = {k: v for k, v in value.items() if is_about_now(k)}
    are_flags = all(type(v) is int and v in (0, 1) and is_no_count(k) for k, v in told.items())
    return are_flags and len(told) > 1


def is_no_count(name: str) -> bool:
    """Whether a name is that of something of which there is one: `db`, but not `queue`."""
    key = name.rpartition(".")[2]
    is_one = ends_in_dependency(stem(key)) and not _COUNTABLE.search(key)
    return is_one and status_of_flag(name, flag=True) is HealthStatus.GOOD


def is_bad_number(said: str, message: str) -> bool:
    """Whether the message beside a status that is a number says that this is bad: `700`."""
    is_odd = is_number(said) and said not in ("0", "1")
    return is_odd and status_of_text(message) is HealthStatus.BAD


def status_of_number(said: str, message: str, told: Iterable[Component]) -> HealthStatus:
    """
    Return what a status of 0 or 1 says by the message and the components of its document.

    1 is good where nothing speaks against it, 0 where something says that all is well.
    """
    statuses = {c.status for c in told}
    if said not in ("0", "1") or is_trouble(message) or not statuses <= {HealthStatus.GOOD}:
        return HealthStatus.UNKNOWN
    is_told_good = bool(statuses) or status_of_text(message) is HealthStatus.GOOD
    is_silent = not message or status_of_text(message) is HealthStatus.UNKNOWN
    is_good = is_told_good or (said == "1" and is_silent)
    return HealthStatus.GOOD if is_good else HealthStatus.UNKNOWN


def _is_said_good(value: Mapping[str, object]) -> bool:
    words = [v for k, v in value.items() if normal(k) in STATUS | MAYBE_STATUS]
    return any(isinstance(v, str) and status_of(v) is HealthStatus.GOOD for v in words)


def _is_status_number(component: Component, body: Mapping[str, object]) -> bool:
    if component.status is not HealthStatus.UNKNOWN or not is_number(component.word):
        return False
    *around, _ = component.place.split(".")
    is_listed = any(normal(key) in COMPONENTS | KINDS for key in around)
    return is_listed or isinstance(body.get(component.place), dict)


def is_odd_code(value: Mapping[str, object]) -> bool:
    """Whether an object has a code that is neither 0 nor one of HTTP's for success."""
    codes = [v for k, v in value.items() if normal(k) in CODES and type(v) is int]
    return any(code != 0 and not 200 <= code <= 299 for code in codes)


def bad_code(value: Mapping[str, object]) -> str:
    """Return the key and the code where an object holds one of 5xx: `code 500`; else nothing."""
    for key, item in value.items():
        if normal(key) not in CODES or isinstance(item, bool) or not isinstance(item, int | str):
            continue
        if re.fullmatch(r"\s*5\d\d\s*", str(item)[:_LONGEST_CODE]):
            return f"{key} {str(item).strip()}"
    return ""
