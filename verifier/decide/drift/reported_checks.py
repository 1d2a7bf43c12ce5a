"""Which checks the workflows of a repository report on a pull request, and which may not."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from verifier.decide.drift.event_filters import (
    depends_on_paths,
    is_complement,
    starts_on_every_branch,
    why_not_started,
    why_other_branch,
)
from verifier.decide.workflows.expression_values import NotKnown, PartlyKnown, Term
from verifier.decide.workflows.expressions import Scope, worked_out
from verifier.decide.workflows.job_conditions import Flow, Skipping
from verifier.decide.workflows.job_names import JobName, named_jobs, skipped_name
from verifier.decide.workflows.job_permissions import why_refused
from verifier.model.finding import Unobserved
from verifier.model.workflow import Job, Trigger, Value, Workflow

PULL_REQUEST = "pull_request"
PULL_REQUEST_TARGET = "pull_request_target"
MERGE_GROUP = "merge_group"
_PULLS = (PULL_REQUEST, PULL_REQUEST_TARGET)
#: A run on a pull request has none of these in `github.event`.
_OTHER_EVENTS = (
    "inputs", "schedule", "head_commit", "merge_group", "workflow_run", "release", "deployment",
    "deployment_status", "issue", "comment", "client_payload",
)  # fmt: skip
#: Levels of called workflows below the first one.
_DEEPEST = 9
_MOST_CHECKS = 2_000


@dataclass(frozen=True, slots=True)
class Reported:
    """A check that some job reports on a pull request."""

    name: str
    path: str
    """Of the workflow file."""
    line: int
    pending: str = ""
    """Why it may not be reported at all, so that a pull request waits for ever."""
    skippable: str = ""
    """Why it may be skipped, which counts as success."""
    in_merge_queue: bool = True
    never: bool = False
    """Whether it is certain that it is not reported."""
    is_disabled: bool | Unobserved = False
    """Whether its workflow is; `Unobserved` where it may be."""
    by_paths: Trigger | None = None
    """What it depends on where it is not reported for changes of certain files alone."""


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Checks whose names only a run tells."""

    reason: str
    name: JobName | None = None
    """What is known of them; None where they may have any name."""

    def may_be(self, name: str) -> bool:
        """Tell whether one of them may turn out to have this name."""
        return self.name is None or self.name.may_be(name)

    def is_likely(self, name: str) -> bool:
        """Tell whether what is known of the names fits this one, and is not nothing."""
        return self.name is not None and self.name.may_be(name) and self.name.is_partly_known


@dataclass(frozen=True, slots=True)
class Reports:
    """What is known of the checks of a repository."""

    checks: tuple[Reported, ...]
    unresolved: tuple[Unresolved, ...]
    """Jobs and files whose checks only a run tells."""
    by_push: frozenset[str] = frozenset()
    """Names of jobs that a push to any branch reports: on its pull request too, not on a fork's."""
    refused: tuple[str, ...] = ()
    """Files of which GitHub runs no job, each with the reason."""


@dataclass(frozen=True, slots=True)
class _Found:
    name: JobName
    job: Job
    pending: str = ""
    skippable: str = ""


@dataclass(frozen=True, slots=True)
class _Files:
    """What is the same for all jobs of a repository."""

    known: Mapping[str, Workflow]
    required: frozenset[str]
    default_rights: Value = None
    """What the token may where no file says so; None where that is not known."""


def reports_on_pull_request(
    workflows: Sequence[Workflow | Unobserved],
    branch: str,
    required: frozenset[str],
    repository: str = "",
    default_rights: Value = None,
) -> Reports:
    """
    Return what the jobs would report on a pull request into `branch` of `repository`.

    `required` are names of required checks: a job whose needs are required as well is not told
    to be skippable by them. Of a repository without a name, what its jobs ask of it is unknown.
    `default_rights` are those of the token where no file names any, as a file would.
    """
    own = [workflow for workflow in workflows if isinstance(workflow, Workflow)]
    known = {workflow.path: workflow for workflow in own}
    if repository:
        # GitHub takes the branch's own file there; at another ref it may be another one.
        known |= {f"{repository}/{path}@{branch}": w for path, w in known.items()}
    files = _Files(known, required, default_rights)
    unread = [each for each in workflows if isinstance(each, Unobserved)]
    unresolved = [Unresolved(each.explained) for each in unread if not each.is_final]
    refused = tuple(each.reason for each in unread if each.is_final)
    checks: list[Reported] = []
    for workflow in own:
        queue = workflow.triggers.get(MERGE_GROUP)
        in_queue = queue is not None and not why_other_branch(queue, branch)
        stopped = _why_stopped(workflow, files)
        for event in _PULLS:
            if event not in workflow.triggers:
                continue
            trigger = workflow.triggers[event]
            filtered, never = why_not_started(trigger, branch)
            scope = _scope(event, branch, repository, workflow.name)
            expanded = _expand(workflow, files, scope, JobName(()), _DEEPEST)
            for found in itertools.islice(expanded, _MOST_CHECKS):
                name = found.name.text
                if isinstance(name, NotKnown):
                    reason = f"job {found.job.id} of {workflow.path}: {name.what}"
                    unresolved.append(Unresolved(f"{reason} is only known at run time", found.name))
                    continue
                pending = stopped or filtered or found.pending
                place = workflow.path, found.job.line
                is_never = never or bool(stopped)
                by_paths = trigger if pending == filtered and depends_on_paths(trigger) else None
                is_off = workflow.is_disabled
                checks.append(
                    Reported(
                        name, *place, pending, found.skippable, in_queue, is_never, is_off, by_paths
                    )
                )
    by_push = frozenset(_names_by_push(own, files, branch, repository))
    doubts = tuple(dict.fromkeys(unresolved))
    return Reports(tuple(_completed(checks)), doubts, by_push, refused)


def _names_by_push(
    workflows: Sequence[Workflow], files: _Files, branch: str, repository: str
) -> Iterator[str]:
    for workflow in workflows:
        trigger = workflow.triggers.get("push")
        if trigger is None or not starts_on_every_branch(trigger):
            continue
        if _why_stopped(workflow, files):
            continue
        scope = _scope("push", branch, repository, workflow.name)
        for found in itertools.islice(
            _expand(workflow, files, scope, JobName(()), _DEEPEST), _MOST_CHECKS
        ):
            if isinstance(found.name.text, str):
                yield found.name.text


def _completed(checks: Sequence[Reported]) -> Iterator[Reported]:
    """The checks; those that two workflows report in turn do not wait."""
    by_paths: dict[str, list[Trigger]] = {}
    for check in checks:
        if check.by_paths is not None:
            by_paths.setdefault(check.name, []).append(check.by_paths)
    for check in checks:
        own, others = check.by_paths, by_paths.get(check.name, [])
        if own is not None and any(is_complement(own, other) for other in others):
            yield replace(check, pending="", by_paths=None)
        else:
            yield check


def _why_stopped(workflow: Workflow, files: _Files) -> str:
    """Why GitHub does not start a workflow at all; empty where it does."""
    if workflow.is_disabled is True:
        return f"its workflow is disabled: gh workflow enable {workflow.path.rpartition('/')[2]}"
    refused = why_refused(workflow, files.known, files.default_rights)
    return f"GitHub does not start its workflow: {refused}" if refused else ""


def _scope(event: str, branch: str, repository: str, workflow: str) -> Scope:
    pull = PartlyKnown(
        "github.event.pull_request",
        {"base": PartlyKnown("github.event.pull_request.base", {"ref": branch})},
    )
    happened: dict[str, Term] = {name: None for name in _OTHER_EVENTS}
    known: dict[str, Term] = {
        "event_name": event,
        "workflow": workflow,
        "base_ref": branch,
        "event": PartlyKnown("github.event", {**happened, "pull_request": pull}),
    }
    if event == PULL_REQUEST_TARGET:
        known |= {"ref": f"refs/heads/{branch}", "ref_name": branch}
    if repository:
        owner = repository.partition("/")[0]
        known |= {"repository": repository, "repository_owner": owner}
    return Scope({"github": PartlyKnown("github", known), "inputs": {}})


def _for_conditions(scope: Scope) -> Scope:
    """What conditions may ask besides: no pull request has the ref of a branch or tag."""
    github = scope.contexts.get("github")
    if not isinstance(github, PartlyKnown) or "ref" in github.known:
        return scope
    known = {**github.known, "ref": "refs/pull/0/merge", "ref_name": "0/merge"}
    return scope.having(github=PartlyKnown(github.what, known))


def _expand(
    workflow: Workflow, files: _Files, scope: Scope, caller: JobName, depth: int
) -> Iterator[_Found]:
    """The jobs of a workflow by the names they report, those of called workflows included."""

    def is_required(job: Job) -> bool:
        found = itertools.islice(_names(job, files, scope, caller, depth), _MOST_CHECKS)
        names = [name.text for name in found]
        return bool(names) and all(name in files.required for name in names)

    flow = Flow(workflow.jobs, is_required, _for_conditions(scope))
    for job in workflow.jobs:
        skipping = flow.why_skipped(job)
        if skipping is not None and skipping.is_certain:
            yield _Found(_below(skipped_name(job), caller), job, skippable=skipping.reason)
            continue
        pending, skippable = _unreported(job, skipping)
        for named in named_jobs(job, scope):
            name = _below(named.name, caller)
            called = files.known.get(job.calls)
            if not job.calls:
                yield _Found(name, job, pending, skippable)
            elif called is None or depth == 0:
                unknown = NotKnown(f"{job.calls}, which could not be read,")
                yield _Found(JobName((*name.pieces, " / ", unknown)), job)
            else:
                inside = _called_scope(job, called, named.scope)
                for inner in _expand(called, files, inside, name, depth - 1):
                    yield _Found(inner.name, job, pending or inner.pending, inner.skippable)


def _unreported(job: Job, skipping: Skipping | None) -> tuple[str, str]:
    """Why a job may not be reported, and why it may be by a skip, as it may be skipped."""
    if skipping is None:
        return "", ""
    if not job.calls and job.matrix is None:
        return "", skipping.reason
    if skipping.by_failure:
        return "", ""
    alone = skipped_name(job).text
    return f"once skipped it is only reported as {alone}, and {skipping.reason}", ""


def _names(job: Job, files: _Files, scope: Scope, caller: JobName, depth: int) -> Iterator[JobName]:
    for named in named_jobs(job, scope):
        name = _below(named.name, caller)
        called = files.known.get(job.calls)
        if called is None or depth == 0:
            yield name
            continue
        inside = _called_scope(job, called, named.scope)
        for inner in called.jobs:
            yield from _names(inner, files, inside, name, depth - 1)


def _below(name: JobName, caller: JobName) -> JobName:
    return name.below(caller) if caller.pieces else name


def _called_scope(job: Job, called: Workflow, scope: Scope) -> Scope:
    """What the jobs of a called workflow know: the same event, and the inputs they are given."""
    own = Scope({"github": scope.contexts.get("github", NotKnown("github")), "inputs": {}})
    inputs = {name.lower(): worked_out(value, own) for name, value in called.inputs.items()}
    given = {name.lower(): worked_out(value, scope) for name, value in job.inputs.items()}
    return own.having(inputs={**inputs, **given})
