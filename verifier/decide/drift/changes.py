"""What became of drift since the last report."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from verifier.model.finding import Outcome
from verifier.model.protection import Drift, DriftKind, Setting


@dataclass(frozen=True, slots=True)
class Changes:
    """Drift by what is new about it."""

    appeared: tuple[Drift, ...]
    gone: tuple[Drift, ...]
    """As it was told then, of repositories that were read this time."""
    stayed: int


#: What one row says of all rows of a kind: where it could not be read, none of them is gone.
_WHOLES = {
    "protection": frozenset(Setting),
    "checks-reported": frozenset({DriftKind.CHECK_REPORTED}),
    "environments": frozenset({DriftKind.ENVIRONMENT}),
    "history": frozenset({DriftKind.HISTORY}),
    "repository-settings": frozenset({DriftKind.REPOSITORY_SETTING}),
    "schedules": frozenset({DriftKind.SCHEDULE}),
    "secrets": frozenset({DriftKind.SECRET}),
    "services": frozenset({DriftKind.SERVICE}),
    "variables": frozenset({DriftKind.VARIABLE}),
}
#: What bulk audits do not read.
_NOT_IN_BULK = frozenset(
    {
        DriftKind.ACTION,
        DriftKind.ENVIRONMENT,
        DriftKind.HISTORY,
        DriftKind.MASKED,
        DriftKind.PIPELINE,
        DriftKind.REPOSITORY_SETTING,
        DriftKind.SCHEDULE,
        DriftKind.SECRET,
        DriftKind.SERVICE,
        DriftKind.VARIABLE,
    }
)


@dataclass(frozen=True, slots=True)
class Looked:
    """What an audit looked at."""

    drift: tuple[Drift, ...]
    repositories: tuple[str, ...]
    """Those that were read."""
    in_bulk: bool = False


def changes_since(previous: Sequence[Drift], now: Looked) -> Changes:
    """
    Compare two reports.

    Gone is only what was looked at and not found. A row that says more than before, such as one
    more actor who can bypass, is new.
    """
    before = {row.key: row for row in previous}
    today = {row.key: row for row in now.drift}
    unread = {(row.repository, row.branch, row.setting) for row in now.drift if _is_unseen(row)}
    gone = [
        row for key, row in before.items() if key not in today and _was_looked_at(row, now, unread)
    ]
    appeared = [
        row for key, row in today.items() if key not in before or _says_more(before[key], row)
    ]
    return Changes(tuple(appeared), tuple(gone), len(now.drift) - len(appeared))


def _says_more(before: Drift, now: Drift) -> bool:
    if before.severity.rank < now.severity.rank:
        return True
    return now.kind == Setting.NO_BYPASS and before.actual != now.actual


def _was_looked_at(row: Drift, now: Looked, unread: Collection[tuple[str, str, str]]) -> bool:
    # What belongs to no repository, such as services outside of a job, is always looked at.
    if row.repository and row.repository not in now.repositories:
        return False
    if now.in_bulk and row.kind in _NOT_IN_BULK:
        return False
    return not any(
        row.kind in kinds and (row.repository, branch, whole) in unread
        for whole, kinds in _WHOLES.items()
        for branch in {row.branch, ""}
    )


def _is_unseen(row: Drift) -> bool:
    return row.severity is Outcome.INCONCLUSIVE
