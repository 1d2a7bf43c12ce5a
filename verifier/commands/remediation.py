"""`audit --fix`: what each branch lacks, and the change that gives it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from verifier.commands.audit import AuditRequest, AuditWorld, Repository
from verifier.commands.ports import attempt
from verifier.decide.drift.fix import plan_fix
from verifier.decide.drift.reported_checks import Reports, reports_on_pull_request
from verifier.model.finding import Unobserved
from verifier.model.protection import Fix, Protection, Setting


class Changes(Protocol):
    """Changes what guards a branch."""

    def change(self, name: str, branch: str, fix: Fix) -> None:
        """Give a branch of the repository OWNER/NAME what it lacks; raises `ProviderError`."""


@dataclass(frozen=True, slots=True)
class PlannedFix:
    """What one branch is to be given."""

    repository: str
    branch: str
    fix: Fix

    def lines(self) -> tuple[str, ...]:
        """Return it for a person, a line each."""
        place = f"{self.repository} {self.branch}"
        wanted = [
            f"{setting} (at least {level})" if setting is Setting.APPROVALS else str(setting)
            for setting, level in self.fix.levels.items()
        ]
        wanted += [f"the check {name}" for name in self.fix.checks]
        required = [f"{place}: require {what}, with no bypass" for what in wanted]
        return (*required, *(f"{place}: not changed: {why}" for why in self.fix.refused))


def plan_fixes(
    world: AuditWorld, names: Sequence[str], request: AuditRequest, today: date
) -> list[PlannedFix]:
    """
    Return what the branches of these repositories lack.

    Raises:
        ProviderError: a repository could not be read; nothing was changed.
    """
    return [fix for name in names for fix in _plan(world.repository(name), request, today)]


def _plan(repository: Repository, request: AuditRequest, today: date) -> Iterator[PlannedFix]:
    facts = repository.facts()
    workflows = attempt(lambda: repository.workflows(facts.default_branch))
    for branch in repository.branches(request.branches):
        policy = request.policy.protection(facts.name, branch)
        reports: Reports | Unobserved
        if isinstance(workflows, Unobserved):
            reports = workflows
        else:
            reports = reports_on_pull_request(workflows, branch, frozenset(policy.checks))
        fix = plan_fix(_protection(repository, branch), policy, reports, today)
        yield PlannedFix(facts.name, branch, fix)


def _protection(repository: Repository, branch: str) -> Protection | Unobserved:
    return attempt(lambda: repository.protection(branch))


def carry_out(changes: Changes, planned: Sequence[PlannedFix]) -> None:
    """
    Make the changes.

    Raises:
        ProviderError: GitHub did not take one; those before it were made.
    """
    for each in planned:
        changes.change(each.repository, each.branch, each.fix)
