"""Workflows that push to a branch, which a required pull request would stop."""

import pytest

from tests.decide.workflows.called import workflow
from verifier.decide.drift.pushing_workflows import workflows_that_push

RELEASE = "on: {on}\njobs:\n  r:\n    runs-on: x\n    steps:\n      - {step}\n"


def found(step, on="push"):
    return [*workflows_that_push([workflow(RELEASE.format(on=on, step=step))], "main")]


@pytest.mark.parametrize(
    ("step", "pushes"),
    [
        ("run: git push", True),
        ("run: git push origin HEAD:main", True),
        ("run: git push origin HEAD:refs/heads/main", True),
        ("run: git push --follow-tags origin main", True),
        ("run: git commit -m x && git push", True),
        ("run: npx semantic-release", True),
        ("run: npx semantic-release@24 --dry-run", False),
        ("uses: stefanzweifel/git-auto-commit-action@v5", True),
        ("{ uses: stefanzweifel/git-auto-commit-action@v5, with: { branch: docs } }", False),
        ("run: 'git push origin HEAD:${{ github.ref_name }}'", True),
        ("run: git push origin gh-pages", False),
        ("run: git push --tags", False),
        ("run: git push origin v1.2.3", False),
        ("run: echo git push", False),
        ("run: docker push image", False),
    ],
)
def test_a_step_that_pushes_to_the_branch(step, pushes):
    assert found(step) == ([".github/workflows/ci.yml:6"] if pushes else [])


def test_a_run_on_pull_requests_pushes_to_their_branches():
    assert not found("run: git push", on="pull_request")
