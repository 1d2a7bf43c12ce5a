"""
What ends a gate in the middle, or keeps it from running: that its workflow is off, and concurrency.

Source: https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from verifier.decide.drift.question import Asked, Question
from verifier.decide.drift.workflow_fault import WorkflowFault
from verifier.decide.workflows.own_steps import SPLIT, called_gate, runs_gate
from verifier.model.finding import NotAsked, Outcome, Unobserved
from verifier.model.protection import Drift, DriftKind
from verifier.model.workflow import PARKED_AFTER, Job, Value, WaitingRun, Workflow, how_to_enable

KIND = DriftKind("gate-run", unread_by=frozenset({"workflows", "gate-runs"}), is_in_bulk=True)

#: What many deployments have in common.
_SHARED = (
    r"(?:(?:original_|production_|transient_)?environment|environment_url"
    r"|state|task|creator|description)"
)
#: With one of these in its name a group holds the runs of one deployment alone.
_OF_ONE_DEPLOYMENT = re.compile(
    r"github\.(?:sha|run_id|run_number)|inputs\.|github\.event\.(?:after|head_commit)"
    rf"|github\.event\.(?:deployment|deployment_status|client_payload)\b(?!\.{_SHARED}\b)"
    r"|github\.event\.workflow_run\.(?:head_sha|head_commit|id|run_number)",
    re.IGNORECASE,
)
#: An entry that is named as a text: `github['sha']`.
_QUOTED = re.compile(r"\[\s*'([\w-]+)'\s*\]")
_WAIT_IN_LINE = "max"


def parked_gate_drift(
    workflows: Sequence[Workflow | Unobserved],
    waiting: Sequence[WaitingRun] | Unobserved,
    now: datetime,
) -> Iterator[Drift]:
    """
    Yield a warning for each workflow with a gate whose runs wait for hours.

    They wait for an approval, or for the end of another run of their concurrency group. Where the
    rights are split the approval is that of the rollback, and the deployment has been judged.
    """
    gates = [workflow.path for workflow, _ in _gates(workflows)]
    asking = {w.path for w, job in _gates(workflows) if called_gate(job) != SPLIT}
    if isinstance(waiting, Unobserved):
        if gates:
            actual = f"could not read which runs wait for an approval: {waiting.reason}"
            skip = Outcome.SKIP
            yield Drift("gate-runs", "readable", actual, "GitHub Actions", skip, waiting.hint)
        return
    for path in dict.fromkeys(gates):
        parked = [r for r in waiting if r.path == path and now - r.created_at > PARKED_AFTER]
        if path in asking:
            yield from _parked(path, [run for run in parked if not run.is_behind], now)
        yield from _parked(path, [run for run in parked if run.is_behind], now)


def _parked(path: str, runs: Sequence[WaitingRun], now: datetime) -> Iterator[Drift]:
    """Yield what is said of those of one workflow that wait for the same thing."""
    if not runs:
        return
    oldest = min(runs, key=lambda run: run.created_at)
    hours = (now - oldest.created_at) // timedelta(hours=1)
    what = "a run waits" if len(runs) == 1 else f"{len(runs)} runs wait"
    if oldest.is_behind:
        name, waits = "queue", f"{what} for another one of its group, the oldest for {hours} hours"
        hint = f"end or approve the run that holds the group, then run this one again: {oldest.url}"
    else:
        name, waits = "approval", f"{what} for an approval, the oldest for {hours} hours"
        hint = (
            f"approve or cancel it: {oldest.url}; remove the environment that requires "
            "approval from the gate's job"
        )
    yield Drift(
        f"{KIND}: {path}: {name}",
        "each deployment is judged",
        f"{waits}; their deployments are not judged",
        "GitHub Actions",
        Outcome.WARN,
        hint,
        path,
        1,
    )


def _gates(workflows: Sequence[Workflow | Unobserved]) -> Iterator[tuple[Workflow, Job]]:
    for workflow in workflows:
        if isinstance(workflow, Workflow):
            yield from ((workflow, job) for job in workflow.jobs if runs_gate(job))


def has_gate(workflows: Sequence[Workflow | Unobserved]) -> bool:
    """Tell whether any workflow judges deployments."""
    return any(True for _ in _gates(workflows))


def gate_run_drift(workflows: Sequence[Workflow | Unobserved]) -> Iterator[Drift]:
    """Yield a warning for each job with a gate that another run may end, or take the place of."""
    for workflow, job in _gates(workflows):
        for said in (workflow.concurrency, job.concurrency):
            for what, expected, actual, hint in _of(said):
                setting = f"{KIND}: {workflow.path}: {job.id}: {what}"
                yield WorkflowFault(expected, actual, hint, job.line).drift(setting, workflow.path)


def disabled_gate_drift(
    workflows: Sequence[Workflow | Unobserved], repository: str
) -> Iterator[Drift]:
    """
    Yield the workflows with a gate that GitHub does not run; a warning where another gate is on.

    One that only others call runs as a part of them.
    """
    gates = {w.path: w for w, _ in _gates(workflows) if set(w.triggers) != {"workflow_call"}}
    off = [workflow for workflow in gates.values() if workflow.is_disabled is True]
    severity = Outcome.FAIL if len(off) == len(gates) else Outcome.WARN
    for workflow in off:
        hint = f"run {how_to_enable(workflow.path, repository)}"
        actual = "its workflow is disabled: no deployment is judged by it"
        fault = WorkflowFault("each deployment is judged", actual, hint, 1)
        yield fault.drift(f"{KIND}: {workflow.path}: disabled", workflow.path, severity)


def _of(concurrency: Value) -> Iterator[tuple[str, str, str, str]]:
    if concurrency is None:
        return
    said: Mapping[str, Value] = (
        concurrency if isinstance(concurrency, Mapping) else {"group": concurrency}
    )
    if said.get("cancel-in-progress") is True:
        yield (
            "cancel-in-progress",
            "a gate runs to its end",
            "the next run cancels it in the middle, also of a rollback",
            "set cancel-in-progress: false for the job with the gate",
        )
    group = str(said.get("group"))
    if said.get("queue") != _WAIT_IN_LINE and not _OF_ONE_DEPLOYMENT.search(
        _QUOTED.sub(r".\1", group)
    ):
        yield (
            "concurrency",
            "each deployment is judged",
            f"gates of all commits share the group {group}: a waiting one is cancelled by the next",
            "name the commit in the group, such as gate-${{ github.sha }}, or set queue: max",
        )


def _ask(asked: Asked) -> Iterator[Drift]:
    yield from disabled_gate_drift(asked.workflows, asked.evidence.facts.place)
    yield from gate_run_drift(asked.workflows)
    waiting = asked.evidence.waiting_runs
    if not isinstance(waiting, NotAsked):
        yield from parked_gate_drift(asked.workflows, waiting, asked.at)


QUESTION = Question(KIND, _ask)
