"""Required checks of GitHub Actions where it is switched off."""

from dataclasses import replace

import pytest

from tests.decide.questions.asking import ask
from tests.decide.workflows.called import with_jobs
from verifier.decide.questions.actions_off_drift import QUESTION
from verifier.model.finding import NotAsked, Outcome, Unobserved
from verifier.model.merging import ACTIONS_APP, ReportedCheck
from verifier.model.protection import Protection, ProtectionSource, RequiredCheck, Setting
from verifier.model.security_settings import RepositorySecurity

UNSEEN = Unobserved("HTTP 403")
FILE = with_jobs(["t: { runs-on: x }"])
PINNED, OF_ANY, FOREIGN = RequiredCheck("t", ACTIONS_APP), RequiredCheck("t"), RequiredCheck("t", 9)
JOB, STATUS, APP = ReportedCheck("t", 34, is_job=True), ReportedCheck("t"), ReportedCheck("t", 9)
OFF = RepositorySecurity(UNSEEN, UNSEEN, UNSEEN, UNSEEN, UNSEEN, has_actions=False)
SURE, PERHAPS = [Outcome.FAIL], [Outcome.INCONCLUSIVE]


def rows(check, *, heads=(), files=(FILE,), security=OFF):
    checks = frozenset({check} if check else ())
    guards = Protection((ProtectionSource("ruleset", {Setting.CHECKS: 1}, checks),))
    seen = heads if isinstance(heads, Unobserved) else tuple(frozenset(head) for head in heads)
    return ask(
        QUESTION,
        protections={"main": guards},
        workflows=files,
        merged_heads={"main": seen},
        security=security,
    )


@pytest.mark.parametrize(
    ("check", "heads", "severities"),
    [
        pytest.param(None, (), [], id="no-check-is-required"),
        pytest.param(PINNED, (), SURE, id="of-actions"),
        pytest.param(PINNED, UNSEEN, SURE, id="of-actions-whatever-was-reported"),
        pytest.param(PINNED, [[STATUS]], SURE, id="of-actions-and-a-status-of-the-name"),
        pytest.param(RequiredCheck("t", 34), [[JOB]], SURE, id="of-actions-of-an-own-server"),
        pytest.param(FOREIGN, [[JOB]], [], id="of-another-app"),
        pytest.param(OF_ANY, (), SURE, id="of-any-source-as-a-job-is-called"),
        pytest.param(OF_ANY, [[JOB]], SURE, id="of-any-source-as-a-job-was"),
        pytest.param(OF_ANY, [[JOB, STATUS]], [], id="of-any-source-and-a-status-too"),
        pytest.param(OF_ANY, [[APP]], [], id="of-any-source-and-an-app-reports-it"),
        pytest.param(OF_ANY, UNSEEN, PERHAPS, id="of-any-source-and-nothing-was-seen"),
        pytest.param(RequiredCheck("else"), (), [], id="of-any-source-and-no-job"),
    ],
)
def test_what_nothing_can_report(check, heads, severities):
    assert [row.severity for row in rows(check, heads=heads)] == severities


@pytest.mark.parametrize(
    "security",
    [
        replace(OFF, has_actions=True),
        replace(OFF, has_actions=UNSEEN),
        UNSEEN,
        NotAsked("it is not read in bulk"),
    ],
)
def test_only_what_was_seen_to_be_off_is_off(security):
    assert rows(PINNED, security=security) == []


def test_what_reports_is_not_known_without_the_files():
    assert rows(OF_ANY, files=UNSEEN) == []


def test_the_row_names_the_checks():
    (row,) = rows(PINNED)

    assert (row.setting, row.branch, row.actual) == (
        "actions-off",
        "main",
        "GitHub Actions is switched off for this repository: every pull request waits forever for "
        "t",
    )
