"""Scheduled workflows that are dead, dying, late, failing, or do nothing."""

from datetime import datetime, timedelta

import pytest

from tests.builders import START
from verifier.decide.drift.schedules import missing_schedules, schedule_drift
from verifier.model.finding import Unobserved
from verifier.model.workflow import Run, Schedule, Workflow

PATH = ".github/workflows/drift.yml"
NOW = datetime.fromisoformat("2026-02-10T12:00:00+00:00")
DAILY = "0 6 * * *"


def run(hours_ago, conclusion="success"):
    return Run(NOW - timedelta(hours=hours_ago), conclusion, "https://run.test/1")


ALIVE = (run(6),)


def drift(runs=ALIVE, state="active", crons=(DAILY,), created=START, activity=None):
    given = runs if isinstance(runs, Unobserved) else tuple(runs)
    schedule = Schedule(PATH, crons, state, created, given)
    return [
        (row.severity, row.actual)
        for row in schedule_drift([schedule], activity, NOW)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "severity", "words"),
    [
        pytest.param({}, None, "", id="alive"),
        pytest.param({"state": "disabled_inactivity"}, "fail", "inactivity", id="fell-asleep"),
        pytest.param({"state": "disabled_manually"}, "fail", "manually", id="switched-off"),
        pytest.param(
            {"activity": NOW - timedelta(days=50)}, "warn", "in 10 days", id="about-to-fall-asleep"
        ),
        pytest.param({"activity": NOW - timedelta(days=40)}, None, "", id="quiet-for-a-while"),
        pytest.param({"runs": [run(30)]}, None, "", id="one-day-late-is-the-next-ones"),
        pytest.param({"runs": [run(60)]}, "fail", "overdue", id="two-days-late"),
        pytest.param({"runs": []}, "fail", "it never ran", id="never-ran"),
        pytest.param(
            {"runs": [], "created": NOW - timedelta(hours=3)}, None, "", id="just-created"
        ),
        pytest.param(
            {"runs": [run(6, "failure"), run(30, "failure")]}, "fail", "2 runs failed", id="failing"
        ),
        pytest.param({"runs": [run(6, "failure"), run(30)]}, None, "", id="failed-once"),
        pytest.param({"runs": [run(6, "skipped")]}, "warn", "did nothing", id="did-nothing"),
        pytest.param({"runs": [run(6, ""), run(30)]}, None, "", id="still-runs"),
        pytest.param({"crons": ("0 6 31 2 *",)}, "fail", "not a schedule", id="never-due"),
        pytest.param({"crons": ("nonsense",)}, "fail", "not a schedule", id="no-cron"),
        pytest.param({"runs": Unobserved("denied")}, "inconclusive", "denied", id="unread"),
    ],
)
def test_a_schedule(given, severity, words):
    found = drift(**given)

    assert [s for s, _ in found] == ([severity] if severity else [])
    assert all(words in actual for _, actual in found)


@pytest.mark.parametrize(
    ("workflows", "told"),
    [
        pytest.param([Workflow(PATH, "Drift", crons=(DAILY,))], [], id="there"),
        pytest.param([Workflow(PATH, "Drift")], ["it has no schedule"], id="without-a-schedule"),
        pytest.param([], ["missing"], id="not-there"),
    ],
)
def test_a_schedule_that_must_be_there(workflows, told):
    assert [row.actual for row in missing_schedules(workflows, [PATH])] == told
