"""What an audit read and found into its report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from verifier.decide.drift.repository_drift import severity_of
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.protection import Drift
from verifier.model.report import READ_ONLY_EXIT_CODES, Report
from verifier.model.shortened_list import first_of
from verifier.model.verdict import VerdictWord


@dataclass(frozen=True, slots=True)
class Audited:
    """What was read, and what differs."""

    drift: tuple[Drift, ...]
    repositories: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    """What could not be asked at all."""


def unread(name: str, missing: Unobserved) -> Drift:
    """Return what stands in the report for a repository that could not be read."""
    return Drift(
        "repository",
        "readable",
        f"could not be read: {missing.reason}",
        "GitHub",
        Outcome.INCONCLUSIVE,
        missing.hint,
        repository=name,
    )


def merged(shares: Sequence[Audited]) -> Audited:
    """Return what several shares found together."""
    return Audited(
        tuple(row for share in shares for row in share.drift),
        tuple(name for share in shares for name in share.repositories),
        tuple(dict.fromkeys(finding for share in shares for finding in share.findings)),
    )


def report_of(audited: Audited, started_at: datetime, ended_at: datetime) -> Report:
    """Return the report; what is merely recommended leaves it green."""
    drift = tuple(sorted(audited.drift, key=lambda row: (row.repository, -row.severity.rank)))
    worst = severity_of(drift)
    word = VerdictWord.PASSED
    if worst.condemns:
        word = VerdictWord.FAILED
    elif worst is Outcome.INCONCLUSIVE or not audited.repositories:
        word = VerdictWord.INCONCLUSIVE
    listed = [
        f"{row.repository} {row.setting}: {row.actual}" for row in drift if row.severity is worst
    ]
    return Report(
        command="audit",
        verdict=word,
        reason=first_of(listed, 1) or _all_well(audited.repositories),
        exit_code=READ_ONLY_EXIT_CODES[word],
        commit="",
        environment="",
        started_at=started_at,
        ended_at=ended_at,
        findings=audited.findings,
        drift=drift,
        audited=audited.repositories,
    )


def _all_well(repositories: Sequence[str]) -> str:
    if not repositories:
        return "no repository was read"
    many = len(repositories)
    subject = repositories[0] if many == 1 else f"{many} repositories"
    return f"{subject}: no drift"
