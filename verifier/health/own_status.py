"""What one JSON object of a health document says of itself: status, message, further facts."""

from collections.abc import Mapping
from dataclasses import dataclass

from verifier.health.document_keys import (
    BAD_FLAGS,
    CODES,
    DEGRADED_FLAGS,
    ENDING_FLAGS,
    FAILURES,
    GOOD_FLAGS,
    MAYBE_STATUS,
    MESSAGES,
    NOT_YET_FLAGS,
    NOT_YET_FLAGS_OF_TROUBLE,
    OF_HEALTH,
    OF_THE_WHOLE,
    STATUS,
    WARNINGS,
    normal,
)
from verifier.health.durations import active_and_timed
from verifier.health.figures import (
    counted_failures,
    counted_fault,
    counted_now,
    counted_states,
    counts_only,
    is_count,
    is_number,
)
from verifier.health.none_of_it import says_none
from verifier.health.numbered_states import own_state, status_by_shape
from verifier.health.sentences import may_be_meant, sounds_bad, status_of_text
from verifier.health.vocabulary import (
    LEVELS,
    TAGS,
    TYPES,
    is_plain_word,
    is_role,
    is_yes,
    is_yes_or_no,
    status_of,
    worst_status,
)
from verifier.model.cut_text import cut_to
from verifier.model.evidence import HealthStatus
from verifier.model.http_status import Meaning, meaning_of

Json = Mapping[str, object]

MAX_TEXT = 500
#: What is told of a word that nobody knows.
UNREAD = "an unrecognised status"
_MAY_BE_STATUS = MAYBE_STATUS | OF_THE_WHOLE
_OF_TROUBLE = (BAD_FLAGS | DEGRADED_FLAGS | ENDING_FLAGS) - FAILURES - WARNINGS
#: Under the others "red" or "stopped" is how it is; under these it may be how it is set.
_MAY_BE_SET = _MAY_BE_STATUS - OF_HEALTH


@dataclass(frozen=True, slots=True)
class Said:
    """A status, and the document's own word for it."""

    status: HealthStatus
    word: str


def cut(text: str) -> str:
    """Return as much of a text as a component keeps."""
    return cut_to(MAX_TEXT, text)


def own_status(value: Json) -> Said | None:
    """
    Return the status of an object, None where it has none of its own.

    Several keys may tell: the worst counts. "ready: false" beside a good status is not final.
    """
    if (level := level_of(value) or _numbered(value) or _tagged(value)) is not None:
        return level
    counted = counted_states(value)
    said = [
        (normal(key), found)
        for key, item in value.items()
        if not (counted and is_number(item))
        if (found := _said(key, item)) and not _counts(key, item, value)
    ]
    said += [("", Said(*found)) for found in (counted, active_and_timed(value)) if found]
    plain = [(key, s) for key, s in said if key not in _MAY_BE_SET or is_plain_word(s.word)]
    known = [pair for pair in plain or said if pair[1].status is not HealthStatus.UNKNOWN]
    if not known:
        texts = ((k, i) for k, i in value.items() if isinstance(i, str) and not may_be_meant(i))
        alone = (*(s for key, s in said if key in STATUS), *(_sounding(*text) for text in texts))
        return next((s for s in alone if s), None)
    known += [(key, told) for key, s in said if plain and (told := _may_be_set(key, s))]
    not_yet = [s for key, s in known if _is_not_yet(key, s)]
    others = [s for key, s in known if not _is_not_yet(key, s)]
    if not_yet and others and worst_status(s.status for s in others) is HealthStatus.GOOD:
        return Said(HealthStatus.PENDING, f"{others[0].word}, but not ready")
    known += [(key, told) for key, item in value.items() if (told := _sounding(key, item))]
    worst = worst_of([s for _, s in known])
    unread = next((s for key, s in said if key in STATUS and _is_open(s)), None)
    if unread and worst.status is HealthStatus.GOOD:
        return unread
    if worst.status is not HealthStatus.GOOD:
        return worst
    if failures := counted_failures(value):
        return Said(HealthStatus.WARNING, failures)
    fault = counted_fault(value) or counted_now(value, worst.word)
    return Said(HealthStatus.WARNING, f"{worst.word}, but {fault}") if fault else worst


def is_unread(said: Said) -> bool:
    """Whether a word is not known, and none that tells the part that something has in a group."""
    is_known = said.status is not HealthStatus.UNKNOWN or is_number(said.word)
    return not (is_known or is_role(said.word))


def _is_open(said: Said) -> bool:
    return said.status is HealthStatus.SKIPPED or is_unread(said)


def _sounding(key: str, item: object) -> Said | None:
    """Return a warning for a word that is not known and sounds as if something were wrong."""
    if not isinstance(item, str) or normal(key) not in MAYBE_STATUS - {"summary"}:
        return None
    is_told = sounds_bad(item) and status_of(item) is HealthStatus.UNKNOWN
    return Said(HealthStatus.WARNING, f"{key}: {cut(item)}") if is_told else None


def _may_be_set(key: str, said: Said) -> Said | None:
    """Return a warning for a bad word that may be a setting as well: `state: stopped`."""
    is_well = said.status in (HealthStatus.GOOD, HealthStatus.SKIPPED, HealthStatus.UNKNOWN)
    if is_well or key not in _MAY_BE_SET or is_plain_word(said.word) or is_yes_or_no(said.word):
        return None
    return Said(HealthStatus.WARNING, f"{key}: {said.word}")


def _counts(key: str, item: object, value: Json) -> bool:
    return type(item) is int and normal(key) in GOOD_FLAGS and is_count(key, value)


def _is_not_yet(key: str, said: Said) -> bool:
    is_trouble = key in NOT_YET_FLAGS_OF_TROUBLE or key.endswith("readystate")
    is_bad = said.status is HealthStatus.BAD
    return (key in NOT_YET_FLAGS and said.word == "false") or (is_bad and is_trouble)


def level_of(value: Json) -> Said | None:
    """Kibana's: a level of its own words, with a summary beside it; and Servarr's types."""
    match value:
        case {"source": str(), "type": str(level), "message": str()} if level in TYPES:
            return Said(TYPES[level], level)
        case {"level": str(level), "summary": str()} if level in LEVELS:
            return Said(LEVELS[level], level)
        case _:
            return None


def _tagged(value: Json) -> Said | None:
    """Serde's: what Rust calls a result is all that an object has."""
    tag = next(iter(value), "")
    return Said(TAGS[tag], tag) if len(value) == 1 and tag in TAGS else None


def _numbered(value: Json) -> Said | None:
    """Read a status that is a number in the shape of a framework that means something by it."""
    match value:
        case _ if (found := status_by_shape({normal(k): v for k, v in value.items()})) is not None:
            return Said(*found) if found else None
        case {"statusCodeValue": int(code), "statusCode": str(name)}:
            # Spring's `ResponseEntity`, as DataHub writes those of its checks.
            return Said(_by_code(code), name)
        case _:
            return None


def worst_of(said: list[Said]) -> Said:
    """Return the worst of several, which are not none."""
    status = worst_status(s.status for s in said)
    same = [s for s in said if s.status is status]
    return next((s for s in same if s.word not in ("true", "false")), same[0])


def status_of_code(value: Json) -> Said | None:
    """Return what a copy of the HTTP code in the body says."""
    for key, item in value.items():
        if normal(key) in CODES and type(item) is int and 200 <= item <= 599:
            return Said(_by_code(item), str(item))
    return None


def status_of_answer(value: Json) -> Said | None:
    """
    Return what the HTTP code that a component was answered with says, None where that is open.

    A "code" may be anybody's, and 4xx what an address says to who brings no credentials.
    """
    for key, item in value.items():
        if normal(key) not in CODES or normal(key) == "code" or type(item) is not int:
            continue
        if 200 <= item <= 299 or 500 <= item <= 599:
            return Said(_by_code(item), str(item))
    return None


def message_of(value: Json) -> str:
    """Return the first sentence that an object says beside its status; empty where it is silent."""
    by_key = {key.casefold(): item for key, item in value.items()}
    for key in MESSAGES:
        item = by_key.get(key.casefold())
        if isinstance(item, dict):
            item = next((item[k] for k in MESSAGES if isinstance(item.get(k), str)), "")
        if (text := "" if isinstance(item, bool) else word(item)).strip():
            return text
    if _tagged(value) is not None:
        return word(*value.values())
    details = value.get("details") or value.get("data")
    return word(details.get("error")) if isinstance(details, dict) else ""


def error_of(value: Json) -> str:
    """Return the text that an object keeps under a key for errors; empty where it says none."""
    for key, item in value.items():
        if normal(key) not in FAILURES or isinstance(item, bool) or counts_only(item):
            continue
        text = word(item)
        if isinstance(item, dict) and item and not (text := message_of(item)):
            said = own_status(item)  # one that is well is a part of that name
            text = "" if said is not None and said.status is HealthStatus.GOOD else "error"
        if not says_none(text):
            return text
    return ""


def word(value: object) -> str:
    """Short text for a scalar or a list of scalars; nested objects are left out."""
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int() | float():
            return cut(str(value))
        case list():
            items = [item for item in value[:20] if not isinstance(item, list | dict)]
            return cut(", ".join(word(item) for item in items))
        case _:
            return ""


def _said(key: str, item: object) -> Said | None:
    name = normal(key)
    if isinstance(item, list) and len(item) == 1 and name in STATUS | GOOD_FLAGS:
        item = item[0]  # R writes each of its values as a list
    if (state := own_state(name, item)) is not None:
        return Said(*state)
    match item:
        case bool():
            return _said_by_flag(key, item)
        case "HEALTH" if name == "health":
            return Said(HealthStatus.GOOD, "HEALTH")  # Cube
        case str() if not item.strip():
            return None
        case str() if name in STATUS:
            return Said(status_of_text(item), cut(item))
        case str() if name in _OF_TROUBLE and is_yes_or_no(item):
            return _said_by_flag(key, is_yes(item))
        case str() if name in _MAY_BE_STATUS or name in GOOD_FLAGS:
            status = (status_of_text if name == "health" else status_of)(item)  # nsqd tells why
            return None if status is HealthStatus.UNKNOWN else Said(status, cut(item))
        case {"code": str(code)} | {"value": str(code)} if name in STATUS:  # Vespa, by hand
            status = status_of(code)
            return None if status is HealthStatus.UNKNOWN else Said(status, code)
        case {"indicator": "none", "description": str(text)} if name in STATUS:  # Statuspage
            return Said(status_of_text(text), cut(text))
        case int() if name in STATUS:
            known = 200 <= item <= 599
            return Said(_by_code(item) if known else HealthStatus.UNKNOWN, word(item))
        case 0 | 1 if name in GOOD_FLAGS:
            return Said(HealthStatus.GOOD if item else HealthStatus.BAD, word(bool(item)))
        case _:
            return None


def _said_by_flag(key: str, flag: bool) -> Said | None:
    if (name := normal(key)) in GOOD_FLAGS | STATUS | MAYBE_STATUS:
        return Said(HealthStatus.GOOD if flag else HealthStatus.BAD, word(flag))
    if name in BAD_FLAGS:
        return Said(HealthStatus.BAD if flag else HealthStatus.GOOD, f"{key}: {word(flag)}")
    if name in ENDING_FLAGS:
        return Said(HealthStatus.WARNING, f"{key}: true") if flag else None
    if name in DEGRADED_FLAGS:
        return Said(HealthStatus.WARNING if flag else HealthStatus.GOOD, f"{key}: {word(flag)}")
    return None


def _by_code(code: int) -> HealthStatus:
    good = meaning_of(code) in (Meaning.SUCCESS, Meaning.REDIRECT)
    return HealthStatus.GOOD if good else HealthStatus.BAD
