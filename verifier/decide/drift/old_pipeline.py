"""What a pipeline of shell steps leaves unseen: dead rollbacks, failures that nobody notices."""

import re
from collections.abc import Iterator, Sequence

from verifier.decide.drift.workflow_fault import WorkflowFault
from verifier.model.finding import Unobserved
from verifier.model.protection import Drift, DriftKind
from verifier.model.workflow import Job, Step, Workflow

_ROLLBACK = re.compile(r"roll[- ]?back|revert", re.IGNORECASE)
_ROLLBACK_COMMAND = re.compile(r"\brailway\s+(?:rollback|redeploy)\b|\brollback\b", re.IGNORECASE)
_TEST = re.compile(
    r"\b(?:pytest|tox|nox|jest|vitest|rspec|phpunit|go\s+test|cargo\s+test|mvn\s+(?:\S+\s+)*test"
    r"|(?:npm|yarn|pnpm|bun)\s+(?:run\s+)?test)\b"
)
_DEPLOY = re.compile(r"\brailway\s+(?:up|redeploy|rollback)\b")
_HEALTH = re.compile(r"\b(?:curl|wget|httpx?)\b[^\n]*health", re.IGNORECASE)
_RUNS_AFTER_FAILURE = re.compile(r"failure\(\)|always\(\)|cancelled\(\)")
#: A command of the kinds above, up to what swallows its failure.
_SWALLOWED = re.compile(
    r"\|\|\s*(?:true|:|exit\s+0|echo\b)|;\s*(?:true|exit\s+0)\s*$", re.MULTILINE
)
_UNSET_PASSES = re.compile(
    r"\[\[?\s+-z\s+[\"']?\$\{?(\w+)[^\n]*\]\]?[^\n]*(?:\n[^\n]*){0,4}?\bexit\s+0\b"
)
_KINDS = (("test", _TEST), ("deploy", _DEPLOY), ("health check", _HEALTH))


def pipeline_drift(workflows: Sequence[Workflow | Unobserved]) -> Iterator[Drift]:
    """Yield a warning for each step whose failure, or whose not running, nobody would notice."""
    for workflow in workflows:
        if isinstance(workflow, Unobserved):
            continue
        for job in workflow.jobs:
            for step, expected, actual, hint in _of_job(job):
                name = step.name or f"line {step.line}"
                setting = f"{DriftKind.PIPELINE}: {workflow.path}: {job.id}: {name}"
                yield WorkflowFault(expected, actual, hint, step.line).drift(setting, workflow.path)


def _of_job(job: Job) -> Iterator[tuple[Step, str, str, str]]:
    for index, step in enumerate(job.steps):
        is_rollback = bool(_ROLLBACK_COMMAND.search(step.shell) or _ROLLBACK.search(step.name))
        is_after = any(map(_kind_of, job.steps[:index]))
        if (
            is_rollback
            and is_after
            and step.shell
            and not _RUNS_AFTER_FAILURE.search(step.condition)
        ):
            yield (
                step,
                "runs when a step before it has failed",
                "never runs then: its condition has no failure() or always()",
                "have verifier gate roll back, or add failure() to its condition",
            )
        kind = "rollback" if is_rollback and step.shell else _kind_of(step)
        if not kind:
            continue
        if step.goes_on:
            yield step, f"a failed {kind} fails the job", "continue-on-error", "take it away"
        elif swallowed := _swallowed(step.shell):
            yield (
                step,
                f"a failed {kind} fails the job",
                f"the failure is swallowed: {swallowed}",
                "let the command fail, or say in the job's result that it did",
            )
        if unset := _UNSET_PASSES.search(step.shell):
            text = f"it is green without a {kind} where {unset[1]} is not set"
            yield step, f"no {kind}, no green job", text, "fail where it is not set"
        if kind == "test" and step.condition and not _RUNS_AFTER_FAILURE.search(step.condition):
            text = "the job is green without its tests where the condition does not hold"
            yield step, "no test, no green job", text, "fail where the tests cannot run"


def _kind_of(step: Step) -> str:
    return next((kind for kind, pattern in _KINDS if pattern.search(step.shell)), "")


def _swallowed(run: str) -> str:
    """Return what swallows the failure of a telling command, on the line of that command."""
    for line in run.replace("\\\n", " ").splitlines():
        tells = any(p.search(line) for p in (_TEST, _DEPLOY, _HEALTH, _ROLLBACK_COMMAND))
        found = _SWALLOWED.search(line)
        if tells and found:
            return found[0].strip()
    return ""
