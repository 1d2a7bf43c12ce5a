"""Bodies that are not JSON: Kubernetes' verbose lines, lines of names and words, one word."""

import re
from collections.abc import Iterator
from dataclasses import replace

from verifier.health.bad_lines import DENIALS, says_bad
from verifier.health.document_keys import (
    MAYBE_STATUS,
    OF_THE_WHOLE,
    STATUS,
    is_about_now,
    is_of_another_time,
    is_of_the_last_time,
    names_component,
    names_process,
    normal,
)
from verifier.health.flag_names import is_wrong_environment, names_trouble, words_of
from verifier.health.none_of_it import says_none
from verifier.health.own_status import Said, cut, own_status
from verifier.health.schema_document import unapplied
from verifier.health.sentences import (
    is_denied,
    is_no_trouble,
    status_of_text,
    tells_trouble,
)
from verifier.health.state_flags import is_about_something_else, is_as_well_off, is_statement
from verifier.health.text_lines import (
    is_beside,
    pairs_in_a_row,
    read_columns,
    read_counts,
    read_ended,
    read_kubernetes,
    read_marked,
    read_plugin,
    read_table,
)
from verifier.health.trouble_by_name import is_trouble_of, tells_gravity
from verifier.health.vocabulary import is_plain_word, is_yes, status_of, worst_status
from verifier.health.whole_warnings import warnings_beside
from verifier.health.word_set import word_set
from verifier.model.evidence import LINES, Component, HealthDocument, HealthStatus

_MOST_LINES = 2000
#: What stands here tells about it; only a word alone is a status.
_TOLD = frozenset(
    ["info", "stats", "note", "notice", "hint", "log", "deprecated", "debug", "details", "warning"]
)
_LIMITS = ("timeout", "timeouts")
_SET = word_set("mode policy trend branch")
_CHECKED = word_set(
    "check checks test tests probe probes component components service services dependency "
    "dependencies node nodes"
)
#: These are said of what works; a yes would affirm the trouble: `connection failed: true`.
_WELL = ("ok", "okay", "up", "healthy", "good", "pass", "passed", "passing", "operational", "alive")
#: Whatever words these hold, they are those of who wrote the code.
_OF_THE_CODE = word_set(
    "commit sha gitsha gitcommit branch gitbranch tag gittag author committer commitmessage "
    "commitsubject version release"
)
#: That there are too many of these is what a check of the name looks for.
_WATCHED = word_set("errors failures exceptions problems faults timeouts outages alerts incidents")
_PAIR = re.compile(r"^\s*(?:[-*]\s*)?([\w][\w .:/-]{0,60}?)\s*(?::|=|\s-\s)\s*(\S.*)$")
_LONGEST_SENTENCE = 300
_LONGEST_LINE = 500
_LONGEST_COUNT = 9
_OF_A_SECTION = -1
#: What stands between is the message of the check.
#: Source: https://github.com/sportngin/okcomputer (`OkComputer::Check#to_text`)
_OKCOMPUTER_PASSED = re.compile(r"PASSED .*\(\d[\d.e-]*s\)$")


def read_text(text: str, *, is_success: bool) -> HealthDocument | None:
    """Read a text; None where no line of it is understood."""
    lines = [line.rstrip() for line in text.strip().splitlines() if line.strip()]
    if not lines or len(lines) > _MOST_LINES:
        return None
    bare = [" ".join(line[:_LONGEST_LINE].split()) for line in lines]
    row = pairs_in_a_row(bare[0]) if len(lines) == 1 else []
    read = (
        read_kubernetes(lines)
        or read_plugin(bare)
        or read_counts(bare)
        or _read_pairs(row)
        or _read_sentence(lines, is_success)
        or read_marked(bare)
        or read_columns(bare)
        or _read_pairs(lines)
        or read_ended(bare)
        or read_table(bare)
    )
    if read is None and len(lines) == 1 and (says_bad(lines[0]) or tells_trouble(lines[0])):
        return HealthDocument(HealthStatus.BAD, cut(lines[0]), rule="one word or sentence")
    return read


def _read_sentence(lines: list[str], is_success: bool) -> HealthDocument | None:
    if len(lines) > 1 or len(lines[0]) > _LONGEST_SENTENCE:
        return None
    status = status_of_text(lines[0])
    if status is HealthStatus.UNKNOWN:
        return None
    if is_success and status is HealthStatus.BAD and not says_bad(lines[0]):
        status = HealthStatus.WARNING  # a sentence under 200 that sounds like an error
    parts = tuple(_in_sentence(lines[0])) if status is not HealthStatus.GOOD else ()
    return HealthDocument(status, lines[0], parts, rule="one word or sentence")


def _in_sentence(text: str) -> Iterator[Component]:
    """`health_check failed: database: connection refused` names its component in the middle."""
    start, colon, rest = text.partition(":")
    match = _PAIR.match(rest)
    if colon and match and status_of_text(start) is not HealthStatus.UNKNOWN:
        yield Component(match[1], status_of_text(start), cut(match[2]))
    elif match := _PAIR.match(text):
        status = status_of_text(match[2])
        if not is_plain_word(match[1]) and status_of_text(match[1]) is HealthStatus.UNKNOWN:
            yield Component(match[1], status, cut(match[2]))


def _read_pairs(lines: list[str]) -> HealthDocument | None:
    """OkComputer's text and others: a name, a colon, a word."""
    matches = [(at, m) for at, line in enumerate(lines) if (m := _PAIR.match(line))]
    pairs = [match for _, match in matches]
    is_good = any(status_of(line) is HealthStatus.GOOD for line in lines)
    is_good = is_good or any(_says_whole_good(m[1], m[2]) for m in pairs)
    is_well = is_good or any(
        _is_whole(m[1]) and status_of(m[2]) is HealthStatus.GOOD for m in pairs
    )
    beneath = set(_beneath_another_time(lines)) if is_well else set()
    found = [
        _no_failure(_component(m, is_good=is_good), is_of_then=at in beneath) for at, m in matches
    ]
    known = [c for c in found if c.status is not HealthStatus.UNKNOWN]
    facts = [c for c in found if c.status is HealthStatus.UNKNOWN and not is_about_now(c.name)]
    bare = [status_of(line) for line in lines if not _PAIR.match(line)]
    stated = [status for status in bare if status is HealthStatus.GOOD]
    is_whole = bool(stated) and len(pairs) > 0 and len(stated) == len(bare)
    is_known = bool(known) and len(known) * 2 >= len(lines) - len(facts)
    if not is_whole and not is_known:
        return None
    now = [_no_failure(c, is_of_then=is_well and _is_of_no_now(c.name)) for c in known]
    status = worst_status([*stated, *(component.status for component in now)])
    is_said_good = any(normal(c.name) in STATUS and c.status is HealthStatus.GOOD for c in known)
    if is_said_good and status is HealthStatus.BAD:
        is_sure = any(map(_condemns, now))
        status = status if is_sure else HealthStatus.WARNING
    # A line that is not understood may be any fact; where it is required it is there.
    unknown = HealthStatus.UNKNOWN
    components = tuple(replace(c, is_incidental=c.status is unknown) for c in found)
    told = _trouble_in(pairs) if status is HealthStatus.GOOD else ""
    if told:
        return HealthDocument(
            HealthStatus.WARNING, cut(f"{status.value}, but {told}"), components, rule=LINES
        )
    return HealthDocument(status, status.value, components, rule=LINES)


def _component(pair: re.Match[str], *, is_good: bool) -> Component:
    return Component(pair[1], _of_pair(pair[1], pair[2], is_good=is_good), cut(pair[2]))


def _no_failure(component: Component, *, is_of_then: bool) -> Component:
    """Return what a line takes from a good word: how something was before condemns nothing."""
    is_told = is_of_then and component.status is HealthStatus.BAD
    return replace(component, status=HealthStatus.WARNING) if is_told else component


def _condemns(component: Component) -> bool:
    """
    Whether a line is a failure beside a good status: only of what an application depends on.

    Of a device, of users, a canary, a search or a backup the same in JSON warns, unless it is
    required.
    """
    name = component.name
    is_needed = (names_component(name) or names_process(name)) and not is_beside(name)
    is_bad = component.status is HealthStatus.BAD and is_plain_word(component.word)
    return is_bad and (is_needed or _is_whole(name) or normal(name) in STATUS)


def _is_whole(name: str) -> bool:
    return normal(name) in MAYBE_STATUS | OF_THE_WHOLE


def _is_of_then(name: str) -> bool:
    return is_of_another_time(name) or is_of_the_last_time(name)


def _is_of_no_now(name: str) -> bool:
    """Whether a line tells how something was, or how it was set: `last_run`, `log_level`."""
    first, last = (words_of(name) or ("",))[:1], (words_of(name) or ("",))[-1:]
    is_set = tells_gravity(name) or not _SET.isdisjoint(last) or first == ("on",)
    return is_set or _is_of_then(name)


def _beneath_another_time(lines: list[str]) -> Iterator[int]:
    """
    Yield which lines stand beneath a heading of another time: `last_backup:`, `[previous]`.

    A name with a colon is the heading of what is indented more, any other of all up to the next.
    """
    until: int | None = None
    for at, line in enumerate(lines):
        bare = line.strip()
        indent = len(line) - len(line.lstrip())
        is_section = bare[:1] in ("#", "=") or (bare[:1] == "[" and bare[-1:] == "]")
        is_listed = indent == until and bare[:2] == "- "
        if until is not None and until >= 0 and indent <= until and not is_listed:
            until = None
        if is_section:
            until = _OF_A_SECTION if _is_of_then(bare[:_LONGEST_LINE]) else None
        elif until is not None:
            yield at
        elif bare[-1:] == ":" and _is_of_then(bare[:_LONGEST_LINE]):
            until = indent


def _trouble_in(pairs: list[re.Match[str]]) -> str:
    """Return the first line that is trouble by its name and no failure: `degraded: yes`."""
    # Most texts tell nothing: a gate that starts does without it.
    from verifier.health.told_within import told_of_lines

    fields = {m[1]: int(m[2]) if _is_count(m[2].strip()) else m[2].strip() for m in pairs}
    for name, said in ((m[1], m[2].strip()) for m in pairs):
        value = {name: True if is_yes(said) else int(said) if _is_count(said) else said}
        own = own_status(value) if is_yes(said) else None
        is_against = own is not None and own.status is not HealthStatus.GOOD
        is_beside = any(warnings_beside(value, Said(HealthStatus.GOOD, "ok")))
        is_waiting = bool(unapplied(name, value[name], ""))
        if is_against or is_beside or is_waiting or is_trouble_of(name, said):
            return f"{name}: {said}"
    return told_of_lines(fields)


def _is_count(said: str) -> bool:
    return said.isascii() and said.isdigit() and len(said) <= _LONGEST_COUNT


def _says_whole_good(name: str, said: str) -> bool:
    is_of_whole = normal(name) in STATUS or status_of(name) is HealthStatus.GOOD
    return is_of_whole and status_of(said) is HealthStatus.GOOD


def _of_no(name: str, *, is_good: bool) -> HealthStatus:
    """
    Return what "false", "no" or "off" says behind a name: `database: no` is bad, `stuck: no` good.

    Of a name that is neither nobody can tell, so it only warns beside a word that all is good.
    """
    if names_trouble(name) or status_of_text(name) in (HealthStatus.BAD, HealthStatus.WARNING):
        return HealthStatus.GOOD
    if is_denied(name) or is_about_something_else(name) or (is_good and is_as_well_off(name)):
        return HealthStatus.UNKNOWN
    is_sure = is_statement(name) or not is_good
    return HealthStatus.BAD if is_sure else HealthStatus.WARNING


def _is_for_something(name: str) -> bool:
    """
    Whether a bad word in a name may say what something is there for: `failed-jobs`, `error page`.

    The last word is what it is; that of `connection failed` is how it is.
    """
    words = words_of(name)
    is_named = len(words) > 1 and status_of_text(words[-1]) is HealthStatus.UNKNOWN
    return is_named and not is_denied(name) and not names_trouble(words[-1])


def _of_pair(name: str, said: str, *, is_good: bool) -> HealthStatus:
    """The line "Ingester not ready: waiting" is no component that waits."""
    if is_wrong_environment(name, said):
        return HealthStatus.CRITICAL
    if said.casefold() in DENIALS and status_of(name) is not HealthStatus.GOOD:
        return _of_no(name, is_good=is_good)
    if status_of(name) is HealthStatus.GOOD:  # "OK - timeout 30s"
        told = status_of_text(said)
        is_sentence = told is HealthStatus.BAD and status_of(said) is HealthStatus.UNKNOWN
        return HealthStatus.WARNING if is_sentence else told
    if is_good and normal(name) in _OF_THE_CODE:
        return HealthStatus.UNKNOWN
    if normal(name) in _TOLD or (normal(name) in _LIMITS and said[:1].isdigit()):
        return status_of(said)
    is_well = said.strip().casefold() in _WELL
    if is_well and (_is_for_something(name) or normal(name) in _WATCHED):
        return HealthStatus.GOOD
    if is_well and status_of_text(name) is HealthStatus.BAD and not is_denied(name):
        return HealthStatus.WARNING  # `alerts-down: ok`: which of the two is meant nobody can tell
    if status_of_text(name) is HealthStatus.BAD or is_denied(name):
        is_none = says_none(said, of_a_flag=False) or is_no_trouble(said)
        if is_none or is_no_trouble(f"{name}: {said}"):
            return HealthStatus.UNKNOWN
        # A count may be one of jobs or of retries.
        is_open = is_good or (_is_for_something(name) and words_of(name)[-1] not in _CHECKED)
        return HealthStatus.WARNING if is_open and said.isdigit() else HealthStatus.BAD
    return HealthStatus.GOOD if _OKCOMPUTER_PASSED.match(said) else status_of_text(said)
