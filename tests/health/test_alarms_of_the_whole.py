"""What goes off, or is counted as wrong, beside a good status: it is never passed in silence."""

import json

import pytest

from tests.health.corpus import Row, findings, outcome_of


def outcome(body, *required):
    row = Row("", "", "", "deep", [*required], 200, "application/json", body, "", "")
    return outcome_of(findings(row)).value


@pytest.mark.parametrize(
    "beside",
    [
        {"alarm": "critical"},
        {"alert": "critical"},
        {"alerts": "firing"},
        {"alarmState": "ALARM_RAISED", "alarm": True},
        {"alarm_status": "triggered"},
        {"severity": "critical"},
        {"severity": "EMERGENCY"},
        {"level": "fatal"},
        {"level": "critical"},
        {"failures": 3},
        {"errors": 3},
        {"errors": "3"},
        {"failed": 3},
        {"error_count": 2},
        {"failed_checks": 1},
        {"down": 1},
        {"unhealthyServices": 2},
        {"falhas": 1},
    ],
    ids=json.dumps,
)
def test_an_alarm_or_a_count_of_what_is_wrong_warns(beside):
    assert outcome({"status": "ok", **beside}) == "warn"
    assert outcome({"healthy": True, "version": "1.2.3", **beside}) == "warn"


@pytest.mark.parametrize(
    "beside",
    [
        {"alarm": "none"},
        {"alarm": "ok"},
        {"alarm": "info"},
        {"alarm": False},
        {"alarm": "no"},
        {"alerts": True},
        {"alert_level": "critical"},
        {"level": "info"},
        {"level": "error"},
        {"severity": "info"},
        {"log_level": "fatal"},
        {"failures": 0},
        {"errors": "0"},
        {"errors": 12, "requests": 40210},
        {"processed": 120, "failed": 3},
        {"errors_total": 3},
        {"error_rate": 0.2},
        {"failed_jobs": 3},
        {"errors_24h": 4},
    ],
    ids=json.dumps,
)
def test_a_level_a_rate_or_what_was_counted_since_it_began_does_not(beside):
    assert outcome({"status": "ok", **beside}) == "pass"
