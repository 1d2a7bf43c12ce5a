"""The job that uploads to Railway, and which of its steps a gate stands for, if that is certain."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verifier.decide.workflows.expression_syntax import NoExpressionError
from verifier.decide.workflows.expression_values import PartlyKnown
from verifier.decide.workflows.expressions import ExpressionScope, condition_of, holds
from verifier.decide.workflows.migration_words import may_migrate
from verifier.decide.workflows.old_steps import OldStep, may_roll_back, old_step
from verifier.decide.workflows.shell_words import UNKNOWN
from verifier.decide.workflows.upload_commands import UploadSearch
from verifier.decide.workflows.upload_environment import (
    chosen_in_a_run,
    chosen_secrets,
    is_of_another,
    named_by,
)
from verifier.model.workflow import Job, Step, Value, Workflow

_ANY_UPLOAD = re.compile(r"\brailway(?:@\S+|/cli\S*)?\s[^\n|;&]*\bup\b")
_UPLOADING_ACTION = re.compile(r"bervproject/railway-deploy@", re.IGNORECASE)
_TRIGGERS = frozenset({"push", "workflow_dispatch", "schedule", "release", "pull_request"})
#: Has Python 3.11 or newer of its own.
_RUNNERS = ("ubuntu-latest", "ubuntu-24.04", "ubuntu-24.04-arm")


class TooOddError(Exception):
    """Why nothing is proposed for a workflow: a sentence after its path."""


@dataclass(frozen=True, slots=True)
class UploadJob:
    """The job that uploads, or waits for a push, and which of its steps matter."""

    job: Job
    value: Mapping[str, Value]
    uploads: tuple[int, ...]
    """None where Railway deploys the push by itself."""
    dropped: tuple[int, ...]
    gate_at: int
    """The number of the step before which the gate stands."""

    @property
    def steps(self) -> tuple[Mapping[str, Value], ...]:
        """The job's steps as data."""
        return tuple(map(mapping, sequence(self.value.get("steps"))))

    @property
    def behind(self) -> tuple[Step, ...]:
        """Those that stay behind the gate."""
        steps = enumerate(self.job.steps)
        return tuple(s for n, s in steps if n >= self.gate_at and n not in self.dropped)


def upload_job(workflow: Workflow, value: Mapping[str, Value], environment: str) -> UploadJob:
    """Return the job that uploads, and what is to be taken out of it."""
    strange = sorted(set(workflow.triggers) - _TRIGGERS)
    if strange:
        raise TooOddError(f"runs for {', '.join(strange)}, whose commit may be another one")
    if set(workflow.triggers) == {"pull_request"}:
        raise TooOddError("runs for pull requests, whose commit is not the one that is deployed")
    jobs = [job for job in workflow.jobs if any(map(uploads_itself, job.steps))]
    if len(jobs) != 1:
        raise TooOddError(
            f"uploads in {len(jobs)} jobs" if jobs else "uploads by something else that it calls"
        )
    (job,) = jobs
    own = mapping(mapping(value.get("jobs")).get(job.id))
    refuse_machine(job, own)
    if "pull_request" in workflow.triggers and not is_kept_from_pull_requests(job):
        raise TooOddError(f"may run the job {job.id} for a pull request")
    uploads = tuple(index for index, step in enumerate(job.steps) if uploads_itself(step))
    _refuse_other_environment(workflow, job, job.steps[: uploads[-1] + 1], environment)
    uploaded = "\n".join(job.steps[index].shell for index in uploads)
    if re.search(r"\b(?:sleep|curl|wget)\b", uploaded):
        raise TooOddError("uploads and waits in one step")
    first = uploads[-1] + 1
    dropped = dropped_steps(job, own, first)
    return UploadJob(job, own, uploads, tuple(dropped), gate_place(job, dropped, first))


def _refuse_other_environment(
    workflow: Workflow, job: Job, steps: Sequence[Step], environment: str
) -> None:
    """Refuse a job that uploads to another environment than the gate looks at, or may do so."""
    said = [named for step in steps for named in named_by(workflow, job, step)]
    for named in said:
        if UNKNOWN in named.text:
            raise TooOddError(
                f"uploads to {named.written}, which only a run knows, and the gate looks at "
                f"{environment}"
            )
        if named.text.casefold() != environment.casefold():
            raise TooOddError(f"uploads to {named.written}, and the gate looks at {environment}")
    if what := chosen_in_a_run(workflow, job):
        raise TooOddError(
            f"may upload to several environments: only a run knows the {what} of the job {job.id}. "
            f"The gate looks at {environment}"
        )
    for secret in chosen_secrets(workflow, job):
        if is_of_another(secret, environment):
            raise TooOddError(f"uploads with {secret}, and the gate looks at {environment}")


def gate_place(job: Job, dropped: Mapping[int, OldStep], first: int) -> int:
    """
    Return before which step a gate stands: where the last was that asked, behind each migration.

    Judged before its migration a good deploy would be rolled back for it. `first` is the first step
    that may be one, `dropped` what each step did that is taken out.
    """
    asked = [index for index, kind in dropped.items() if kind is not OldStep.DEAD_ROLLBACK]
    migrated = [
        index + 1
        for index, step in enumerate(job.steps)
        if index >= first and index not in dropped and may_migrate(step)
    ]
    return max(asked[-1] if asked else first, *migrated, 0)


def refuse_machine(job: Job, own: Mapping[str, Value]) -> None:
    """Refuse a job in which the verifier may find no Python, or runs more than once."""
    for key in ("strategy", "container"):
        if key in own:
            raise TooOddError(f"has a {key} in the job {job.id}")
    machines = sequence(own.get("runs-on")) or (own.get("runs-on"),)
    if len(machines) != 1 or machines[0] not in _RUNNERS:
        raise TooOddError(f"runs the job {job.id} on another machine than {_RUNNERS[0]}")
    if job.interpreter not in ("", "bash", "sh"):
        raise TooOddError(f"runs the job {job.id} in the shell {job.interpreter}")


def uploads_itself(step: Step) -> bool:
    if _UPLOADING_ACTION.match(step.uses):
        return True
    if step.uses or not _ANY_UPLOAD.search(step.shell):
        return False
    search = UploadSearch(lambda _: None)
    search.step(step.shell, "", {})
    return bool(search.found)


def is_kept_from_pull_requests(job: Job) -> bool:
    """Tell whether its condition never holds for a pull request."""
    if not job.condition:
        return False
    known = {"event_name": "pull_request", "ref": "refs/pull/1/merge", "ref_name": "1/merge"}
    try:
        node = condition_of(job.condition)
    except NoExpressionError:
        return False
    return (
        holds(node, ExpressionScope({"github": PartlyKnown("github", known)}, {"success": True}))
        is False
    )


def dropped_steps(job: Job, own: Mapping[str, Value], first: int) -> dict[int, OldStep]:
    """
    Return the steps that a gate stands for, from the first that may be one, with what each did.

    Raises:
        TooOddError: of one of them it is not certain.
    """
    ids = [str(mapping(step).get("id", "")) for step in sequence(own.get("steps"))]
    before: list[tuple[str, Step]] = []
    dropped: dict[int, OldStep] = {}
    for index, step in enumerate(job.steps[first:], first):
        kind = old_step(step, before)
        if kind is OldStep.DOUBTFUL:
            raise TooOddError(_doubt_of(step))
        if kind is not OldStep.OTHER:
            before.append((ids[index], step))
            dropped[index] = kind
    return dropped


def _doubt_of(step: Step) -> str:
    """Say of a step that it is not known for certain, and what to do with one that rolls back."""
    if not may_roll_back(step):
        return f"has a step that is not known for certain: {called(step)}"
    return (
        f"has a step that is not known for certain: {called(step)}. Where the gate is to roll back "
        "in its place, delete that step on a branch and run init there again"
    )


def called(step: Step) -> str:
    """Return what a person calls a step."""
    return step.name or step.uses or next(iter(step.shell.splitlines()), "")


def mapping(value: Value) -> Mapping[str, Value]:
    """Return a mapping as it is; of anything else an empty one."""
    return value if isinstance(value, Mapping) else {}


def sequence(value: Value) -> Sequence[Value]:
    """Return a list as it is; of anything else an empty one."""
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()
