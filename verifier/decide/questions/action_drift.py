"""
Actions that ask for a version of Node which the runners no longer have.

Sources: https://github.blog/changelog/2025-09-19-deprecation-of-node-20-on-github-actions-runners/,
and `runs.using` in each action's own action.yml.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from verifier.decide.drift.question import Asked, Question
from verifier.decide.drift.workflow_fault import WorkflowFault
from verifier.model.finding import Unobserved
from verifier.model.protection import Drift, DriftKind
from verifier.model.workflow import Step, Workflow

KIND = DriftKind("action", unread_by=frozenset({"workflows"}))

#: The last major version of each action of which every release asks for Node 20 or an older one.
#: Source: `runs.using` in the action.yml of the newest release of each major version, 2026.
_LAST_WITHOUT: Mapping[str, int] = {
    "actions/cache": 4,
    "actions/checkout": 4,
    "actions/configure-pages": 5,
    "actions/create-github-app-token": 2,
    "actions/dependency-review-action": 4,
    "actions/deploy-pages": 4,
    "actions/download-artifact": 6,
    "actions/github-script": 7,
    "actions/labeler": 5,
    "actions/setup-dotnet": 4,
    "actions/setup-go": 5,
    "actions/setup-java": 4,
    "actions/setup-node": 4,
    "actions/setup-python": 5,
    "actions/stale": 9,
    "actions/upload-artifact": 5,
    "amannn/action-semantic-pull-request": 5,
    "astral-sh/setup-uv": 6,
    "aws-actions/amazon-ecr-login": 1,
    "aws-actions/configure-aws-credentials": 5,
    "denoland/setup-deno": 1,
    "docker/build-push-action": 6,
    "docker/login-action": 3,
    "docker/metadata-action": 5,
    "docker/setup-buildx-action": 3,
    "docker/setup-qemu-action": 3,
    "dorny/paths-filter": 3,
    "golangci/golangci-lint-action": 8,
    "google-github-actions/auth": 2,
    "hashicorp/setup-terraform": 3,
    "oven-sh/setup-bun": 1,
    "peter-evans/create-pull-request": 7,
    "pnpm/action-setup": 4,
    "softprops/action-gh-release": 2,
    "supabase/setup-cli": 1,
}
_PARTS: Mapping[str, str] = {
    "actions/cache/restore": "actions/cache",
    "actions/cache/save": "actions/cache",
    "actions/upload-artifact/merge": "actions/upload-artifact",
}
_USED = re.compile(r"([\w.-]+/[\w./-]+)@v(\d+)(?:\.\d+)*", re.ASCII)


def retired_node_drift(workflows: Sequence[Workflow | Unobserved]) -> Iterator[Drift]:
    """
    Yield a warning for each action and file, at the first step that uses it.

    Of an action that is pinned to a commit the version is not known, and nothing is said.
    """
    for workflow in workflows:
        if isinstance(workflow, Unobserved):
            continue
        told: set[str] = set()
        for step in (step for job in workflow.jobs for step in job.steps):
            if step.uses in told or not _asks_for_removed(step):
                continue
            told.add(step.uses)
            fault = WorkflowFault(
                "a version of Node that runners have",
                "it asks for Node 20 or older, which left the runners on 2026-09-16",
                "update the action to its newest version, pinned to a commit",
                step.line,
            )
            yield fault.drift(f"{KIND}: {workflow.path}: {step.uses}", workflow.path)


def _asks_for_removed(step: Step) -> bool:
    used = _USED.fullmatch(step.uses)
    if used is None:
        return False
    action = used[1].lower()
    return int(used[2]) <= _LAST_WITHOUT.get(_PARTS.get(action, action), 0)


def _ask(asked: Asked) -> Iterator[Drift]:
    return retired_node_drift(asked.workflows)


QUESTION = Question(KIND, _ask)
