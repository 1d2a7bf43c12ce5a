"""
Whether a called workflow asks for rights of the token that its caller does not have.

GitHub refuses to start the caller then, and none of its jobs is reported.

Source: https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows
"""

from collections.abc import Iterator, Mapping, Sequence

from verifier.model.workflow import Job, Value, Workflow

_LEVELS = {"none": 0, "read": 1, "write": 2}
_ALL = {"read-all": "read", "write-all": "write"}
_DEEPEST = 9
_ANY_OTHER = "*"
#: What a repository's token may where its default is "write": all but ask for a token of OpenID
#: Connect.
#: Source: https://docs.github.com/en/actions/reference/workflows-and-actions/github_token
PERMISSIVE: Value = {"id-token": "none", _ANY_OTHER: "write"}
#: The same where its default is "read".
#: Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions
RESTRICTED: Value = {"contents": "read", "packages": "read", "metadata": "read"}


def why_refused(workflow: Workflow, known: Mapping[str, Workflow], default: Value = None) -> str:
    """
    Return why GitHub does not start a workflow for its rights; empty where it does.

    `default` is what a token may where no file says so; None where that is not known.
    """
    rights = default if workflow.permissions is None else workflow.permissions
    return next(_refusals(workflow, rights, known, _DEEPEST, set()), "")


def may_write(workflows: Sequence[Workflow], what: str) -> bool:
    """Tell whether a file gives the token of some job the right to write something."""
    said = [
        rights for w in workflows for rights in (w.permissions, *(j.permissions for j in w.jobs))
    ]
    return any(_level(rights, what) == _LEVELS["write"] for rights in said)


def _refusals(
    workflow: Workflow,
    given: Value,
    known: Mapping[str, Workflow],
    depth: int,
    asked: set[tuple[str, str]],
) -> Iterator[str]:
    """
    `given` are the rights of a job without its own; None where they are not known.

    What is called with the same rights is `asked` once: files may call one another in circles.
    """
    for job in workflow.jobs:
        called = known.get(job.calls)
        if called is None or depth == 0:
            continue
        rights = given if job.permissions is None else job.permissions
        if rights is None or (job.calls, repr(rights)) in asked:
            continue
        asked.add((job.calls, repr(rights)))
        for inner in called.jobs:
            wanted = _wanted(called, inner)
            over = "" if wanted is None else _over(rights, wanted)
            if over:
                yield f"{job.calls} asks for {over}, which job {job.id} does not give it"
        inner_rights = rights if called.permissions is None else called.permissions
        yield from _refusals(called, inner_rights, known, depth - 1, asked)


def _wanted(workflow: Workflow, job: Job) -> Value:
    return workflow.permissions if job.permissions is None else job.permissions


def _over(given: Value, wanted: Value) -> str:
    """The first right that is wanted beyond those that are given."""
    if isinstance(wanted, str):
        least = _LEVELS.get(_ALL.get(wanted, ""), 0)
        if given is PERMISSIVE:
            return ""  # whether all that there is holds OpenID Connect too is not written down
        is_enough = isinstance(given, str) and _LEVELS.get(_ALL.get(given, ""), 0) >= least
        return "" if is_enough or not least else wanted
    if not isinstance(wanted, Mapping):
        return ""
    for name, level in wanted.items():
        if _LEVELS.get(str(level), 0) > _level(given, name):
            return f"{name}: {level}"
    return ""


def _level(given: Value, name: str) -> int:
    if isinstance(given, Mapping):
        return _LEVELS.get(str(given.get(name, given.get(_ANY_OTHER))), 0)
    return _LEVELS.get(_ALL.get(str(given), ""), 0)
