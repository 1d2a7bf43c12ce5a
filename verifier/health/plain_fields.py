"""Plain fields of a health document: one word, one sentence or one flag under a name."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from verifier.health.document_keys import (
    OF_ITSELF,
    ends_in_dependency,
    is_about_now,
    names_component,
    names_process,
    normal,
    stem,
    tells_status,
)
from verifier.health.driver_messages import is_driver_error
from verifier.health.figures import is_no_count
from verifier.health.flag_names import is_wrong_environment, names_trouble, status_of_flag
from verifier.health.numbered_states import status_of_state
from verifier.health.open_or_closed import read_by_its_name
from verifier.health.own_status import UNREAD, cut, word
from verifier.health.sentences import may_be_meant, sounds_bad, status_of_text
from verifier.health.state_flags import is_copy, is_statement, offers_something, states_health
from verifier.health.trouble_by_name import EMPTY, TROUBLE, is_trouble_of, names_database
from verifier.health.vocabulary import is_plain_word, is_yes_or_no, status_of
from verifier.model.evidence import Component, HealthStatus

_GOOD = HealthStatus.GOOD
_BAD = (HealthStatus.BAD, HealthStatus.CRITICAL)
_READ_ONLY = re.compile(r"\s*read[- _]?only\b", re.IGNORECASE)
_NOT_WRITTEN = "where nothing can be written"
_MAY_BE_FALSE = "where a zero may mean that it is down"
#: Of what is kept for a while there can be none as well.
_CACHE = re.compile(r"cache|search|index", re.IGNORECASE)
_REFUSED = "which may be the HTTP code that it answered with"
_REFUSALS = re.compile(r"4(?:0\d|1[0-8]|2[2-9]|31|51)")
_COUNTS = re.compile(
    r"(?:s|id|count|total|size|num|depth|length|lag|age|port|memory|heap|cpu|load|[kmg]b|percent)$",
    re.IGNORECASE,
)
#: Who has these has told their address; of what else there is nothing nobody may have asked.
_IN_USE = re.compile(
    r"(?:^|_)(?:redis|valkey|kafka|rabbit(?:mq)?|amqp|nats|elastic(?:search)?|opensearch|"
    r"memcached?|cassandra|clickhouse)$"
)
_GOOD_CODES = ("200", "201", "202", "204")
#: Behind these stand the scripts that are not Latin.
_LATIN = 0x24F
_LONGEST_WORDS = 40
_FEW = 3


def loose(
    key: str, value: object, name: str, place: str, *, is_incidental: bool
) -> Iterator[Component]:
    """
    Yield what a plain field says where its value may be a status.

    Incidental is what may as well be a setting: it counts where it is required by name.
    """
    if normal(key) in OF_ITSELF:
        return
    state = status_of_state(normal(key), value)
    at = joined(place, key)
    full = joined(name, key)
    if isinstance(value, str) and is_wrong_environment(key, value):
        yield Component(full, HealthStatus.CRITICAL, cut(value), place=at)
        return
    if isinstance(value, str) and is_plain_word(value):
        is_told = tells_status(key) or _is_bad_state(key, value)
        incidental = not is_about_now(key) or (is_incidental and not is_told)
        yield Component(full, status_of(value), value, place=at, is_incidental=incidental)
        return
    flag = _flag_in(key, value)
    status = _status_of(key, value, flag)
    if status is None:
        return
    is_fact = flag is not None and (offers_something(key) or not is_statement(key))
    is_error = isinstance(value, str) and is_about_now(key) and is_driver_error(value)
    told = (
        (flag is not None and states_health(key))
        or is_error
        or _is_trouble_of_a_process(key, value)
        or (
            names_component(key)
            and (_tells(key, value, flag) or (tells_status(key) and status is _GOOD))
        )
    )
    said = "null" if value is None else word(value)
    if state and stem(key) != key:
        status, said = state
        told = True
    doubt = _doubt_of(key, value, said) if status is HealthStatus.UNKNOWN else ""
    told = told or bool(doubt) or (isinstance(value, str) and is_trouble_of(key, value))
    found = Component(
        full,
        status,
        said,
        place=at,
        doubt=doubt,
        # Of what an entry explains nobody knows whether it is said of now.
        is_incidental=(is_incidental and not (is_error and names_component(key)))
        or is_fact
        or not told,
    )
    yield read_by_its_name(found)


def _is_bad_state(key: str, value: str) -> bool:
    """Whether a key says whose state stands there, and the word is bad: `availabilityState`."""
    return normal(key).endswith("state") and stem(key) != key and status_of(value) in _BAD


def _flag_in(key: str, value: object) -> bool | None:
    """Return true or false, be it written as the word that answers what its key asks."""
    if isinstance(value, bool):
        return value
    is_answer = isinstance(value, str) and is_yes_or_no(value)
    if is_answer and (states_health(key) or names_trouble(key) or names_component(key)):
        return status_of(str(value)) is _GOOD
    return None


def _status_of(key: str, value: object, flag: bool | None) -> HealthStatus | None:
    """Return what a plain field says, None where it is no statement of anything."""
    if flag is not None:
        return status_of_flag(key, flag=flag)
    match value:
        case str():
            status = status_of_text(value)
            is_told = names_component(key) or _is_trouble_of_a_process(key, value)
            is_told = is_told or is_trouble_of(key, value)
            if status is HealthStatus.UNKNOWN and not is_told:
                return None
            # A level of logging as likely as a wrong environment.
            return HealthStatus.BAD if status is HealthStatus.CRITICAL else status
        case int() | float() if value < 0 and ends_in_dependency(stem(key)):
            return HealthStatus.WARNING
        case None | int() | float() if names_component(key):
            return HealthStatus.UNKNOWN
        case _:
            return None


def _is_trouble_of_a_process(key: str, value: object) -> bool:
    """Whether a few words sound bad that are said of what runs by itself: `horizon: paused`."""
    if not isinstance(value, str) or not names_process(key) or len(value.split()) > _FEW:
        return False
    return sounds_bad(value) or (status_of(value) in _BAD and not is_yes_or_no(value))


def _doubt_of(key: str, value: object, said: str) -> str:
    """Return what is open of a field whose status nobody knows; empty where it may be any fact."""
    if isinstance(value, str) and _READ_ONLY.match(value) and ends_in_dependency(stem(key)):
        return "" if is_copy(key) else _NOT_WRITTEN
    is_nothing = value is None or (isinstance(value, str) and not value.strip())
    is_asked = tells_status(key) or states_health(key) or names_database(key)
    if is_nothing and is_asked and names_component(key):
        return EMPTY
    if isinstance(value, str) and is_trouble_of(key, value):
        return TROUBLE
    if _is_code_of_one(key, said):
        return _REFUSED
    return _unread(said) if names_component(key) else ""


def _is_code_of_one(key: str, said: str, *, is_component: bool = False) -> bool:
    """Whether a number may be the code with which one thing was answered, and no count: 403."""
    if not _REFUSALS.fullmatch(said.strip()):
        return False
    if names_component(key):
        return is_no_count(key) and not _CACHE.search(key)
    return is_component and not _COUNTS.search(key)


def _tells(key: str, value: object, flag: bool | None) -> bool:
    """Whether a value says of a component how it is."""
    if isinstance(value, str) and flag is None:
        if status_of(value) is HealthStatus.PENDING:
            return ends_in_dependency(stem(key))
        bad = (HealthStatus.WARNING, *_BAD)
        is_meant = may_be_meant(value) and not ends_in_dependency(stem(key))
        sounds = sounds_bad(value) and not is_meant
        return sounds or status_of_text(value) in bad
    return flag is not None or (isinstance(value, int | float) and value < 0)


def tells_how_it_is(component: Component) -> bool:
    """Whether a plain field says how it is: that it does not shut down says nothing."""
    is_denial = component.status is _GOOD and component.word == "false"
    return component.status is not HealthStatus.UNKNOWN and not is_denial


def are_all_words(fields: Mapping[str, object]) -> bool:
    """Whether each of several fields is a word for a status: then none is a setting."""
    texts = [text for text in fields.values() if isinstance(text, str)]
    are_known = all(status_of(text) is not HealthStatus.UNKNOWN for text in texts)
    are_several = len(texts) == len(fields) > 1
    return are_several and are_known and any(map(is_plain_word, texts))


def of_a_zero(components: Iterable[Component]) -> Iterator[Component]:
    """
    Yield components, under a good status, with the doubt that one says 0 of what there is one of.

    Where several say 0 that is "no error" to all of them. The same of nothing, where others of
    which there is one say that they are good.
    """
    found = tuple(components)
    zeros = [c for c in found if c.status is HealthStatus.UNKNOWN and c.word == "0"]
    is_any_good = any(c.status is _GOOD and is_no_count(c.name) for c in found)
    for component in found:
        doubt = _doubt_of_a_zero(component.name) if zeros == [component] else ""
        is_empty = component.status is HealthStatus.UNKNOWN and component.word == "null"
        last = stem(component.name.rpartition(".")[2]).casefold()
        if is_empty and is_any_good and _IN_USE.search(last):
            doubt = EMPTY
        is_open = doubt and not component.doubt
        yield replace(component, doubt=doubt, is_incidental=False) if is_open else component


def _doubt_of_a_zero(name: str) -> str:
    """Return what is open of a zero under a name; empty where it counts what there can be none."""
    is_flag = is_no_count(name) and not _CACHE.search(name)
    return _MAY_BE_FALSE if is_flag else ""


def said_by_word(name: str, value: str, place: str) -> Component:
    """
    Read one word that is all that an entry says.

    A wrong environment is told of that alone; one word may be a level of logging.
    """
    key = name.rpartition(".")[2]
    if is_wrong_environment(key, value):
        return Component(name, HealthStatus.CRITICAL, cut(value), place=place)
    status = status_of_text(value)
    if status is HealthStatus.UNKNOWN:
        status = _status_of_good_code(value)
    if status is not HealthStatus.CRITICAL:
        doubt = _doubt_of(key, value, value) or _unread(value) or _doubt_among_others(key, value)
        doubt = doubt if status is HealthStatus.UNKNOWN else ""
        return Component(name, status, cut(value), place=place, doubt=doubt)
    is_fact = not is_about_now(key)
    return Component(name, HealthStatus.BAD, value, place=place, is_incidental=is_fact)


def _doubt_among_others(key: str, said: str) -> str:
    """Return what is open of a word or a number that stands where components do."""
    if is_trouble_of(key, said, is_component=True):
        return TROUBLE
    return _REFUSED if _is_code_of_one(key, said, is_component=True) else ""


def _unread(text: str) -> str:
    """Tell a few words in another script: of others nobody knows whether they are a name."""
    is_short = len(text) <= _LONGEST_WORDS and len(text.split()) <= _FEW
    is_of_another = any(char.isalpha() and ord(char) > _LATIN for char in text)
    return UNREAD if is_short and is_of_another else ""


def said_by_value(name: str, value: object, place: str) -> Component:
    """Read a number, or nothing, that is all that an entry says."""
    said = "null" if value is None else word(value)
    state = status_of_state(normal(name.rpartition(".")[2]), value)
    status, said = state or (_status_of_good_code(said), said)
    key = name.rpartition(".")[2]
    is_empty = value is None and names_database(key) and names_component(key)
    doubt = EMPTY if is_empty else _doubt_among_others(key, said)
    return Component(name, status, said, place=place, doubt=doubt if state is None else "")


def _status_of_good_code(value: str) -> HealthStatus:
    """Return what a number says that may be the HTTP code a component was asked with."""
    is_good = value.strip() in _GOOD_CODES
    return HealthStatus.GOOD if is_good else HealthStatus.UNKNOWN


def joined(name: str, key: str) -> str:
    """Return the name, or the place, of what a key holds within a component."""
    return f"{name}.{key}" if name else key
