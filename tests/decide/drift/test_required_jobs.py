"""What a pull request does to a required check, from the workflow files before and after it."""

import pytest

from tests.decide.workflows.called import with_jobs
from verifier.decide.drift.required_jobs import check_required_jobs
from verifier.model.finding import Unobserved
from verifier.model.pull_files import BaseBranch, PullFiles

BEFORE = with_jobs(["t: { runs-on: x }"])
TARGET = with_jobs(["t: { runs-on: x }"], "pull_request_target")
MAIN, DEV = BaseBranch("main"), BaseBranch("dev", default="main")


def told(before, after, into=MAIN, of_default=None):
    was, will_be = PullFiles(before, of_default), PullFiles(after, of_default)
    return [*check_required_jobs(was, will_be, ["t"], into)]


@pytest.mark.parametrize(
    ("jobs", "on", "severity", "words"),
    [
        ("t: { runs-on: x }", "[push, pull_request]", "", ""),
        ("u: { runs-on: x }", "pull_request", "fail", "no longer reported"),
        ("t: { runs-on: x }", "deployment_status", "warn", "only reported by deployment_status"),
        ("t: { runs-on: x }", "push", "warn", "only reported by push"),
        ("t: { runs-on: x }", "workflow_dispatch", "fail", "no longer reported"),
        ("t: { runs-on: x }", "{ pull_request: { branches: [dev] } }", "fail", "into dev"),
        ("t: { runs-on: x }", "{ pull_request: { types: [closed] } }", "fail", "closed"),
        ("t: { runs-on: x }", "{ pull_request: { paths: [src/**] } }", "warn", "certain paths"),
        ("t: { runs-on: x, if: false }", "pull_request", "warn", "skipped"),
        ("t: { name: '${{ vars.T }}', runs-on: x }", "pull_request", "warn", "not certain"),
    ],
)
def test_what_a_pull_request_does_to_a_required_check(jobs, on, severity, words):
    found = told([BEFORE], [with_jobs([jobs], on)])

    assert [str(each.outcome) for each in found] == ([severity] if severity else [])
    assert all(words in each.summary for each in found)


def test_a_weakness_that_was_there_before_is_not_told_of_a_pull_request():
    paths = with_jobs(["t: { runs-on: x }"], "{ pull_request: { paths: [src/**] } }")

    assert not told([paths], [paths])


@pytest.mark.parametrize(
    ("before", "after", "of_default", "outcomes"),
    [
        pytest.param([BEFORE], [], [], ["fail"], id="its-own-job"),
        pytest.param([TARGET], [], [], [], id="a-file-that-never-counted-there"),
        pytest.param([BEFORE], [], [TARGET], [], id="the-default-branch-goes-on-reporting-it"),
        pytest.param([BEFORE], [TARGET], [], ["fail"], id="moved-to-where-it-does-not-count"),
        pytest.param([BEFORE], [], Unobserved("not fetched"), ["fail"], id="not-fetched"),
    ],
)
def test_into_a_branch_that_is_not_the_default_one(before, after, of_default, outcomes):
    assert [str(each.outcome) for each in told(before, after, DEV, of_default)] == outcomes
