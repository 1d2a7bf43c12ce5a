"""What a waiver covers, and for how long."""

from datetime import date

import pytest

from verifier.checks.waivers import waived
from verifier.model.finding import Finding, Outcome
from verifier.model.verdict import Waiver

WAIVER = Waiver("component.redis", "the new cluster answers slowly", date(2026, 1, 31))
IN_TIME, TOO_LATE = date(2026, 1, 31), date(2026, 2, 1)


@pytest.mark.parametrize(
    ("check", "outcome", "today", "expected"),
    [
        pytest.param("component.redis", Outcome.FAIL, IN_TIME, ["warn"], id="failure"),
        pytest.param("component.redis", Outcome.CRITICAL, IN_TIME, ["critical"], id="critical"),
        pytest.param(
            "component.redis", Outcome.INCONCLUSIVE, IN_TIME, ["inconclusive"], id="unseen"
        ),
        pytest.param("component.redis", Outcome.PASS, IN_TIME, ["pass"], id="good"),
        pytest.param("component.tables", Outcome.FAIL, IN_TIME, ["fail"], id="another-check"),
        pytest.param("component.redis", Outcome.FAIL, TOO_LATE, ["fail", "warn"], id="expired"),
    ],
)
def test_what_is_waived(check, outcome, today, expected):
    found = list(waived([Finding(check, outcome, "redis: error")], [WAIVER], today))

    assert [finding.outcome for finding in found] == expected


def test_the_reason_is_told():
    (finding,) = waived([Finding("component.redis", Outcome.FAIL, "error")], [WAIVER], IN_TIME)

    assert finding.summary == "waived until 2026-01-31 (the new cluster answers slowly): error"
