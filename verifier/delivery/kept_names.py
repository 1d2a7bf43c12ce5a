"""Which names a run has met: in any language they are said as their owners wrote them."""

from collections.abc import Iterable

from verifier.report.owners_names import NAMES, OwnersNames


def keep_names(names: Iterable[str]) -> None:
    """Say these as they are from now on."""
    kept = NAMES.get()
    if kept is None:
        kept = OwnersNames()
        NAMES.set(kept)
    for name in names:
        kept.add(name)
