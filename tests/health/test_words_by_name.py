"""Words and flags that say one thing under one name, and the opposite under another."""

import pytest

from tests.health.corpus import Row, findings, outcome_of


def outcome(body, required=("db",)):
    row = Row("", "", "", "deep", list(required), 200, "application/json", body, "", "")
    return outcome_of(findings(row)).value


TROUBLE = ("disconnected", "unreachable", "unavailable", "not_ready", "notConnected", "isOffline")


@pytest.mark.parametrize("key", [*TROUBLE, "down", "failed", "isDown", "unhealthy", "broken"])
def test_a_component_that_has_a_trouble_is_bad_and_one_that_has_it_not_is_good(key):
    assert outcome({"status": "ok", "checks": {"db": {key: True}}}) == "fail"
    assert outcome({"status": "ok", "checks": {"db": {key: False}}}) == "pass"
    assert outcome({"status": "ok", "db": {"ok": True, key: False}}) == "pass"


@pytest.mark.parametrize("key", TROUBLE)
def test_a_trouble_beside_a_good_status_is_not_final(key):
    assert outcome({"status": "ok", "checks": {"db": {"ok": True, key: True}}}) == "inconclusive"


@pytest.mark.parametrize(
    ("key", "true", "false"),
    [
        pytest.param("db_down", "fail", "pass", id="down"),
        pytest.param("dbDisconnected", "fail", "pass", id="camel-case"),
        pytest.param("db_not_ready", "fail", "pass", id="not-ready"),
        pytest.param("db_unavailable", "fail", "pass", id="unavailable"),
        pytest.param("db_connected", "pass", "fail", id="connected"),
        pytest.param("dbOk", "pass", "fail", id="ok"),
        pytest.param("redisconnected", "pass", "fail", id="no-negation-in-redis"),
    ],
)
def test_a_flag_is_read_by_its_name(key, true, false):
    required = ["redis" if key.startswith("redis") else "db"]

    assert outcome({"status": "ok", key: True}, required) == true
    assert outcome({"status": "ok", key: False}, required) == false


@pytest.mark.parametrize(
    ("key", "true", "false"),
    [
        pytest.param("db_error", "warn", "pass", id="error"),
        pytest.param("has_db_error", "warn", "pass", id="has-error"),
        pytest.param("no_db_errors", "pass", "warn", id="no-errors"),
        pytest.param("migrations_pending", "pass", "pass", id="may-be-meant"),
        pytest.param("db_stale", "pass", "pass", id="may-be-stale"),
    ],
)
def test_a_flag_beside_the_component_is_read_by_its_name(key, true, false):
    for good in ({"db": "ok"}, {"checks": {"db": "ok"}}):
        assert outcome({"status": "ok", **good, key: True}) == true
        assert outcome({"status": "ok", **good, key: False}) == false
    named = [{"name": "db", "status": "ok"}, {"name": key, "value": False}]
    assert outcome({"status": "ok", "checks": named}) == false


@pytest.mark.parametrize("key", ["log_level", "tier", "severity", "priority", "mode"])
def test_a_word_in_capitals_is_no_wrong_environment(key):
    assert outcome({"status": "ok", "checks": {"db": "ok", key: "CRITICAL"}}) == "pass"
    assert (
        outcome({"status": "ok", "services": {"db": {"status": "ok", key: "CRITICAL"}}}) == "pass"
    )


def test_a_component_in_capitals_is_bad():
    assert outcome({"status": "ok", "checks": {"db": "CRITICAL"}}) == "fail"
    assert outcome({"status": "ok", "checks": {"db": {"status": "CRITICAL"}}}) == "critical"
    assert outcome({"checks": {"db": "ok", "environment": "CRITICAL"}}) == "critical"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param({"db": "open"}, "pass", id="database"),
        pytest.param({"checks": {"db": {"state": "open"}}}, "pass", id="entry"),
        pytest.param({"db": "ok", "websocket": {"state": "open"}}, "pass", id="websocket"),
        pytest.param({"db": "ok", "checks": {"lock": {"status": "open"}}}, "pass", id="lock"),
        pytest.param({"db": "closed"}, "inconclusive", id="closed-database"),
        pytest.param({"checks": {"db": "closed"}}, "inconclusive", id="closed-entry"),
        pytest.param({"circuitBreakers": {"db": "open"}}, "fail", id="breaker-of-a-kind"),
        pytest.param({"circuits": {"db": {"state": "OPEN"}}}, "fail", id="breaker-with-a-state"),
        pytest.param({"circuitBreakers": {"db": "closed"}}, "pass", id="closed-breaker"),
    ],
)
def test_open_is_bad_of_circuit_breakers_alone(body, expected):
    assert outcome({"status": "ok", **body}) == expected


@pytest.mark.parametrize(
    "key", ["supabaseConfigured", "redis_enabled", "hasStripe", "usesSupabase", "s3_supported"]
)
def test_a_setting_that_is_off_is_no_failure(key):
    for said in (True, False):
        assert outcome({"status": "ok", "db": "ok", key: said}) == "pass"
