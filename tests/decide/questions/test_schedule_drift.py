"""Scheduled workflows that are dead, dying, late, failing, or do nothing."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.builders import START
from verifier.decide.questions.schedule_drift import missing_schedules, schedule_drift
from verifier.model.finding import Unobserved
from verifier.model.workflow import Cron, Run, Schedule, Workflow, WorkflowState

PATH = ".github/workflows/drift.yml"
NOW = datetime.fromisoformat("2026-02-10T12:00:00+00:00")
DAILY = "0 6 * * *"


def run(hours_ago, conclusion="success", **more):
    return Run(NOW - timedelta(hours=hours_ago), conclusion, "https://run.test/1", **more)


ALIVE = (run(6),)


BERLIN = "Europe/Berlin"


def drift(
    runs=ALIVE,
    state="active",
    crons=(DAILY,),
    created=START,
    activity=None,
    changed=None,
    now=NOW,
    before=(),
):
    given = runs if isinstance(runs, Unobserved) else tuple(runs)
    entries = tuple(Cron(c) if isinstance(c, str) else c for c in crons)
    were = tuple(Cron(c) for c in before)
    known = state if isinstance(state, Unobserved) else WorkflowState(state)
    schedule = Schedule(PATH, entries, known, created, given, changed, were)
    return [
        (row.severity, row.actual)
        for row in schedule_drift([schedule], activity, now, "acme/shop")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "severity", "words"),
    [
        pytest.param({}, None, "", id="alive"),
        pytest.param({"state": "disabled_inactivity"}, "fail", "inactivity", id="fell-asleep"),
        pytest.param({"state": "disabled_manually"}, "fail", "manually", id="switched-off"),
        pytest.param(
            {"state": Unobserved("its state is x")}, "inconclusive", "is x", id="unclear-state"
        ),
        pytest.param(
            {"activity": NOW - timedelta(days=50)}, "warn", "in 10 days", id="about-to-fall-asleep"
        ),
        pytest.param({"activity": NOW - timedelta(days=40)}, None, "", id="quiet-for-a-while"),
        pytest.param({"runs": [run(30)]}, None, "", id="one-day-late-is-the-next-ones"),
        pytest.param({"runs": [run(60)]}, "fail", "overdue", id="two-days-late"),
        pytest.param(
            {"runs": [run(5 / 3)], "crons": ("0 * * * *",), "now": NOW + timedelta(minutes=5)},
            None,
            "",
            id="the-second-one-may-be-late",
        ),
        pytest.param({"runs": []}, "fail", "it never ran", id="never-ran"),
        pytest.param(
            {"runs": [run(60)], "changed": NOW - timedelta(hours=2)}, None, "", id="a-new-entry"
        ),
        pytest.param(
            {"runs": [run(60)], "changed": NOW - timedelta(hours=2), "before": (DAILY,)},
            "fail",
            "overdue",
            id="an-old-entry-in-a-file-that-was-edited",
        ),
        pytest.param(
            {"runs": [run(60)], "changed": NOW - timedelta(hours=2), "before": ("0 7 * * *",)},
            None,
            "",
            id="an-entry-that-was-edited",
        ),
        pytest.param(
            {"crons": (DAILY, "0 8 3 * *"), "runs": [run(6 + 24 * n) for n in range(12)]},
            "warn",
            "one scheduled run is missing since 0 8 3 * * was last due",
            id="a-monthly-one-missed-beside-a-daily-one",
        ),
        pytest.param(
            {
                "crons": (DAILY, "0 8 3 * *"),
                "runs": sorted(
                    [*(run(6 + 24 * n) for n in range(12)), run(4 + 24 * 7)],
                    key=lambda each: each.created_at,
                    reverse=True,
                ),
            },
            None,
            "",
            id="a-monthly-one-beside-a-daily-one",
        ),
        pytest.param(
            {"crons": (DAILY, "0 8 3 * *"), "runs": [run(6 + 24 * n) for n in range(3)]},
            None,
            "",
            id="too-few-runs-were-read-to-tell",
        ),
        pytest.param(
            {"runs": [], "created": NOW - timedelta(hours=3)}, None, "", id="just-created"
        ),
        pytest.param(
            {"runs": [run(6, "failure"), run(30, "failure")]}, "fail", "2 runs failed", id="failing"
        ),
        pytest.param({"runs": [run(6, "failure"), run(30)]}, None, "", id="failed-once"),
        pytest.param({"runs": [run(6, "skipped")]}, "warn", "did nothing", id="did-nothing"),
        pytest.param(
            {"runs": [run(6, "action_required")] * 5}, "warn", "action_required", id="not-approved"
        ),
        pytest.param({"runs": [run(6, ""), run(30)]}, None, "", id="still-runs"),
        pytest.param({"crons": ("0 6 31 2 *",)}, "fail", "not a schedule", id="never-due"),
        pytest.param({"crons": ("nonsense",)}, "fail", "not a schedule", id="no-cron"),
        pytest.param({"crons": ("0 6 L * *",)}, "fail", "not a schedule", id="last-day"),
        pytest.param({"crons": ("0 6 * * 1#2",)}, "fail", "not a schedule", id="second-monday"),
        pytest.param({"crons": ("0 0 6 * * *",)}, "fail", "not a schedule", id="six-fields"),
        pytest.param({"crons": ("@daily",)}, "fail", "not a schedule", id="a-word"),
        pytest.param({"crons": ("0 6 * JUL-AUG WED",)}, None, "", id="names-of-months-and-days"),
        pytest.param(
            {"runs": [run(7)], "crons": (Cron("30 12 * * *", BERLIN, ZoneInfo(BERLIN)),)},
            None,
            "",
            id="not-yet-due-in-its-zone",
        ),
        pytest.param(
            {"runs": [run(60)], "crons": (Cron("0 6 * * *", BERLIN, ZoneInfo(BERLIN)),)},
            "fail",
            "overdue since 2026-02-08 05:00 UTC (0 6 * * *, Europe/Berlin)",
            id="zone",
        ),
        pytest.param(
            {"crons": (Cron(DAILY, "Mars/Base", None),)}, "inconclusive", "no such time", id="mars"
        ),
        pytest.param({"runs": [run(60)], "changed": NOW - timedelta(hours=8)}, None, "", id="new"),
        pytest.param(
            {"runs": [run(90)], "changed": NOW - timedelta(hours=80)}, "fail", "overdue", id="old"
        ),
        pytest.param(
            {"runs": [run(60)], "changed": Unobserved("denied")},
            "inconclusive",
            "denied",
            id="whether-it-was-changed-is-not-known",
        ),
        pytest.param(
            {"runs": [run(24 * 33)], "crons": ("0 6 8 * *",)},
            "fail",
            "overdue",
            id="a-monthly-one-by-its-first-miss",
        ),
        pytest.param(
            {"runs": [run(24 * 31)], "crons": ("0 18 9 * *",)}, None, "", id="monthly-within-a-day"
        ),
        pytest.param(
            {"runs": [run(24 * 95)], "crons": ("0 6 8 2,5,8,11 *",)},
            "fail",
            "overdue",
            id="a-quarterly-one-by-its-first-miss",
        ),
        pytest.param(
            {"runs": [run(6 + 24 * n, "cancelled") for n in range(3)]},
            "fail",
            "3 runs were",
            id="always-cancelled",
        ),
        pytest.param({"runs": [run(6, "cancelled"), run(30)]}, "warn", "nothing", id="cancelled"),
        pytest.param(
            {"runs": [run(6 + 24 * n, "failure" if n % 2 else "success") for n in range(6)]},
            "warn",
            "3 of the last 6 runs failed",
            id="every-second-one-fails",
        ),
        pytest.param(
            {"runs": [run(6 + 24 * n, "failure" if n in (2, 7) else "success") for n in range(9)]},
            None,
            "",
            id="failed-now-and-then",
        ),
        pytest.param(
            {"runs": [run(7, "", is_waiting=True), run(30)]}, "warn", "waited 7 hours", id="parked"
        ),
        pytest.param({"runs": [run(1, "", is_waiting=True), run(6)]}, None, "", id="waits"),
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
        pytest.param([Workflow(PATH, "Drift", crons=(Cron(DAILY),))], [], id="there"),
        pytest.param([Workflow(PATH, "Drift")], ["it has no schedule"], id="without-a-schedule"),
        pytest.param([], ["missing"], id="not-there"),
    ],
)
def test_a_schedule_that_must_be_there(workflows, told):
    assert [row.actual for row in missing_schedules(workflows, [PATH])] == told
