"""
Which jobs a run skips: by their own condition, or with the jobs that they need.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#status-check-functions
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from verifier.decide.workflows.expression_syntax import NoExpressionError
from verifier.decide.workflows.expression_values import NotKnown
from verifier.decide.workflows.expressions import Scope, condition_of, holds
from verifier.model.workflow import Job


@dataclass(frozen=True, slots=True)
class Skipping:
    """Why a job may be skipped, though no required check failed."""

    reason: str
    is_certain: bool = False
    """Whether it is on every pull request."""
    by_failure: bool = False
    """Whether it is only where a job fails that is not required."""


class Flow:
    """The jobs of one workflow, and which of them are skipped."""

    def __init__(
        self, jobs: Sequence[Job], is_required: Callable[[Job], bool], scope: Scope
    ) -> None:
        """`is_required` tells whether everything that a job reports is required."""
        self._jobs = {job.id: job for job in jobs}
        self._is_required = is_required
        self._scope = scope
        self._known: dict[str, Skipping | None] = {}

    def why_skipped(self, job: Job) -> Skipping | None:
        """Return why a job may be skipped; None where it always runs."""
        if job.id not in self._known:
            self._known[job.id] = None  # who needs itself is refused by GitHub
            self._known[job.id] = self._why(job)
        return self._known[job.id]

    def _needed(self, job: Job) -> Iterator[Job]:
        """All jobs before this one: `success()` asks for those that its needs need as well."""
        left, seen = list(job.needs), {job.id}
        while left:
            name = left.pop(0)
            if name in self._jobs and name not in seen:
                seen.add(name)
                yield self._jobs[name]
                left += self._jobs[name].needs

    def _why(self, job: Job) -> Skipping | None:
        needed = list(self._needed(job))
        skipped = {before.id: self.why_skipped(before) for before in needed}
        with_it = [
            replace(skipping, reason=f"it is skipped with {name}: {skipping.reason}")
            for name, skipping in skipped.items()
            if skipping is not None and not skipping.by_failure
        ]
        with_it += [
            Skipping(
                f"it is skipped when {before.id}, which is not required, fails", by_failure=True
            )
            for before in needed
            if not self._is_required(before)
        ]
        cause = min(with_it, key=lambda skipping: not skipping.is_certain, default=None)
        success: bool | NotKnown = cause is None
        if cause is not None and not cause.is_certain:
            success = NotKnown("success()")
        is_unsure = any(skipping.by_failure for skipping in with_it)
        failure: bool | NotKnown = NotKnown("failure()") if is_unsure else False
        held = self._holds(job, success, failure)
        if held is True:
            return None
        if cause is not None and self._holds(job, success=True, failure=False) is True:
            return cause
        if held is False:
            return Skipping(f"its condition {job.condition} holds on no pull request", True)
        return Skipping(f"it has the condition {job.condition}")

    def _holds(
        self, job: Job, success: bool | NotKnown, failure: bool | NotKnown
    ) -> bool | NotKnown:
        status = {"always": True, "cancelled": False, "success": success, "failure": failure}
        try:
            node = condition_of(job.condition or "success()")
        except NoExpressionError as error:
            return NotKnown(str(error))
        return holds(node, replace(self._scope, status=status))
