"""What an application whose document stands within another's says against its good status."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from verifier.health.document_keys import (
    COMPONENTS,
    EXPIRING,
    ends_in_dependency,
    is_of_the_last_time,
    names_component,
    normal,
    stem,
)
from verifier.health.flag_names import name_means, words_of
from verifier.health.json_document import read_json
from verifier.health.json_in_text import decoded, opened
from verifier.health.labels import label_of
from verifier.health.not_of_now import NO_APPLICATION, STORES, is_not_of_now
from verifier.health.own_status import Json, Said, own_status, status_of_answer
from verifier.health.plain_fields import joined
from verifier.health.state_flags import is_copy
from verifier.health.vocabulary import is_plain_word, is_yes_or_no
from verifier.health.word_set import word_set
from verifier.health.wrappers import only_wrapper, wraps
from verifier.model.evidence import (
    BESIDE,
    WORST_COMPONENT,
    Component,
    HealthDocument,
    HealthStatus,
)
from verifier.model.late_pattern import LatePattern

_MOST = 200
_GOOD, _WARNING = HealthStatus.GOOD, HealthStatus.WARNING
_BAD = (HealthStatus.BAD, HealthStatus.CRITICAL)
_NOT_WELL = (*_BAD, _WARNING, HealthStatus.PENDING)
_OBJECTS = LatePattern(r"\b(?:but|however|although|though|except)\b", re.IGNORECASE)
#: These do an application's work, though it depends on them as well.
_AT_WORK = word_set("worker workers scheduler upstream upstreams")
#: A word under which something was chosen, watched, or counted.
_OF_ANOTHER_KIND = (
    NO_APPLICATION
    | EXPIRING
    | word_set(
        "tenants tenant mocks mock test tests log logger loggers "
        "severity threshold thresholds level alerts metrics stats statistics usage uses supports "
        "engines adapters"
    )
)
#: What is said of a store under these may be wanted, be a choice, or be what would be told of it.
NO_GROUP = word_set(
    "logging levels verbosity alert alerting rule rules trigger triggers notification "
    "notifications notify webhook webhooks hook policy policies template templates subscription "
    "subscriptions default defaults on when if mode modes testing expected wanted debug simulate "
    "simulated simulation incident incidents trend trends"
)


def with_applications_within(document: HealthDocument, value: object) -> HealthDocument:
    """
    Return a good document with what those within it tell that alone would not be good.

    Each is read as if it stood alone. Somebody else has called the whole good, so that this is
    worth a look and no failure.
    """
    if document.status not in (_GOOD, _WARNING):
        return document
    told = {c.place for c in document.components if not c.is_incidental and _is_told(c)}
    heard = {place for at in told for place in _up(at)}
    found = [
        part
        for name, place, inner in islice(_applications(value, "", ""), _MOST)
        if place not in heard
        for part in _told_by(name, place, inner)
    ]
    return replace(document, components=(*document.components, *found)) if found else document


def _up(place: str) -> Iterator[str]:
    """Yield a place and all that it lies in."""
    keys = place.split(".")
    return (".".join(keys[:end]) for end in range(1, len(keys) + 1))


def _is_told(component: Component) -> bool:
    return component.status in _NOT_WELL or bool(component.doubt)


def _applications(value: object, name: str, place: str) -> Iterator[tuple[str, str, Json]]:
    """Yield the name, the place and the document of each that stands in an object or a list."""
    if isinstance(value, list):
        yield from _listed(value, name, place or "$")
    if not isinstance(value, dict):
        return
    unwrapped = None if own_status(value) else only_wrapper(value)
    for key, item in value.items():
        child, at = _document_in(item), joined(place, key)
        if is_not_of_now(key, child):
            continue
        if isinstance(child, dict) and (key == unwrapped or wraps(normal(key), child)):
            yield from _applications(child, name, at)
        elif normal(key) in COMPONENTS:
            yield from _members(child, name, at)
        elif isinstance(child, dict) and _may_be_application(key):
            yield joined(name, key), at, child


def _document_in(item: object) -> object:
    """Return the object that is written in a text, in place of that; anything else as it is."""
    if not isinstance(item, str) or item.lstrip()[:1] != "{":
        return item
    try:
        found = decoded(item)
    except (ValueError, RecursionError):
        return item
    return _Written(found) if isinstance(found, dict) else item


class _Written(dict[str, object]):
    """A document that stands in a text: nobody has read yet what it says of itself."""


def _members(value: object, name: str, place: str) -> Iterator[tuple[str, str, Json]]:
    if isinstance(value, list):
        yield from _listed(value, name, place)
    elif isinstance(value, dict):
        for key, item in value.items():
            child = _document_in(item)
            if isinstance(child, dict) and _may_be_application(key):
                yield joined(name, key), f"{place}.{key}", child


def _listed(value: list[object], name: str, place: str) -> Iterator[tuple[str, str, Json]]:
    for index, child in enumerate(value):
        label = label_of(child) if isinstance(child, dict) else ""
        if isinstance(child, dict) and label and _may_be_application(label):
            yield joined(name, label), f"{place}.{index}", child


def _may_be_application(key: str) -> bool:
    """Whether a name is neither that of a store, which says what it is, nor of what was chosen."""
    words = words_of(key)
    is_about_trouble = any(name_means(word) is HealthStatus.BAD for word in words)
    if is_about_trouble or is_copy(key) or is_of_the_last_time(key):
        return False
    if not _OF_ANOTHER_KIND.isdisjoint(words):
        return False
    return not names_component(key) or not _AT_WORK.isdisjoint(words[-1:])


def _told_by(name: str, place: str, value: Json) -> Iterator[Component]:
    inner = opened(value)
    said = own_status(value)
    is_read = said is not None and not isinstance(value, _Written)
    if not isinstance(inner, dict) or (is_read and said is not None and not _is_at_work(said)):
        return
    document = read_json(inner, is_success=True)
    if document is None:
        return
    is_lost = _has_lost_a_store(place.rpartition(".")[2], document)
    if not is_lost and not _is_statement(document, value, is_status=said is not None):
        return
    if document.deploy_safe is False:
        yield Component(name, HealthStatus.PENDING, "deploy_safe: false", place=place)
    parts = [c for c in document.components if not c.is_incidental and _is_told(c)]
    if any(map(_may_be_left_out, parts)) and len(parts) == 1:
        return
    for part in parts:
        status = _WARNING if part.status in _BAD else part.status
        at = joined(place, part.place)
        yield replace(part, name=joined(name, part.name), status=status, place=at)
    if not parts and document.status in _NOT_WELL:
        status = _WARNING if document.status in _BAD else document.status
        yield Component(name, status, document.word, document.message, place=place)


def _is_statement(document: HealthDocument, value: Json, *, is_status: bool) -> bool:
    """Whether an object says how an application is: by a status, by an answer, by its parts."""
    if is_status:
        return not _is_told_by_its_message(document)
    if status_of_answer(value) is not None:
        return True
    return document.rule in (WORST_COMPONENT, BESIDE) and _is_contrast(document)


def _is_at_work(said: Said) -> bool:
    return said.status is _GOOD and said.word.casefold() != "idle"


def _is_told_by_its_message(document: HealthDocument) -> bool:
    """Whether only a sentence speaks against it, which is read with the entry as its own."""
    return document.word.endswith('"') and not _OBJECTS.search(document.word.partition('"')[2])


def _may_be_left_out(part: Component) -> bool:
    """Whether it may be without what is false: a cache, a search, but not its database."""
    key = part.place.rpartition(".")[2]
    is_plain = names_component(key) and stem(key) == key
    return is_plain and part.word == "false" and normal(key) not in STORES


def _is_contrast(document: HealthDocument) -> bool:
    """Whether an object without a status names what is good beside what is not: no choice."""
    is_any_good = any(c.status is _GOOD for c in document.components)
    bad = [c for c in document.components if _is_told(c)]
    return is_any_good and any(names_component(c.name) or is_plain_word(c.word) for c in bad)


def _has_lost_a_store(key: str, document: HealthDocument) -> bool:
    """Whether a group that calls nothing good says of a store, in a word, that it is not there."""
    if document.rule not in (WORST_COMPONENT, BESIDE) or not NO_GROUP.isdisjoint(words_of(key)):
        return False
    return any(
        c.status in _BAD and not is_yes_or_no(c.word) and _is_store(c.name)
        for c in document.components
        if not c.is_incidental
    )


def _is_store(name: str) -> bool:
    return ends_in_dependency(stem(name)) and names_component(name) and not is_copy(name)
