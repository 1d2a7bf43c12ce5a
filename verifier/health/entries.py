"""Finds the components of a health document, wherever they stand in it."""

from collections.abc import Iterator
from dataclasses import replace

from verifier.health.alerts import STILL_SO, alerts_in, are_news, is_over
from verifier.health.bounds import at_most
from verifier.health.dispensable import facts_of
from verifier.health.document_keys import (
    COMPONENTS,
    EXPIRING,
    FAILURES,
    KINDS,
    MAYBE_COMPONENTS,
    OF_ITSELF,
    ONE_COMPONENT,
    SAID_OF_IT,
    WARNINGS,
    names_component,
    normal,
)
from verifier.health.doubts import doubt_of, doubt_within
from verifier.health.entry_status import is_told_of, said_by_entry, state_beside
from verifier.health.figures import (
    counted_failures,
    counts_faults,
    counts_only,
    is_measured,
    is_number,
)
from verifier.health.flag_names import status_of_list
from verifier.health.groups import is_crowd, is_group, members_of, none_of_several
from verifier.health.labels import label_of, name_in, named_by
from verifier.health.none_of_it import says_none
from verifier.health.not_of_now import is_not_of_now, of_a_choice, of_its_place, with_lost_stores
from verifier.health.numbered_states import status_of_mongo
from verifier.health.open_or_closed import are_breakers, open_flag, read_by_its_name
from verifier.health.own_status import Json, cut, message_of, own_status, word
from verifier.health.pairs import is_pair, is_tuple, named_value, paired, value_of_pair
from verifier.health.plain_fields import (
    are_all_words,
    joined,
    loose,
    said_by_value,
    said_by_word,
)
from verifier.health.schema_document import absent_relations, unapplied
from verifier.health.sentences import is_trouble, status_of_text
from verifier.health.state_flags import good_flag, said_by_flag, worst_flag
from verifier.health.trouble_by_name import GROUPS
from verifier.health.vocabulary import is_plain_word, status_of
from verifier.model.evidence import UNNAMED, Component, HealthStatus

_SHOULD_BE_NAME = 60
_ARE_ONE = EXPIRING | GROUPS | {"model", "embedder"}
_UNKNOWN, _GOOD = HealthStatus.UNKNOWN, HealthStatus.GOOD
_NOT_WELL = (HealthStatus.BAD, HealthStatus.WARNING, HealthStatus.PENDING)


def in_object(
    value: Json, name: str, place: str, *, is_incidental: bool = True
) -> Iterator[Component]:
    """
    Yield what an object holds: `name` is that of the component around it, `place` its keys.

    Its plain words are facts of that component, or statements of their own.
    """
    for key, child in value.items():
        yield from in_field(key, child, name, place)
        yield from loose(key, child, name, place, is_incidental=is_incidental)


def in_field(key: str, child: object, name: str, place: str) -> Iterator[Component]:
    """Yield what a field holds that is a list or an object, or that is there for failures."""
    if is_not_of_now(key, child):
        return
    for part in _in_field(key, child, name, place):
        yield of_its_place(key, child, part)


def _in_field(key: str, child: object, name: str, place: str) -> Iterator[Component]:
    kind = normal(key)
    at = joined(place, key)
    if kind in FAILURES or kind in WARNINGS:
        status = HealthStatus.BAD if kind in FAILURES else HealthStatus.WARNING
        yield from _failed(key, child, status, name, at)
        return
    if waiting := unapplied(key, child, place):
        yield Component(joined(name, key), HealthStatus.WARNING, waiting, place=at)
        return
    if are_news(kind, child):
        yield from alerts_in(child, joined(name, key), at)
        return
    if isinstance(child, list) and status_of_list(key) is not HealthStatus.UNKNOWN:
        yield from _listed_under(key, child, name, at)
        return
    match child:
        case dict() if told := _lacking_in(key, child):
            yield Component(joined(name, key), HealthStatus.WARNING, told, place=at)
        case dict() if (
            kind in COMPONENTS and own_status(child) and OF_ITSELF.issuperset(map(normal, child))
        ):
            yield from entry(joined(name, key), child, at)
        case dict() if kind in ONE_COMPONENT and own_status(child) and label_of(child):
            yield from entry(joined(name, label_of(child)), child, at)
        case dict() if kind in COMPONENTS and (counted := counted_failures(child)):
            yield Component(joined(name, key), HealthStatus.PENDING, counted, place=at)
        case dict() | list() if is_group(kind, child):
            yield from in_container(child, name, at)
        case dict() if kind in KINDS and counts_only(child):
            pass
        case dict() if own_status(child) is not None and not is_crowd(kind, child):
            full = name if name and kind in SAID_OF_IT else joined(name, key)
            yield from entry(full, child, at)
        case dict() | list() if kind in KINDS:
            yield from in_container(child, joined(name, key), at)
        case dict() if status_of_mongo(key, child):
            yield from entry(joined(name, key), child, at)
        case dict() if is_told_of(key, child, at):
            yield from entry(joined(name, key), child, at)
        case dict() if are_breakers(key, child):
            yield from in_container(child, name, at)
        case dict() if kind in MAYBE_COMPONENTS:
            yield from in_object(child, name, at, is_incidental=False)
        case dict() if open_flag(key, at, child):
            yield from entry(joined(name, key), child, at)
        case dict() if kind in EXPIRING and (doubt := doubt_within(key, child, is_by_flag=True)):
            yield Component(joined(name, key), HealthStatus.WARNING, doubt, place=at)
        case dict() if good_flag(child) or worst_flag(child, key):
            itself, *parts = entry(joined(name, key), child, at)
            yield replace(itself, is_incidental=not (names_component(key) or kind in _ARE_ONE))
            yield from parts
        case dict():
            yield from in_object(child, joined(name, key), at)
        case [said, *more] if names_component(key) and is_tuple(child):
            yield from paired(joined(name, key), said, more, at)
        case list():
            yield from _in_list(child, name if kind in MAYBE_COMPONENTS else joined(name, key), at)
        case _:
            pass


def _lacking_in(key: str, value: Json) -> str:
    """Return what is not there of a group; empty where it says itself that it is not well."""
    said = own_status(value)
    is_told = said is not None and said.status in _NOT_WELL
    return "" if is_told else absent_relations(key, value) or none_of_several(key, value)


def in_container(value: object, name: str, place: str) -> Iterator[Component]:
    """Yield everything in an object or a list that is there for components."""
    value = members_of(value, place.rpartition(".")[2])
    if isinstance(value, dict):
        for key, child in value.items():
            at = f"{place}.{key}"
            if isinstance(child, list) and status_of_list(key) is not HealthStatus.UNKNOWN:
                yield from _listed_under(key, child, name, at)
            else:
                yield from (of_a_choice(key, child, p) for p in _any(joined(name, key), child, at))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _listed(child, name, f"{place}.{index}")


def entry(name: str, value: Json, place: str) -> Iterator[Component]:
    """Yield the component that an object is, then those inside it."""
    parts = {key: item for key, item in value.items() if normal(key) not in FAILURES}
    inner = list(at_most(in_object(parts, name, place)))
    said = said_by_entry(name, value, place, inner)
    message = message_of(value) or state_beside(said, value)
    doubt = doubt_of(name, value, said, place)
    found = Component(name, said.status, said.word, message, facts_of(value), place, doubt=doubt)
    yield read_by_its_name(found)
    # What the entry already says of itself is no second fault inside it.
    yield from (p for p in with_lost_stores(found, inner) if not (message and p.word == message))


def _any(name: str, value: object, place: str) -> Iterator[Component]:
    match value:
        case dict():
            yield from entry(name, value, place)
        case [said, *more] if is_tuple(value):
            yield from paired(name, said, more, place)
        case list():
            yield from _in_list(value, name, place)
        case str():
            yield read_by_its_name(said_by_word(name, value, place))
        case bool():
            yield said_by_flag(name, place, flag=value)
        case _:
            yield said_by_value(name, value, place)


def _in_list(value: list[object], name: str, place: str) -> Iterator[Component]:
    """Measurements of one component, or entries."""
    for index, child in enumerate(value):
        at = f"{place}.{index}"
        if isinstance(child, list) and is_pair(child) and is_plain_word(word(child[1])):
            yield from _listed(child, name, at)
        if not isinstance(child, dict):
            continue
        if (inner := value_of_pair(child)) is not None:
            yield from entry(joined(name, label_of(child)), inner, at)
            continue
        full = joined(name, named_by(child)) if named_by(child) else name
        if own_status(child) is not None or named_value(child) is not None:
            yield from entry(full or UNNAMED, child, at)
        elif are_all_words(child):
            yield from in_container(child, full, at)
        else:
            yield from in_object(child, full, at)


def _listed_under(key: str, value: list[object], name: str, place: str) -> Iterator[Component]:
    """What a list holds whose key says how those are that are in it: `offline`, `failedChecks`."""
    status = status_of_list(key)
    if status is not HealthStatus.GOOD:
        yield from _failed(key, value, status, name, place)
        return
    yield from in_container(value, name, place)
    for index, child in enumerate(value):
        is_name = isinstance(child, str) and len(child) <= _SHOULD_BE_NAME and not name_in(child)
        if isinstance(child, str) and is_name and status_of(child) is HealthStatus.UNKNOWN:
            yield Component(joined(name, child), status, key, place=f"{place}.{index}")


def _listed(child: object, name: str, place: str) -> Iterator[Component]:
    match child:
        case dict():
            label = label_of(child)
            inner = value_of_pair(child)
            if inner is not None:
                yield from _any(joined(name, label), inner, place)
            elif label or own_status(child) is not None:
                yield from entry(joined(name, label or UNNAMED), child, place)
            else:
                yield from in_container(child, name, place)
        case str() if name_in(child):
            rest = child.partition(":")[2].strip()
            full = joined(name, name_in(child))
            yield Component(full, status_of_text(rest), cut(rest), place=place)
        case [str() as label, said, *more] if is_pair(child):
            yield from paired(joined(name, label), said, more, place)
        case [str() as label, (dict() | list()) as said] if status_of(label) is _UNKNOWN:
            yield from _any(joined(name, label), said, place)
        case [said, str() as label, *more] if is_pair([label, said]):
            yield from paired(joined(name, label), said, more, place)
        case list():
            yield from in_container(child, name, place)
        case _:
            pass


def _failed(
    key: str, value: object, status: HealthStatus, name: str, place: str
) -> Iterator[Component]:
    """What stands under a key for failures has failed, unless it says otherwise of itself."""
    match value:
        case str() if is_number(value) or is_measured(value) or says_none(value):
            pass
        case str() if not is_plain_word(value):
            full = joined(name, name_in(value) or key)
            yield Component(full, status, cut(value), place=place)
        case str() if status_of(value) in _NOT_WELL:
            yield Component(joined(name, key), status, cut(value), place=place)
        case dict() if (said := own_status(value)) and said.status is not HealthStatus.UNKNOWN:
            yield from entry(joined(name, key), value, place)
        case dict() if message_of(value) and not own_status(value):
            full = joined(name, label_of(value) or key)
            yield Component(full, status, status.value, message_of(value), place=place)
        case dict():
            for part, child in value.items():
                yield from _one_failed(joined(name, part), child, status, f"{place}.{part}")
        case list():
            for index, child in enumerate(value):
                at = f"{place}.{index}"
                if isinstance(child, dict):
                    full = joined(name, label_of(child) or name_in(message_of(child)) or key)
                    yield from _one_failed(full, child, status, at)
                elif isinstance(child, str) and not says_none(child):
                    short = len(child) <= _SHOULD_BE_NAME and not is_trouble(child)
                    is_name = short and not name_in(child)
                    full = joined(name, name_in(child) or (child if short else key))
                    yield Component(full, status, cut(key if is_name else child), place=at)
        case _:
            pass


def _one_failed(name: str, value: object, status: HealthStatus, place: str) -> Iterator[Component]:
    said = own_status(value) if isinstance(value, dict) else None
    is_so = said is not None and said.word.casefold() in STILL_SO
    if isinstance(value, dict) and said is not None and said.status is not _UNKNOWN and not is_so:
        yield from entry(name, value, place)
        return
    is_none = says_none(value) if isinstance(value, str) else value in (None, 0, [])
    if is_none or is_over(value, name.rpartition(".")[2]):
        return
    message = message_of(value) if isinstance(value, dict) else word(value)
    is_count = counts_faults(place.rpartition(".")[2], value)
    yield Component(name, status, status.value, message, place=place, is_incidental=is_count)
