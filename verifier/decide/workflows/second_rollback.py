"""What may undo a deploy once a gate has failed: by then the gate may have restored it."""

from collections.abc import Sequence

from verifier.decide.workflows.reaches_railway import is_known_harmless, may_act_beside
from verifier.decide.workflows.runs_after import End, Later, after_run, after_step, alongside
from verifier.decide.workflows.upload_job import TooOddError, UploadJob, called
from verifier.model.workflow import Workflow


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
    later += may_act_beside(list(alongside(workflow, place.job, others)))
    for each in later:
        if not is_known_harmless(each):
            raise TooOddError(
                f"may run more after a failure: {name_of(each, workflow)}. The verifier does not "
                "know whether this undoes the deploy. If it does not, put the gate in yourself, as "
                "that page says"
            )


def name_of(later: Later, workflow: Workflow) -> str:
    """Return what a person finds it by, seen from a workflow."""
    what = called(later.step) if later.step else later.job.calls
    where = "" if later.workflow is workflow else f" of {later.workflow.path}"
    return f"{what} (job {later.job.id}{where})"
