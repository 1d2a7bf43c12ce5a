"""Workflows that push to a branch by themselves: what a required pull request refuses."""

import re
from collections.abc import Iterator, Sequence

from verifier.decide.workflows.shell_words import UNKNOWN, commands_of
from verifier.model.workflow import Step, Workflow

#: Actions and programs whose work it is to commit and push, or to release by a push.
_PUSHING = re.compile(
    r"(?:stefanzweifel/git-auto-commit-action|endbug/add-and-commit|ad-m/github-push-action"
    r"|cycjimmy/semantic-release-action|python-semantic-release/python-semantic-release)@",
    re.IGNORECASE,
)
_PROGRAMS = ("semantic-release",)
#: A run that one of these starts stands on a branch of the repository itself.
_ON_BRANCHES = (
    "push",
    "schedule",
    "workflow_dispatch",
    "release",
    "workflow_run",
    "repository_dispatch",
)
_TAGS_ALONE = ("--tags", "--dry-run", "-n", "--delete", "-d")
_VERSION = re.compile(r"refs/tags/|v?\d+(?:\.\d+)*$")


def workflows_that_push(workflows: Sequence[Workflow], branch: str) -> Iterator[str]:
    """Yield each file that seems to, with the line of the first such step."""
    for workflow in workflows:
        if workflow.is_disabled is not True and set(_ON_BRANCHES) & set(workflow.triggers):
            steps = (step for job in workflow.jobs for step in job.steps)
            found = next((step for step in steps if _pushes(step, branch)), None)
            if found is not None:
                yield f"{workflow.path}:{found.line}"


def _pushes(step: Step, branch: str) -> bool:
    if step.uses:
        given = step.inputs.get("branch")
        return _PUSHING.match(step.uses) is not None and given in (None, branch)
    if "push" not in step.shell and not any(name in step.shell for name in _PROGRAMS):
        return False
    texts = ([word.text({}) for word in command.words] for command in commands_of(step.shell))
    return any(_is_push(words, branch) for words in texts)


def _is_push(words: Sequence[str], branch: str) -> bool:
    names = [word.rpartition("/")[2].partition("@")[0] for word in words]
    if any(name in _PROGRAMS for name in names[:3]):
        return "--dry-run" not in words
    if names[:1] != ["git"] or "push" not in words or set(_TAGS_ALONE) & set(words):
        return False
    given = [w for w in words[words.index("push") + 1 :] if not w.startswith("-")]
    targets = [ref.rpartition(":")[2].removeprefix("refs/heads/") for ref in given[1:]]
    return not targets or any(_may_be(target, branch) for target in targets)


def _may_be(target: str, branch: str) -> bool:
    """Tell whether a push of that name may be one to the branch; what only a run knows may be."""
    if _VERSION.match(target):
        return False
    return target in (branch, "HEAD") or UNKNOWN in target
