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
