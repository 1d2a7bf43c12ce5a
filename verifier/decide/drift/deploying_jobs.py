"""Jobs that a push starts for an environment which its branch may not deploy to."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from verifier.model.named_values import Branches, GitHubEnvironment
from verifier.model.workflow import Workflow

_WILD = frozenset("*?[]+!")


def refused_jobs(
    environment: GitHubEnvironment, workflows: Sequence[Workflow]
) -> Iterator[tuple[str, str, str]]:
    """
    Yield the job, its file, and the branch whose push starts it and that is not chosen.

    Only branches that the file names are asked of, and a pattern is taken to fit more than GitHub
    takes it to: its `*` ends at a slash.
    """
    chosen = environment.chosen
    if environment.branches is not Branches.CHOSEN or not isinstance(chosen, tuple) or not chosen:
        return
    for workflow in workflows:
        push = workflow.triggers.get("push")
        if push is None or workflow.is_disabled is True:
            continue
        left_out = [
            branch
            for branch in push.branches
            if not _WILD & set(branch) and not any(fnmatchcase(branch, each) for each in chosen)
        ]
        for job in workflow.jobs:
            is_for_it = (job.environment or "").casefold() == environment.name.casefold()
            if is_for_it and not job.condition and left_out:
                yield job.id, workflow.path, left_out[0]
