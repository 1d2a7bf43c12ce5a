"""What became of drift since the last report."""

from collections.abc import Sequence
from dataclasses import dataclass

from verifier.model.finding import Outcome
from verifier.model.protection import Drift


@dataclass(frozen=True, slots=True)
class Changes:
    """Drift by what is new about it."""

    appeared: tuple[Drift, ...]
    gone: tuple[Drift, ...]
    """As it was told then, of repositories that were read this time."""
    stayed: int


def changes_since(previous: Sequence[Drift], drift: Sequence[Drift]) -> Changes:
    """Compare two reports. What could not be seen now is not gone."""
    before = {row.key: row for row in previous}
    now = {row.key: row for row in drift}
    unseen = {r.repository for r in drift if r.setting == "repository" and _is_unseen(r)}
    gone = [row for key, row in before.items() if key not in now and row.repository not in unseen]
    appeared = [
        row
        for key, row in now.items()
        if key not in before or before[key].severity.rank < row.severity.rank
    ]
    return Changes(tuple(appeared), tuple(gone), len(drift) - len(appeared))


def _is_unseen(row: Drift) -> bool:
    return row.severity is Outcome.INCONCLUSIVE
