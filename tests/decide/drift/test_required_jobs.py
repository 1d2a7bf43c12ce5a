"""What a pull request does to a required check, from the workflow files before and after it."""

import pytest

from tests.decide.workflows.called import with_jobs
from verifier.decide.drift.required_jobs import check_required_jobs

BEFORE = with_jobs(["t: { runs-on: x }"])


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
    found = [*check_required_jobs([BEFORE], [with_jobs([jobs], on)], ["t"], "main")]

    assert [str(each.outcome) for each in found] == ([severity] if severity else [])
    assert all(words in each.summary for each in found)


def test_a_weakness_that_was_there_before_is_not_told_of_a_pull_request():
    paths = with_jobs(["t: { runs-on: x }"], "{ pull_request: { paths: [src/**] } }")

    assert not [*check_required_jobs([paths], [paths], ["t"], "main")]
