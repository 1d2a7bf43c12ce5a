"""A repository at GitHub as the runbook wants it: what the sandbox's audit finds in order."""

from verifier.sandbox.github.protected_repository import ProtectedRepository
from verifier.sandbox.github.rest_answers import JsonObject

#: GitHub Actions.
ACTIONS_APP = 15368
CHECKS = ("Lint & Type Check", "Run Tests", "Build Docker Image")
CI = """\
name: CI
on:
  push: { branches: [main] }
  pull_request:
jobs:
  lint:
    name: Lint & Type Check
    runs-on: ubuntu-24.04
    steps: [{ run: make lint }]
  test:
    name: Run Tests
    runs-on: ubuntu-24.04
    steps: [{ run: make test }]
  build:
    name: Build Docker Image
    runs-on: ubuntu-24.04
    steps: [{ run: make build }]
"""


def runbook_ruleset(number: int = 1, **changes: object) -> JsonObject:
    """Return the ruleset that switches on everything that the runbook's table has."""
    pull_request = {
        "required_approving_review_count": 1,
        "dismiss_stale_reviews_on_push": True,
        "require_code_owner_review": False,
        "require_last_push_approval": False,
        "required_review_thread_resolution": False,
    }
    checks = {
        "strict_required_status_checks_policy": True,
        "required_status_checks": [
            {"context": name, "integration_id": ACTIONS_APP} for name in CHECKS
        ],
    }
    return {
        "id": number,
        "name": "main",
        "target": "branch",
        "source_type": "Repository",
        "source": "acme/shop",
        "enforcement": "active",
        "bypass_actors": [],
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
        "rules": [
            {"type": "pull_request", "parameters": pull_request},
            {"type": "required_status_checks", "parameters": checks},
            {"type": "non_fast_forward"},
            {"type": "deletion"},
            {"type": "required_linear_history"},
        ],
        **changes,
    }


def runbook_repository(name: str = "acme/shop") -> ProtectedRepository:
    """Return a repository in which an audit finds no drift."""
    return ProtectedRepository(
        name,
        rulesets=[runbook_ruleset(source=name)],
        files={".github/workflows/ci.yml": CI},
        check_names=CHECKS,
    )
