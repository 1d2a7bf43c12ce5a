"""When was a rollback last proven, and who is warned?"""

from datetime import timedelta

import pytest

from tests.builders import START, sha
from verifier.decide.gate.drill_plan import check_drills, last_proven
from verifier.decide.questions.service_drift import drill_drift
from verifier.model.finding import Unobserved
from verifier.model.past_verdict import PastStatus, PastVerdict

NOW = START + timedelta(days=100)
MONTH_S = 30 * 86400


def found(days_ago, status=PastStatus.VERIFIED, service="api", **changes):
    at = NOW - timedelta(days=days_ago)
    return PastVerdict(service, "d", sha("a"), "", status, at, **changes)


DRILLED = {"put_back_in_s": 14.0}
BY_GATE = {"status": PastStatus.CONDEMNED, "restored_in_s": 21.0}


@pytest.mark.parametrize(
    ("records", "every_s", "outcome", "told"),
    [
        pytest.param([found(12, **DRILLED)], MONTH_S, "pass", "12 days ago, on 2026-03-30", id="drilled"),
        pytest.param([found(12, **BY_GATE)], MONTH_S, "pass", "12 days ago", id="a-gate-did-it"),
        pytest.param([found(0.5, **DRILLED)], MONTH_S, "pass", "last proven today", id="today"),
        pytest.param([found(1, **DRILLED)], MONTH_S, "pass", "1 day ago", id="yesterday"),
        pytest.param([found(31, **DRILLED)], MONTH_S, "warn", "drill-every is 30 days", id="too-long-ago"),
        pytest.param([found(3, **DRILLED), found(31, **BY_GATE)], MONTH_S, "pass", "3 days ago", id="the-latest-counts"),
        pytest.param([found(31, **DRILLED)], None, "skip", "31 days ago", id="nobody-asks"),
        pytest.param([], MONTH_S, "warn", "no rollback is recorded as proven", id="never"),
        pytest.param([], None, "skip", "drill-every is not set", id="never-and-nobody-asks"),
        pytest.param([found(1)], MONTH_S, "warn", "no rollback", id="verified-is-no-rollback"),
        pytest.param([found(1, PastStatus.CONDEMNED)], MONTH_S, "warn", "no rollback", id="failed-and-not-recovered"),
        pytest.param([found(1, service="web", **DRILLED)], MONTH_S, "warn", "no rollback", id="another-service"),
        pytest.param(Unobserved("HTTP 502"), MONTH_S, "warn", "HTTP 502", id="unread"),
        pytest.param(Unobserved("HTTP 502"), None, "skip", "HTTP 502", id="unread-and-nobody-asks"),
    ],
)  # fmt: skip
def test_how_long_ago_a_rollback_was_proven(records, every_s, outcome, told):
    (finding,) = check_drills(["api"], records, every_s, NOW)

    assert (finding.check, str(finding.outcome), finding.service) == ("ready.drill", outcome, "api")
    assert told in finding.summary


def test_what_is_not_dated_proves_nothing():
    record = PastVerdict("api", "d", sha("a"), "", PastStatus.VERIFIED, put_back_in_s=1.0)

    assert last_proven("api", [record]) is None


def test_an_audit_tells_only_what_is_too_old():
    records = [found(31, **DRILLED), found(1, service="web", **DRILLED)]

    rows = list(drill_drift(check_drills(["api", "web"], records, MONTH_S, NOW)))

    assert [(row.setting, str(row.severity)) for row in rows] == [
        ("service: api: last proven rollback", "warn")
    ]
    assert list(drill_drift(check_drills(["api", "web"], records, None, NOW))) == []
