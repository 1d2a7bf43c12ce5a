"""A repository as audits see it; tests and scenarios fill it in."""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from verifier.sandbox.github.rest_answers import JsonObject, now

ADMINISTRATION, SECRETS, RULESETS = "administration", "secrets", "rulesets"


@dataclass
class ProtectedRepository:
    """One repository and what its token may see; tests and scenarios fill it in."""

    name: str
    default_branch: str = "main"
    is_private: bool = True
    is_archived: bool = False
    pushed_at: str | None = "2026-01-31T12:00:00Z"
    rights: frozenset[str] = frozenset({ADMINISTRATION, SECRETS, RULESETS})
    classic: dict[str, JsonObject] = field(default_factory=dict)
    """Classic protection by branch."""
    rulesets: list[JsonObject] = field(default_factory=list)
    history: list[JsonObject] = field(default_factory=list)
    """Versions of its rulesets, newest first."""
    files: dict[str, str] = field(default_factory=dict)
    branches: tuple[str, ...] = ("main",)
    queues: tuple[str, ...] = ()
    """Branches with a merge queue of classic protection."""
    queue_method: str = "SQUASH"
    """How it merges."""
    merged_at: str = ""
    """When its one pull request was merged; empty for just now."""
    check_names: tuple[str, ...] = ()
    """Jobs that reported on the one pull request that was merged."""
    failed_checks: frozenset[str] = frozenset()
    """Those of them that failed."""
    own_checks: tuple[str, ...] = ()
    """Jobs on it of a workflow of GitHub's own, which has no file."""
    app_checks: dict[str, int] = field(default_factory=dict)
    """Checks of other apps on it, each with the app's number."""
    branch_files: dict[str, dict[str, str]] = field(default_factory=dict)
    """Files of a branch that has others than `files`."""
    merge_methods: tuple[str, ...] = ("merge", "squash", "rebase")
    workflows: list[JsonObject] = field(default_factory=list)
    runs: dict[int, list[JsonObject]] = field(default_factory=dict)
    """Scheduled runs by workflow id, newest first."""
    waiting_runs: list[JsonObject] = field(default_factory=list)
    """Runs that wait for an approval, or for another run: by their `status`."""
    changed: dict[str, str] = field(default_factory=dict)
    """When a file was last changed, by its path."""
    written: dict[str, str] = field(default_factory=dict)
    """When it was first written, as it is now, by its path."""
    stored: dict[str, list[str]] = field(default_factory=dict)
    """Names by the end of their path, such as "actions/secrets"."""
    environments: list[JsonObject] = field(default_factory=list)
    chosen_branches: list[JsonObject] = field(default_factory=list)
    """Patterns of branches that may deploy to an environment that chooses them."""
    activity: list[JsonObject] = field(default_factory=list)
    merged: frozenset[str] = frozenset()
    """Commits that came by a merged pull request."""
    issues: list[JsonObject] = field(default_factory=list)
    labels: dict[str, JsonObject] = field(default_factory=dict)
    comments: list[JsonObject] = field(default_factory=list)
    statuses: list[JsonObject] = field(default_factory=list)
    teams: list[JsonObject] = field(default_factory=list)
    collaborators: list[JsonObject] = field(
        default_factory=lambda: [
            {"id": number, "login": login, "permissions": {"push": True}}
            for number, login in enumerate(("ann", "ben", "cas"), start=11)
        ]
    )
    settings: dict[str, object] = field(
        default_factory=lambda: {
            "/actions/permissions": {
                "enabled": True,
                "allowed_actions": "all",
                "sha_pinning_required": True,
            },
            "/actions/permissions/workflow": {
                "default_workflow_permissions": "read",
                "can_approve_pull_request_reviews": False,
            },
            "/keys": [],
            "/hooks": [],
            "/immutable-releases": {"enabled": True, "enforced_by_owner": False},
        }
    )
    """What administrators are answered, by the end of the path."""
    has_alerts: bool = True
    """Whether Dependabot tells of vulnerable dependencies."""
    renamed_to: str = ""
    requests: list[str] = field(default_factory=list)
    ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(100))

    def list_workflows(self, paths: Iterable[str]) -> None:
        """List the workflows of these paths, as GitHub does with those of a push."""
        self.workflows = [
            {"id": number, "path": path, "state": "active", "created_at": now()}
            for number, path in enumerate(paths, start=1)
        ]

    def ruleset(self, number: int) -> JsonObject | None:
        """Return a ruleset by its id."""
        return next((r for r in self.rulesets if r.get("id") == number), None)

    def conclusion_of(self, check: str) -> str:
        """Return how a job on the pull request ended, as the REST API writes it."""
        return "failure" if check in self.failed_checks else "success"

    def applying(self, branch: str) -> list[JsonObject]:
        """Return the active rules for a branch, each with its ruleset."""
        return [
            {
                **rule,
                "ruleset_id": ruleset["id"],
                "ruleset_source_type": ruleset.get("source_type", "Repository"),
                "ruleset_source": ruleset.get("source", self.name),
            }
            for ruleset in self.rulesets
            if ruleset.get("enforcement") == "active" and self._is_about(ruleset, branch)
            for rule in _objects(ruleset.get("rules"))
        ]

    def _is_about(self, ruleset: Mapping[str, object], branch: str) -> bool:
        conditions = ruleset.get("conditions")
        names = conditions.get("ref_name") if isinstance(conditions, dict) else None
        said = names if isinstance(names, dict) else {}
        return self._fits(said.get("include"), branch) and not self._fits(
            said.get("exclude"), branch
        )

    def _fits(self, patterns: object, branch: str) -> bool:
        for pattern in patterns if isinstance(patterns, list) else []:
            is_default = pattern == "~DEFAULT_BRANCH" and branch == self.default_branch
            if pattern == "~ALL" or is_default or fnmatchcase(f"refs/heads/{branch}", str(pattern)):
                return True
        return False


def _objects(value: object) -> list[JsonObject]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
