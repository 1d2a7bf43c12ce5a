"""Which checks the workflows of a repository report on a pull request, and which may not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from verifier.decide.drift.event_filters import (
    is_of_one,
    is_queued,
    starts_on_every_branch,
    why_not_started,
    why_other_branch,
)
from verifier.decide.drift.pushing_workflows import workflows_that_push
from verifier.decide.drift.reports import Reported, Reports, Unresolved, completed
from verifier.decide.workflows.expanded_jobs import (
    MERGE_GROUP,
    PULL_REQUEST,
    PULL_REQUEST_TARGET,
    ExpandedJob,
    JobFacts,
    TooManyJobsError,
    expanded_jobs,
    scope_of,
)
from verifier.decide.workflows.job_permissions import may_write, why_refused
from verifier.decide.workflows.refused_files import why_not_accepted
from verifier.model.finding import Unobserved
from verifier.model.pull_files import BaseBranch, PullFiles
from verifier.model.workflow import Trigger, Value, Workflow, how_to_enable

_PULLS = (PULL_REQUEST, PULL_REQUEST_TARGET)
#: Starts no run of its own.
_CALL = "workflow_call"
#: These report on the head of a pull request too, where they happen.
#: Source: https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
_ALSO_ON_HEADS = (
    "deployment_status", "deployment", "pull_request_review", "pull_request_review_comment", "push",
)  # fmt: skip


def reports_on_pull_request(
    pull: PullFiles, base: BaseBranch, required: frozenset[str], default_rights: Value = None
) -> Reports:
    """
    Return what the jobs would report on a pull request into `base`.

    `required` are names of required checks: a job whose needs are required as well is not told
    to be skippable by them. Of a repository without a name, what its jobs ask of it is unknown.
    `default_rights` are those of the token where no file names any, as a file would.
    """
    sets = [_FileSet.of(pull.own, base.name, base, required, default_rights)]
    if pull.of_default is not None:
        sets.append(_FileSet.of(pull.of_target, base.default, base, required, default_rights))
    own, target = sets[0], sets[-1]
    checks: list[Reported] = []
    unresolved = [doubt for each in sets for doubt in each.unread]
    in_queue: dict[str, list[str]] = {}
    queue_doubts: list[Unresolved] = []
    by_push: set[str] = set()
    by_other_event: dict[str, str] = {}
    elsewhere: dict[str, str] = {}
    for look in own.looks:
        triggers = look.workflow.triggers
        checks += look.reported(PULL_REQUEST, unresolved)
        if own is target:
            checks += look.reported(PULL_REQUEST_TARGET, unresolved)
        queue = triggers.get(MERGE_GROUP)
        if queue and not why_other_branch(queue, base.name):
            for name, job in look.queued(queue, queue_doubts):
                in_queue.setdefault(name, []).append(job.skippable)
        if "push" in triggers and starts_on_every_branch(triggers["push"]):
            by_push |= look.names("push", [])
        for event in _ALSO_ON_HEADS:
            if event in triggers and not (
                event == "push" and is_of_one(triggers[event], base.name)
            ):
                by_other_event |= dict.fromkeys(look.names(event, []), event) | by_other_event
        if not any(event in triggers for event in _PULLS):
            for event in triggers:
                names = look.names(event, []) if event != _CALL else ()
                elsewhere |= dict.fromkeys(names, look.workflow.path)
    for look in target.looks if target is not own else ():
        checks += look.reported(PULL_REQUEST_TARGET, unresolved)
    known = [look.workflow for each in sets for look in each.looks]
    return Reports(
        tuple(_with_queue(check, in_queue) for check in completed(checks)),
        tuple(dict.fromkeys(unresolved)),
        frozenset(by_push),
        tuple(dict.fromkeys(reason for each in sets for reason in each.refused)),
        tuple(dict.fromkeys([*own.unread, *queue_doubts])),
        by_other_event,
        frozenset(what for what in ("checks", "statuses") if may_write(known, what)),
        tuple(workflows_that_push([look.workflow for look in own.looks], base.name)),
        elsewhere,
    )


def _with_queue(check: Reported, in_queue: Mapping[str, Sequence[str]]) -> Reported:
    """A check with what becomes of it in the merge queue, where each name has its jobs' skips."""
    skips = in_queue.get(check.name, ())
    reason = skips[0] if skips and all(skips) and not check.skippable else ""
    return replace(check, in_merge_queue=bool(skips), skipped_in_queue=reason)


@dataclass(frozen=True, slots=True)
class _Look:
    """One workflow, and what it is asked about."""

    workflow: Workflow
    files: JobFacts
    base: BaseBranch
    why_unstarted: str
    """Why GitHub does not start it at all; empty where it does."""
    used: tuple[str, ...] = ()
    """Actions and called workflows of all its jobs."""

    def jobs(self, event: str, doubts: list[Unresolved]) -> Iterator[tuple[str, ExpandedJob]]:
        """Yield the jobs of a run on an event by their names; what only a run tells is a doubt."""
        path = self.workflow.path
        scope = scope_of(event, self.base, self.workflow.name)
        try:
            for found in expanded_jobs(self.workflow, self.files, scope):
                name = found.name.text
                if isinstance(name, str):
                    yield name, found
                    continue
                reason = f"job {found.job.id} of {path}: {name.what} is only known at run time"
                job = self._reported(event, "", found) if event in _PULLS else None
                doubts.append(Unresolved(reason, found.name, job))
        except TooManyJobsError:
            doubts.append(Unresolved(f"{path} has too many jobs and calls to follow them all"))

    def queued(self, by: Trigger, doubts: list[Unresolved]) -> Iterator[tuple[str, ExpandedJob]]:
        """Yield what the merge queue starts, by name."""
        if not self.why_unstarted and is_queued(by):
            yield from self.jobs(MERGE_GROUP, doubts)

    def names(self, event: str, doubts: list[Unresolved]) -> set[str]:
        """Return what an event that starts the workflow reports."""
        if self.why_unstarted:
            return set()
        return {name for name, _ in self.jobs(event, doubts)}

    def reported(self, event: str, doubts: list[Unresolved]) -> Iterator[Reported]:
        """Yield what an event of a pull request reports, where it is one of the workflow's."""
        if event not in self.workflow.triggers:
            return
        for name, found in self.jobs(event, doubts):
            yield self._reported(event, name, found)

    def _reported(self, event: str, name: str, found: ExpandedJob) -> Reported:
        trigger = self.workflow.triggers[event]
        filtered, never = why_not_started(trigger, self.base.name)
        pending = self.why_unstarted or filtered or found.pending
        is_by_change = bool(filtered) and pending == filtered and not never
        return Reported(
            name,
            self.workflow.path,
            found.job.line,
            pending,
            found.skippable,
            found.passing,
            never=never or bool(self.why_unstarted),
            is_disabled=self.workflow.is_disabled,
            by_change=trigger if is_by_change else None,
            is_on_every=not pending and not found.skippable,
            uses=found.uses,
            used_beside=self.used,
        )


@dataclass(frozen=True, slots=True)
class _FileSet:
    """All files of one branch, which call one another."""

    looks: Sequence[_Look]
    unread: Sequence[Unresolved]
    refused: Sequence[str]

    @classmethod
    def of(
        cls,
        files: Sequence[Workflow | Unobserved],
        branch: str,
        base: BaseBranch,
        required: frozenset[str],
        default_rights: Value,
    ) -> "_FileSet":
        """Return the files of `branch`, for pull requests into `base`."""
        own = [workflow for workflow in files if isinstance(workflow, Workflow)]
        known = {workflow.path: workflow for workflow in own}
        if base.repository:
            # GitHub takes the branch's own file there; at another ref it may be another one.
            known |= {f"{base.repository}/{path}@{branch}": w for path, w in known.items()}
        unread = [each for each in files if isinstance(each, Unobserved)]
        shared = JobFacts(known, required, default_rights, is_complete=not unread)
        return cls(
            [
                _Look(
                    each, shared, base, _why_stopped(each, shared, base.place), _used(each, known)
                )
                for each in own
            ],
            [Unresolved(each.explained) for each in unread if not each.is_final],
            [each.reason for each in unread if each.is_final],
        )


def _used(workflow: Workflow, known: Mapping[str, Workflow]) -> tuple[str, ...]:
    """All that a file uses, with what the files use that it calls."""
    found: dict[str, None] = {}
    todo, done = [workflow], set[str]()
    while todo:
        one = todo.pop()
        done.add(one.path)
        for job in one.jobs:
            found |= dict.fromkeys(step.uses for step in job.steps if step.uses)
            found |= dict.fromkeys([job.calls] if job.calls else [])
            called = known.get(job.calls)
            if called is not None and called.path not in done:
                todo.append(called)
    return tuple(found)


def _why_stopped(workflow: Workflow, files: JobFacts, repository: str) -> str:
    """Why GitHub does not start a workflow at all; empty where it does."""
    if workflow.is_disabled is True:
        return f"its workflow is disabled: {how_to_enable(workflow.path, repository)}"
    refused = why_not_accepted(workflow, files.known, is_complete=files.is_complete)
    refused = refused or why_refused(workflow, files.known, files.default_rights)
    return f"GitHub does not start its workflow: {refused}" if refused else ""
