"""What may undo a deploy once a gate has failed: by then it may have restored it."""

import re
from collections.abc import Iterator

from verifier.decide.workflows.old_steps import changes_nothing, may_roll_back
from verifier.decide.workflows.upload_job import TooOddError, UploadJob, called
from verifier.model.workflow import Job, Step, Workflow

#: A condition that may hold although something has failed.
_AFTER_FAILURE = re.compile(
    r"\b(?:failure|always|cancelled)\s*\(|\.(?:result|outcome|conclusion)\b", re.IGNORECASE
)


def refuse_second_rollback(workflow: Workflow, place: UploadJob) -> None:
    """
    Refuse a job behind whose gate something runs after a failure, and may do more than tell of it.

    Raises:
        TooOddError: it would undo what the gate has restored.
    """
    behind = [
        step
        for index, step in enumerate(place.job.steps)
        if index >= place.gate_at and index not in place.dropped and _may_follow(step.condition)
    ]
    for step in behind:
        _refuse(place.job, step)
    for job in _jobs_behind(workflow, place.job):
        if job.calls:
            raise TooOddError(f"calls {job.calls} after a failure, which may undo the deploy")
        for step in job.steps:
            _refuse(job, step)


def undoes_after_runs(workflow: Workflow) -> bool:
    """Tell whether it follows runs of other workflows and may roll back after one that failed."""
    return "workflow_run" in workflow.triggers and any(
        may_roll_back(step) for job in workflow.jobs for step in job.steps
    )


def _refuse(job: Job, step: Step) -> None:
    if not changes_nothing(step):
        raise TooOddError(
            f"may undo the deploy after a failure, in the job {job.id}: {called(step)}. Where the "
            "gate is to roll back in its place, delete that on a branch and run init there again"
        )


def _jobs_behind(workflow: Workflow, gated: Job) -> Iterator[Job]:
    """Yield the jobs that wait for this one, directly or not, and may run after its failure."""
    behind = {gated.id}
    for _ in workflow.jobs:
        behind |= {job.id for job in workflow.jobs if behind & set(job.needs)}
    for job in workflow.jobs:
        if job.id in behind - {gated.id} and _may_follow(job.condition):
            yield job


def _may_follow(condition: str) -> bool:
    return bool(_AFTER_FAILURE.search(condition))
