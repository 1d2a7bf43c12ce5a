"""
What stands anywhere in a good document and no component tells: nobody at work, a schema behind.

It is worth a look and no failure, as somebody has called the whole good.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

from verifier.health.document_keys import (
    COMPONENTS,
    is_of_another_time,
    is_of_the_last_time,
    names_component,
    normal,
)
from verifier.health.entry_status import is_code_of_a_driver
from verifier.health.groups_down import parts_down
from verifier.health.labels import label_of
from verifier.health.missing_variables import kind_of_store, missing_in_lines
from verifier.health.nobody_at_work import nobody_at_work
from verifier.health.not_of_now import is_not_of_now
from verifier.health.own_status import Json, cut, own_status
from verifier.health.plain_fields import joined
from verifier.health.state_flags import offers_something
from verifier.health.unconfigured import has_no_database, unconfigured_in
from verifier.health.versions_behind import behind_in
from verifier.model.evidence import Component, HealthDocument, HealthStatus

#: What is told of these.
_LACKING = "which nothing works without"
_BEHIND = "so that the schema is behind"
_NOT_CONFIGURED = "which is not configured"

_DEEPEST = 6
_MOST = 2000
_GOOD = HealthStatus.GOOD
_NOT_WELL = (
    HealthStatus.BAD,
    HealthStatus.CRITICAL,
    HealthStatus.WARNING,
    HealthStatus.PENDING,
)


def with_what_is_told_within(document: HealthDocument, value: object) -> HealthDocument:
    """Return a good document with what its objects lack, where no component has told it yet."""
    if document.status not in (_GOOD, HealthStatus.WARNING):
        return document
    told = {c.place for c in document.components if not c.is_incidental and _is_told(c)}
    heard = {around for place in told for around in _up(place)}
    found: dict[str, Component] = {}
    is_stored = _has_a_database(document) or has_no_database(value)
    for name, place, around in islice(_objects(value, "", "", ()), _MOST):
        for part in _lacking_in(name, place, around, is_stored=is_stored):
            above = list(_up(part.place))
            is_heard = part.place in heard or not told.isdisjoint(above)
            is_heard = is_heard or not found.keys().isdisjoint(above)
            if not is_heard and part.word not in document.word:
                found.setdefault(part.place, part)
    if not found:
        return document
    return replace(document, components=(*document.components, *found.values()))


def told_of_lines(fields: Mapping[str, object]) -> str:
    """Return the first of what lines, each a name and what is said of it, tell by themselves."""
    for part in _lacking_in("", "", (fields,), is_stored=has_no_database(fields)):
        return part.word if ":" in part.word else f"{part.name}: {part.word}"
    return missing_in_lines(fields)


def _is_told(component: Component) -> bool:
    return component.status in _NOT_WELL or bool(component.doubt)


def _up(place: str) -> Iterator[str]:
    keys = place.split(".")
    return (".".join(keys[:end]) for end in range(1, len(keys) + 1))


def _has_a_database(document: HealthDocument) -> bool:
    return any(
        c.status is _GOOD and not c.is_incidental and kind_of_store(c.name) == 0
        for c in document.components
    )


def _objects(
    value: object, name: str, place: str, around: tuple[Json, ...]
) -> Iterator[tuple[str, str, tuple[Json, ...]]]:
    """Yield the name and the place of each object of now, with what is around it in order."""
    if len(around) > _DEEPEST:
        return
    if isinstance(value, dict):
        inner = (*around, value)
        yield name, place, inner
        for key, child in value.items():
            if isinstance(child, dict | list) and _is_of_now(key, child):
                is_place = normal(key) in COMPONENTS and len(value) > 1
                full = name if is_place else joined(name, key)
                yield from _objects(child, full, joined(place, key), inner)
    elif isinstance(value, list):
        for index, child in enumerate(value[:_MOST]):
            if isinstance(child, dict):
                full = joined(name, label_of(child))
                yield from _objects(child, full, f"{place or '$'}.{index}", around)


def _is_of_now(key: str, child: object) -> bool:
    is_past = is_of_another_time(key) or is_of_the_last_time(key)
    return not is_past and not offers_something(key) and not is_not_of_now(key, child)


def _codes_in(key: str, value: Json) -> Iterator[tuple[str, str]]:
    """Yield the code that is all that a driver says of what a key names: `db: {code: P1001}`."""
    if names_component(key) and own_status(value) is None:
        yield from ((k, str(v)) for k, v in value.items() if is_code_of_a_driver(k, v))


def _lacking_in(
    name: str, place: str, around: tuple[Json, ...], *, is_stored: bool
) -> Iterator[Component]:
    key = name.rpartition(".")[2]
    unknown, warning = HealthStatus.UNKNOWN, HealthStatus.WARNING
    rows = [(k, said, _LACKING, unknown) for k, said in nobody_at_work(key, around)]
    rows += [(k, said, _BEHIND, unknown) for k, said in behind_in(key, around[-1])]
    if not is_stored:
        told = unconfigured_in(key, around[-1])
        rows += [(k, said, _NOT_CONFIGURED, unknown) for k, said in told]
    rows += [(k, said, "", warning) for k, said in parts_down(key, around)]
    rows += [(k, said, "", warning) for k, said in _codes_in(key, around[-1])]
    for own, said, doubt, status in rows:
        at = joined(place, own)
        yield Component(joined(name, own), status, cut(said), place=at, doubt=doubt)
