"""All questions about one repository, each drift with its repository and branch."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from verifier.decide.drift.code_owners import code_owner_drift
from verifier.decide.drift.effective_bypass import with_deploy_keys
from verifier.decide.drift.exemptions import exempt
from verifier.decide.drift.mergeable import why_no_method
from verifier.decide.drift.protection_drift import protection_drift
from verifier.decide.drift.question import Asked, AuditPolicy
from verifier.decide.drift.service_setup import unread_severity
from verifier.decide.drift.ways_out import with_ways_out
from verifier.model.audited_repository import RepositoryEvidence
from verifier.model.finding import NotAsked, Outcome, Unobserved
from verifier.model.phrases import first_of
from verifier.model.protection import (
    TO_PROTECT,
    Drift,
    Protection,
    ProtectionPolicy,
    Setting,
)
from verifier.model.security_settings import RepositorySecurity
from verifier.model.workflow import Workflow


def repository_drift(
    evidence: RepositoryEvidence, policy: AuditPolicy, now: datetime
) -> tuple[Drift, ...]:
    """Return every difference of one repository, what is exempt as a warning."""
    name = evidence.facts.name
    found = [replace(row, repository=name) for row in _drift(evidence, policy, now)]
    return tuple(exempt(found, policy.exemptions, now.date()))


def _drift(evidence: RepositoryEvidence, policy: AuditPolicy, now: datetime) -> Iterator[Drift]:
    if evidence.facts.is_empty:
        text = "the repository has no branch yet"
        yield Drift("protection", TO_PROTECT, text, "GitHub", Outcome.WARN)
        return
    if evidence.facts.is_archived:
        text = "it is archived: read-only, so nothing can be merged or deployed from it"
        hint = "unarchive it, or leave it out of the audit"
        yield Drift("protection", TO_PROTECT, text, "GitHub", Outcome.WARN, hint)
        return
    if not evidence.facts.default_branch:
        text = "its default branch is not visible to this token"
        hint = "it needs Contents: read"
        unseen = Outcome.INCONCLUSIVE
        yield Drift("protection", "a branch to protect", text, "GitHub", unseen, hint)
        return
    yield from _by_branch(evidence, _asked(evidence, policy, now))


def _asked(evidence: RepositoryEvidence, policy: AuditPolicy, now: datetime) -> Iterator[Drift]:
    for branch, protection in evidence.protections.items():
        wanted = policy.protection(evidence.facts.name, branch)
        for row in _guard_drift(evidence, branch, protection, wanted, now.date()):
            yield replace(row, branch=branch)
    for pattern in evidence.unfit_branches:
        told, hint = "no branch fits this name", "correct protection.branches, or leave it out"
        yield Drift("protection", "a branch", told, "GitHub", Outcome.WARN, hint, branch=pattern)
    yield from _unread_workflows(evidence.workflows)
    asked = Asked(evidence, policy, now)
    for question in policy.questions:
        if question.ask is not None:
            yield from question.ask(asked)


def _by_branch(evidence: RepositoryEvidence, drift: Iterator[Drift]) -> list[Drift]:
    """The drift of each branch together, then what is of none."""
    places = {branch: place for place, branch in enumerate(evidence.protections)}
    return sorted(drift, key=lambda row: places.get(row.branch, len(places)))


def _unread_workflows(
    workflows: tuple[Workflow | Unobserved, ...] | Unobserved,
) -> Iterator[Drift]:
    """What was not read at all is not known."""
    if isinstance(workflows, Unobserved):
        actual, hint = f"could not be read: {workflows.reason}", workflows.hint
        yield Drift("workflows", "readable", actual, "GitHub", Outcome.INCONCLUSIVE, hint)
        return
    unread = [each for each in workflows if isinstance(each, Unobserved)]
    if unread:
        actual = f"not read: {first_of([each.reason for each in unread], 3)}"
        # Its schedule and its jobs are judged by nobody; one that GitHub runs nothing of has none.
        is_known = all(each.is_final for each in unread)
        severity = Outcome.SKIP if is_known else Outcome.INCONCLUSIVE
        yield Drift("workflows", "readable", actual, "GitHub", severity)


def _guard_drift(
    evidence: RepositoryEvidence,
    branch: str,
    protection: Protection | Unobserved,
    wanted: ProtectionPolicy,
    today: date,
) -> Iterator[Drift]:
    protection = with_deploy_keys(protection, evidence.deploy_keys)
    rows = tuple(protection_drift(protection, wanted, today))
    if isinstance(protection, Unobserved):
        yield from rows
    else:
        yield from with_ways_out(rows, evidence, branch, protection, wanted, today)
        yield from method_drift(protection, evidence.security)
        if branch in evidence.code_owners:
            yield from code_owner_drift(protection, wanted, evidence.code_owners[branch])


def method_drift(
    protection: Protection, security: RepositorySecurity | Unobserved | NotAsked
) -> Iterator[Drift]:
    """No way in which a pull request could be merged, or that this was not seen."""
    if not isinstance(security, RepositorySecurity):
        return
    setting, expected = Setting.LINEAR_HISTORY, "a way to merge pull requests"
    match why_no_method(protection, security.merge_methods):
        case str(actual):
            hint = "allow squash or rebase merging in Settings > General > Pull Requests"
            yield Drift(setting, expected, actual, "repository settings", Outcome.FAIL, hint)
        case Unobserved() as unread:
            actual = f"could not read how pull requests may be merged: {unread.reason}"
            severity = unread_severity(unread)
            yield Drift(setting, expected, actual, "repository settings", severity, unread.hint)
        case None:
            return


def severity_of(drift: Sequence[Drift]) -> Outcome:
    """Return the worst of it; no drift at all passes."""
    outcomes = [row.severity for row in drift]
    return max(outcomes, key=lambda outcome: outcome.rank, default=Outcome.PASS)
