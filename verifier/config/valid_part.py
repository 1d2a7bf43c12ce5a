"""What of a configuration is right, beside its mistakes: so that one run names all of them."""

from collections.abc import Iterable
from copy import deepcopy

_Place = tuple[str | int, ...]


def without(value: object, mistakes: Iterable[_Place]) -> object:
    """
    Return a configuration without what is wrong in it; None where others may rest on that.

    A service, a role or an entry of a list that is left out would be missing elsewhere.
    """
    if not isinstance(value, dict):
        return None
    rest = deepcopy(value)
    for place in mistakes:
        if place == ("version",):
            rest["version"] = 1
            continue
        if place[0] in ("roles", "services") and len(place) < 3:
            return None
        at: object = rest
        for part in place[:-1]:
            at = at.get(part) if isinstance(at, dict) else None
        if isinstance(at, dict):
            at.pop(place[-1], None)
    return rest
