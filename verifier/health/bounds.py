"""How much of a health document is read: what has more in it is none."""

from collections.abc import Iterable, Iterator

from verifier.model.evidence import Component

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
