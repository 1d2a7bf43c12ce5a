"""`audit --fix`: what each branch lacks, and the change that gives it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Protocol

from pydantic import TypeAdapter

from verifier.commands.audit import (
    AuditRequest,
    AuditWorld,
    Repository,
    read_protection,
    read_workflows,
)
from verifier.commands.ports import attempt
from verifier.decide.drift.effective_bypass import with_deploy_keys
from verifier.decide.drift.fix import BranchToFix, plan_fix
from verifier.decide.drift.mergeable import Merging
from verifier.decide.drift.refused_actions import policies_of
from verifier.decide.drift.refused_pushes import Pushers
from verifier.decide.drift.reported_checks import reports_on_pull_request
from verifier.decide.drift.reports import Reports
from verifier.decide.drift.token_rights import default_rights
from verifier.errors import ProviderError
from verifier.model.audited_repository import DirectPush
from verifier.model.finding import Unobserved
from verifier.model.merging import Fix, MergeFacts
from verifier.model.protection import ProtectionPolicy, Setting
from verifier.model.pull_files import BaseBranch, PullFiles
from verifier.model.security_settings import RepositorySecurity

_FORMAT = "verifier.fix-plan/v1"


class ProtectionChanges(Protocol):
    """Changes what guards a branch."""

    def change(self, name: str, branch: str, fix: Fix) -> str:
        """
        Give a branch of the repository OWNER/NAME what it lacks; return the command to undo it.

        Raises:
            ProviderError: GitHub did not take it.
        """


@dataclass(frozen=True, slots=True)
class PlannedFix:
    """What one branch is to be given."""

    repository: str
    branch: str
    fix: Fix

    def lines(self) -> tuple[str, ...]:
        """Return it for a person, a line each."""
        place = f"{self.repository} {self.branch}".rstrip()
        wanted = [
            f"{setting} (at least {level})" if setting is Setting.APPROVALS else str(setting)
            for setting, level in self.fix.levels.items()
        ]
        wanted += [
            f"the check {check.name}" + (f" (of app {check.app_id})" if check.app_id else "")
            for check in self.fix.checks
        ]
        free = ", ".join(map(str, self.fix.bypass))
        bypass = f"bypass for {free} alone" if free else "no bypass"
        required = [f"{place}: require {what}, with {bypass}" for what in wanted]
        warned = [f"{place}: warning: {what}" for what in self.fix.warned]
        return (*required, *(f"{place}: not changed: {why}" for why in self.fix.refused), *warned)


_PLANS = TypeAdapter(tuple[PlannedFix, ...])


def plan_fixes(
    world: AuditWorld, names: Sequence[str], request: AuditRequest, today: date
) -> list[PlannedFix]:
    """Return what the branches lack; a repository that cannot be read keeps no other back."""
    planned: list[PlannedFix] = []
    for name in names:
        found = attempt(partial(_plan, world.repository(name), request, today))
        if isinstance(found, Unobserved):
            why = f"could not be read: {found.explained}"
            found = [PlannedFix(name, "", Fix({}, (), refused=(why,)))]
        planned += found
    return planned


def _plan(repository: Repository, request: AuditRequest, today: date) -> list[PlannedFix]:
    facts = repository.facts()
    if facts.is_archived:
        return []  # it is read-only
    planned: list[PlannedFix] = []
    settings = request.policy.settings
    security = attempt(lambda: repository.security(settings))
    for branch in repository.branches(request.branches_of(facts)):
        policy = request.policy.protection(facts.name, branch)
        base = BaseBranch(branch, facts.name, facts.default_branch, facts.place)
        reports = _reports(repository, base, policy, security)
        merging = Merging(reports, _facts(repository, branch, security), today)
        keys = security if isinstance(security, Unobserved) else security.writing_keys
        protection = with_deploy_keys(read_protection(repository, branch), keys)
        exemptions = request.policy.exemptions
        named = [each.bypass.actor for each in policy.permitted]
        actors = attempt(partial(repository.numbered, named))
        known = () if isinstance(actors, Unobserved) else actors
        foreign = attempt(partial(repository.why_not_ours, branch))
        pushers = Pushers(
            () if isinstance(reports, Unobserved) else reports.pushing,
            _pushed(repository, branch, today - request.history) if request.history else (),
            () if isinstance(keys, Unobserved) else keys,
        )
        seen = BranchToFix(
            facts.name, branch, protection, merging, exemptions, known, foreign, pushers
        )
        planned.append(PlannedFix(facts.name, branch, plan_fix(seen, policy, today)))
    return planned


def _pushed(repository: Repository, branch: str, since: date) -> tuple[DirectPush, ...]:
    """What came onto it without a pull request; none where that was not read, which is told."""
    begin = datetime.combine(since, time(), UTC)
    found = attempt(lambda: repository.direct_pushes(branch, begin))
    return () if isinstance(found, Unobserved) else found


def _facts(
    repository: Repository, branch: str, security: RepositorySecurity | Unobserved
) -> MergeFacts:
    return MergeFacts(
        attempt(lambda: repository.merged_heads(branch)),
        attempt(repository.merge_methods),
        attempt(repository.approvers),
        has_actions=isinstance(security, Unobserved) or security.has_actions is not False,
        action_policies=policies_of(security),
    )


def _reports(
    repository: Repository,
    base: BaseBranch,
    policy: ProtectionPolicy,
    security: RepositorySecurity | Unobserved,
) -> Reports | Unobserved:
    own = read_workflows(repository, base.name)
    if isinstance(own, Unobserved):
        return own
    shared = None if base.may_be_default else read_workflows(repository, base.default)
    rights, names = default_rights(security), frozenset(policy.checks)
    return reports_on_pull_request(PullFiles(own, shared), base, names, rights)


def carry_out(
    changes: ProtectionChanges, planned: Sequence[PlannedFix]
) -> Iterator[tuple[PlannedFix, str | ProviderError]]:
    """
    Make the changes, and yield after each one how it is undone, or why GitHub did not take it.

    One that GitHub does not take keeps none of the others back.
    """
    for each in planned:
        try:
            undo = changes.change(each.repository, each.branch, each.fix)
        except ProviderError as error:
            yield each, error
            continue
        if undo:
            yield each, undo


def dump_plan(planned: Sequence[PlannedFix]) -> str:
    """Return a plan as JSON, for a file that is reviewed and applied as it is."""
    value = {"format": _FORMAT, "branches": _PLANS.dump_python(tuple(planned), mode="json")}
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
