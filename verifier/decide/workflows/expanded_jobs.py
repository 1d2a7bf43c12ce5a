"""The jobs of a workflow by the names they report, and of the workflows that it calls."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from verifier.decide.workflows.expression_values import NotKnown, PartlyKnown, Term
from verifier.decide.workflows.expressions import ExpressionScope, worked_out
from verifier.decide.workflows.job_conditions import Flow, Skipping
from verifier.decide.workflows.job_names import JobName, NamedJob, named_jobs, skipped_name
from verifier.decide.workflows.needed_results import (
    why_it_cannot_fail,
    why_it_passes,
    why_it_passes_skipped,
)
from verifier.model.pull_files import BaseBranch
from verifier.model.workflow import Job, Value, Workflow

PULL_REQUEST = "pull_request"
PULL_REQUEST_TARGET = "pull_request_target"
MERGE_GROUP = "merge_group"
#: A run on a pull request has none of these in `github.event`.
_OTHER_EVENTS = (
    "inputs", "schedule", "head_commit", MERGE_GROUP, "workflow_run", "release", "deployment",
    "deployment_status", "issue", "comment", "client_payload",
)  # fmt: skip
#: Levels of called workflows below the first one.
_DEEPEST = 9
_MOST_STEPS = 20_000
_STEPS_OF_A_MATRIX = 20


class TooManyJobsError(Exception):
    """A file calls so many jobs, or calls in such a circle, that they are not all followed."""


@dataclass(frozen=True, slots=True)
class ExpandedJob:
    """A job as it is shown where it ran, or was skipped."""

    name: JobName
    job: Job
    pending: str = ""
    """Why it may not be reported at all."""
    skippable: str = ""
    """Why it may be skipped."""
    passing: str = ""
    """Why it succeeds whatever its own steps find, or the jobs that it needs."""
    uses: tuple[str, ...] = ()
    """Actions of its steps, and called workflows on the way to it."""


@dataclass(frozen=True, slots=True)
class JobFacts:
    """What is the same for all jobs of a repository."""

    known: Mapping[str, Workflow]
    required: frozenset[str]
    default_rights: Value = None
    """What the token may where no file says so; None where that is not known."""
    is_complete: bool = False
    """Whether all files of the repository are known."""


def expanded_jobs(
    workflow: Workflow, files: JobFacts, scope: ExpressionScope
) -> Iterator[ExpandedJob]:
    """
    Yield the jobs of a workflow, with those of the workflows that it calls in their place.

    Raises:
        TooManyJobsError: after the first jobs, as there are too many to follow them all.
    """
    return _Walk(files).expand(workflow, scope, JobName(()), _DEEPEST)


def scope_of(event: str, base: BaseBranch, workflow: str) -> ExpressionScope:
    """Return what a workflow of that name knows on an event that is about a branch."""
    branch = base.name
    happened: dict[str, Term] = {name: None for name in _OTHER_EVENTS}
    if event == MERGE_GROUP:
        queued: dict[str, Term] = {"base_ref": f"refs/heads/{branch}"}
        happened[MERGE_GROUP] = PartlyKnown("github.event.merge_group", queued)
        happened["pull_request"] = None
    else:
        into = PartlyKnown("github.event.pull_request.base", {"ref": branch})
        happened["pull_request"] = PartlyKnown("github.event.pull_request", {"base": into})
    if base.default:
        of_event: dict[str, Term] = {"default_branch": base.default}
        happened["repository"] = PartlyKnown("github.event.repository", of_event)
    known: dict[str, Term] = {
        "event_name": event,
        "workflow": workflow,
        "base_ref": "" if event == MERGE_GROUP else branch,
        "event": PartlyKnown("github.event", happened),
    }
    if event == PULL_REQUEST_TARGET and base.default:
        # It runs on the default branch, whatever the pull request goes into.
        known |= {"ref": f"refs/heads/{base.default}", "ref_name": base.default}
    if base.repository:
        owner = base.repository.partition("/")[0]
        known |= {"repository": base.repository, "repository_owner": owner}
    return ExpressionScope({"github": PartlyKnown("github", known), "inputs": {}})


def _for_conditions(scope: ExpressionScope) -> ExpressionScope:
    """What conditions may ask besides: no pull request has the ref of a branch or tag."""
    github = scope.contexts.get("github")
    if not isinstance(github, PartlyKnown) or "ref" in github.known:
        return scope
    if github.known.get("event_name") in (MERGE_GROUP, PULL_REQUEST_TARGET):
        return scope
    known = {**github.known, "ref": "refs/pull/0/merge", "ref_name": "0/merge"}
    return scope.having(github=PartlyKnown(github.what, known))


@dataclass(slots=True)
class _Walk:
    """One way through a workflow and what it calls, which takes so many steps at most."""

    files: JobFacts
    steps: int = field(default=0)

    def expand(
        self, workflow: Workflow, scope: ExpressionScope, caller: JobName, depth: int
    ) -> Iterator[ExpandedJob]:
        def is_required(job: Job) -> bool:
            names = [name.text for name in self._names(job, scope, caller, depth)]
            return bool(names) and all(name in self.files.required for name in names)

        flow = Flow(workflow.jobs, is_required, _for_conditions(scope))
        for job in workflow.jobs:
            self._step()
            skipping = flow.why_skipped(job)
            if skipping is not None and skipping.is_certain:
                alone = _below(skipped_name(job), caller)
                yield ExpandedJob(alone, job, skippable=skipping.reason)
                continue
            pending, skippable = _unreported(job, skipping)
            for named in self._named_jobs(job, scope):
                name = _below(named.name, caller)
                called = self.files.known.get(job.calls)
                if not job.calls:
                    passing = (
                        why_it_passes(job, flow.failing_needs(job))
                        or why_it_passes_skipped(job, flow.skipped_needs(job))
                        or why_it_cannot_fail(job)
                    )
                    used = tuple(step.uses for step in job.steps if step.uses)
                    yield ExpandedJob(name, job, pending, skippable, passing, used)
                elif called is None or depth == 0:
                    unknown = NotKnown(f"{job.calls}, which could not be read,")
                    inner_name = JobName((*name.pieces, " / ", unknown))
                    yield ExpandedJob(inner_name, job, pending, skippable, uses=(job.calls,))
                else:
                    inside = _called_scope(job, called, named.scope)
                    for inner in self.expand(called, inside, name, depth - 1):
                        why = pending or inner.pending
                        used = (job.calls, *inner.uses)
                        yield ExpandedJob(
                            inner.name, job, why, inner.skippable, inner.passing, used
                        )

    def _names(
        self, job: Job, scope: ExpressionScope, caller: JobName, depth: int
    ) -> Iterator[JobName]:
        for named in self._named_jobs(job, scope):
            name = _below(named.name, caller)
            called = self.files.known.get(job.calls)
            if called is None or depth == 0:
                yield name
                continue
            inside = _called_scope(job, called, named.scope)
            for inner in called.jobs:
                yield from self._names(inner, inside, name, depth - 1)

    def _named_jobs(self, job: Job, scope: ExpressionScope) -> Iterator[NamedJob]:
        self._step(1 if job.matrix is None and not job.strategy else _STEPS_OF_A_MATRIX)
        for named in named_jobs(job, scope):
            self._step()
            yield named

    def _step(self, so_many: int = 1) -> None:
        self.steps += so_many
        if self.steps > _MOST_STEPS:
            raise TooManyJobsError


def _unreported(job: Job, skipping: Skipping | None) -> tuple[str, str]:
    """Why a job may not be reported, and why it may be by a skip, as it may be skipped."""
    if skipping is None:
        return "", ""
    if not job.calls and job.matrix is None and not job.strategy:
        return "", skipping.reason
    if skipping.by_failure:
        return "", ""
    alone = skipped_name(job).text
    return f"once skipped it is only reported as {alone}, and {skipping.reason}", ""


def _below(name: JobName, caller: JobName) -> JobName:
    return name.below(caller) if caller.pieces else name


def _called_scope(job: Job, called: Workflow, scope: ExpressionScope) -> ExpressionScope:
    """What the jobs of a called workflow know: the same event, and the inputs they are given."""
    own = ExpressionScope(
        {"github": scope.contexts.get("github", NotKnown("github")), "inputs": {}}
    )
    inputs = {name.lower(): worked_out(value, own) for name, value in called.inputs.items()}
    given = {name.lower(): worked_out(value, scope) for name, value in job.inputs.items()}
    return own.having(inputs={**inputs, **given})
