"""
Which gates a repository has for what reaches one environment from one branch.

A gate that never runs for it, or judges another environment, judges nothing of it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from verifier.decide.drift.event_filters import why_other_branch
from verifier.decide.workflows.expression_syntax import NoExpressionError
from verifier.decide.workflows.expression_values import NotKnown, PartlyKnown, Term
from verifier.decide.workflows.expressions import STATUS, ExpressionScope, condition_of, holds
from verifier.decide.workflows.gate_targets import PlacedStep, gate_step, judges_elsewhere
from verifier.decide.workflows.own_steps import is_gate, runs_gate
from verifier.decide.workflows.placed_jobs import MOST_JOBS, elsewhere, placed_jobs
from verifier.decide.workflows.runs_after import ancestors
from verifier.model.workflow import Job, Trigger, Workflow

#: What starts a gate for a commit that Railway deploys by itself.
_OF_PUSHES = ("push", "deployment_status")
#: Who makes the deployments of Railway at GitHub.
_RAILWAY_BOT = "railway-app[bot]"
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
        pushed = self._scope(workflow, "push")
        is_pushed = "push" in workflow.triggers and any(
            not _is_false(upload.placed.job.condition, pushed) for upload in uploads
        )
        own = list(self._gates(workflow, "push" if is_pushed else ""))
        following = [
            gate
            for other in self.workflows.values()
            if (run := other.triggers.get("workflow_run"))
            and workflow.name in run.workflows
            and not self._is_of_others(run)
            for gate in self._gates(other, "workflow_run", "push" if is_pushed else "")
        ]
        found = []
        for upload in uploads:
            behind = [gate for gate in own if not gate.is_before(upload, workflow)]
            found.append(_left_by([*behind, *following], upload.services))
        return tuple(found)

    def judge_pushes(self) -> bool:
        """Tell whether a workflow judges what Railway deploys by itself after a push."""
        return any(True for _ in self.of_pushes())

    def waited_for(self) -> tuple[str, ...]:
        """Return the services that the gates of pushes alone wait for; empty for all."""
        gates = list(self.of_pushes())
        if any(not gate.services for gate in gates):
            return ()
        return tuple(dict.fromkeys(name for gate in gates for name in gate.services))

    def of_pushes(self) -> Iterator[PlacedStep]:
        """Yield the gates for what Railway deploys by itself after a push."""
        for workflow in self.workflows.values():
            for event in _OF_PUSHES:
                trigger = workflow.triggers.get(event)
                if trigger and not _is_of_tags(trigger) and not self._is_of_others(trigger):
                    yield from self._gates(workflow, event)

    def _is_of_others(self, trigger: Trigger) -> bool:
        """Tell whether it starts nothing for the deployed branch."""
        if not self.branch or _is_of_tags(trigger):
            return False
        return bool(why_other_branch(trigger, self.branch))

    def _gates(
        self, workflow: Workflow, event: str = "", followed: str = ""
    ) -> Iterator[PlacedStep]:
        """
        Yield the gates that a workflow runs for this environment after what went well.

        `followed` is the event of the run that it follows, where it is known.
        """
        alone = next(iter(workflow.triggers), "") if len(workflow.triggers) == 1 else ""
        scope = self._scope(workflow, event or alone, followed)
        skipped = _skipped(workflow, scope)
        never = [job for job in workflow.jobs if job.id in skipped]

        def runs(job: Job) -> bool:
            return not any(job is each for each in never) and not _is_false(job.condition, scope)

        for each in islice(placed_jobs(workflow, self.workflows, scope, runs=runs), MOST_JOBS):
            if not runs_gate(each.job) or each.job.id in _skipped(each.workflow, each.scope):
                continue
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

    def _scope(self, workflow: Workflow, event: str, followed: str = "") -> ExpressionScope:
        """Return what is known in a run of an event for the deployed branch."""
        known: dict[str, Term] = {}
        trigger = workflow.triggers.get(event, Trigger())
        if self.branch and not trigger.tags and not self._is_of_others(trigger):
            if event == "push":
                ref = f"refs/heads/{self.branch}"
                known = {"event_name": event, "ref": ref, "ref_name": self.branch}
            elif event == "workflow_run":
                ended = {"head_branch": self.branch, "conclusion": "success"}
                ended |= {"event": followed} if followed else {}
                run = PartlyKnown("github.event.workflow_run", ended)
                known = {"event": PartlyKnown("github.event", {"workflow_run": run})}
                known["event_name"] = event
            elif event == "deployment_status":
                known = {"event_name": event, "event": self._deployed()}
        return ExpressionScope({"github": PartlyKnown("github", known)}, _UNTOLD)

    def _deployed(self) -> PartlyKnown:
        """Return what Railway tells GitHub of a deployment of this environment."""
        of_all: dict[str, Term] = {}
        if self.project and self.environment:
            of_all = {"environment": f"{self.project} / {self.environment}"}
        told: dict[str, Term] = {}
        for name in ("deployment", "deployment_status"):
            what = f"github.event.{name}"
            by = PartlyKnown(f"{what}.creator", {"login": _RAILWAY_BOT})
            told[name] = PartlyKnown(what, {**of_all, "creator": by})
        return PartlyKnown("github.event", told)


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
