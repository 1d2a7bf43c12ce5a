"""
Which jobs a run skips: by their own condition, or with the jobs that they need.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#status-check-functions
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from verifier.decide.workflows.expression_syntax import NoExpressionError
from verifier.decide.workflows.expression_values import NotKnown, PartlyKnown
from verifier.decide.workflows.expressions import ExpressionScope, condition_of, holds
from verifier.model.workflow import Job


@dataclass(frozen=True, slots=True)
class Skipping:
    """Why a job may be skipped, though no required check failed."""

    reason: str
    is_certain: bool = False
    """Whether it is on every pull request."""
    by_failure: bool = False
    """Whether it is only where a job fails that is not required."""


@dataclass(frozen=True, slots=True)
class _Fate:
    """What becomes of one job, and what the jobs before it do to those that need it."""

    skipping: Skipping | None = None
    cause: Skipping | None = None
    """Why it would be skipped with a job before it."""
    optional: str = ""
    """The first job before it that is not required."""

    def with_it(self, name: str) -> Skipping | None:
        """Return why a job that needs this one is skipped with it."""
        skipping = self.skipping
        if skipping is None or skipping.by_failure or skipping is self.cause:
            return None
        return replace(skipping, reason=f"it is skipped with {name}: {skipping.reason}")


class Flow:
    """The jobs of one workflow, and which of them are skipped."""

    def __init__(
        self, jobs: Sequence[Job], is_required: Callable[[Job], bool], scope: ExpressionScope
    ) -> None:
        """`is_required` tells whether everything that a job reports is required."""
        self._jobs = {job.id: job for job in jobs}
        self._is_required = is_required
        self._scope = scope
        self._required: dict[str, bool] = {}
        self._known: dict[str, _Fate] = {}

    def why_skipped(self, job: Job) -> Skipping | None:
        """Return why a job may be skipped; None where it always runs."""
        left = [job]
        begun: set[str] = set()
        while left:
            needed = self._jobs_before(left[-1])
            unknown = [n for n in needed if n.id not in self._known and n.id not in begun]
            if unknown and left[-1].id not in begun:
                begun.add(left[-1].id)  # who needs itself is refused by GitHub
                left += unknown
                continue
            begun.add(left[-1].id)
            ready = left.pop()
            if ready.id not in self._known:
                self._known[ready.id] = self._fate(ready, needed)
        return self._known[job.id].skipping

    def failing_needs(self, job: Job) -> tuple[str, ...]:
        """Return the jobs before it that may fail, and in spite of whose failure it runs."""
        self.why_skipped(job)
        if self._holds(job, success=False, failure=True) is not True:
            return ()
        fates = [(before, self._known_fate(before)) for before in self._jobs_before(job)]
        return tuple(before.id for before, fate in fates if self._may_fail(before, fate))

    def skipped_needs(self, job: Job) -> tuple[Job, ...]:
        """Return the jobs before it that a pull request may skip by their own conditions."""
        self.why_skipped(job)
        if self._holds(job, success=NotKnown("success()"), failure=False) is not True:
            return ()
        return tuple(
            before
            for before in self._jobs_before(job)
            if before.condition and not self._is_needed(before) and self._may_be_skipped(before)
        )

    def _jobs_before(self, job: Job) -> list[Job]:
        return [self._jobs[name] for name in job.needs if name in self._jobs]

    def _known_fate(self, job: Job) -> "_Fate":
        return self._known.get(job.id, _Fate())

    def _may_be_skipped(self, job: Job) -> bool:
        skipping = self._known_fate(job).skipping
        return skipping is not None and not (skipping.is_certain or skipping.by_failure)

    def _fate(self, job: Job, needed: Sequence[Job]) -> "_Fate":
        """What becomes of a job; `success()` asks for those that its needs need as well."""
        fates = [(before, self._known_fate(before)) for before in needed]
        skips = [fate.with_it(before.id) for before, fate in fates]
        skips += [fate.cause for _, fate in fates]
        found = [skipping for skipping in skips if skipping is not None]
        cause = min(found, key=lambda skipping: not skipping.is_certain, default=None)
        optional = [before.id for before, fate in fates if self._may_fail(before, fate)]
        optional += [fate.optional for _, fate in fates if fate.optional]
        first = optional[0] if optional else ""
        return _Fate(self._why(job, cause, first), cause, first)

    def _may_fail(self, job: Job, fate: "_Fate") -> bool:
        """Whether it may fail on a pull request that can be merged: a skipped job never fails."""
        is_skipped = fate.skipping is not None and fate.skipping.is_certain
        return not is_skipped and not self._is_needed(job)

    def _is_needed(self, job: Job) -> bool:
        if job.id not in self._required:
            self._required[job.id] = self._is_required(job)
        return self._required[job.id]

    def _why(self, job: Job, cause: Skipping | None, optional: str) -> Skipping | None:
        if cause is not None and self._holds(job, success=False, failure=False) is True:
            cause = None  # its condition replaces success(), and what is skipped does not fail
        if cause is None and optional:
            reason = f"it is skipped when {optional}, which is not required, fails"
            cause = Skipping(reason, by_failure=True)
        success: bool | NotKnown = cause is None
        if cause is not None and not cause.is_certain:
            success = NotKnown("success()")
        failure: bool | NotKnown = NotKnown("failure()") if optional else False
        held = self._holds(job, success, failure)
        if held is True or (cause is not None and cause.by_failure and self._always_holds(job)):
            return None
        if cause is not None and self._holds(job, success=True, failure=False) is True:
            return cause
        if held is False:
            if self._is_queue():
                return Skipping(f"its condition {job.condition} holds in no merge queue", True)
            return Skipping(f"its condition {job.condition} holds on no pull request", True)
        return Skipping(f"it has the condition {job.condition}")

    def _is_queue(self) -> bool:
        github = self._scope.contexts.get("github")
        return isinstance(github, PartlyKnown) and github.known.get("event_name") == "merge_group"

    def _always_holds(self, job: Job) -> bool:
        """Tell whether its condition holds where the jobs before it pass, and where one fails."""
        ends = ((True, False), (False, True))
        return all(self._holds(job, passed, failed) is True for passed, failed in ends)

    def _holds(
        self, job: Job, success: bool | NotKnown, failure: bool | NotKnown
    ) -> bool | NotKnown:
        status = {"always": True, "cancelled": False, "success": success, "failure": failure}
        try:
            node = condition_of(job.condition or "success()")
        except NoExpressionError as error:
            return NotKnown(str(error))
        return holds(node, replace(self._scope, status=status))
