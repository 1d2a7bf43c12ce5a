"""The runs of a cron service against its schedule, a row a history."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import START
from tests.decide.questions.test_service_drift import FOUND
from verifier.decide.drift.missed_runs import cron_run_drift
from verifier.model.finding import Hidden, Unobserved
from verifier.model.service_settings import CronRun

#: START is 12:00.
HOURLY = "0 * * * *"


def ran(*minutes_ago, status="EXITED"):
    return tuple(CronRun(START - timedelta(minutes=ago), status) for ago in minutes_ago)


def rows(runs, cron=HOURLY, live_since=None, now=START):
    found = replace(FOUND, cron=cron, cron_runs=runs, live_since=live_since)
    return list(cron_run_drift(found, now))


@pytest.mark.parametrize(
    ("runs", "given", "told"),
    [
        pytest.param(ran(60, 120), {}, [], id="each-time"),
        pytest.param(ran(57, 117), {}, [], id="some-minutes-late"),
        pytest.param(ran(60.5), {}, [], id="half-a-minute-early"),
        pytest.param(ran(0, 60), {"now": START + timedelta(minutes=1)}, [], id="just-now"),
        pytest.param(ran(60), {"now": START + timedelta(minutes=9)}, [], id="it-may-come-yet"),
        pytest.param(
            ran(60),
            {"now": START + timedelta(minutes=11)},
            [("cron runs", "warn")],
            id="one-missed",
        ),
        pytest.param(ran(240), {}, [("cron runs", "fail")], id="three-missed"),
        pytest.param(ran(6 * 24 * 60), {}, [("cron runs", "fail")], id="nothing-for-days"),
        pytest.param((), {}, [("cron runs", "warn")], id="no-run-is-known"),
        pytest.param((), {"live_since": START - timedelta(minutes=30)}, [], id="not-due-yet"),
        pytest.param(
            ran(600),
            {"live_since": START - timedelta(minutes=61)},
            [("cron runs", "warn")],
            id="one-missed-since-its-deploy",
        ),
        pytest.param(
            ran(60, status="CRASHED"), {}, [("crashed cron runs", "warn")], id="the-last-crashed"
        ),
        pytest.param(
            ran(60, 120, 180, status="CRASHED"),
            {},
            [("crashed cron runs", "fail")],
            id="all-crashed",
        ),
        pytest.param(
            (*ran(60), *ran(120, 180, 240, status="CRASHED")), {}, [], id="they-crashed-before"
        ),
        pytest.param(
            (*ran(60, 120, status="SKIPPED"), *ran(180, status="RUNNING")),
            {},
            [("skipped cron runs", "warn")],
            id="skipped",
        ),
        pytest.param(
            ran(60, 120, 180, status="SKIPPED"),
            {},
            [("skipped cron runs", "fail")],
            id="all-skipped",
        ),
        pytest.param(
            ran(60, 120, 420, 480), {}, [("earlier cron runs", "warn")], id="a-hole-that-is-over"
        ),
        pytest.param(
            ran(60, 120, 180, 300), {}, [("earlier cron runs", "warn")], id="one-missed-long-ago"
        ),
        pytest.param(ran(51, 120, 172, 240), {}, [], id="each-at-its-own-minute"),
        pytest.param(
            ran(60, 120, 420),
            {"live_since": START - timedelta(minutes=150)},
            [],
            id="a-hole-before-its-deploy",
        ),
        pytest.param(
            ran(60, 120, 180, 240, status="SKIPPED"),
            {},
            [("skipped cron runs", "fail")],
            id="skipped-is-no-hole",
        ),
        pytest.param(
            ran(360, 420, 600),
            {},
            [("cron runs", "fail"), ("earlier cron runs", "warn")],
            id="a-hole-and-none-now",
        ),
        pytest.param(
            ran(*range(4, 60, 5)), {"cron": "*/5 * * * *"}, [], id="late-by-a-minute-each"
        ),
        pytest.param(
            ran(5, 2000), {"cron": "*/5 * * * *"}, [("earlier cron runs", "warn")], id="a-wide-hole"
        ),
        pytest.param(Unobserved("HTTP 502"), {}, [("cron runs", "inconclusive")], id="unread"),
        pytest.param(
            Hidden("not authorized"), {}, [("cron runs", "skip")], id="hidden-from-the-token"
        ),
        pytest.param(ran(240), {"cron": ""}, [], id="no-cron-service"),
        pytest.param(ran(240), {"cron": "never"}, [], id="no-schedule"),
    ],
)
def test_a_history(runs, given, told):
    assert [(row[0], str(row[3])) for row in rows(runs, **given)] == told


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (ran(240), "none since 2026-01-01 09:00 UTC: the last one was at 2026-01-01 08:00"),
        (ran(240, status="RUNNING"), "the run of 2026-01-01 08:00 has not ended"),
        ((), "and no earlier run is known"),
    ],
)
def test_what_is_told(runs, text):
    assert text in rows(runs)[0][2]


def test_a_hole_is_told_with_its_first_missing_run():
    (row,) = rows(ran(60, 120, 180, 360, 420))

    assert (
        row[2]
        == f"2 of 7 were missing, the first at {START - timedelta(minutes=300):%Y-%m-%d %H:%M} UTC"
    )


@pytest.mark.parametrize(
    ("cron", "days_ago", "count"),
    [
        # START is the first of January, and each list leaves one run out.
        pytest.param("0 0 1 * *", (0.5, 31.5, 92.5, 122.5), 0, id="monthly-two-runs-ago"),
        pytest.param("0 0 1 * *", (0.5, 61.5, 92.5), 1, id="monthly-just-ended"),
        pytest.param("0 0 * * *", (*(n + 0.5 for n in range(20)), 21.5), 0, id="daily-long-ago"),
        pytest.param("0 0 * * *", (*(n + 0.5 for n in range(10)), 11.5), 1, id="daily-of-late"),
    ],
)
def test_a_hole_is_told_for_two_weeks_after_the_run_that_ended_it(cron, days_ago, count):
    found = rows(ran(*(days * 24 * 60 for days in days_ago)), cron=cron)

    assert [row[0] for row in found] == ["earlier cron runs"] * count
