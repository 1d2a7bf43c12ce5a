"""
Called workflows of the verifier's own that run another commit of it than they are.

What proposes newer commits changes `uses:` alone: the newer workflow then runs the older verifier.
"""

import re
from collections.abc import Iterator

from verifier.decide.drift.question import Asked, Question
from verifier.decide.drift.workflow_fault import WorkflowFault
from verifier.decide.workflows.own_steps import called_commits
from verifier.model.protection import Drift, DriftKind
from verifier.model.workflow import Workflow

KIND = DriftKind("called-commit", unread_by=frozenset({"workflows"}))

_FULL_HASH = re.compile(r"[0-9a-f]{40}", re.IGNORECASE)
#: Enough for people, and few commits begin alike.
_SHOWN = 8


def _ask(asked: Asked) -> Iterator[Drift]:
    """Yield a warning for each job that names two commits; what is no full hash is not compared."""
    for workflow in (each for each in asked.workflows if isinstance(each, Workflow)):
        for job in workflow.jobs:
            called, run = (commit.casefold() for commit in called_commits(job))
            if not (_FULL_HASH.fullmatch(called) and _FULL_HASH.fullmatch(run)) or called == run:
                continue
            commit, other = called[:_SHOWN], run[:_SHOWN]
            fault = WorkflowFault(
                "the verifier runs at the commit of the workflow that is called",
                f"uses is of {commit}, and verifier-commit is {other}",
                "write the full hash of uses into verifier-commit too",
                job.line,
            )
            yield fault.drift(f"{KIND}: {workflow.path}: {job.id}", workflow.path)


QUESTION = Question(KIND, _ask)
