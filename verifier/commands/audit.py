"""Observes repositories and the services at Railway, and compares them with the configuration."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from verifier.commands.ports import attempt
from verifier.decide.drift.audit_report import Audited, unread
from verifier.decide.drift.exemptions import exempt
from verifier.decide.drift.repository_drift import AuditPolicy, repository_drift
from verifier.decide.drift.services import rollback_target_drift, service_drift
from verifier.decide.gate.readiness import check_targets
from verifier.model.audited_repository import (
    DirectPush,
    GitHubEnvironment,
    RepositoryEvidence,
    RepositoryFacts,
    RepositorySecurity,
    StoredName,
)
from verifier.model.deployment import Fleet
from verifier.model.finding import Finding, NotAsked, Unobserved
from verifier.model.merging import SeenCheck
from verifier.model.past_verdict import PastVerdict
from verifier.model.platform import EnvironmentFacts
from verifier.model.protection import Drift, Protection
from verifier.model.service_settings import ObservedEnvironment, WantedService
from verifier.model.verdict import Policy
from verifier.model.workflow import Schedule, Workflow

_NOT_EXPECTED = NotAsked("none are configured")


class Repository(Protocol):
    """A repository at GitHub. Each method raises ProviderError where GitHub did not tell."""

    def facts(self) -> RepositoryFacts: ...
    def branches(self, patterns: Sequence[str]) -> tuple[str, ...]: ...
    def protection(self, branch: str) -> Protection: ...
    def workflows(self, branch: str) -> tuple[Workflow | Unobserved, ...]: ...
    def disabled_workflows(self) -> frozenset[str]: ...
    def merged_heads(self, branch: str) -> tuple[frozenset[SeenCheck], ...]: ...
    def security(self) -> RepositorySecurity: ...
    def merge_methods(self) -> frozenset[str]: ...
    def approvers(self) -> int: ...
    def schedules(self, workflows: Sequence[Workflow]) -> tuple[Schedule, ...]: ...
    def secrets(self, environments: Sequence[str]) -> tuple[StoredName, ...]: ...
    def variables(self, environments: Sequence[str]) -> tuple[StoredName, ...]: ...
    def environments(self) -> tuple[GitHubEnvironment, ...]: ...
    def direct_pushes(self, branch: str, since: datetime) -> tuple[DirectPush, ...]: ...


class Services(Protocol):
    """The services at Railway. Each method may raise a `ProviderError`."""

    def observe(self) -> ObservedEnvironment: ...
    def facts(self) -> EnvironmentFacts: ...
    def history(self) -> Fleet: ...
    def records(self) -> Sequence[PastVerdict]: ...


class ConfiguredServices(Protocol):
    """What the configuration says of the services, and where they are found."""

    @property
    def wanted(self) -> Sequence[WantedService]: ...
    @property
    def policy(self) -> Policy: ...
    @property
    def repository(self) -> str:
        """The repository in whose report they stand; empty outside of a job."""

    def find(self) -> Services:
        """Find their environment; may raise a `ProviderError`."""


class AuditWorld(Protocol):
    """What an audit looks at."""

    def repository(self, name: str) -> Repository:
        """Return the repository OWNER/NAME without asking for it."""

    def services(self) -> ConfiguredServices | None:
        """None where there is no token for them."""

    def lint(self) -> tuple[Sequence[Drift], Sequence[Finding]]:
        """Return what linters found in the checkout's workflows, and who could not be asked."""


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """What an audit looks at in a repository."""

    branches: tuple[str, ...]
    """Names or patterns; none, or an empty one, for the default branch."""
    policy: AuditPolicy
    history: timedelta = timedelta()
    """How far back pushes are looked at."""

    def branches_of(self, facts: RepositoryFacts) -> tuple[str, ...]:
        """Return the names or patterns of branches to look at in one repository."""
        named = (branch or facts.default_branch for branch in self.branches or ("",))
        return tuple(dict.fromkeys(branch for branch in named if branch))


def audit(
    world: AuditWorld, names: Sequence[str], request: AuditRequest, now: datetime, *, lint: bool
) -> Audited:
    """
    Audit repositories one by one, then the services, and with `lint` the checkout's workflows.

    A repository that cannot be read is told and stops no other.
    """
    drift: list[Drift] = []
    read: list[str] = []
    for name in names:
        found = _audit(world, name, request, now)
        if isinstance(found, Unobserved):
            drift.append(unread(name, found))
            continue
        drift += found
        read.append(name)
    services = world.services()
    if services is not None:
        drift += exempt(audit_services(services, now), request.policy.exemptions, now.date())
    linted, unasked = world.lint() if lint else ((), ())
    return Audited((*drift, *linted), tuple(read), tuple(unasked))


def _audit(
    world: AuditWorld, name: str, request: AuditRequest, now: datetime
) -> tuple[Drift, ...] | Unobserved:
    return attempt(lambda: audit_repository(world.repository(name), request, now))


def audit_services(configured: ConfiguredServices, now: datetime) -> tuple[Drift, ...]:
    """Compare the services at Railway, and ask whether a bad deploy of each could be undone."""
    wanted = configured.wanted
    services = attempt(configured.find)
    if isinstance(services, Unobserved):
        found = list(service_drift(wanted, services, now))
    else:
        found = list(service_drift(wanted, attempt(services.observe), now))
        found += rollback_target_drift(_rollback_targets(services, configured.policy, now))
    return tuple(replace(row, repository=configured.repository) for row in found)


def _rollback_targets(
    services: Services, policy: Policy, now: datetime
) -> list[Finding] | Unobserved:
    """What each service would go back to, and for how long Railway keeps it."""
    facts = attempt(services.facts)
    records = attempt(services.records)
    known = () if isinstance(records, Unobserved) else records
    history = attempt(services.history)
    if isinstance(history, Unobserved):
        return history
    return list(check_targets(history, known, policy, facts, now))


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
            facts, {}, (), {}, (), _NOT_EXPECTED, _NOT_EXPECTED, _NOT_EXPECTED, {}
        )
    branches = repository.branches(request.branches_of(facts))
    workflows = read_workflows(repository, facts.default_branch)
    environments = attempt(repository.environments) if policy.environments else _NOT_EXPECTED
    places = policy.environments
    return RepositoryEvidence(
        facts=facts,
        protections={branch: _protection(repository, branch) for branch in branches},
        workflows=workflows,
        merged_heads={branch: _merged_heads(repository, branch) for branch in branches},
        schedules=_schedules(repository, workflows),
        secrets=attempt(lambda: repository.secrets(places)) if policy.secrets else _NOT_EXPECTED,
        variables=(
            attempt(lambda: repository.variables(places)) if policy.variables else _NOT_EXPECTED
        ),
        environments=environments,
        pushes=_pushes(repository, branches, request.history, now),
        security=attempt(repository.security),
        other_workflows={
            branch: read_workflows(repository, branch)
            for branch in branches
            if branch != facts.default_branch
        },
    )


def read_workflows(
    repository: Repository, branch: str
) -> tuple[Workflow | Unobserved, ...] | Unobserved:
    """The files of a branch; which are disabled is marked where the token may see it."""
    found = attempt(lambda: repository.workflows(branch))
    if isinstance(found, Unobserved) or not found:
        return found
    disabled = attempt(repository.disabled_workflows)
    if isinstance(disabled, Unobserved):
        return found
    return tuple(
        replace(workflow, is_disabled=True)
        if isinstance(workflow, Workflow) and workflow.path in disabled
        else workflow
        for workflow in found
    )


def _merged_heads(
    repository: Repository, branch: str
) -> tuple[frozenset[SeenCheck], ...] | Unobserved:
    return attempt(lambda: repository.merged_heads(branch))


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
