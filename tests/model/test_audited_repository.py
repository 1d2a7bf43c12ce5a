"""Which workflow files count for a pull request into which branch."""

import pytest

from tests.decide.workflows.called import with_jobs
from verifier.decide.drift.reported_checks import reports_on_pull_request
from verifier.model.audited_repository import RepositoryEvidence, RepositoryFacts
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.pull_files import BaseBranch, PullFiles

UNASKED = NotAsked("not asked")
FACTS = RepositoryFacts("acme/shop", "main", False, False, False, None)
TARGET = with_jobs(["t: { runs-on: x }"], "pull_request_target", "t.yml")
CALLER = with_jobs(["c: { uses: ./.github/workflows/b.yml }"], "pull_request_target", "c.yml")
CALLED = with_jobs(["u: { runs-on: x }"], "[push, workflow_call]", "b.yml")
CI = with_jobs(["i: { runs-on: x }"], "pull_request", "i.yml")


OTHERS = with_jobs(["o: { runs-on: x }"], "workflow_call", "b.yml")


def names(default, other, branch="dev"):
    evidence = RepositoryEvidence(
        FACTS, {}, default, {}, *[UNASKED] * 4, {}, other_workflows={"dev": other}
    )
    found = evidence.files_of(branch)
    if isinstance(found, Unobserved):
        return found
    reports = reports_on_pull_request(found, evidence.base(branch), frozenset())
    return sorted(c.name for c in reports.checks) + [str(d.reason) for d in reports.unresolved]


def test_pull_request_target_takes_the_file_of_the_default_branch():
    assert names((TARGET,), (CI,)) == ["i", "t"]
    assert names((CI,), (TARGET,)) == []
    assert names((CALLER, CALLED), (CI,)) == ["c / u", "i"]
    assert names((TARGET,), (CI,), branch="main") == ["t"]


def test_it_calls_the_files_of_the_default_branch_too():
    assert names((CALLER, CALLED), (OTHERS,)) == ["c / u"]


def test_files_that_were_not_read_stay_unread():
    unread = Unobserved("HTTP 502")

    assert names((TARGET,), unread) == unread
    assert names(unread, (CI,)) == ["i", "HTTP 502"]
    assert names((TARGET, unread), (CI,)) == ["i", "t", "HTTP 502"]


@pytest.mark.parametrize(
    "condition",
    [
        "github.ref == 'refs/heads/main'",
        "github.ref_name == 'main'",
        "github.base_ref == 'dev'",
        "github.event.pull_request.base.ref == 'dev'",
        "github.ref == format('refs/heads/{0}', github.event.repository.default_branch)",
        "github.base_ref != github.event.repository.default_branch",
    ],
)
def test_pull_request_target_runs_on_the_default_branch(condition):
    job = with_jobs([f't: {{ runs-on: x, if: "{condition}" }}'], "pull_request_target")
    evidence = RepositoryEvidence(
        FACTS, {}, (job,), {}, *[UNASKED] * 4, {}, other_workflows={"dev": ()}
    )

    (found,) = reports_on_pull_request(
        evidence.files_of("dev"), evidence.base("dev"), frozenset()
    ).checks

    assert found.skippable == ""


def test_its_ref_is_not_known_where_the_default_branch_is_not():
    job = with_jobs(["t: { runs-on: x, if: github.ref_name == 'dev' }"], "pull_request_target")

    (found,) = reports_on_pull_request(PullFiles([job]), BaseBranch("dev"), frozenset()).checks

    assert found.skippable == "it has the condition github.ref_name == 'dev'"
