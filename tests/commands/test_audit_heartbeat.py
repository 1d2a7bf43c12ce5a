"""Whether the audits run, as a gate asks it."""

from datetime import datetime, timedelta

import pytest

from tests.commands.test_sources_alone import ERRORS
from tests.github.server import TOKEN, LocalGitHub, running
from verifier.commands.audit_heartbeat import check_audits
from verifier.config.settings import GitHubJob
from verifier.model.secret import Secret
from verifier.sandbox.github.runbook_repository import runbook_repository
from verifier.wiring.job_schedules import JobSchedules

PATH = ".github/workflows/drift.yml"
NOW = datetime.fromisoformat("2026-02-10T12:00:00+00:00")


@pytest.fixture
def check(tmp_path):
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / PATH).write_text("on: { schedule: [{ cron: 0 6 * * * }] }\njobs: {}\n")

    def check(hours_ago, state="active"):
        shop = runbook_repository()
        at = (NOW - timedelta(hours=hours_ago)).isoformat()
        shop.workflows = [{"id": 7, "path": PATH, "state": state, "created_at": at}]
        shop.runs = {7: [{"run_started_at": at, "conclusion": "success", "html_url": "x"}]}
        with running(LocalGitHub(shop)) as github:
            github = GitHubJob(github.url, Secret(TOKEN), "acme/shop", "a" * 40, "")
            return check_audits(JobSchedules(github, tmp_path), (PATH,), NOW)

    return check


@pytest.mark.parametrize(
    ("hours_ago", "state", "outcome", "words"),
    [
        pytest.param(6, "active", "pass", "the scheduled audit is running", id="alive"),
        pytest.param(80, "active", "warn", "overdue", id="late"),
        pytest.param(6, "disabled_inactivity", "warn", "inactivity", id="asleep"),
    ],
)
def test_an_audit(check, hours_ago, state, outcome, words):
    (finding,) = check(hours_ago, state)

    assert (finding.outcome, words in finding.summary) == (outcome, True)


def test_a_gate_is_not_stopped_by_github(tmp_path):
    github = GitHubJob("http://127.0.0.1:1", Secret(TOKEN), "acme/shop", "a" * 40, "")

    found = check_audits(JobSchedules(github, tmp_path), (PATH,), NOW)

    assert [f.outcome for f in found] == ["warn", "warn"]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_nothing_that_goes_wrong_in_it_ends_a_gate(error):
    class Broken:
        def workflow(self, path):
            raise error

    (finding,) = check_audits(Broken(), (PATH,), NOW)

    assert (finding.outcome, "not found out" in finding.summary) == ("warn", True)


@pytest.mark.parametrize(
    "text", ["name: !!timestamp zzz", 'name: !!int ""', "on: {schedule: [{cron: !!bool x}]}"]
)
def test_nothing_that_a_commit_writes_ends_a_gate(tmp_path, text):
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / PATH).write_text(text)
    github = GitHubJob("http://127.0.0.1:1", Secret(TOKEN), "acme/shop", "a" * 40, "")

    found = check_audits(JobSchedules(github, tmp_path), (PATH,), NOW)

    assert {f.outcome for f in found} == {"warn"}
