"""
Rules of a workflow file without which GitHub starts no run of it: what the file alone tells.

Only what GitHub surely refuses is told: a word that is not known here may be a new one of GitHub's.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

import itertools
import re
from collections.abc import Iterator, Mapping

from verifier.github.json_shapes import entries, mapping
from verifier.github.workflow_parts import in_parts_of_job, in_permissions
from verifier.github.workflow_schedules import in_schedules
from verifier.github.workflow_shapes import in_shapes
from verifier.model.phrases import first_of
from verifier.model.typos import is_slip

_ID = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_TRIGGERS = (
    "branch_protection_rule", "check_run", "check_suite", "create", "delete", "deployment",
    "deployment_status", "discussion", "discussion_comment", "fork", "gollum", "image_version",
    "issue_comment", "issues", "label", "merge_group", "milestone", "page_build", "public",
    "pull_request", "pull_request_review", "pull_request_review_comment", "pull_request_target",
    "push", "registry_package", "release", "repository_dispatch", "schedule", "status", "watch",
    "workflow_call", "workflow_dispatch", "workflow_run",
)  # fmt: skip
_OF_A_JOB = (
    "concurrency", "container", "continue-on-error", "defaults", "env", "environment", "if", "name",
    "needs", "outputs", "permissions", "runs-on", "secrets", "services", "snapshot", "steps",
    "strategy", "timeout-minutes", "uses", "with",
)  # fmt: skip
_AT_THE_TOP = ("concurrency", "defaults", "env", "jobs", "name", "on", "permissions", "run-name")
_NOT_BOTH = (
    ("branches", "branches-ignore"), ("paths", "paths-ignore"), ("tags", "tags-ignore"),
)  # fmt: skip
#: A job that calls a workflow runs nothing itself.
_NOT_BESIDE_USES = ("steps", "runs-on", "container", "services")


def why_not_taken(workflow: Mapping[str, object]) -> str:
    """Return the first reason why GitHub takes no such file; empty where none was found."""
    jobs = {str(id_): mapping(job) for id_, job in mapping(workflow.get("jobs")).items()}
    return next(
        itertools.chain(
            _at_the_top(workflow),
            _in_events(workflow.get("on")),
            in_shapes(workflow),
            _in_jobs(jobs),
            _in_order(jobs),
            _without_steps(jobs),
            *(in_parts_of_job(id_, job) for id_, job in jobs.items()),
        ),
        "",
    )


def _at_the_top(workflow: Mapping[str, object]) -> Iterator[str]:
    for key in map(str, workflow):
        if key.startswith("x-") or is_slip(key, _AT_THE_TOP):
            yield f"it has {key}, which no workflow has"
    yield from in_permissions("", workflow.get("permissions"))


def _in_events(said: object) -> Iterator[str]:
    events = said if isinstance(said, list | dict) else [said]
    for event in map(str, events):
        if is_slip(event, _TRIGGERS):
            yield f"there is no event {event}"
    yield from in_schedules(mapping(said).get("schedule"))
    for event, filters in mapping(said).items():
        for one, other in _NOT_BOTH:
            if one in mapping(filters) and other in mapping(filters):
                yield f"{event} has both {one} and {other}"


def _in_jobs(jobs: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    for id_, job in jobs.items():
        if not _ID.fullmatch(id_):
            yield f"{id_!r} is no name that a job may have"
        slip = next((str(key) for key in job if is_slip(str(key), _OF_A_JOB)), None)
        if slip is not None:
            yield f"job {id_} has {slip}, which no job has"
        if "steps" in job and "runs-on" not in job and "uses" not in job:
            yield f"job {id_} has no runs-on"
        both = [key for key in _NOT_BESIDE_USES if "uses" in job and key in job]
        if both:
            yield f"job {id_} has both uses and {both[0]}"
        for step in entries(job.get("steps")):
            if "uses" in step and "run" in step:
                yield f"a step of job {id_} has both uses and run"
            elif "uses" not in step and "run" not in step:
                yield f"a step of job {id_} has neither uses nor run"


def _without_steps(jobs: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    empty = [id_ for id_, job in jobs.items() if "uses" not in job and not job.get("steps")]
    if empty:
        yield f"job {empty[0]} has no steps, and calls no workflow"


def _in_order(jobs: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    """Jobs that need one that is not there, or in a circle."""
    needs = {id_: _texts(job.get("needs")) for id_, job in jobs.items()}
    known = {id_.casefold() for id_ in jobs}
    for id_, needed in needs.items():
        for each in needed:
            if each.casefold() not in known:
                yield f"job {id_} needs {each}, which is not in the file"
    waiting = {
        id_.casefold(): {each.casefold() for each in needed} for id_, needed in needs.items()
    }
    followers: dict[str, list[str]] = {}
    for id_, before in waiting.items():
        for each in before:
            followers.setdefault(each, []).append(id_)
    ready = [id_ for id_, before in waiting.items() if not before & known]
    while ready:
        done = ready.pop()
        del waiting[done]
        for id_ in followers.get(done, ()):
            waiting[id_].discard(done)
            if not waiting[id_] & known:
                ready.append(id_)
    if waiting:
        yield f"jobs need one another in a circle: {first_of(sorted(waiting), 3)}"


def _texts(value: object) -> list[str]:
    return (
        [value] if isinstance(value, str) else [*map(str, value)] if isinstance(value, list) else []
    )
