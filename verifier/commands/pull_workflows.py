"""The workflow files of a pull request: does it take a required job away?"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from verifier.commands.ports import attempt
from verifier.decide.drift.required_jobs import JOB, check_required_jobs
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.pull_files import BaseBranch, PullFiles
from verifier.model.workflow import Workflow


class WorkflowSource(Protocol):
    """A checkout of a branch. Each method may raise a `ProviderError`."""

    def workflows(self) -> list[Workflow | Unobserved]: ...
    def workflows_of_base(self) -> list[Workflow | Unobserved] | Unobserved: ...
    def workflows_of(self, branch: str) -> list[Workflow | Unobserved] | Unobserved: ...


def compare_jobs(
    pull: WorkflowSource, checks: Sequence[str], base: BaseBranch
) -> Iterator[Finding]:
    """Yield what the branch does to those `checks` that its base requires."""
    before = attempt(pull.workflows_of_base)
    after = attempt(pull.workflows)
    if isinstance(after, Unobserved):
        return
    shared = None if base.may_be_default else attempt(lambda: pull.workflows_of(base.default))
    was = before if isinstance(before, Unobserved) else PullFiles(before, shared)
    will_be = PullFiles(after, shared)
    found = attempt(lambda: [*check_required_jobs(was, will_be, checks, base)])
    if isinstance(found, Unobserved):
        yield Finding(JOB, Outcome.INCONCLUSIVE, found.reason, hint=found.hint)
    else:
        yield from found
