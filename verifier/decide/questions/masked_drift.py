"""What hides the result of the verifier's own steps."""

from collections.abc import Iterator, Sequence

from verifier.decide.drift.question import Asked, Question
from verifier.decide.drift.workflow_fault import WorkflowFault
from verifier.decide.workflows.hidden_results import masks_of
from verifier.model.finding import Outcome, Unobserved
from verifier.model.protection import Drift, DriftKind
from verifier.model.workflow import Mask, Workflow

KIND = DriftKind("masked", unread_by=frozenset({"workflows"}))


def mask_drift(workflows: Sequence[Workflow | Unobserved]) -> Iterator[Drift]:
    """Yield what hides the result of the verifier's own steps."""
    for workflow in workflows:
        if isinstance(workflow, Unobserved):
            continue
        for job in workflow.jobs:
            for mask in masks_of(job):
                yield _masked(workflow.path, job.id, mask)


def _masked(path: str, job: str, mask: Mask) -> Drift:
    expected, hint = "the job fails when the verifier fails", "let the step fail the job"
    fault = WorkflowFault(expected, mask.what, hint, mask.line)
    return fault.drift(f"{KIND}: {path}: {job}", path, Outcome.FAIL)


def _ask(asked: Asked) -> Iterator[Drift]:
    return mask_drift(asked.workflows)


QUESTION = Question(KIND, _ask)
