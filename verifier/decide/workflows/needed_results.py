"""
Whether a job that runs although others failed can fail for them, or for anything at all.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/contexts#needs-context
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from verifier.decide.workflows.going_on import goes_on
from verifier.model.workflow import Job, Value

#: As the twin of a job does that some paths alone start: GitHub's way to have a name reported.
TESTS_NOTHING = (
    "it succeeds whatever a change does: its steps prepare or print something, and none tests "
    "anything"
)

#: What stands in an expression about the jobs that are needed: of one, of each, or of all at once.
_NEEDS = re.compile(r"\bneeds\b\s*(?:\.\s*([\w*-]+)|\[\s*'([^']+)'\s*\])?", re.ASCII)
_ALL = "*"
_FAILED, _ENDS = "failure", ("success", "cancelled")
#: Such a step may ask GitHub for the results of others.
_ASKS_ELSEWHERE = re.compile(r"\bgh\s+(?:api|run|pr)\b|/actions/runs|check-runs", re.ASCII)
_ACTION_THAT_ASKS = re.compile(r"check|wait|status|green|result|needs", re.IGNORECASE)
_PREPARES = ("actions/", "docker/setup-", "astral-sh/setup-")
#: Of these, those that look at nothing of the change.
_ONLY_PREPARES = re.compile(
    r"(?:actions/(?:checkout|cache|setup-[\w-]+|(?:up|down)load-artifact)|docker/setup-[\w-]+-action"
    r"|astral-sh/setup-uv|pnpm/action-setup|oven-sh/setup-bun|ruby/setup-ruby)(?:/[\w/-]*)?@.*"
)
_ENDS_WELL = re.compile(r"exit(?:\s+0)?\s*;?")
_SCRIPT = "actions/github-script"
_OF_PATHS = re.compile(r"\b(?:needs|steps)\b[^&|]*\boutputs\b", re.IGNORECASE)
_PRINTED = re.compile(r"(?:echo|printf)\s(?:[^|&;`$<]|\$(?!\()){0,2000}|true|:")
_SWALLOWED = re.compile(r"\|\|\s*(?:true|:|exit 0|echo\b[^|&;]*)\s*$")


def why_it_passes(job: Job, failing: Sequence[str]) -> str:
    """
    Return why a job succeeds although one that it needs did not; empty where none was found.

    `failing` are those that may fail, and in spite of whose failure it runs.
    """
    if job.calls or not failing or _asks_elsewhere(job):
        return ""
    whole, asked = _looked_at(job)
    for name in failing:
        if not asked & {_ALL, name.casefold()}:
            return (
                f"it succeeds although {name}, which it needs and which is not required, failed: "
                f"it does not look at needs.{name}.result"
            )
    if _only_tells(job):
        return (
            f"it succeeds although {failing[0]}, which it needs and which is not required, failed: "
            "its steps only print what came of it"
        )
    if _FAILED in whole and not any(end in whole for end in _ENDS):
        return (
            f"it succeeds although {failing[0]}, which it needs and which is not required, was "
            "cancelled or took too long: it looks for 'failure' alone"
        )
    return ""


def why_it_passes_skipped(job: Job, skipped: Sequence[Job]) -> str:
    """
    Return why a job succeeds although one that it looks at was skipped; empty where none was found.

    `skipped` may be skipped by their own conditions. One that asks which paths have changed is
    meant to be.
    """
    if job.calls or not skipped or _asks_elsewhere(job):
        return ""
    whole, asked = _looked_at(job)
    for before in skipped:
        is_asked = bool(asked & {_ALL, before.id.casefold()})
        is_meant = _OF_PATHS.search(before.condition) is not None
        if is_asked and not is_meant and ("skipped" in whole or "success" not in whole):
            return (
                f"it succeeds although {before.id}, which it needs and which is not required, was "
                f"skipped: {before.id} has the condition {before.condition}"
            )
    return ""


def _looked_at(job: Job) -> tuple[str, set[str]]:
    """Return what a job's texts say of those that it needs, and for which of these they ask."""
    said = [text for text in _texts_of(job) if _NEEDS.search(text)]
    asked = {name.casefold() for text in said for name in _asked_for(text)}
    return " ".join(said).casefold(), asked


def why_it_cannot_fail(job: Job) -> str:
    """Return why no command of a job makes it fail; empty where one may."""
    if _is_for_nothing(job):
        return TESTS_NOTHING
    runs = [step for step in job.steps if step.shell]
    others = [step.uses for step in job.steps if step.uses]
    if not runs or not all(uses.startswith(_PREPARES) for uses in others):
        return ""
    if all(map(goes_on, runs)):
        return "it succeeds whatever its steps find: each has continue-on-error"
    if all(goes_on(step) or _is_swallowed(step.shell) for step in runs):
        return "it succeeds whatever its steps find: each ends with || true, or goes on"
    return ""


def _only_tells(job: Job) -> bool:
    """Whether no step can fail by what it looks at: each prints something."""
    return bool(job.steps) and all(
        _prints(step.shell)
        if step.shell
        else step.uses.startswith(_PREPARES) and not step.uses.startswith(_SCRIPT)
        for step in job.steps
    )


def _prints(shell: str) -> bool:
    lines = [line.strip() for line in shell.splitlines()]
    return all(_PRINTED.fullmatch(line) for line in lines if line and line[0] != "#")


def _is_for_nothing(job: Job) -> bool:
    """Whether it looks at nothing: no approval of an environment, no other job, no command."""
    if job.needs or job.environment != "" or not job.steps:
        return False
    return all(
        _tests_nothing(step.shell) if step.shell else _ONLY_PREPARES.fullmatch(step.uses)
        for step in job.steps
    )


def _tests_nothing(shell: str) -> bool:
    """Whether a text only prints, as far as it gets: to an `exit 0` that nothing stands before."""
    lines = [line.strip() for line in shell.splitlines()]
    end = next((n for n, line in enumerate(lines) if _ENDS_WELL.fullmatch(line)), len(lines))
    return _prints("\n".join(lines[:end]))


def _is_swallowed(shell: str) -> bool:
    """Whether each line of a text says that its failure is none."""
    lines = [line for line in shell.splitlines() if line.strip() and line.strip()[0] != "#"]
    return bool(lines) and all(_SWALLOWED.search(line) for line in lines)


def _asked_for(text: str) -> Iterator[str]:
    for found in _NEEDS.finditer(text):
        yield found[1] or found[2] or _ALL


def _asks_elsewhere(job: Job) -> bool:
    return any(
        _ASKS_ELSEWHERE.search(step.shell)
        or (not step.uses.startswith(_PREPARES) and _ACTION_THAT_ASKS.search(step.uses))
        for step in job.steps
    )


def _texts_of(job: Job) -> Iterator[str]:
    yield from _texts(job.variables)
    for step in job.steps:
        yield step.condition
        yield step.shell
        yield from _texts(step.inputs)
        yield from _texts(step.variables)


def _texts(value: Value) -> Iterator[str]:
    match value:
        case str():
            yield value
        case Mapping():
            for inner in value.values():
                yield from _texts(inner)
        case list() | tuple():
            for inner in value:
                yield from _texts(inner)
        case _:
            pass
