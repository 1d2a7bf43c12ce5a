"""Lines of text that plugins and people write: marks before names, counts, and pairs in a row."""

import re
from dataclasses import replace

from verifier.health.document_keys import FACTS, names_component, normal, stem
from verifier.health.driver_messages import is_driver_error
from verifier.health.flag_names import words_of
from verifier.health.own_status import cut
from verifier.health.sentences import is_denied, is_trouble
from verifier.health.state_flags import is_copy
from verifier.health.vocabulary import MARKS, is_plain_word, status_of, worst_status
from verifier.health.word_set import word_set
from verifier.model.evidence import KUBERNETES, LINES, Component, HealthDocument, HealthStatus

_GOOD, _BAD = HealthStatus.GOOD, HealthStatus.BAD
_MARK = f"[{''.join(MARKS)}]\ufe0f?"
_WORD = r"not ok|ok|passed|pass|failed|fail|error|warning|warn|up|down"
#: `✓ db`, `[FAIL] redis: refused`, `PASS db`, and what the Test Anything Protocol writes:
#: `not ok 2 - redis`. Of `[x]` nobody knows whether it is done or wrong.
_MARKED = re.compile(
    rf"^\s*(?:[-*]\s+)?(?:\[\s*)?({_MARK}|(?:{_WORD})(?=\]|\s|:))\s*\]?\s*[:-]?\s*"
    r"(?:\d+\s+-\s+)?([^\W\d].*)$",
    re.IGNORECASE,
)
_ENDING = re.compile(
    rf"^\s*(?:[-*]\s+)?([^\W\d][\w ./-]{{0,60}}?)\s*(?:\.{{2,}}|[:=]|\s)\s*"
    rf"({_MARK}|\[?(?:{_WORD})\]?)\s*$",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^\s*[A-Z][\w ]{0,40}:\s*$")
_ROW = re.compile(
    r"^\s*([^\W\d][\w./-]{0,60})\s+(OK|UP|WARN|WARNING|ERR|ERROR|FAIL|FAILED|DOWN)(?:\s+(\S.*))?$"
)
_KUBERNETES = re.compile(r"^\[([+-])\]\s*(\S+)\s*(.*)$")
#: Without these an application works, though it depends on them as well.
_LEFT_OUT = word_set("search searches backup backups canary")
#: Nobody needs these now: they are others', or were before, or are for another time.
_OTHERS = word_set(
    "test tests testing legacy old former previous staging dev beta demo preview external"
)
#: What is chosen, written or done where something fails is no failure: `redis_on_error: fail`.
_CHOSEN = word_set("on")
_AS_LAST = word_set("fallback policy mode log level trend alerts")
#: What is watched for somebody may be off: a broadcast, a game, what runs on another's machine.
_WATCHED = word_set("stream streams agent minecraft game")
_PLAN = re.compile(r"^(?:\d+\.\.\d+|TAP version \d+)$")
_AFTER_NAME = re.compile(r"\s*(?::\s|\(|\s[-\u2013\u2014]\s)")
#: Source: https://nagios-plugins.org/doc/guidelines.html#PLUGOUTPUT
_NAGIOS = re.compile(
    r"^(?:([A-Z][A-Z0-9_ /-]{0,30})\s)?(OK|WARNING|CRITICAL|UNKNOWN)\s*(?::|\s-)\s*([^|]*)(\|.*)?$"
)
_PLUGIN_SAYS = {
    "OK": _GOOD,
    "WARNING": HealthStatus.WARNING,
    "CRITICAL": _BAD,
    "UNKNOWN": HealthStatus.PENDING,
}
_CELLS = re.compile(r"\s*[,;\t]\s*")
_NAME = re.compile(r"[^\W\d][\w./-]{0,60}")
_HEADS = word_set("name service component check status state health result message detail")
_WIDTHS = (2, 3)
_FEWEST_WORDS = 3
_DENIALS = ("not", "no", "never")
_GOOD_COUNT = r"passed|passing|ok|healthy|up|ready|succeeded|successful"
_RATIO = re.compile(
    rf"^(?:checks?\s*[:=]?\s*)?(\d{{1,6}})\s*(?:/|of|out of)\s*(\d{{1,6}})"
    rf"\s+(?:[a-z]+\s+)?(?:{_GOOD_COUNT})\W*$",
    re.IGNORECASE,
)
_COUNTS = (
    re.compile(
        rf"^(\d{{1,6}})\s+(?:[a-z]+\s+)?(?:{_GOOD_COUNT})\s*[,;/]?\s*(?:and\s+)?"
        r"(\d{1,6})\s+(?:[a-z]+\s+)?(?:failed|failing|unhealthy|down|failures?|errors?)\W*$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"^(?:{_GOOD_COUNT})\s*[:=]\s*(\d{{1,6}})\s*[,;/]?\s*"
        r"(?:failed|failing|unhealthy|down|failures?|errors?)\s*[:=]\s*(\d{1,6})\W*$",
        re.IGNORECASE,
    ),
)
_BETWEEN = re.compile(r"\s*[,;|]\s*|\s+(?=[A-Za-z][\w.-]*\s*[:=])")
_PAIR = re.compile(r"^([A-Za-z][\w.-]{0,60})\s*[:=]\s*([\w -]{1,40})$")


def read_kubernetes(lines: list[str]) -> HealthDocument | None:
    """Source: https://kubernetes.io/docs/reference/using-api/health-checks/ (`?verbose`)."""
    matches = [m for line in lines if (m := _KUBERNETES.match(line))]
    if not matches:
        return None
    sign_means = {"+": HealthStatus.GOOD, "-": HealthStatus.BAD}
    # rqlite marks what is bad with a plus as well.
    bad = HealthStatus.BAD
    components = tuple(
        Component(m[2], bad if is_trouble(m[3]) else sign_means[m[1]], cut(m[3])) for m in matches
    )
    status = worst_status(component.status for component in components)
    if re.search(r"check failed\s*$", lines[-1]):
        status = HealthStatus.BAD
    word = "failed" if status is HealthStatus.BAD else "passed"
    return HealthDocument(status, word, components, rule=KUBERNETES)


def is_beside(name: str) -> bool:
    """Whether a name is that of what an application only watches, keeps besides, or has chosen."""
    words = words_of(name)
    if is_copy(name) or not (_LEFT_OUT | _OTHERS | _CHOSEN).isdisjoint(words):
        return True
    if not _AS_LAST.isdisjoint(words[-1:]):
        return True
    return not _WATCHED.isdisjoint(words) and not names_component(stem(name))


def read_plugin(lines: list[str]) -> HealthDocument | None:
    """Read what a Nagios plugin prints: `DISK CRITICAL - free space: 3 MB | /=5643MB`."""
    if lines[0].startswith("-ERR "):  # Redis' protocol
        return HealthDocument(_BAD, cut(lines[0]), rule="an error in Redis' protocol")
    match = _NAGIOS.match(lines[0])
    if not match or not all("|" in line or "=" in line for line in lines[1:]):
        return None
    name, word, said = match[1] or "", match[2], match[3].strip()
    status = _PLUGIN_SAYS[word]
    is_plugin = bool(name or match[4]) or len(said.split()) >= _FEWEST_WORDS
    if name.casefold() in _DENIALS or not is_plugin or (status is _GOOD and is_denied(said)):
        return None
    if status is _GOOD and is_trouble(said):
        status = HealthStatus.PENDING
    parts = (Component(name.strip().casefold(), status, word, cut(said)),) if name else ()
    return HealthDocument(status, cut(lines[0]), parts, message=cut(said), rule="a plugin's line")


def read_counts(lines: list[str]) -> HealthDocument | None:
    """
    Read how many checks passed: `2/3 checks passed`, `3 passed, 1 failed`.

    Which of them is not, and whether it is needed, nobody can tell; with none good it is bad.
    """
    text = ", ".join(line.strip() for line in lines)
    if ratio := _RATIO.match(text):
        good, bad = int(ratio[1]), int(ratio[2]) - int(ratio[1])
    elif counts := next((m for pattern in _COUNTS if (m := pattern.match(text))), None):
        good, bad = int(counts[1]), int(counts[2])
    else:
        return None
    if good + bad <= 0 or bad < 0:
        return None
    status = HealthStatus.PENDING if bad else _GOOD
    return HealthDocument(status if good else _BAD, cut(text), rule="a count of checks")


def read_columns(lines: list[str]) -> HealthDocument | None:
    """Read lines of names and words with a comma between: `database,down`, all of them or none."""
    rows = [[cell.strip() for cell in _CELLS.split(line.strip())] for line in lines]
    if len(rows) > 1 and all(normal(cell) in _HEADS for cell in rows[0][:2]):
        rows = rows[1:]
    if not all(len(row) in _WIDTHS and _is_row(row[0], row[1]) for row in rows):
        return None
    return _of_lines([_component(row[0], row[1], ", ".join(row[2:])) for row in rows])


def _is_row(name: str, said: str) -> bool:
    is_name = bool(_NAME.fullmatch(name)) and status_of(name) is HealthStatus.UNKNOWN
    return is_name and is_plain_word(said)


def read_marked(lines: list[str]) -> HealthDocument | None:
    """
    Read lines that begin with a mark or a word and go on with a name: all of them, or none.

    Facts of the process may stand before them.
    """
    found: list[Component] = []
    for line in lines:
        is_fact = not found and normal(line.partition(":")[0]) in FACTS
        if _PLAN.match(line.strip()) or is_fact:
            continue
        match = _MARKED.match(line)
        name, message = _named(match[2]) if match else ("", "")
        if match is None or not name:
            return None
        found.append(_component(name, match[1], message))
    is_list = len(found) > 1 or any(line.lstrip()[:1] in MARKS for line in lines)
    return _of_lines(found) if found and is_list else None


def read_ended(lines: list[str]) -> HealthDocument | None:
    """Read lines that are names and end in a mark or a word: `redis ..... FAIL`."""
    matches = [_ENDING.match(line) for line in lines]
    found = [_component(m[1].strip(), m[2].strip("[]"), "") for m in matches if m]
    is_all = len(found) == len(lines) and all(
        status_of(c.name) is HealthStatus.UNKNOWN for c in found
    )
    return _of_lines(found) if is_all and len(found) > 1 else None


def read_table(lines: list[str]) -> HealthDocument | None:
    """
    Read a table of names, words in capitals and messages, with headings: `redis  WARN  slow`.

    Source: https://github.com/pace/bricks (`maintenance/health/servicehealthcheck`)
    """
    found, heading = [], ""
    for line in lines:
        if _HEADING.match(line):
            heading = line.strip(" :").casefold()
            continue
        match = _ROW.match(line)
        if match is None or status_of(match[1]) is not HealthStatus.UNKNOWN:
            return None
        word = "ERROR" if match[2] == "ERR" else match[2]
        part = _component(match[1], word, match[3] or "")
        group = "optional" if "optional" in heading else ""
        found.append(replace(part, place=f"{group}.{part.name}" if group else ""))
    if len(found) < 2 or not heading:
        return None
    needed = [replace(c, status=_no_worse(c.status)) if c.place else c for c in found]
    return replace(_of_lines(needed), components=tuple(found))


def _no_worse(status: HealthStatus) -> HealthStatus:
    return status if status is _GOOD else HealthStatus.WARNING


def pairs_in_a_row(line: str) -> list[str]:
    """Return the pairs of a line such as `db=ok redis=down`; none where it is anything else."""
    parts = [part for part in _BETWEEN.split(line.strip()) if part]
    matches = [_PAIR.match(part) for part in parts]
    is_all = all(m and is_plain_word(m[2]) for m in matches)
    return [f"{m[1]}: {m[2]}" for m in matches if m] if is_all and len(parts) > 1 else []


def _named(rest: str) -> tuple[str, str]:
    name, *more = _AFTER_NAME.split(rest, maxsplit=1)
    is_name = len(name) <= 60 and status_of(name) is HealthStatus.UNKNOWN and len(name.split()) <= 4
    return (name.strip(" :"), more[0].rstrip(") ") if more else "") if is_name else ("", "")


def _component(name: str, mark: str, message: str) -> Component:
    status = MARKS.get(mark[:1]) or status_of(mark)
    found = Component(name, status, mark, cut(message))
    is_doubtful = status is _GOOD and is_driver_error(message)
    return replace(found, status=HealthStatus.PENDING) if is_doubtful else found


def _of_lines(found: list[Component]) -> HealthDocument:
    order = (_BAD, HealthStatus.PENDING, HealthStatus.WARNING, _GOOD)
    statuses = {component.status for component in found}
    status = next((each for each in order if each in statuses), HealthStatus.UNKNOWN)
    return HealthDocument(status, status.value, tuple(found), rule=LINES)
