"""What became of drift since the last report."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256

from verifier.model.finding import Outcome
from verifier.model.protection import Drift, DriftKind, Setting
from verifier.model.report import Report

#: Says what a bulk audit does not read; its objects are the repositories that were read alone.
BULK = "audit.bulk"


@dataclass(frozen=True, slots=True)
class Changes:
    """Drift by what is new about it."""

    appeared: tuple[Drift, ...]
    gone: tuple[Drift, ...]
    """As it was told then, of repositories that were read this time."""
    stayed: int


#: What linters say of a checkout's workflows, which the report of an audit does not say it asked.
_LINTED = "workflow"
#: By this row it is told that what guards a branch was not read.
_GUARDS = ("protection",)


@dataclass(frozen=True, slots=True)
class Looked:
    """What an audit looked at."""

    drift: tuple[Drift, ...]
    repositories: tuple[str, ...]
    """Those that were read."""
    in_bulk: bool = False
    alone: frozenset[str] = frozenset()
    """Those that were read by themselves although the rest was read in bulk."""
    branches: tuple[str, ...] = ()
    """Empty where only default ones were looked at."""
    not_asked: tuple[str, ...] = ()
    """Kinds of drift that were not looked for."""


def looked_in(report: Report) -> Looked:
    """Return what the audit of a report looked at."""
    of_bulk = [finding for finding in report.findings if finding.check == BULK]
    alone = frozenset(name for finding in of_bulk for name in finding.objects)
    return Looked(
        report.drift, report.audited, bool(of_bulk), alone, report.branches, report.not_asked
    )


def changes_since(previous: Sequence[Drift], now: Looked, kinds: Sequence[DriftKind]) -> Changes:
    """
    Compare two reports; `kinds` are all that an audit may ask about.

    Gone is only what was looked at and not found. A row that says more than before, such as one
    more actor who can bypass, is new.
    """
    before = {row.key: row for row in previous if row.severity is not Outcome.SKIP}
    today = {row.key: row for row in now.drift if row.severity is not Outcome.SKIP}
    unread = {(row.repository, row.branch, row.setting) for row in now.drift if _is_unseen(row)}
    by_word = {kind.word: kind for kind in kinds}
    gone = [
        row
        for key, row in before.items()
        if key not in today and _was_looked_at(row, now, unread, by_word.get(row.kind))
    ]
    appeared = [
        row for key, row in today.items() if key not in before or _says_more(before[key], row)
    ]
    return Changes(tuple(appeared), tuple(gone), len(today) - len(appeared))


def marks_of(drift: Sequence[Drift]) -> frozenset[str]:
    """
    Return what makes each drift that was seen the same tomorrow: not how long it has been there.

    Each mark is eight digits and the kind of its drift.
    """
    return frozenset(
        f"{sha256(_essence(row).encode()).hexdigest()[:8]}:{row.kind}"
        for row in drift
        if not _is_unseen(row)
    )


def _essence(row: Drift) -> str:
    actual = row.actual if _is_about_actors(row) else ""
    return "\t".join((*row.key, row.severity, actual))


def _is_about_actors(row: Drift) -> bool:
    return row.kind == Setting.NO_BYPASS


def _says_more(before: Drift, now: Drift) -> bool:
    if before.severity.rank < now.severity.rank:
        return True
    return _is_about_actors(now) and before.actual != now.actual


def _was_looked_at(
    row: Drift, now: Looked, unread: Collection[tuple[str, str, str]], kind: DriftKind | None
) -> bool:
    """`kind` is None for a setting of a branch, and for what no audit of today asks about."""
    if row.kind in now.not_asked or (
        row.branch and now.branches and row.branch not in now.branches
    ):
        return False
    # What belongs to no repository, such as services outside of a job, is looked at with any.
    is_of_checkout = row.kind == _LINTED or (kind is not None and kind.is_of_checkout)
    if is_of_checkout or (row.repository and row.repository not in now.repositories):
        return False
    is_left_out = now.in_bulk and row.repository not in now.alone
    if is_left_out and kind is not None and not kind.is_in_bulk:
        return False
    return not any(
        (row.repository, branch, whole) in unread
        for whole in (_GUARDS if kind is None else kind.unread_by)
        for branch in {row.branch, ""}
    )


def _is_unseen(row: Drift) -> bool:
    return row.severity in (Outcome.INCONCLUSIVE, Outcome.SKIP)
