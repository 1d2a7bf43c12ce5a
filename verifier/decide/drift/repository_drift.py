"""All questions about one repository, each drift with its repository and branch."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from verifier.decide.drift.exemptions import exempt
from verifier.decide.drift.old_pipeline import pipeline_drift
from verifier.decide.drift.protection_drift import protection_drift
from verifier.decide.drift.removed_node import removed_node_drift
from verifier.decide.drift.repository_settings import security_drift
from verifier.decide.drift.required_checks import checks_drift
from verifier.decide.drift.schedules import mask_drift, missing_schedules, schedule_drift
from verifier.decide.drift.stored_names import environment_drift, name_drift, push_drift
from verifier.model.audited_repository import RepositoryEvidence
from verifier.model.finding import NotAsked, Outcome, Unobserved
from verifier.model.protection import Drift, DriftKind, Exemption, Protection, ProtectionPolicy


@dataclass(frozen=True, slots=True)
class AuditPolicy:
    """What a repository should be like."""

    protection: Callable[[str, str], ProtectionPolicy]
    """By repository and branch."""
    exemptions: tuple[Exemption, ...] = ()
    secrets: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    secrets_renewed_within: timedelta | None = None
    environments: tuple[str, ...] = ()
    scheduled: tuple[str, ...] = ()


def repository_drift(
    evidence: RepositoryEvidence, policy: AuditPolicy, now: datetime
) -> tuple[Drift, ...]:
    """Return every difference of one repository, what is exempt as a warning."""
    name = evidence.facts.name
    found = [replace(row, repository=name) for row in _drift(evidence, policy, now)]
    return tuple(exempt(found, policy.exemptions, now.date()))


def _drift(evidence: RepositoryEvidence, policy: AuditPolicy, now: datetime) -> Iterator[Drift]:
    if evidence.facts.is_empty or not evidence.facts.default_branch:
        text = "the repository has no branch yet"
        yield Drift("protection", "a branch to protect", text, "GitHub", Outcome.WARN)
        return
    for branch, protection in evidence.protections.items():
        for row in _branch_drift(evidence, branch, protection, policy, now.date()):
            yield replace(row, branch=branch)
    if isinstance(evidence.workflows, tuple):
        yield from mask_drift(evidence.workflows)
        yield from pipeline_drift(evidence.workflows)
        yield from removed_node_drift(evidence.workflows)
        yield from missing_schedules(evidence.workflows, policy.scheduled)
    if not isinstance(evidence.security, NotAsked):
        yield from security_drift(evidence.security)
    facts = evidence.facts
    silence = None if facts.is_private else facts.pushed_at
    if not isinstance(evidence.schedules, NotAsked):
        yield from schedule_drift(evidence.schedules, silence, now)
    if not isinstance(evidence.secrets, NotAsked):
        renewed = policy.secrets_renewed_within
        yield from name_drift(DriftKind.SECRET, policy.secrets, evidence.secrets, renewed, now)
    if not isinstance(evidence.variables, NotAsked):
        yield from name_drift(DriftKind.VARIABLE, policy.variables, evidence.variables, None, now)
    if not isinstance(evidence.environments, NotAsked):
        yield from environment_drift(policy.environments, evidence.environments)


def _branch_drift(
    evidence: RepositoryEvidence,
    branch: str,
    protection: Protection | Unobserved,
    policy: AuditPolicy,
    today: date,
) -> Iterator[Drift]:
    wanted = policy.protection(evidence.facts.name, branch)
    yield from protection_drift(protection, wanted, today)
    if isinstance(protection, Protection):
        heads = evidence.merged_heads.get(branch, ())
        workflows, name = evidence.workflows_of(branch), evidence.facts.name
        yield from checks_drift(branch, protection, workflows, heads, name)
    if branch in evidence.pushes:
        yield from push_drift(evidence.pushes[branch])


def severity_of(drift: Sequence[Drift]) -> Outcome:
    """Return the worst of it; no drift at all passes."""
    outcomes = [row.severity for row in drift]
    return max(outcomes, key=lambda outcome: outcome.rank, default=Outcome.PASS)
