"""How much of a health document is read: what has more in it is none."""

from collections.abc import Iterable, Iterator

from verifier.model.evidence import Component, HealthStatus

MAX_COMPONENTS = 5000
#: Some name each component twice. A fifth of a millisecond each, on a slow machine more.
_MOST_READ = 2 * MAX_COMPONENTS


class TooManyError(Exception):
    """The document has more components than anybody would read."""


def at_most(components: Iterable[Component], most: int = _MOST_READ) -> Iterator[Component]:
    """
    Yield components as they are found.

    Raises:
        TooManyError: there are more, which are not looked for.
    """
    for number, component in enumerate(components):
        if number >= most:
            raise TooManyError
        yield component


def without_repeats(components: tuple[Component, ...]) -> Iterator[Component]:
    """Terminus lists each component twice; of two of one name what is open is told of either."""
    seen: set[tuple[str, HealthStatus, str]] = set()
    for component in sorted(components, key=lambda c: c.is_incidental):
        said = (component.name, component.status, component.doubt)
        if said not in seen:
            seen.add(said)
            yield component
