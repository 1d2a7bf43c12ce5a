"""Breakers, limits and jobs, as applications tell them beside their health."""

import json
from datetime import UTC, datetime

import pytest

from tests.first_user import DATA
from verifier.health.side_document import read_operations
from verifier.model.evidence import HealthStatus
from verifier.model.finding import Unobserved

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
RECORDED = json.loads((DATA / "beside_health.json").read_text("utf-8"))
GOOD, WARNING, BAD = HealthStatus.GOOD, HealthStatus.WARNING, HealthStatus.BAD


def read(body):
    return read_operations(body, NOW)


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"circuits": {"pay": {"state": "closed"}}}, GOOD, "pay is closed"),
        ({"circuits": {"pay": "open"}}, BAD, "pay is open"),
        ({"circuitBreakers": {"pay": {"state": "FORCED_OPEN"}}}, BAD, "pay is FORCED_OPEN"),
        ({"breakers": [{"name": "pay", "state": "half-open"}]}, WARNING, "pay is half-open"),
        ({"circuits": {"pay": {"estado": "open", "ultimo_erro": "5xx"}}}, BAD, "open (5xx)"),
        ({"circuit_breakers": {"pay": {"state": "OPEN"}, "x": {"state": "CLOSED"}}}, BAD, "pay"),
        ({"rate": {"limit": 60, "used": 60, "remaining": 0}}, BAD, "0 of 60 left"),
        ({"rate": {"limit": 60, "remaining": 12}}, GOOD, "12 of 60 left"),
        ({"quota": {"used": 5, "limit": 5}}, BAD, "5 of 5 used"),
        ({"limits": {"msgs_hour": 3, "limit_hour": 20}}, GOOD, "msgs_hour 3 of 20"),
        ({"limits": {"calls_day": 20, "day_limit": 20}}, BAD, "calls_day 20 of 20"),
        ({"mail": {"last_run": "2026-01-01T11:59:00Z", "sla_seconds": 180}}, GOOD, "ran 60 s ago"),
        ({"mail": {"lastRun": "2026-01-01T10:00:00Z", "slaSeconds": 180}}, BAD, "ran 2 h ago"),
        ({"mail": {"last_run": "2026-01-01T11:57:00Z", "sla_seconds": 180}}, GOOD, "3 min ago"),
        ({"mail": {"last_run": "2026-01-01T11:56:59Z", "sla_seconds": 180}}, BAD, "3 min ago"),
        ({"mail": {"last_run": "2026-01-01T11:54:01Z", "sla_seconds": 180}}, BAD, "6 min ago"),
        ({"mail": {"last_run": "2026-01-01T10:00:00Z"}}, GOOD, "ran 2 h ago"),
        ({"mail": {"last_run": None, "sla_seconds": 9}}, WARNING, "has never run"),
        ({"mail": {"last_run": ""}}, None, "the job mail reports a last run that is no time"),
        ({"mail": {"last_run": "2026-01-01T10:00:00", "sla_seconds": 9}}, None, "time zone"),
        (
            {"mail": {"last_run": "2026-01-01T11:59:59Z", "last_status": "error"}},
            WARNING,
            "ended as error",
        ),
        (
            {"timestamp": "2026-01-01T10:00:30Z", "m": {"last_run": "2026-01-01T10:00:00Z"}},
            GOOD,
            "ran 30 s ago",
        ),
    ],
)
def test_what_is_read(body, status, says):
    document = read(body)

    assert document.status is (status or HealthStatus.UNKNOWN)
    assert any(says in component.message for component in document.components)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        None,
        "open",
        {"state": "open"},
        {"door": {"state": "open"}},
        {"rate_limit": {}},
        {"score": 100, "max_score": 100},
        {"limit": 0, "used": 3},
        {"limit": True, "used": True},
        {"pool": {"limit": 10**400, "used": 1}},
    ],
)
def test_what_says_nothing_of_them(body):
    assert isinstance(read(body), Unobserved)


@pytest.mark.parametrize(
    ("state", "path", "says"),
    [
        ("circuit-open", "/health/circuits", "the breaker evolution is open (server_5xx)"),
        ("rate-limit-used-up", "/health/rate-limit", "msgs_hora 20 of 20"),
        ("jobs-stale", "/health/jobs", "processar_fila_mensagens ran 2 h ago, allowed are 3 min"),
    ],
)
def test_the_first_users_answers(state, path, says):
    good, bad = read(RECORDED["good"][path]["body"]), read(RECORDED[state][path]["body"])

    assert good.status is GOOD
    assert bad.status is BAD
    assert any(says in component.message for component in bad.components)


def test_a_document_that_is_nested_without_end_is_read_to_a_depth():
    body = {"circuits": {"a": {"state": "open"}}}
    for _ in range(500):
        body = {"x": body}

    assert isinstance(read(body), Unobserved)
