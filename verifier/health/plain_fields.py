"""Plain fields of a health document: one word, one sentence or one flag under a name."""

from collections.abc import Iterator, Mapping

from verifier.health.document_keys import (
    OF_ITSELF,
    ends_in_dependency,
    is_about_now,
    names_component,
    normal,
    stem,
    tells_status,
)
from verifier.health.driver_messages import is_driver_error
from verifier.health.flag_names import is_wrong_environment, status_of_flag
from verifier.health.numbered_states import status_of_state
from verifier.health.open_or_closed import read_by_its_name
from verifier.health.own_status import UNREAD, cut, word
from verifier.health.sentences import may_be_meant, sounds_bad, status_of_text
from verifier.health.state_flags import is_statement, offers_something, states_health
from verifier.health.vocabulary import is_plain_word, status_of
from verifier.model.evidence import Component, HealthStatus

_GOOD = HealthStatus.GOOD
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
    status = HealthStatus.UNKNOWN
    match value:
        case str() if is_wrong_environment(key, value):
            yield Component(full, HealthStatus.CRITICAL, cut(value), place=at)
            return
        case str() if is_plain_word(value):
            incidental = not is_about_now(key) or (is_incidental and not tells_status(key))
            yield Component(full, status_of(value), value, place=at, is_incidental=incidental)
            return
        case str():
            status = status_of_text(value)
            if status is HealthStatus.UNKNOWN and not names_component(key):
                return
        case bool():
            status = status_of_flag(key, flag=value)
        case None | int() | float() if names_component(key):
            pass
        case _:
            return
    if status is HealthStatus.CRITICAL:  # a level of logging as likely as a wrong environment
        status = HealthStatus.BAD
    is_fact = isinstance(value, bool) and (offers_something(key) or not is_statement(key))
    is_error = isinstance(value, str) and is_about_now(key) and is_driver_error(value)
    told = (
        _is_state(key, value)
        or is_error
        or (
            names_component(key) and (_tells(key, value) or (tells_status(key) and status is _GOOD))
        )
    )
    said = "null" if value is None else word(value)
    if state and stem(key) != key:
        status, said = state
        told = True
    doubt = _unread(said) if status is HealthStatus.UNKNOWN and names_component(key) else ""
    told = told or bool(doubt)
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


def _tells(key: str, value: object) -> bool:
    """Whether a value says of a component how it is."""
    if isinstance(value, str):
        bad = (HealthStatus.WARNING, HealthStatus.BAD, HealthStatus.CRITICAL)
        is_meant = may_be_meant(value) and not ends_in_dependency(stem(key))
        sounds = sounds_bad(value) and not is_meant
        return sounds or status_of_text(value) in bad
    return isinstance(value, bool)


def are_all_words(texts: Mapping[str, str]) -> bool:
    """Whether each of several fields is a word for a status: then none is a setting."""
    known = [status_of(text) is not HealthStatus.UNKNOWN for text in texts.values()]
    return len(known) > 1 and all(known) and any(map(is_plain_word, texts.values()))


def _is_state(key: str, value: object) -> bool:
    return isinstance(value, bool) and states_health(key)


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
        status = status_of_good_code(value)
    if status is not HealthStatus.CRITICAL:
        doubt = _unread(value) if status is HealthStatus.UNKNOWN else ""
        return Component(name, status, cut(value), place=place, doubt=doubt)
    is_fact = not is_about_now(key)
    return Component(name, HealthStatus.BAD, value, place=place, is_incidental=is_fact)


def _unread(text: str) -> str:
    """Tell a few words in another script: of others nobody knows whether they are a name."""
    is_short = len(text) <= _LONGEST_WORDS and len(text.split()) <= _FEW
    is_of_another = any(char.isalpha() and ord(char) > _LATIN for char in text)
    return UNREAD if is_short and is_of_another else ""


def status_of_good_code(value: str) -> HealthStatus:
    """Return what a number says that may be the HTTP code a component was asked with."""
    is_good = value.strip() in _GOOD_CODES
    return HealthStatus.GOOD if is_good else HealthStatus.UNKNOWN


def joined(name: str, key: str) -> str:
    """Return the name, or the place, of what a key holds within a component."""
    return f"{name}.{key}" if name else key
