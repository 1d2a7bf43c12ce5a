"""Observes repositories and the environment at Railway, and compares them with the policy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from verifier.commands.ports import attempt
from verifier.decide.drift.repository_drift import AuditPolicy, repository_drift
from verifier.model.audited_repository import (
    DirectPush,
    GitHubEnvironment,
    RepositoryEvidence,
    RepositoryFacts,
    StoredName,
)
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.protection import Drift, Protection
from verifier.model.workflow import Schedule, Workflow

_NOT_EXPECTED = NotAsked("none are configured")


class Repository(Protocol):
    """A repository at GitHub. Each method raises ProviderError where GitHub did not tell."""

    def facts(self) -> RepositoryFacts: ...
    def branches(self, patterns: Sequence[str]) -> tuple[str, ...]: ...
    def protection(self, branch: str) -> Protection: ...
    def workflows(self, branch: str) -> tuple[Workflow | Unobserved, ...]: ...
    def recent_checks(self, branch: str) -> frozenset[str]: ...
    def schedules(self, workflows: Sequence[Workflow]) -> tuple[Schedule, ...]: ...
    def secrets(self, environments: Sequence[str]) -> tuple[StoredName, ...]: ...
    def variables(self, environments: Sequence[str]) -> tuple[StoredName, ...]: ...
    def environments(self) -> tuple[GitHubEnvironment, ...]: ...
    def direct_pushes(self, branch: str, since: datetime) -> tuple[DirectPush, ...]: ...


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """What an audit looks at in a repository."""

    branches: tuple[str, ...]
    """Names or patterns; none for the default branch."""
    policy: AuditPolicy
    history: timedelta = timedelta()
    """How far back pushes are looked at."""


def audit_repository(
    repository: Repository, request: AuditRequest, now: datetime
) -> tuple[Drift, ...]:
    """
    Return what differs.

    Raises:
        ProviderError: the repository itself could not be read.
    """
    return repository_drift(observe(repository, request, now), request.policy, now)


def observe(repository: Repository, request: AuditRequest, now: datetime) -> RepositoryEvidence:
    """
    Read everything that the policy asks about; a part that fails is `Unobserved`.

    Raises:
        ProviderError: the repository itself could not be read.
    """
    facts = repository.facts()
    policy = request.policy
    if facts.is_empty or not facts.default_branch:
        return RepositoryEvidence(
            facts, {}, (), frozenset(), (), _NOT_EXPECTED, _NOT_EXPECTED, _NOT_EXPECTED, {}
        )
    branches = repository.branches(request.branches or (facts.default_branch,))
    workflows = attempt(lambda: repository.workflows(facts.default_branch))
    environments = attempt(repository.environments) if policy.environments else _NOT_EXPECTED
    places = policy.environments
    return RepositoryEvidence(
        facts=facts,
        protections={branch: _protection(repository, branch) for branch in branches},
        workflows=workflows,
        recent_checks=attempt(lambda: repository.recent_checks(facts.default_branch)),
        schedules=_schedules(repository, workflows),
        secrets=attempt(lambda: repository.secrets(places)) if policy.secrets else _NOT_EXPECTED,
        variables=(
            attempt(lambda: repository.variables(places)) if policy.variables else _NOT_EXPECTED
        ),
        environments=environments,
        pushes=_pushes(repository, branches, request.history, now),
    )


def _protection(repository: Repository, branch: str) -> Protection | Unobserved:
    return attempt(lambda: repository.protection(branch))


def _schedules(
    repository: Repository, workflows: tuple[Workflow | Unobserved, ...] | Unobserved
) -> tuple[Schedule, ...] | Unobserved:
    if isinstance(workflows, Unobserved):
        return workflows
    known = [workflow for workflow in workflows if isinstance(workflow, Workflow)]
    if not any(workflow.crons for workflow in known):
        return ()
    return attempt(lambda: repository.schedules(known))


def _pushes(
    repository: Repository, branches: Sequence[str], history: timedelta, now: datetime
) -> dict[str, tuple[DirectPush, ...] | Unobserved]:
    if not history:
        return {}
    return {branch: _pushes_of(repository, branch, now - history) for branch in branches}


def _pushes_of(
    repository: Repository, branch: str, since: datetime
) -> tuple[DirectPush, ...] | Unobserved:
    return attempt(lambda: repository.direct_pushes(branch, since))
