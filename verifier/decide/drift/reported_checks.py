"""Which checks the workflows of a repository report on a pull request, and which may not."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from verifier.decide.drift.filter_patterns import is_chosen, matches
from verifier.model.finding import Unobserved
from verifier.model.workflow import Job, Trigger, Workflow

PULL_REQUEST = "pull_request"
MERGE_GROUP = "merge_group"
_PULLS = (PULL_REQUEST, "pull_request_target")
#: Conditions under which a job is never skipped.
_ALWAYS = re.compile(r"always\(\)|!\s*cancelled\(\)")
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Reported:
    """A check that some job reports on a pull request."""

    name: str
    path: str
    """Of the workflow file."""
    line: int
    pending: str = ""
    """Why its workflow may not run at all, so that the check waits for ever."""
    skippable: str = ""
    """Why it may be skipped, which counts as success."""
    in_merge_queue: bool = True


@dataclass(frozen=True, slots=True)
class Reports:
    """What is known of the checks of a repository."""

    checks: tuple[Reported, ...]
    unresolved: tuple[str, ...]
    """Jobs and files whose checks only a run tells."""


def reports_on_pull_request(
    workflows: Sequence[Workflow | Unobserved], branch: str, required: frozenset[str]
) -> Reports:
    """
    Return what the jobs would report on a pull request into `branch`.

    `required` are names of required checks: a job whose needs are required as well is not told
    to be skippable by them.
    """
    known = {w.path: w for w in workflows if isinstance(w, Workflow)}
    unresolved = [w.explained for w in workflows if isinstance(w, Unobserved)]
    checks: list[Reported] = []
    for workflow in known.values():
        triggers = [workflow.triggers[event] for event in _PULLS if event in workflow.triggers]
        if not triggers:
            continue
        pending = _why_pending(triggers, branch)
        for names, job, skippable in _expand(workflow, known, required, _DEEPEST):
            if isinstance(names, Unobserved):
                unresolved.append(f"job {job.id} of {workflow.path}: {names.explained}")
                continue
            checks += [
                Reported(
                    name,
                    workflow.path,
                    job.line,
                    pending,
                    skippable,
                    MERGE_GROUP in workflow.triggers,
                )
                for name in names
            ]
    return Reports(tuple(checks), tuple(unresolved))


def _expand(
    workflow: Workflow,
    known: Mapping[str, Workflow],
    required: frozenset[str],
    depth: int,
) -> Iterator[tuple[tuple[str, ...] | Unobserved, Job, str]]:
    """The jobs of a workflow with the names they report, those of called workflows included."""
    jobs = {job.id: job for job in workflow.jobs}
    for job in workflow.jobs:
        skippable = _why_skipped(job, jobs, required)
        if not job.calls:
            yield job.names, job, skippable
            continue
        called = known.get(job.calls)
        if called is None or depth == 0 or isinstance(job.names, Unobserved):
            yield Unobserved(f"it calls {job.calls}, which could not be read"), job, skippable
            continue
        for names, inner, inner_skippable in _expand(called, known, required, depth - 1):
            full: tuple[str, ...] | Unobserved = names
            if not isinstance(names, Unobserved):
                full = tuple(f"{own} / {name}" for own in job.names for name in names)
            yield full, Job(inner.id, job.line, full), skippable or inner_skippable


def _why_pending(triggers: Sequence[Trigger], branch: str) -> str:
    reasons = [_filtered(trigger, branch) for trigger in triggers]
    return "" if "" in reasons else reasons[0]


def _filtered(trigger: Trigger, branch: str) -> str:
    if trigger.branches and not is_chosen(trigger.branches, branch):
        return f"it only runs on pull requests into {', '.join(trigger.branches)}"
    if any(matches(pattern, branch) for pattern in trigger.branches_ignore):
        return f"it ignores pull requests into {branch}"
    if trigger.has_paths:
        return "it only runs when certain paths change"
    if trigger.types and "synchronize" not in trigger.types:
        return f"it only runs on {', '.join(trigger.types)}, not when commits are pushed"
    return ""


def _why_skipped(job: Job, jobs: Mapping[str, Job], required: frozenset[str]) -> str:
    if _ALWAYS.search(job.condition):
        return ""
    if job.condition and not job.condition.strip().startswith("success()"):
        return f"it has the condition {job.condition}"
    for needed in job.needs:
        other = jobs.get(needed)
        if other is None:
            continue
        names = () if isinstance(other.names, Unobserved) else other.names
        if not (names and required.issuperset(names)):
            return f"it is skipped when {needed}, which is not required, fails"
    return ""
