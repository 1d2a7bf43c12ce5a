"""Which workflow files count for a pull request into which branch."""

from tests.decide.workflows.called import reports, with_jobs
from verifier.model.audited_repository import RepositoryEvidence, RepositoryFacts
from verifier.model.finding import NotAsked, Unobserved

UNASKED = NotAsked("not asked")
FACTS = RepositoryFacts("acme/shop", "main", False, False, False, None)
TARGET = with_jobs(["t: { runs-on: x }"], "pull_request_target", "t.yml")
CALLER = with_jobs(["c: { uses: ./.github/workflows/b.yml }"], "pull_request_target", "c.yml")
CALLED = with_jobs(["u: { runs-on: x }"], "[push, workflow_call]", "b.yml")
CI = with_jobs(["i: { runs-on: x }"], "pull_request", "i.yml")


def names(default, other, branch="dev"):
    evidence = RepositoryEvidence(
        FACTS, {}, default, {}, *[UNASKED] * 4, {}, other_workflows={"dev": other}
    )
    found = evidence.workflows_of(branch)
    return found if isinstance(found, Unobserved) else [c.name for c in reports(*found).checks]


def test_pull_request_target_takes_the_file_of_the_default_branch():
    assert names((TARGET,), (CI,)) == ["t", "i"]
    assert names((CI,), (TARGET,)) == []
    assert names((CALLER, CALLED), (CI,)) == ["c / u", "i"]
    assert names((TARGET,), (CI,), branch="main") == ["t"]


def test_files_that_were_not_read_stay_unread():
    unread = Unobserved("HTTP 502")

    assert names((TARGET,), unread) == unread
    assert names(unread, (CI,)) == ["i"]
