"""
Why GitHub starts no run of a workflow file: what it calls, and its expressions.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/reusing-workflow-configurations
"""

from collections.abc import Iterator, Mapping

from verifier.decide.workflows.refused_expressions import refused_expressions
from verifier.model.workflow import Job, Workflow

_FOLDER = ".github/workflows/"
_CALL = "workflow_call"


def why_not_accepted(
    workflow: Workflow, known: Mapping[str, Workflow], *, is_complete: bool
) -> str:
    """
    Return the first reason, also of the files that it calls; empty where none was found.

    `known` are the files of the repository by their paths, all of them where `is_complete`.
    """
    left, seen = [workflow], {workflow.path}
    while left:
        each = left.pop()
        why = _why_not_taken(each, known, is_complete=is_complete)
        if why:
            return f"{each.path}: {why}"
        called = [known[job.calls] for job in each.jobs if job.calls in known]
        left += [inner for inner in called if inner.path not in seen]
        seen |= {inner.path for inner in called}
    return ""


def _why_not_taken(workflow: Workflow, known: Mapping[str, Workflow], *, is_complete: bool) -> str:
    if workflow.fault:
        return workflow.fault
    for job in workflow.jobs:
        why = next(_in_call(job, known, is_complete=is_complete), "")
        if why:
            return why
    return next(refused_expressions(workflow), "")


def _in_call(job: Job, known: Mapping[str, Workflow], *, is_complete: bool) -> Iterator[str]:
    if not job.calls.startswith(_FOLDER):
        return
    called = known.get(job.calls)
    if called is None:
        if is_complete:
            yield f"job {job.id} calls {job.calls}, which does not exist"
        return
    if _CALL not in called.triggers:
        yield f"job {job.id} calls {job.calls}, which has no on: workflow_call"
        return
    declared = {name.casefold() for name in called.inputs}
    given = {name.casefold() for name in job.inputs}
    for name in sorted(given - declared):
        yield f"job {job.id} gives {job.calls} the input {name}, which it does not have"
    for name in sorted(called.required_inputs):
        if name.casefold() not in given:
            yield f"job {job.id} does not give {job.calls} the input {name}, which it requires"
