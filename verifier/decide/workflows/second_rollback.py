"""What may undo a deploy once a gate has failed: by then the gate may have restored it."""

import re
from collections.abc import Iterator, Sequence

from verifier.decide.workflows.harmless_steps import is_harmless_in
from verifier.decide.workflows.runs_after import End, Later, after_run, after_step, alongside
from verifier.decide.workflows.upload_job import TooOddError, UploadJob, called
from verifier.model.workflow import Workflow

#: Asks GitHub what became of a run.
_ASKS = re.compile(
    r"\bgh\s+run\b|\bgh\s+api\b.*(?:runs|status|checks|deployments)|/actions/runs|check-runs|"
    r"WorkflowRun|^uses:.*wait-(?:on|for)",
    re.IGNORECASE | re.MULTILINE,
)
_PULLS = frozenset({"pull_request", "pull_request_target", "merge_group", "workflow_call"})


def refuse_second_rollback(
    workflow: Workflow, place: UploadJob, others: Sequence[Workflow]
) -> None:
    """
    Refuse a job behind whose gate something runs after a failure that is not known to be harmless.

    `others` are the workflows beside its own.

    Raises:
        TooOddError: it may undo what the gate has restored.
    """
    ends = (End.FAILURE, End.CANCELLED)
    later = [each for end in ends for each in after_step(workflow, place.job, place.behind, end)]
    later += after_run(workflow, others, End.FAILURE)
    later += _watching(workflow, place, others)
    for each in later:
        if not is_known_harmless(each):
            raise TooOddError(
                f"may run more after a failure: {name_of(each, workflow)}. The verifier does not "
                "know whether this undoes the deploy. If it does not, put the gate in yourself, as "
                "that page says"
            )


def is_known_harmless(later: Later) -> bool:
    """Tell whether it is known to change nothing."""
    return later.step is not None and is_harmless_in(later.workflow, later.job, later.step)


def name_of(later: Later, workflow: Workflow) -> str:
    """Return what a person finds it by, seen from a workflow."""
    what = called(later.step) if later.step else later.job.calls
    where = "" if later.workflow is workflow else f" of {later.workflow.path}"
    return f"{what} (job {later.job.id}{where})"


def _watching(workflow: Workflow, place: UploadJob, others: Sequence[Workflow]) -> Iterator[Later]:
    """Yield the jobs that need nothing of it, and ask GitHub what became of a run."""
    jobs = [(workflow, job) for job in alongside(workflow, place.job)]
    jobs += [(w, job) for w in others if set(w.triggers) - _PULLS for job in w.jobs]
    for each, job in jobs:
        if any(
            _ASKS.search(f"{step.shell}\n{step.uses}\n{dict(step.inputs)}") for step in job.steps
        ):
            yield from (Later(each, job, step) for step in job.steps)
