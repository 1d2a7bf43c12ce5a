"""What an entry of a health document says in the end: its status, flags, errors and parts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from verifier.health.bad_lines import says_bad
from verifier.health.dispensable import skipped, switched_off
from verifier.health.document_keys import (
    CODES,
    MAYBE_STATUS,
    MESSAGES,
    SAID_OF_IT,
    STATUS,
    is_about_now,
    names_component,
    normal,
)
from verifier.health.doubts import trouble_in_a_part
from verifier.health.driver_messages import is_driver_error
from verifier.health.durations import is_impossible
from verifier.health.figures import bad_code, is_number
from verifier.health.flag_names import is_of_environment, says_critical, words_of
from verifier.health.groups import lacks_what_it_needs, lost_by_a_group
from verifier.health.not_of_now import members_that_others_stand_for
from verifier.health.numbered_states import status_of_mongo
from verifier.health.open_or_closed import open_flag
from verifier.health.own_status import (
    Json,
    Said,
    error_of,
    own_status,
    status_of_answer,
)
from verifier.health.pairs import named_value
from verifier.health.schema_document import absent_relations
from verifier.health.sentences import (
    is_no_trouble,
    may_be_meant,
    sounds_bad,
    status_of_text,
    tells_trouble,
)
from verifier.health.state_flags import (
    OF_IT,
    good_flag,
    is_about_a_part,
    is_copy,
    is_statement,
    worst_flag,
)
from verifier.health.trouble_by_name import is_mode, state_of_trouble
from verifier.health.used_up import used_up_in
from verifier.health.vocabulary import is_plain_word, is_yes_or_no, status_of, worst_status
from verifier.model.cut_text import cut_to
from verifier.model.evidence import Component, HealthStatus
from verifier.model.late_pattern import LatePattern

_UNKNOWN = HealthStatus.UNKNOWN
_NOT_WELL = (HealthStatus.WARNING, HealthStatus.BAD, HealthStatus.CRITICAL)
_LONGEST = 200
#: What happened to it stands here. A "description" or a "title" tells what is checked.
_TOLD = frozenset(map(normal, MESSAGES)) - {"description", "title"} | {
    "details",
    "info",
    "note",
    "response",
    "errormessage",
    "comment",
    "text",
}
_SHORT = 40
_MEANS_WELL = LatePattern(r"\b(?:if|better)\b", re.IGNORECASE)
_NONE_FOUND = LatePattern(r"no [a-z]+ (?:detected|found|pending|known|reported)", re.IGNORECASE)
_FEW = 3


def said_by_entry(name: str, value: Json, place: str, parts: list[Component]) -> Said:
    """Return what an object says of itself, or by what is in it, with all that speaks against."""
    said = own_status(value) or named_value(value)
    state = status_of_mongo(name, value) if said is None or is_number(said.word) else None
    said = Said(*state) if state else said
    if said and said.word == "false" and (switch := switched_off(value)):
        return Said(HealthStatus.SKIPPED, switch)
    error = error_of(value)
    if said is None:
        said = Said(HealthStatus.BAD, "error") if error else state_of_trouble(value, place)
        said = said or _without_relations(value, place) or _of_what_is_in_it(name, value, parts)
    else:
        said = _with_what_speaks_against(name, said, value, error)
    if is_of_environment(name) and says_critical(said.word):
        return Said(HealthStatus.CRITICAL, said.word)
    is_open = open_flag(name, place, value)
    if not is_open or said.status not in (_UNKNOWN, HealthStatus.GOOD):
        return said
    return Said(HealthStatus.WARNING, f"{said.word}, but {is_open}" if said.word else is_open)


def _with_what_speaks_against(name: str, said: Said, value: Json, error: str) -> Said:
    """
    Weigh a status against the flags and errors beside it.

    Good and not connected at once: which of the two is meant nobody can tell.
    """
    if said.status is _UNKNOWN and said.word and error:
        return Said(_UNKNOWN, f"{said.word}, with an error")
    if said.status is HealthStatus.SKIPPED and is_driver_error(error):
        return replace(said, status=HealthStatus.WARNING)
    if said.status is not HealthStatus.GOOD:
        return said
    if idle := skipped(value):
        return Said(HealthStatus.SKIPPED, f"{said.word}, but {idle}")
    if code := bad_code(value):
        return Said(HealthStatus.PENDING, f"{said.word}, but {code}")
    if measure := next((k for k, v in value.items() if is_impossible(k, v)), ""):
        return Said(HealthStatus.WARNING, f"{said.word}, but {measure}: {value[measure]}")
    if full := used_up_in(name, value):
        return Said(HealthStatus.WARNING, f"{said.word}, but {full}")
    if lost := lost_by_a_group(name, value):
        return Said(HealthStatus.WARNING, f"{said.word}, but {lost}")
    if beside := _status_beside(name, value):
        return replace(beside, word=f"{said.word}, but {beside.word}")
    inner = [own_status(v) for k, v in value.items() if normal(k) in OF_IT and isinstance(v, dict)]
    if any(part is not None and part.status is HealthStatus.BAD for part in inner):
        return Said(HealthStatus.PENDING, f"{said.word}, but bad in its details")
    if code := _code_within(value):
        return Said(HealthStatus.PENDING, f"{said.word}, but {code}")
    if code := next((f"{k}: {v}" for k, v in value.items() if is_code_of_a_driver(k, v)), ""):
        return Said(HealthStatus.WARNING, f"{said.word}, but {cut_to(_LONGEST, code)}")
    flag = worst_flag(value, name, is_idle=said.word.casefold() == "idle")
    if flag is not None and not flag.is_of_a_part:
        return Said(HealthStatus.PENDING, f"{said.word}, but {flag.text}")
    if told := error_told(value, error) or _bad_word_told(value):
        return Said(HealthStatus.PENDING, f'{said.word}, but "{told}"')
    if error:
        return Said(HealthStatus.WARNING, f"{said.word}, with an error")
    if told := trouble_told(value, (HealthStatus.WARNING,)):
        return Said(HealthStatus.WARNING, f'{said.word}, but "{told}"')
    return Said(HealthStatus.WARNING, f"{said.word}, but {flag.text}") if flag else said


def is_code_of_a_driver(key: str, item: object) -> bool:
    """Whether a field holds the code with which a driver did not get through: `ECONNREFUSED`."""
    return normal(key) in CODES and isinstance(item, str) and is_driver_error(item)


def _code_within(value: Json) -> str:
    """Return a code of 5xx of what an entry holds to say how it is: `health.code 503`."""
    inner = ((k, v) for k, v in value.items() if normal(k) in OF_IT | SAID_OF_IT)
    codes = (f"{k}.{code}" for k, v in inner if isinstance(v, dict) and (code := bad_code(v)))
    return next(codes, "")


def _status_beside(name: str, value: Json) -> Said | None:
    """Return what a field says against an entry that is called a status: `cluster_health: red`."""
    found = [
        (key, f"{key}: {item}")
        for key, item in value.items()
        if isinstance(item, str)
        and normal(key).endswith(("status", "health", "state", "condition", "healthcolor"))
        and normal(key) not in STATUS | MAYBE_STATUS
        and is_about_now(key)
        and status_of(item) is HealthStatus.BAD
    ]
    whole = next((text for key, text in found if not is_about_a_part(key, name)), "")
    if whole:
        return Said(HealthStatus.PENDING, whole)
    return Said(HealthStatus.WARNING, found[0][1]) if found else None


def _without_relations(value: Json, place: str) -> Said | None:
    key = place.rpartition(".")[2]
    gone = absent_relations(key, value) or lacks_what_it_needs(key, value)
    return Said(HealthStatus.WARNING, gone) if gone else None


def _of_what_is_in_it(name: str, value: Json, parts: list[Component]) -> Said:
    """
    Return what an object without a status says by its parts and by flags such as `can_ping`.

    Of a flag alone nobody knows whether it is needed: it does not condemn.
    """
    said = _of_code_or_parts(value, parts)
    if said.status is _UNKNOWN and not said.word and (told := bad_code(value)):
        return Said(HealthStatus.PENDING, told)
    flag = worst_flag(value, name)
    if flag is not None and said.status is not HealthStatus.BAD:
        return Said(HealthStatus.PENDING, flag.text)
    if said.status is HealthStatus.GOOD and (told := trouble_in_a_part(value)):
        return Said(HealthStatus.PENDING, f"{said.word}, but {told}")
    good = good_flag(value) if said.status is _UNKNOWN and not said.word else ""
    if good and (told := trouble_in_a_part(value)):
        return Said(HealthStatus.PENDING, f"{good}, but {told}")
    return Said(HealthStatus.GOOD, good) if good else said


def error_told(value: Json, error: str = "") -> str:
    """Return the first text of an object that drivers say when they do not get through."""
    texts = (text for text in (error, *_texts_told(value)) if is_driver_error(text))
    return cut_to(_LONGEST, next(texts, ""))


def _bad_word_told(value: Json) -> str:
    """Return the first text of an object that is nothing but a bad word: `message: down`."""
    texts = (text.strip() for text in _texts_told(value))
    return next((text for text in texts if _is_bad_word(text)), "")


def _is_bad_word(text: str) -> bool:
    if not text or len(text) > _SHORT or len(text.split()) > _FEW:
        return False
    if status_of(text) is not HealthStatus.UNKNOWN:
        is_bad = status_of(text) in (HealthStatus.BAD, HealthStatus.CRITICAL)
        return is_bad and not is_yes_or_no(text)
    is_count = text[:1] != "5" and any(map(str.isdigit, text))
    if is_count or _MEANS_WELL.search(text):
        return False
    is_none = is_no_trouble(text) or _NONE_FOUND.fullmatch(text)
    return not is_none and (says_bad(text) or (sounds_bad(text) and not may_be_meant(text)))


def trouble_told(value: Json, bad: Sequence[HealthStatus] = _NOT_WELL) -> str:
    """Return the first text of an object that begins with a word of trouble: `degraded: …`."""
    texts = (t for t in _texts_told(value) if status_of_text(t) in bad or tells_trouble(t))
    return cut_to(_LONGEST, next(texts, ""))


def _texts_told(value: Json) -> Iterator[str]:
    for key, item in value.items():
        if isinstance(item, str) and normal(key) in _TOLD:
            yield item


def _of_code_or_parts(value: Json, parts: list[Component]) -> Said:
    """An answer of 5xx is bad whatever the parts say; one of 2xx counts where they are silent."""
    code = status_of_answer(value)
    said = _of_parts(parts)
    is_silent = said.status is HealthStatus.UNKNOWN
    return code if code and (is_silent or code.status is HealthStatus.BAD) else said


def _is_about_it(part: Component) -> bool:
    key = part.place.rpartition(".")[2]
    return names_component(key) and (part.word not in ("true", "false") or is_statement(key))


def _of_parts(parts: list[Component]) -> Said:
    """An object without a status is as bad as what it holds; with nothing in it nobody knows."""
    parts = [*members_that_others_stand_for(parts)]
    told = [part for part in parts if not part.is_incidental] or [
        part for part in parts if is_plain_word(part.word) or _is_about_it(part)
    ]
    known = [part for part in told if part.status is not HealthStatus.UNKNOWN]
    if not known:
        return Said(HealthStatus.UNKNOWN, "")
    status = worst_status(part.status for part in known)
    return next(Said(status, part.word) for part in known if part.status is status)


def is_told_of(key: str, value: Json, place: str) -> bool:
    """Whether an object without a status says of what its key names how it is."""
    is_said = bool(error_of(value)) or is_map_of_words(value) or bool(bad_code(value))
    return (is_said and names_component(key)) or state_of_trouble(value, place) is not None


def is_map_of_words(value: Json) -> bool:
    """Whether all that an object says are words for a status: `{"read": "ok", "write": "down"}`."""
    told = {k: v for k, v in value.items() if is_about_now(k) and not _is_fact(k, v)}
    said = [v for v in told.values() if isinstance(v, str)]
    is_told = len(said) == len(told) and any(map(is_plain_word, said))
    return is_told and all(is_plain_word(v) or is_driver_error(v) or sounds_bad(v) for v in said)


def _is_fact(key: str, item: object) -> bool:
    is_of_a_copy = isinstance(item, str) and words_of(key)[-1:] == ("mode",) and is_copy(key)
    return is_number(item) or is_of_a_copy or is_mode(key)


def state_beside(said: Said, value: Json) -> str:
    """Return the word that tells more than a bad flag beside it: `ok: false, state: OPEN`."""
    if said.status is not HealthStatus.BAD or said.word not in ("true", "false"):
        return ""
    found = (f"{k}: {v}" for k, v in value.items() if isinstance(v, str) and _is_state(k, v))
    return next(found, "")


def _is_state(key: str, text: str) -> bool:
    return normal(key) in STATUS | MAYBE_STATUS and 0 < len(text) <= _SHORT
