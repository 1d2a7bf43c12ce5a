"""The parts of a required component: what it consists of is required as well."""

from collections.abc import Iterator, Sequence

from verifier.health.document_keys import (
    PARTS,
    is_of_another_time,
    is_of_the_last_time,
    normal,
)
from verifier.model.evidence import UNNAMED, Component, HealthDocument, HealthStatus


def bad_parts(document: HealthDocument, components: Sequence[Component]) -> Iterator[Component]:
    """
    Yield the components that say they are bad, of which others consist that may say they are good.

    Those are the ones with a name in what a component holds for its own checks or components. A
    replica or a node that is bad is no such part: the component says itself whether it can do
    without. What a document calls optional is none either, nor what was: an earlier answer, or one
    of several under a name of which another is good.
    """
    parts = _parts_of(document, components)
    good = {_named_at(part) for part in parts if part.status is HealthStatus.GOOD}
    for part in parts:
        is_bad = part.status is HealthStatus.BAD and not part.is_incidental
        if is_bad and not part.is_dispensable and _named_at(part) not in good:
            yield part


def good_parts(document: HealthDocument, components: Sequence[Component]) -> Sequence[Component]:
    """Return the components likewise that say they are good."""
    parts = _parts_of(document, components)
    return [p for p in parts if p.status is HealthStatus.GOOD and not p.is_incidental]


def _parts_of(document: HealthDocument, components: Sequence[Component]) -> Sequence[Component]:
    places = [f"{component.place}." for component in components if component.place]
    return [p for p in document.components if any(_is_part(p, place) for place in places)]


def _is_part(part: Component, place: str) -> bool:
    if not part.place.startswith(place) or part.name.rpartition(".")[2] == UNNAMED:
        return False
    first, *others = part.place.removeprefix(place).split(".")
    is_past = any(is_of_another_time(key) or is_of_the_last_time(key) for key in others)
    return normal(first) in PARTS and bool(others) and not is_past


def _named_at(part: Component) -> tuple[str, str]:
    """Return the list or map that a part stands in, and its name there."""
    return part.place.rpartition(".")[0], part.name
