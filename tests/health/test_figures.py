"""Numbers under the words of health and of trouble: which are figures, and which are verdicts."""

import json

import pytest

from tests.health.corpus import Row, findings, outcome_of
from verifier.health.figures import status_of_number
from verifier.model.evidence import HealthStatus
from verifier.model.finding import Outcome


def outcome(body, *required, code=200):
    row = Row("", "", "", "deep", [*required], code, "application/json", body, "", "")
    return outcome_of(findings(row))


HEALTHY = (
    {"status": "ok", "errors": {"last_24h": 3}},
    {"status": "ok", "errors": {"last_hour": {"count": 2, "rate": 0.1}}},
    {"status": "ok", "failures": {"count": 2, "rate": 0.01}},
    {"status": "ok", "warnings": {"count": 2}},
    {"status": "ok", "timeouts": {"read": 5, "write": 5}},
    {"status": "ok", "metrics": {"errors": {"4xx": 11, "5xx": 0}, "timeouts": 3}},
    {"status": "ok", "checks": {"jobs": {"status": "ok", "errors": {"last_24h": 3}}}},
    {"status": "ok", "checks": {"jobs": {"status": "ok", "failed": {"today": {"count": 2}}}}},
    {"status": "ok", "checks": {"kafka": {"status": "ok", "errors": [0, 0, 0]}}},
    {"status": "ok", "available": 0},
    {"status": "ok", "online": 0},
    {"status": "ok", "pool": {"available": 0, "size": 10}},
    {"status": "ok", "checks": {"pool": {"status": "ok", "available": 0, "idle": 0}}},
    {"status": "ok", "users": {"online": 0}},
    {"status": "ok", "clients": {"connected": 0, "rejected": 1}},
    {"status": "ok", "summary": {"passed": 0, "failed": 0, "warnings": 0}},
    {"status": "ok", "passed": 0, "failed": 0},
    {"status": "ok", "jobs": {"success": 0, "failed": 0}},
    {"status": 1},
    {"status": 1, "message": "all good"},
    {"status": 0, "message": "healthy"},
    {"status": 0, "checks": {"db": {"status": "ok"}}},
    {"status": 1, "checks": {"db": 1, "redis": 1}},
)


@pytest.mark.parametrize("body", HEALTHY, ids=json.dumps)
def test_a_figure_says_nothing_against_a_healthy_document(body):
    assert outcome(body) is Outcome.PASS


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"status": "ok", "db": {"status": 1}, "redis": {"status": 1}}, id="objects"),
        pytest.param({"status": "ok", "checks": {"db": 1, "redis": 1}}, id="numbers"),
        pytest.param({"status": 1, "checks": [{"name": "db", "status": 1}]}, id="a-list"),
    ],
)
def test_a_required_component_is_good_where_all_say_one(body):
    assert outcome(body, "db") is Outcome.PASS


@pytest.mark.parametrize("say", [{"db": 0, "redis": 1}, {"db": 1, "redis": 0}, {"db": 0}])
def test_where_one_says_zero_nobody_knows_which_of_them_is_bad(say):
    assert outcome({"status": "ok", "checks": say}, "db") is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    "component",
    [
        {"up": 0},
        {"connected": 0, "latency_ms": 3},
        {"healthy": 0, "unhealthy": 3},
        {"up": 0, "down": 1},
        {"success": 0, "failed": 3, "total": 3},
        {"available": 0, "unavailable": 1},
        {"ok": 0, "retries": 4},
    ],
    ids=json.dumps,
)
def test_a_zero_that_is_a_flag_is_bad(component):
    assert outcome({"status": "ok", "checks": {"db": component}}, "db") is Outcome.FAIL


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"status": "ok", "success": 0, "failed": 3}, id="nothing-is-right"),
        pytest.param({"status": "ok", "errors": {"db": 1}}, id="of-a-component"),
        pytest.param({"status": "ok", "errors": {"payments": "refused"}}, id="an-error-text"),
        pytest.param({"status": "ok", "errors": {"payments": True}}, id="a-flag"),
        pytest.param({"status": "ok", "errors": {"payments": {"code": 500}}}, id="a-code"),
        pytest.param({"status": 1, "message": "connection refused"}, id="a-bad-message"),
        pytest.param({"status": 1, "checks": {"db": 0, "redis": 1}}, id="mixed"),
        pytest.param({"status": 0}, id="a-bare-zero"),
    ],
)
def test_what_may_be_a_failure_is_still_told(body):
    assert outcome(body) is Outcome.WARN
    assert outcome(body, code=503) is Outcome.FAIL


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        pytest.param({"healthy": 0, "unhealthy": 3}, "fail", id="none-healthy"),
        pytest.param({"up": 0, "down": 1}, "fail", id="none-up"),
        pytest.param({"ready": 0, "notReady": 2}, "fail", id="none-ready"),
        pytest.param({"healthy": "0", "unhealthy": "3"}, "fail", id="texts"),
        pytest.param({"healthy": 2, "unhealthy": 1}, "warn", id="one-unhealthy"),
        pytest.param({"up": 3, "down": 1}, "warn", id="one-down"),
        pytest.param({"healthy": 3, "unhealthy": 0}, "pass", id="all-healthy"),
        pytest.param({"healthy": 1, "unhealthy": 0}, "pass", id="one-that-is-healthy"),
        pytest.param({"healthy": 0, "unhealthy": 0}, "pass", id="nothing-to-count"),
        pytest.param({"ok": False, "healthy": 3, "unhealthy": 0}, "fail", id="a-flag-beside"),
    ],
)
def test_parts_that_are_counted_as_good_and_bad_decide(count, expected):
    assert outcome({"status": "ok", **count}).value == expected
    component = {"status": "ok", "checks": {"pool": {"status": "ok", **count}}}
    assert outcome(component, "pool").value == expected


@pytest.mark.parametrize(
    "count",
    [
        {"available": 0, "executing": 3},
        {"available": 0, "executing": 1, "retryable": 2},
        {"available": 0, "borrowed": 10, "pending": 0},
        {"available": 0, "in_use": 3},
        {"online": 0, "registered": 12},
        {"passed": 0, "running": 2},
    ],
    ids=json.dumps,
)
def test_a_component_that_only_counts_is_not_condemned_for_a_zero(count):
    for body in ({"status": "ok", "part": count}, {"status": "ok", "checks": {"part": count}}):
        assert outcome(body, "part") is Outcome.INCONCLUSIVE
        assert outcome(body) is Outcome.PASS


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"total": 12, "passed": 12, "failed": 10**400}, Outcome.WARN),
        ({"total": 10**400, "passed": 12, "failed": 0}, Outcome.PASS),
        ({"passed": 10**400, "failed": "0"}, Outcome.PASS),
        ({"passed": 0, "failed": 10**400}, Outcome.FAIL),
    ],
)
def test_a_count_may_be_longer_than_any_number_of_a_machine(body, expected):
    assert outcome(body) is expected


@pytest.mark.parametrize(
    ("said", "message", "status"),
    [
        ("1", "", HealthStatus.GOOD),
        ("1", "OK, timeout 30s", HealthStatus.UNKNOWN),
        ("1", "connection refused", HealthStatus.UNKNOWN),
        ("0", "", HealthStatus.UNKNOWN),
        ("0", "all systems operational", HealthStatus.GOOD),
        ("2", "", HealthStatus.UNKNOWN),
    ],
)
def test_a_number_is_good_only_where_no_message_tells_of_trouble(said, message, status):
    assert status_of_number(said, message, ()) is status
