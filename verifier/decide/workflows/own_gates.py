"""
Which gates a repository has for what reaches one environment from one branch.

A gate that never runs for it, or judges another environment, judges nothing of it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from verifier.decide.drift.event_filters import why_other_branch
from verifier.decide.workflows.expression_syntax import NoExpressionError
from verifier.decide.workflows.expression_values import NotKnown, PartlyKnown, Term
from verifier.decide.workflows.expressions import STATUS, ExpressionScope, condition_of, holds
from verifier.decide.workflows.own_steps import COMMANDS, GATE, is_gate, is_own_action
from verifier.decide.workflows.placed_jobs import MOST_JOBS, elsewhere, placed_jobs, scope_of
from verifier.model.workflow import Job, Step, Trigger, Workflow

#: What starts a gate for a commit that Railway deploys by itself.
_OF_PUSHES = ("push", "deployment_status")
_ACTION_FILES = ("action.yml", "action.yaml")
_USES = re.compile(r"^[ -]*uses:[ \t]*[\"']?([^\s\"']+)", re.MULTILINE)
#: Of a line; nobody writes a longer one.
_LONGEST = 2_000
_OTHER_COMMAND = re.compile(
    rf"^[ \t]*command:[ \t]*[\"']?(?:{'|'.join(sorted(COMMANDS - {GATE}))})\b", re.MULTILINE
)
_UNTOLD = {name: NotKnown(name) for name in STATUS} | {"always": True}


@dataclass(frozen=True, slots=True)
class OwnGates:
    """The gates in the workflows of a repository, their own and those that they call."""

    workflows: Mapping[str, Workflow]
    """By their paths."""
    text_of: Callable[[str], str | None]
    """Of a file of the repository, for its own actions."""
    environment: str
    """Of Railway; empty where it is not known."""
    branch: str
    """The deployed one; empty where it is not known."""

    def judge_upload(self, workflow: Workflow, uploading: Sequence[Job]) -> bool:
        """
        Tell whether a workflow, or one that follows it, judges what it uploads.

        `uploading` are its jobs that do. Where a push starts one of them, that push is asked about.
        """
        pushed = self._scope(workflow, "push")
        is_pushed = "push" in workflow.triggers and any(
            not _is_false(job.condition, pushed) for job in uploading
        )
        return self._runs_gate(workflow, "push" if is_pushed else "") or any(
            self._runs_gate(other)
            for other in self.workflows.values()
            if (run := other.triggers.get("workflow_run"))
            and workflow.name in run.workflows
            and not self._is_of_others(run)
        )

    def judge_pushes(self) -> bool:
        """Tell whether a workflow judges what Railway deploys by itself after a push."""
        return any(
            self._runs_gate(workflow, event)
            for workflow in self.workflows.values()
            for event in _OF_PUSHES
            if (trigger := workflow.triggers.get(event)) and not self._is_of_others(trigger)
        )

    def _is_of_others(self, trigger: Trigger) -> bool:
        """Tell whether it starts nothing for the deployed branch."""
        is_of_tags = bool(trigger.tags) and not trigger.branches
        return bool(self.branch) and not is_of_tags and bool(why_other_branch(trigger, self.branch))

    def _runs_gate(self, workflow: Workflow, event: str = "") -> bool:
        alone = next(iter(workflow.triggers), "") if len(workflow.triggers) == 1 else ""
        scope = self._scope(workflow, event or alone)

        def runs(condition: str) -> bool:
            return not _is_false(condition, scope)

        placed = placed_jobs(
            workflow, self.workflows, scope_of({}), runs=lambda job: runs(job.condition)
        )
        return any(
            any(runs(step.condition) and self._is_gate(step) for step in each.job.steps)
            and not (self.environment and elsewhere(each, self.environment))
            for each in islice(placed, MOST_JOBS)
        )

    def _scope(self, workflow: Workflow, event: str) -> ExpressionScope:
        """Return what is known in a run of an event for the deployed branch."""
        known: dict[str, Term] = {}
        trigger = workflow.triggers.get(event, Trigger())
        if self.branch and not trigger.tags and not self._is_of_others(trigger):
            if event == "push":
                ref = f"refs/heads/{self.branch}"
                known = {"event_name": event, "ref": ref, "ref_name": self.branch}
            elif event == "workflow_run":
                run = PartlyKnown("github.event.workflow_run", {"head_branch": self.branch})
                known = {"event": PartlyKnown("github.event", {"workflow_run": run})}
        return ExpressionScope({"github": PartlyKnown("github", known)}, _UNTOLD)

    def _is_gate(self, step: Step) -> bool:
        if is_gate(step) or not step.uses.startswith("./"):
            return is_gate(step)
        folder = step.uses.removeprefix("./").strip("/")
        texts = (self.text_of(f"{folder}/{name}".lstrip("/")) for name in _ACTION_FILES)
        return any(text is not None and _starts_gate(text) for text in texts)


def _starts_gate(action: str) -> bool:
    """Tell whether an action of the repository starts the verifier's gate."""
    if any(is_own_action(uses, {}) for uses in _USES.findall(action)):
        return not _OTHER_COMMAND.search(action)
    said = (line.strip().removeprefix("- ").removeprefix("run:") for line in action.splitlines())
    lines = (line for line in said if "verifier" in line and len(line) <= _LONGEST)
    return any(is_gate(Step(0, "", "", line, goes_on=False)) for line in lines)


def _is_false(condition: str, scope: ExpressionScope) -> bool:
    try:
        return bool(condition) and holds(condition_of(condition), scope) is False
    except NoExpressionError:
        return False
