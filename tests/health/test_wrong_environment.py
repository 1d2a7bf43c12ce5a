"""CRITICAL, said of the environment: the first user's word for what is deployed to another one."""

import json

import pytest

from tests.health.corpus import Row, findings, outcome_of


def outcome(body, *required):
    kind = "text/plain" if isinstance(body, str) else "application/json"
    row = Row("", "", "", "deep", [*required], 200, kind, body, "", "")
    return outcome_of(findings(row)).value


@pytest.mark.parametrize(
    "body",
    [
        {"status": "ok", "environment": "CRITICAL"},
        {"status": "ok", "environment_check": "CRITICAL", "db": "ok"},
        {"status": "ok", "env": "CRITICAL: expected production, got staging"},
        {"database": "OK", "environment": "CRITICAL"},
        {"status": "ok", "ambiente": "CRITICAL"},
        {"status": "ok", "project_ref": "CRITICAL"},
        {"status": "ok", "checks": {"environment": "CRITICAL"}},
        {"status": "ok", "checks": {"environment": "CRITICAL - wrong database"}},
        {"checks": {"db": "ok", "environment": "CRITICAL"}},
        {"status": "ok", "checks": {"environment": {"status": "CRITICAL - wrong database"}}},
        {"status": "ok", "checks": [{"name": "environment", "value": "CRITICAL"}]},
        {"environment": "CRITICAL"},
        "environment: CRITICAL",
        "environment: CRITICAL - wrong database\nredis: ok",
        "status: ok\nenvironment: CRITICAL",
    ],
    ids=json.dumps,
)
def test_critical_of_the_environment_is_the_wrong_one_however_it_is_written(body):
    assert outcome(body) == "critical"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"status": "ok", "environment": "critical"}, "pass"),
        ({"status": "ok", "environment": "production"}, "pass"),
        ({"status": "ok", "env_log_level": "CRITICAL"}, "pass"),
        ({"status": "ok", "log_level": "CRITICAL"}, "pass"),
        ({"status": "ok", "project": "CRITICAL"}, "pass"),
        ({"status": "ok", "tenant": "CRITICAL"}, "pass"),
        ({"status": "ok", "checks": {"db": "CRITICAL"}}, "warn"),
        ("db: CRITICAL - refused\nredis: ok", "fail"),
    ],
    ids=json.dumps,
)
def test_critical_of_anything_else_is_none(body, expected):
    assert outcome(body) == expected


def test_a_scale_in_capitals_takes_nothing_from_the_environment():
    assert outcome({"status": "OK", "db": "OK", "environment": "CRITICAL"}) == "critical"
    assert outcome("db: OK\nenvironment: CRITICAL\n") == "critical"
