"""
What of the workflows may still run after a job has ended, and with it its run.

A condition that may hold, holds here: what only a run knows keeps nothing from running.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#status-check-functions
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from verifier.decide.workflows.expression_syntax import NoExpressionError
from verifier.decide.workflows.expression_values import NotKnown, PartlyKnown, Term
from verifier.decide.workflows.expressions import ExpressionScope, condition_of, holds
from verifier.model.workflow import Job, Step, Workflow

_PULLS = frozenset({"pull_request", "pull_request_target", "merge_group"})
#: What a person starts, or another workflow calls.
_BY_PEOPLE = frozenset({"workflow_dispatch", "workflow_call"})
#: Levels of workflows that call one another.
_DEEPEST = 9
#: In the name of a workflow that is followed these are those of a pattern.
_PATTERN = frozenset("*?+[]!")


class End(StrEnum):
    """How a job ends, as `needs.ID.result` says it."""

    SUCCESS = "success"
    FAILURE = "failure"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


#: Events by which a workflow follows what others end with, and how these say it.
_CONCLUSION = {"conclusion": {End.SUCCESS: ("success",), End.FAILURE: ("failure",)}}
_STATE = {"state": {End.SUCCESS: ("success",), End.FAILURE: ("failure", "error")}}
_FOLLOWING: Mapping[str, Mapping[str, Mapping[End, tuple[str, ...]]]] = {
    "workflow_run": _CONCLUSION,
    "check_run": _CONCLUSION,
    "check_suite": _CONCLUSION,
    "deployment_status": _STATE,
    "status": _STATE,
}


@dataclass(frozen=True, slots=True)
class Later:
    """Something that may run then."""

    workflow: Workflow
    job: Job
    step: Step | None
    """None where the job calls a workflow."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of a workflow, and how its jobs have ended."""

    workflow: Workflow
    github: PartlyKnown
    ends: dict[str, End | None]
    """Of single jobs; None where that is not known."""
    usual: End | None
    """Of all the others."""
    before: Mapping[str, frozenset[str]]
    """The ids of those that each job waits for, directly or not."""

    def later(self, jobs: Sequence[Job]) -> Iterator[Later]:
        """Yield what may run of these jobs; of those that cannot run the end is noted."""
        for job in jobs:
            before = {self._end(name) for name in self.before[job.id]}
            if not self._may_hold(job, job.condition, before):
                self.ends[job.id] = End.SKIPPED
                continue
            if job.calls:
                yield Later(self.workflow, job, None)
            yield from self.steps(job, job.steps, self.usual)

    def steps(self, job: Job, steps: Sequence[Step], end: End | None) -> Iterator[Later]:
        """Yield what may run of a job's steps where those before have ended so."""
        for step in steps:
            if self._may_hold(job, step.condition, [end]):
                yield Later(self.workflow, job, step)

    def may_start(self, job: Job) -> bool:
        """Tell whether a job's condition may hold, whatever those before have ended with."""
        return self._may_hold(job, job.condition, [None])

    def _end(self, name: str) -> End | None:
        return self.ends.get(name, self.usual)

    def _may_hold(self, job: Job, condition: str, before: Collection[End | None]) -> bool:
        needs = {
            name.lower(): PartlyKnown(f"needs.{name}", {"result": end.value} if end else {})
            for name in job.needs
            for end in [self._end(name)]
        }
        known: Mapping[str, Term] = {"github": self.github, "needs": PartlyKnown("needs", needs)}
        try:
            return (
                holds(condition_of(condition), ExpressionScope(known, _status(before))) is not False
            )
        except NoExpressionError:
            return True


def ancestors(workflow: Workflow) -> Mapping[str, frozenset[str]]:
    """Return for each job the ids of those that it waits for, directly or not."""
    needs = {job.id: job.needs for job in workflow.jobs}
    found: dict[str, frozenset[str]] = {}
    begun: set[str] = set()
    left = list(needs)
    while left:
        id_ = left[-1]
        begun.add(id_)  # who needs itself is refused by GitHub
        missing = [n for n in needs[id_] if n in needs and n not in found and n not in begun]
        left += missing
        if not missing:
            found[id_] = frozenset(needs[id_]).union(*(found.get(n, ()) for n in needs[id_]))
            left.pop()
    return found


def after_step(workflow: Workflow, gated: Job, steps: Sequence[Step], end: End) -> Iterator[Later]:
    """Yield what may run of `steps` and of the jobs behind, where a job's gate has ended so."""
    usual = end if end is End.SUCCESS else None
    before = ancestors(workflow)
    behind = [job for job in _in_order(workflow, before) if gated.id in before[job.id]]
    for event in sorted(set(workflow.triggers) - _PULLS):
        github = PartlyKnown("github", {"event_name": event})
        run = _Run(workflow, github, {gated.id: usual if gated.goes_on else end}, usual, before)
        # What stands beside them has started before.
        yield from run.steps(replace(gated, has_containers=False), steps, end)
        yield from run.later(behind)


def after_run(workflow: Workflow, others: Sequence[Workflow], end: End) -> Iterator[Later]:
    """Yield what may run of the workflows that follow one, where a run of it has ended so."""
    others = [other for other in others if other.path != workflow.path]
    known = [other for other in others if _follows(other, {workflow.name.casefold()})]
    names = _followed(workflow, others)
    for other in others:
        for event in sorted(_FOLLOWING.keys() & other.triggers):
            if event != "workflow_run" or other in known:
                yield from _of_event(other, event, end)
            elif _follows(other, names):
                yield from _of_event(other, event, None)


def alongside(workflow: Workflow, gated: Job, others: Sequence[Workflow]) -> Iterator[Later]:
    """
    Yield what may run at the same time, and neither waits for a job nor is waited for by it.

    What other workflows run for the same push counts, and what they run by the clock or for
    whatever else starts them, but for pull requests and for people.
    """
    others = [other for other in others if other.path != workflow.path]
    known = {each.path: each for each in (workflow, *others)}
    before = ancestors(workflow)
    apart = {gated.id, *before[gated.id]}
    jobs = [j for j in workflow.jobs if j.id not in apart and gated.id not in before[j.id]]
    for event in sorted(set(workflow.triggers) - _PULLS):
        run = _begun(workflow, event)
        if run.may_start(gated):
            yield from _opened(run.later(jobs), event, known, _DEEPEST)
    names = _followed(workflow, others)
    there = {each.name.casefold() for each in known.values()}
    for other in others:
        for event in sorted(_events_apart(other, workflow, names, there)):
            laters = _begun(other, event).later(_in_order(other, ancestors(other)))
            yield from _opened(laters, event, known, _DEEPEST)


def _begun(workflow: Workflow, event: str) -> _Run:
    github = PartlyKnown("github", {"event_name": event})
    return _Run(workflow, github, {}, None, ancestors(workflow))


def _opened(
    laters: Iterator[Later], event: str, known: Mapping[str, Workflow], depth: int
) -> Iterator[Later]:
    """Yield them, with the jobs of the workflows that they call in place of the calls."""
    for each in laters:
        called = None if each.step else known.get(each.job.calls.removeprefix("./"))
        if called is None or depth == 0:
            yield each
        else:
            inner = _begun(called, event).later(_in_order(called, ancestors(called)))
            yield from _opened(inner, event, known, depth - 1)


def _events_apart(
    other: Workflow, workflow: Workflow, names: set[str], there: set[str]
) -> set[str]:
    """Return by which events a workflow runs beside another; `there` are the names of all."""
    events = set(other.triggers) - _PULLS - _BY_PEOPLE - _FOLLOWING.keys()
    run = other.triggers.get("workflow_run")
    said = {name.strip().casefold() for name in run.workflows} if run else set()
    if run and not _follows(other, names) and (not said or said & there):
        events.add("workflow_run")
    pushes = [each.triggers["push"] for each in (other, workflow) if "push" in each.triggers]
    if "push" in events and len(pushes) == 2:
        theirs, ours = (push.branches for push in pushes)
        is_plain = all(_PATTERN.isdisjoint(name) for name in (*theirs, *ours))
        is_of_tags = bool(pushes[0].tags) and not theirs
        if ours and is_plain and (is_of_tags or (theirs and not set(theirs) & set(ours))):
            events -= {"push"}
    return events


def _followed(workflow: Workflow, others: Sequence[Workflow]) -> set[str]:
    """Return the name of a workflow, and of those that follow it or one another."""
    names = {workflow.name.casefold()}
    for _ in others:
        names |= {other.name.casefold() for other in others if _follows(other, names)}
    return names


def _of_event(workflow: Workflow, event: str, end: End | None) -> Iterator[Later]:
    """Yield what an event starts; `end` is None where it is not known what that says."""
    (key, words) = next(iter(_FOLLOWING[event].items()))
    for word in words[end] if end else ("",):
        said: Mapping[str, Term] = {key: word} if word else {}
        inner: Mapping[str, Term] = (
            said if event == "status" else {event: PartlyKnown(f"github.event.{event}", said)}
        )
        known: Mapping[str, Term] = {
            "event_name": event,
            "event": PartlyKnown("github.event", inner),
        }
        usual = end if end is End.SUCCESS else None
        before = ancestors(workflow)
        run = _Run(workflow, PartlyKnown("github", known), {}, usual, before)
        yield from run.later(_in_order(workflow, before))


def _follows(workflow: Workflow, names: set[str]) -> bool:
    trigger = workflow.triggers.get("workflow_run")
    said = trigger.workflows if trigger else ()
    return any(name.casefold() in names or not _PATTERN.isdisjoint(name) for name in said)


def _in_order(workflow: Workflow, before: Mapping[str, frozenset[str]]) -> list[Job]:
    """Return the jobs, each behind those that it needs."""
    return sorted(workflow.jobs, key=lambda job: len(before[job.id]))


def _status(ends: Collection[End | None]) -> Mapping[str, bool | NotKnown]:
    """What the status functions are worth where this is how what was before has ended."""

    def seen(wanted: End) -> bool | NotKnown:
        return wanted in ends or (None in ends and NotKnown(f"{wanted.value}()"))

    passed: bool | NotKnown = all(end in (End.SUCCESS, None) for end in ends)
    if passed and None in ends:
        passed = NotKnown("success()")
    failed, cancelled = seen(End.FAILURE), seen(End.CANCELLED)
    return {"always": True, "success": passed, "failure": failed, "cancelled": cancelled}
