"""What may undo a deploy once a gate has failed: by then it may have restored it."""

import re

from verifier.decide.workflows.old_steps import changes_nothing, may_roll_back
from verifier.decide.workflows.upload_job import TooOddError, UploadJob, called, jobs_behind
from verifier.model.workflow import Job, Step, Workflow

#: A condition that may hold although something has failed.
_AFTER_FAILURE = re.compile(
    r"\b(?:failure|always|cancelled)\s*\(|!\s*success\s*\(|\.(?:result|outcome|conclusion)\b",
    re.IGNORECASE,
)
#: Events by which a workflow follows what others end with.
_FOLLOWING = frozenset({"workflow_run", "deployment_status", "check_suite", "check_run", "status"})
#: A condition in such a workflow that holds after a failure.
_OF_FAILURE = re.compile(r"'(?:failure|error)'|!=\s*'success'|\bfailure\s*\(", re.IGNORECASE)


def refuse_second_rollback(workflow: Workflow, place: UploadJob) -> None:
    """
    Refuse a job behind whose gate something runs after a failure, and may do more than tell of it.

    Raises:
        TooOddError: it would undo what the gate has restored.
    """
    for index, step in enumerate(place.job.steps):
        is_behind = index >= place.gate_at and index not in place.dropped
        if is_behind and _may_follow(step.condition):
            _refuse(place.job, step)
    for job in jobs_behind(workflow, place.job):
        if not _may_follow(job.condition):
            continue
        if job.calls:
            raise TooOddError(f"calls {job.calls} after a failure, which may undo the deploy")
        for step in job.steps:
            _refuse(job, step)


def undoes_after_runs(workflow: Workflow) -> bool:
    """Tell whether it follows what others end with, and may undo a deploy that failed."""
    return not _FOLLOWING.isdisjoint(workflow.triggers) and any(map(_may_undo, workflow.jobs))


def _may_undo(job: Job) -> bool:
    """Tell whether a job speaks of a rollback, or does more after a failure than tell of it."""
    if job.calls:
        return bool(_OF_FAILURE.search(job.condition))
    return any(
        may_roll_back(step)
        or (_OF_FAILURE.search(f"{job.condition}\n{step.condition}") and not changes_nothing(step))
        for step in job.steps
    )


def _refuse(job: Job, step: Step) -> None:
    if not changes_nothing(step):
        raise TooOddError(
            f"may undo the deploy after a failure, in the job {job.id}: {called(step)}. Where the "
            "gate is to roll back in its place, delete that on a branch and run init there again"
        )


def _may_follow(condition: str) -> bool:
    """Tell whether what has a condition may run after a failure of what was before it."""
    return bool(_AFTER_FAILURE.search(condition))
