"""What "CRITICAL" says: the wrong environment, or the worst degree of a scale of monitoring."""

import json

import pytest

from tests.health.test_silent_passes import outcome


def felix(word):
    return {
        "overallResult": word,
        "results": [
            {"name": "Bundles Started", "status": "OK"},
            {"name": "Disk Space", "status": word},
        ],
    }


@pytest.mark.parametrize(
    ("body", "required", "expected"),
    [
        (felix("CRITICAL"), "", "fail"),
        (felix("WARN"), "", "warn"),
        ({"ok": False, "services": [{"name": "a", "status": "OK"}]}, "", "fail"),
        ({"status": "OK", "checks": {"disk": {"status": "CRITICAL"}}}, "", "warn"),
        ({"status": "OK", "checks": {"disk": {"status": "CRITICAL"}}}, "disk", "fail"),
        ([{"check": "a", "result": "SUCCESS"}, {"check": "b", "result": "CRITICAL"}], "", "fail"),
        (
            {"checks": [{"name": "db", "status": "OK"}, {"name": "x", "status": "CRITICAL"}]},
            "db",
            "warn",
        ),
        ("db: OK\ndisk: CRITICAL\n", "", "fail"),
        ("db: OK\ndisk: CRITICAL\n", "disk", "fail"),
    ],
    ids=json.dumps,
)
def test_critical_among_words_in_capitals_is_a_failure_like_any_other(body, required, expected):
    assert outcome(body, *filter(None, [required])) == expected


@pytest.mark.parametrize(
    "body",
    [
        {"status": "CRITICAL"},
        {"status": "CRITICAL", "checks": {"db": {"status": "ok"}}},
        {"status": "unhealthy", "checks": {"localhost_check": {"status": "CRITICAL"}}},
        {"status": "ok", "checks": {"db": {"status": "CRITICAL"}}},
        {"status": "OK", "checks": {"environment": {"status": "CRITICAL"}, "db": {"status": "OK"}}},
        {"checks": {"project_ref": {"status": "CRITICAL"}, "db": {"status": "OK"}}},
    ],
    ids=json.dumps,
)
def test_critical_alone_or_among_small_letters_is_the_wrong_environment(body):
    assert outcome(body) == "critical"


SAYS_SO = "DEPLOY TO WRONG ENVIRONMENT DETECTED! ROLLBACK IMMEDIATELY!"


def in_capitals(name, **said):
    return {"status": "OK", "checks": {name: {"status": "CRITICAL", **said}, "x": {"status": "OK"}}}


@pytest.mark.parametrize(
    "body",
    [
        {"status": "CRITICAL", "message": SAYS_SO, "checks": {"redis": {"status": "OK"}}},
        {"status": "CRITICAL", "checks": {"environment": {"status": "ERROR"}}},
        in_capitals("supabase", message="connected to the wrong project: dev instead of prod"),
        in_capitals("database", message="Database mismatch: expected prod"),
        in_capitals("identity", message="PROJECT REF MISMATCH! Expected=a, DB=b"),
        in_capitals("banco", message="Conectado ao banco errado"),
        in_capitals("target", app_env="staging", db_env="production"),
        in_capitals("ambiente"),
        in_capitals("projeto"),
        in_capitals("environments"),
    ],
    ids=json.dumps,
)
def test_critical_in_capitals_is_the_wrong_environment_where_it_says_so(body):
    assert outcome(body) == "critical"


@pytest.mark.parametrize(
    "body",
    [
        in_capitals("database", message="database version mismatch"),
        in_capitals("disk", message="97% full", environment="production"),
        in_capitals("disk", message="97% full", app_env="production", db_env="production"),
        in_capitals("login", message="wrong password for the database"),
    ],
    ids=json.dumps,
)
def test_critical_in_capitals_that_says_something_else_is_a_failure_like_any_other(body):
    assert outcome(body) == "warn"
