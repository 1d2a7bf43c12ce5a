"""What became of drift since the last report."""

from collections.abc import Collection, Mapping, Sequence
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


#: What is read off the sources of a branch's protection, besides its settings.
_OF_PROTECTION = frozenset(
    {
        DriftKind.CHECK_REPORTED,
        DriftKind.CHECK_SOURCE,
        DriftKind.INACTIVE_RULESET,
        DriftKind.UNJUDGED_RULE,
    }
)
#: What one row says of all rows of a kind: where it could not be read, none of them is gone.
WHOLES: Mapping[str, frozenset[str]] = {
    "protection": frozenset({*Setting, *_OF_PROTECTION, DriftKind.ENVIRONMENT}),
    "checks-reported": frozenset({DriftKind.CHECK_REPORTED}),
    "workflows": frozenset(
        {
            DriftKind.ACTION,
            DriftKind.CHECK_REPORTED,
            DriftKind.GATE_RUN,
            DriftKind.MASKED,
            DriftKind.PIPELINE,
            DriftKind.REFUSED_WORKFLOWS,
            DriftKind.SCHEDULE,
        }
    ),
    # Where one setting of a branch may be stricter than was seen, a source of it was not seen.
    **dict.fromkeys(map(str, Setting), _OF_PROTECTION),
    "gate-runs": frozenset({DriftKind.GATE_RUN}),
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
        DriftKind.RAILWAY_FILE,
        DriftKind.REPOSITORY_SETTING,
        DriftKind.SCHEDULE,
        DriftKind.SECRET,
        DriftKind.SERVICE,
        DriftKind.VARIABLE,
    }
)


#: What only an audit beside a checkout looks at, which its report does not say: linters, and files.
OF_A_CHECKOUT = frozenset({"workflow", DriftKind.RAILWAY_FILE})


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


def changes_since(previous: Sequence[Drift], now: Looked) -> Changes:
    """
    Compare two reports.

    Gone is only what was looked at and not found. A row that says more than before, such as one
    more actor who can bypass, is new.
    """
    before = {row.key: row for row in previous if row.severity is not Outcome.SKIP}
    today = {row.key: row for row in now.drift if row.severity is not Outcome.SKIP}
    unread = {(row.repository, row.branch, row.setting) for row in now.drift if _is_unseen(row)}
    gone = [
        row for key, row in before.items() if key not in today and _was_looked_at(row, now, unread)
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


def _was_looked_at(row: Drift, now: Looked, unread: Collection[tuple[str, str, str]]) -> bool:
    if row.kind in now.not_asked or (
        row.branch and now.branches and row.branch not in now.branches
    ):
        return False
    # What belongs to no repository, such as services outside of a job, is looked at with any.
    if row.kind in OF_A_CHECKOUT or (row.repository and row.repository not in now.repositories):
        return False
    if now.in_bulk and row.repository not in now.alone and row.kind in _NOT_IN_BULK:
        return False
    return not any(
        row.kind in kinds and (row.repository, branch, whole) in unread
        for whole, kinds in WHOLES.items()
        for branch in {row.branch, ""}
    )


def _is_unseen(row: Drift) -> bool:
    return row.severity in (Outcome.INCONCLUSIVE, Outcome.SKIP)
