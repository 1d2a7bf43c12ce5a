"""The parts of a required component: what it consists of is required as well."""

from collections.abc import Iterator, Sequence

from verifier.health.document_keys import PARTS, normal
from verifier.health.labels import UNNAMED
from verifier.health.said_of_nothing import is_optional
from verifier.model.evidence import Component, HealthDocument, HealthStatus


def bad_parts(document: HealthDocument, components: Sequence[Component]) -> Iterator[Component]:
    """
    Yield the components that say they are bad, of which others consist that may say they are good.

    Those are the ones with a name in what a component holds for its own checks or components. A
    replica or a node that is bad is no such part: the component says itself whether it can do
    without. What a document calls optional is none either.
    """
    places = [f"{component.place}." for component in components if component.place]
    for part in document.components:
        is_bad = part.status is HealthStatus.BAD and not part.is_incidental
        if is_bad and any(_is_part(part, place) for place in places) and not is_optional(part):
            yield part


def _is_part(part: Component, place: str) -> bool:
    if not part.place.startswith(place) or part.name.rpartition(".")[2] == UNNAMED:
        return False
    first, *others = part.place.removeprefix(place).split(".")
    return normal(first) in PARTS and bool(others)
