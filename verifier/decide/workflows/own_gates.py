"""
Which gates a repository has for what reaches one environment from one branch.

A gate that never runs for it, or judges another environment, judges nothing of it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from verifier.decide.drift.event_filters import depends_on_paths
from verifier.decide.workflows.expression_syntax import NoExpressionError
from verifier.decide.workflows.expression_values import NotKnown, PartlyKnown, Term
from verifier.decide.workflows.expressions import STATUS, ExpressionScope, condition_of, holds
from verifier.decide.workflows.followed_runs import StartedBy, known_of, of_branch, of_tags
from verifier.decide.workflows.gate_targets import PlacedStep, gate_step, judges_elsewhere
from verifier.decide.workflows.own_steps import is_gate, runs_gate, with_called_gate
from verifier.decide.workflows.placed_jobs import MOST_JOBS, elsewhere, placed_jobs
from verifier.decide.workflows.runs_after import ancestors
from verifier.model.workflow import Job, Trigger, Workflow

#: What starts a gate for a commit that Railway deploys by itself.
_OF_PUSHES = ("push", "deployment_status")
_UNTOLD = {name: NotKnown(name) for name in STATUS} | {"always": True}
_WENT_WELL = {"success": True, "failure": False, "cancelled": False}


@dataclass(frozen=True, slots=True)
class OwnGates:
    """The gates in the workflows of a repository, their own and those that they call."""

    workflows: Mapping[str, Workflow]
    """By their paths."""
    text_of: Callable[[str], str | None]
    """Of a file of the repository, for the configurations of gates."""
    environment: str
    """Of Railway; empty where it is not known."""
    branch: str
    """The deployed one; empty where it is not known."""
    project: str = ""
    """Of Railway; empty where it is not known."""

    def unjudged(
        self, workflow: Workflow, uploads: Sequence[PlacedStep]
    ) -> tuple[tuple[str, ...] | None, ...]:
        """
        Return of each upload of a workflow the services that no gate judges: often none.

        None stands for an upload that has no gate at all: neither the workflow nor one that follows
        it judges any of it. Where a push starts one of them, that push is asked about.
        """
        runs = self._runs(workflow, uploads)
        own = [gate for run in runs for gate in self._gates(workflow, run)]
        following = [gate for run in runs for gate in self._following(workflow, run)]
        found = []
        for upload in uploads:
            behind = [gate for gate in own if not gate.is_before(upload, workflow)]
            found.append(_left_by([*behind, *following], upload.services))
        return tuple(found)

    def _runs(self, workflow: Workflow, uploads: Sequence[PlacedStep]) -> Sequence[StartedBy]:
        """Return the runs in which a workflow uploads: of the deployed branch where it may."""
        pushed = of_branch("push", self.branch)
        push = workflow.triggers.get("push")
        if push and self._uploads_in(pushed, workflow, uploads):
            return [pushed]
        alone = next(iter(workflow.triggers), "") if len(workflow.triggers) == 1 else ""
        if alone != "push":
            return [of_branch(alone, self.branch)]
        tagged = [run for run in of_tags(workflow) if self._uploads_in(run, workflow, uploads)]
        return tagged or [of_branch("push", self.branch)]

    def _uploads_in(
        self, run: StartedBy, workflow: Workflow, uploads: Sequence[PlacedStep]
    ) -> bool:
        scope = self._scope(workflow, run)
        return not run.never_starts(workflow.triggers["push"]) and any(
            not _is_false(upload.placed.job.condition, scope) for upload in uploads
        )

    def _following(self, workflow: Workflow, run: StartedBy) -> Iterator[PlacedStep]:
        """Yield the gates of what follows a run, and of what follows that."""
        left = [(workflow, run)]
        known = {workflow.path}
        for before, begun in left:
            behind = StartedBy("workflow_run", begun.ref, begun.event)
            for other in self.workflows.values():
                trigger = other.triggers.get("workflow_run", Trigger())
                is_behind = before.name in trigger.workflows and not behind.never_starts(trigger)
                if not is_behind or other.path in known:
                    continue
                known.add(other.path)
                yield from self._gates(other, behind)
                # What is skipped as a whole has not gone well.
                if len(_skipped(other, self._scope(other, behind))) < len(other.jobs):
                    left.append((other, behind))

    def upload_failures(self, workflow: Workflow, uploads: Sequence[PlacedStep]) -> bool:
        """Tell whether a workflow follows another one, and uploads what has failed there too."""
        if "workflow_run" not in workflow.triggers:
            return False
        run = replace(of_branch("workflow_run", self.branch), conclusion="failure")
        scope = self._scope(workflow, run)
        skipped = _skipped(workflow, scope)
        return any(
            upload.placed.root not in skipped
            and not _is_false(upload.placed.job.condition, scope)
            and not _is_false(upload.placed.job.steps[upload.number].condition, scope)
            for upload in uploads
        )

    def judge_pushes(self) -> bool:
        """Tell whether a workflow judges what Railway deploys by itself after a push."""
        return any(True for _ in self._of_pushes())

    def waited_for(self) -> tuple[str, ...]:
        """Return the services that the gates of pushes alone wait for; empty for all."""
        gates = [gate for _, _, gate in self._of_pushes()]
        if any(not gate.services for gate in gates):
            return ()
        return tuple(dict.fromkeys(name for gate in gates for name in gate.services))

    def by_paths(self) -> tuple[str, ...]:
        """
        Return the workflows of the gates of pushes where all run for certain paths alone.

        A gate of single services is taken to have the paths of those.
        """
        gates = list(self._of_pushes())
        if any(gate.services or not depends_on_paths(trigger) for _, trigger, gate in gates):
            return ()
        return tuple(dict.fromkeys(path for path, _, _ in gates))

    def _of_pushes(self) -> Iterator[tuple[str, Trigger, PlacedStep]]:
        """Yield the gates for what Railway deploys by itself after a push, and their triggers."""
        for workflow in self.workflows.values():
            for event in _OF_PUSHES:
                trigger = workflow.triggers.get(event)
                run = of_branch(event, self.branch)
                if trigger and not _is_of_tags(trigger) and not run.never_starts(trigger):
                    for gate in self._gates(workflow, run):
                        yield workflow.path, trigger, gate

    def _gates(self, workflow: Workflow, run: StartedBy) -> Iterator[PlacedStep]:
        """Yield the gates that a workflow runs for this environment after what went well."""
        scope = self._scope(workflow, run)
        placed = placed_jobs(workflow, self.workflows, scope, skipped_in=_skipped)
        for found in islice(placed, MOST_JOBS):
            if not runs_gate(found.job):
                continue
            each = replace(found, job=with_called_gate(found.job))
            within = _after_success(each.job, each.scope)
            if self.environment and elsewhere(each, self.environment):
                continue
            for number, step in enumerate(each.job.steps):
                if is_gate(step) and not _is_false(step.condition, within):
                    gate = gate_step(each, number)
                    if not self.environment or not judges_elsewhere(
                        gate, self.environment, self.text_of
                    ):
                        yield gate

    def _scope(self, workflow: Workflow, run: StartedBy) -> ExpressionScope:
        known: Mapping[str, Term] = {}
        if not run.never_starts(workflow.triggers.get(run.event, Trigger())):
            known = known_of(run, self.project, self.environment)
        return ExpressionScope({"github": PartlyKnown("github", known)}, _UNTOLD)


def _is_of_tags(trigger: Trigger) -> bool:
    """Tell whether tags alone start it: Railway deploys branches."""
    return bool(trigger.tags) and not (trigger.branches or trigger.branches_ignore)


def _skipped(workflow: Workflow, scope: ExpressionScope) -> frozenset[str]:
    """Return the jobs that are certainly skipped where all that runs goes well."""
    before = ancestors(workflow)
    found: set[str] = set()
    for job in sorted(workflow.jobs, key=lambda job: len(before[job.id])):
        within = _after_success(job, scope, found)
        # Without a status function GitHub asks for the success of all jobs before it.
        status = {**within.status, "success": not before[job.id] & found}
        if _is_false(job.condition, replace(within, status=status)):
            found.add(job.id)
    return frozenset(found)


def _after_success(
    job: Job, scope: ExpressionScope, skipped: Collection[str] = ()
) -> ExpressionScope:
    """Return what a gate is told where all before it went well: else there is nothing to judge."""
    needs: dict[str, Term] = {
        id_.lower(): PartlyKnown(
            f"needs.{id_}", {"result": "skipped" if id_ in skipped else "success"}
        )
        for id_ in job.needs
    }
    steps: dict[str, Term] = {
        step.id.lower(): PartlyKnown(
            f"steps.{step.id}", {"outcome": "success", "conclusion": "success"}
        )
        for step in job.steps
        if step.id
    }
    within = scope.having(needs=PartlyKnown("needs", needs), steps=PartlyKnown("steps", steps))
    return replace(within, status=_UNTOLD | _WENT_WELL)


def _left_by(gates: Sequence[PlacedStep], services: Sequence[str]) -> tuple[str, ...] | None:
    """Return which of the services of an upload no gate waits for; None where none is for it."""
    if not gates:
        return None
    waited = {name.casefold() for gate in gates for name in gate.services}
    if not services or any(not gate.services for gate in gates):
        return ()
    left = tuple(name for name in services if name.casefold() not in waited)
    return None if len(left) == len(services) else left


def _is_false(condition: str, scope: ExpressionScope) -> bool:
    try:
        return holds(condition_of(condition), scope) is False
    except NoExpressionError:
        return False
