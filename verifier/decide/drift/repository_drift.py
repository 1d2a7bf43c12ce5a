"""All questions about one repository, each drift with its repository and branch."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from verifier.decide.drift.code_owners import code_owner_drift
from verifier.decide.drift.exemptions import exempt
from verifier.decide.drift.mergeable import why_no_method
from verifier.decide.drift.protection_drift import protection_drift
from verifier.decide.drift.stored_names import environment_drift, name_drift, push_drift
from verifier.decide.questions.action_drift import retired_node_drift
from verifier.decide.questions.check_reported_drift import checks_drift
from verifier.decide.questions.gate_run_drift import gate_run_drift, parked_gate_drift
from verifier.decide.questions.pipeline_drift import pipeline_drift
from verifier.decide.questions.repository_setting_drift import security_drift
from verifier.decide.questions.schedule_drift import mask_drift, missing_schedules, schedule_drift
from verifier.decide.questions.secret_drift import read_secret_drift
from verifier.decide.workflows.job_permissions import PERMISSIVE, RESTRICTED
from verifier.decide.workflows.refused_files import why_not_accepted
from verifier.model.audited_repository import RepositoryEvidence
from verifier.model.finding import NotAsked, Outcome, Unobserved
from verifier.model.named_values import WantedEnvironment, WantedName
from verifier.model.phrases import first_of
from verifier.model.protection import (
    Demand,
    Drift,
    DriftKind,
    Exemption,
    Protection,
    ProtectionPolicy,
    Setting,
)
from verifier.model.security_settings import RepositorySecurity, SettingsPolicy, WorkflowToken
from verifier.model.workflow import Value, Workflow

_ALWAYS_WATCHED = SettingsPolicy()
#: What is asked of the files in `.github/workflows` alone, in the order of the report.
_OF_WORKFLOWS: tuple[Callable[[Sequence[Workflow | Unobserved]], Iterator[Drift]], ...] = (
    mask_drift,
    gate_run_drift,
    pipeline_drift,
    retired_node_drift,
)


@dataclass(frozen=True, slots=True)
class AuditPolicy:
    """What a repository should be like."""

    protection: Callable[[str, str], ProtectionPolicy]
    """By repository and branch."""
    exemptions: tuple[Exemption, ...] = ()
    secrets: tuple[WantedName, ...] = ()
    secrets_read: Demand = Demand.IGNORED
    """How much each secret that a job reads is wanted where the job is given it."""
    variables: tuple[WantedName, ...] = ()
    secrets_renewed_within: timedelta | None = None
    environments: tuple[WantedEnvironment, ...] = ()
    scheduled: tuple[str, ...] = ()
    settings: SettingsPolicy = _ALWAYS_WATCHED


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
        yield Drift("protection", "a branch to protect", text, "GitHub", Outcome.WARN)
        return
    if evidence.facts.is_archived:
        text = "it is archived: read-only, so nothing can be merged or deployed from it"
        hint = "unarchive it, or leave it out of the audit"
        yield Drift("protection", "a branch to protect", text, "GitHub", Outcome.WARN, hint)
        return
    if not evidence.facts.default_branch:
        text = "its default branch is not visible to this token"
        hint = "it needs Contents: read"
        unseen = Outcome.INCONCLUSIVE
        yield Drift("protection", "a branch to protect", text, "GitHub", unseen, hint)
        return
    for branch, protection in evidence.protections.items():
        for row in _branch_drift(evidence, branch, protection, policy, now.date()):
            yield replace(row, branch=branch)
    yield from _unread_workflows(evidence.workflows)
    if isinstance(evidence.workflows, tuple):
        for question in _OF_WORKFLOWS:
            yield from question(evidence.workflows)
        if not isinstance(evidence.waiting_runs, NotAsked):
            yield from parked_gate_drift(evidence.workflows, evidence.waiting_runs, now)
        yield from missing_schedules(evidence.workflows, policy.scheduled)
    if not isinstance(evidence.security, NotAsked):
        yield from security_drift(evidence.security, policy.settings)
    facts = evidence.facts
    silence = None if facts.is_private else facts.pushed_at
    if not isinstance(evidence.schedules, NotAsked):
        yield from schedule_drift(evidence.schedules, silence, now)
    if not isinstance(evidence.secrets, NotAsked):
        renewed = policy.secrets_renewed_within
        yield from name_drift(DriftKind.SECRET, policy.secrets, evidence.secrets, renewed, now)
        workflows = evidence.workflows if isinstance(evidence.workflows, tuple) else ()
        demand, stored = policy.secrets_read, evidence.secrets
        yield from read_secret_drift(demand, workflows, policy.secrets, stored)
    if not isinstance(evidence.variables, NotAsked):
        yield from name_drift(DriftKind.VARIABLE, policy.variables, evidence.variables, None, now)
    if not isinstance(evidence.environments, NotAsked):
        yield from environment_drift(
            policy.environments,
            evidence.environments,
            evidence.protections.get(facts.default_branch),
            _read(evidence.workflows),
        )


def _read(workflows: Sequence[Workflow | Unobserved] | Unobserved) -> tuple[Workflow, ...]:
    found = () if isinstance(workflows, Unobserved) else workflows
    return tuple(each for each in found if isinstance(each, Workflow))


def default_rights(security: RepositorySecurity | Unobserved | NotAsked) -> Value:
    """Return what a workflow's token may where no file says so; None where that is not known."""
    token = security.workflow_token if isinstance(security, RepositorySecurity) else None
    if not isinstance(token, WorkflowToken):
        return None
    return PERMISSIVE if token.may_write else RESTRICTED


def _unread_workflows(
    workflows: tuple[Workflow | Unobserved, ...] | Unobserved,
) -> Iterator[Drift]:
    """What was not read at all is not known; what GitHub cannot read either is a mistake."""
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
    read = {each.path: each for each in workflows if isinstance(each, Workflow)}
    faults = [why_not_accepted(each, read, is_complete=not unread) for each in read.values()]
    refused = [each.reason for each in unread if each.is_final]
    refused += dict.fromkeys(fault for fault in faults if fault)
    if refused:
        actual = f"GitHub runs no job of a file that it cannot read: {first_of(refused, 3)}"
        yield Drift(DriftKind.REFUSED_WORKFLOWS, "readable", actual, "workflows", Outcome.WARN)


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
        base, files = evidence.base(branch), evidence.files_of(branch)
        rights = default_rights(evidence.security)
        yield from checks_drift(base, protection, files, heads, rights)
        yield from _method_drift(protection, evidence.security)
        if branch in evidence.code_owners:
            yield from code_owner_drift(protection, wanted, evidence.code_owners[branch])
    if branch in evidence.pushes:
        yield from push_drift(evidence.pushes[branch])


def _method_drift(
    protection: Protection, security: RepositorySecurity | Unobserved | NotAsked
) -> Iterator[Drift]:
    """No way in which a pull request could be merged, where that was seen."""
    if isinstance(security, RepositorySecurity) and not isinstance(
        security.merge_methods, Unobserved
    ):
        for actual in why_no_method(protection, security.merge_methods):
            hint = "allow squash or rebase merging in Settings > General > Pull Requests"
            setting, expected = Setting.LINEAR_HISTORY, "a way to merge pull requests"
            yield Drift(setting, expected, actual, "repository settings", Outcome.FAIL, hint)


def severity_of(drift: Sequence[Drift]) -> Outcome:
    """Return the worst of it; no drift at all passes."""
    outcomes = [row.severity for row in drift]
    return max(outcomes, key=lambda outcome: outcome.rank, default=Outcome.PASS)
