"""Observes repositories and the services at Railway, and compares them with the configuration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from functools import partial
from typing import Protocol

from verifier.commands.audit_services import ConfiguredServices, audit_services
from verifier.commands.ports import attempt
from verifier.decide.drift.audit_report import Audited, unread
from verifier.decide.drift.code_owners import wants_owners
from verifier.decide.drift.exemptions import exempt
from verifier.decide.drift.question import AuditPolicy
from verifier.decide.drift.repository_drift import repository_drift
from verifier.decide.questions.gate_run_drift import has_gate
from verifier.decide.questions.history_drift import KIND as HISTORY
from verifier.decide.questions.railway_file_drift import railway_file_drift
from verifier.decide.questions.secret_drift import secrets_read
from verifier.decide.questions.service_drift import KIND as SERVICE
from verifier.errors import AbsentError, ProviderError
from verifier.model.audited_repository import (
    CodeOwners,
    DirectPush,
    RepositoryEvidence,
    RepositoryFacts,
)
from verifier.model.bypass import Actor
from verifier.model.finding import Finding, NotAsked, Unobserved
from verifier.model.merging import ReportedCheck
from verifier.model.named_values import GitHubEnvironment, StoredNames, WantedName
from verifier.model.protection import Demand, Drift, Protection
from verifier.model.railway_file import RailwayFile
from verifier.model.security_settings import RepositorySecurity, SettingsPolicy
from verifier.model.workflow import Schedule, WaitingRun, Workflow

_NOT_EXPECTED = NotAsked("none are configured")


class Repository(Protocol):
    """A repository at GitHub. Each method raises ProviderError where GitHub did not tell."""

    def facts(self) -> RepositoryFacts: ...
    def branches(self, patterns: Sequence[str]) -> tuple[str, ...]: ...
    def protection(self, branch: str) -> Protection: ...
    def numbered(self, named: Sequence[Actor]) -> tuple[Actor, ...]: ...
    def why_not_ours(self, branch: str) -> str: ...
    def workflows(self, branch: str) -> tuple[Workflow | Unobserved, ...]: ...
    def code_owners(self, branch: str) -> CodeOwners: ...
    def disabled_workflows(self) -> Mapping[str, bool | Unobserved]: ...
    def waiting_runs(self) -> tuple[WaitingRun, ...]: ...
    def merged_heads(self, branch: str) -> tuple[frozenset[ReportedCheck], ...]: ...
    def security(self, policy: SettingsPolicy) -> RepositorySecurity: ...
    def merge_methods(self) -> frozenset[str]: ...
    def approvers(self) -> int: ...
    def schedules(self, workflows: Sequence[Workflow]) -> tuple[Schedule, ...]: ...
    def secrets(self, wanted: Sequence[WantedName], environments: Sequence[str]) -> StoredNames: ...
    def variables(
        self, wanted: Sequence[WantedName], environments: Sequence[str]
    ) -> StoredNames: ...
    def environments(self, wanted: Sequence[str]) -> tuple[GitHubEnvironment, ...]: ...
    def direct_pushes(self, branch: str, since: datetime) -> tuple[DirectPush, ...]: ...
    def missed_answers(self) -> bool:
        """Whether a question was left without an answer that may come another time."""


class AuditWorld(Protocol):
    """What an audit looks at."""

    def repository(self, name: str) -> Repository:
        """Return the repository OWNER/NAME without asking for it."""

    def services(self) -> ConfiguredServices | None:
        """None where there is no token for them."""

    def railway_files(self) -> Sequence[RailwayFile]:
        """Return the checkout's own configuration of Railway."""

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
    Audit repositories one by one, then the services, and with `lint` what the checkout has.

    A repository that cannot be read is told and stops no other.
    """
    drift: list[Drift] = []
    read: list[str] = []
    branches: dict[str, None] = {}
    for name in names:
        found = _audit(world, name, request, now)
        if isinstance(found, Unobserved):
            drift.append(unread(name, found))
            continue
        drift += found.drift
        branches |= dict.fromkeys(found.branches)
        read.append(name)
    services = world.services()
    if services is not None:
        drift += exempt(audit_services(services, now), request.policy.exemptions, now.date())
    today = now.date()
    files = tuple(railway_file_drift(world.railway_files(), today)) if lint else ()
    drift += exempt(files, request.policy.exemptions, today)
    linted, unasked = world.lint() if lint else ((), ())
    return Audited(
        (*drift, *linted),
        tuple(read),
        tuple(unasked),
        branches=tuple(branches),
        not_asked=not_asked(request, has_services=services is not None),
    )


def not_asked(request: AuditRequest, *, has_services: bool) -> tuple[str, ...]:
    """Return the kinds of drift that an audit of this does not look for."""
    policy = request.policy
    asked = {question.kind: question.is_wanted(policy) for question in policy.questions}
    asked |= {HISTORY: bool(request.history), SERVICE: has_services}
    return tuple(kind.word for kind, is_asked in asked.items() if not is_asked)


@dataclass(frozen=True, slots=True)
class RepositoryAudit:
    """What differs in one repository, and in which branches of it that was looked for."""

    drift: tuple[Drift, ...]
    branches: tuple[str, ...]


def _audit(
    world: AuditWorld, name: str, request: AuditRequest, now: datetime
) -> RepositoryAudit | Unobserved:
    return attempt(lambda: audit_repository(world.repository(name), request, now))


def audit_repository(
    repository: Repository, request: AuditRequest, now: datetime
) -> RepositoryAudit:
    """
    Return what differs.

    Raises:
        ProviderError: the repository itself could not be read, or was gone at the end.
    """
    evidence = observe(repository, request, now)
    _refuse_gone(repository)
    drift = repository_drift(evidence, request.policy, now)
    return RepositoryAudit(drift, tuple(evidence.protections))


def _refuse_gone(repository: Repository) -> None:
    """GitHub says "not found" of what is off, and of all parts of a repository that is gone."""
    try:
        repository.facts()
    except AbsentError as error:
        told = "it was deleted or made private during the audit, or the token lost its right to it"
        raise AbsentError(told, error.said) from error
    except ProviderError:
        return  # what ended in another way is told where it did


def observe(repository: Repository, request: AuditRequest, now: datetime) -> RepositoryEvidence:
    """
    Read everything that the policy asks about; a part that fails is `Unobserved`.

    Raises:
        ProviderError: the repository itself could not be read.
    """
    facts = repository.facts()
    policy = request.policy
    if facts.is_empty or facts.is_archived or not facts.default_branch:
        return RepositoryEvidence(
            facts, {}, (), {}, (), _NOT_EXPECTED, _NOT_EXPECTED, _NOT_EXPECTED, {}
        )
    patterns = request.branches_of(facts)
    branches = repository.branches(patterns)
    workflows = read_workflows(repository, facts.default_branch)
    secrets = (*policy.secrets, *_read_by_jobs(policy, workflows))
    places = [environment.name for environment in policy.environments]
    environments = attempt(lambda: repository.environments(places)) if places else _NOT_EXPECTED
    return RepositoryEvidence(
        facts=facts,
        protections={branch: read_protection(repository, branch) for branch in branches},
        workflows=workflows,
        merged_heads={
            branch: attempt(partial(repository.merged_heads, branch)) for branch in branches
        },
        schedules=_schedules(repository, workflows),
        secrets=attempt(lambda: repository.secrets(secrets, places)) if secrets else _NOT_EXPECTED,
        variables=(
            attempt(lambda: repository.variables(policy.variables, places))
            if policy.variables
            else _NOT_EXPECTED
        ),
        environments=environments,
        pushes=_pushes(repository, branches, request.history, now),
        security=attempt(lambda: repository.security(policy.settings)),
        waiting_runs=_waiting_runs(repository, workflows),
        other_workflows={
            branch: read_workflows(repository, branch)
            for branch in branches
            if branch != facts.default_branch
        },
        unfit_branches=tuple(
            p for p in patterns if not any(b == p or fnmatchcase(b, p) for b in branches)
        ),
        code_owners={
            branch: attempt(partial(repository.code_owners, branch))
            for branch in branches
            if wants_owners(policy.protection(facts.name, branch))
        },
    )


def read_workflows(
    repository: Repository, branch: str
) -> tuple[Workflow | Unobserved, ...] | Unobserved:
    """The files of a branch, each with whether it is disabled, or why that was not seen."""
    found = attempt(lambda: repository.workflows(branch))
    if isinstance(found, Unobserved) or not found:
        return found
    disabled = attempt(repository.disabled_workflows)
    unread = disabled if isinstance(disabled, Unobserved) else False
    by_path = {} if isinstance(disabled, Unobserved) else disabled
    return tuple(
        replace(each, is_disabled=by_path.get(each.path, unread))
        if isinstance(each, Workflow)
        else each
        for each in found
    )


def _read_by_jobs(
    policy: AuditPolicy, workflows: tuple[Workflow | Unobserved, ...] | Unobserved
) -> tuple[WantedName, ...]:
    if policy.secrets_read is Demand.IGNORED or isinstance(workflows, Unobserved):
        return ()
    return secrets_read(workflows)


def read_protection(repository: Repository, branch: str) -> Protection | Unobserved:
    """Return how a branch is protected; a failure to read it is `Unobserved`."""
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


def _waiting_runs(
    repository: Repository, workflows: tuple[Workflow | Unobserved, ...] | Unobserved
) -> tuple[WaitingRun, ...] | Unobserved | NotAsked:
    if isinstance(workflows, Unobserved) or not has_gate(workflows):
        return NotAsked("no workflow has a gate")
    return attempt(repository.waiting_runs)


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
