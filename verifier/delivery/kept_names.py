"""Which names a run has met: in any language they are said as their owners wrote them."""

from collections.abc import Iterable

from verifier.report.spoken import NAMES

#: With more of them each sentence would take too long; what was met first is kept.
_MOST = 1000


def keep_names(names: Iterable[str]) -> None:
    """Say these names as they are from now on; a single word is never translated in a message."""
    kept = set(NAMES.get())
    for name in names:
        if len(kept) < _MOST and " " in name.strip():
            kept.add(name)
    NAMES.set(frozenset(kept))
