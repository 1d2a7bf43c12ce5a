"""Every dialect in one shape, and what is no health document at all."""

import json

import pytest

from verifier.health.reader import parse_health
from verifier.model.evidence import HealthStatus
from verifier.model.finding import Unobserved

GOOD, BAD = HealthStatus.GOOD, HealthStatus.BAD


@pytest.mark.parametrize(
    ("body", "status", "components"),
    [
        pytest.param(
            {"status": "healthy", "checks": {"redis": {"status": "ok"}}},
            GOOD,
            {"redis": GOOD},
            id="first-user",
        ),
        pytest.param(
            {"status": "not_ready", "checks": {"redis": "error", "evolution": "unknown"}},
            BAD,
            {"redis": BAD, "evolution": HealthStatus.UNKNOWN},
            id="bare-words",
        ),
        pytest.param(
            {
                "status": "warn",
                "checks": {"db:latency": [{"status": "pass"}, {"status": "warn", "output": "x"}]},
            },
            HealthStatus.WARNING,
            {"db:latency": HealthStatus.WARNING},
            id="ietf",
        ),
        pytest.param(
            {
                "status": "DOWN",
                "components": {"db": {"status": "UP", "components": {"pg": {"status": "DOWN"}}}},
            },
            BAD,
            {"db": GOOD, "db.pg": BAD},
            id="spring",
        ),
        pytest.param(
            {"status": "UP", "details": {"disk": {"status": "UP"}}}, GOOD, {"disk": GOOD}, id="old"
        ),
        pytest.param(
            {"status": "UP", "checks": [{"name": "db", "status": "DOWN"}]},
            GOOD,
            {"db": BAD},
            id="microprofile",
        ),
        pytest.param(
            {"status": "shutting_down", "details": {"db": {"status": "down", "message": "no"}}},
            BAD,
            {"db": BAD},
            id="terminus",
        ),
        pytest.param(
            {"status": "Degraded", "entries": {"sql": {"status": "Unhealthy"}}},
            HealthStatus.WARNING,
            {"sql": BAD},
            id="aspnet",
        ),
        pytest.param(
            {
                "checkResults": [
                    {"name": "Disk", "status": "ok"},
                    {"name": "Db", "status": "crashed"},
                ]
            },
            BAD,
            {"Disk": GOOD, "Db": BAD},
            id="laravel",
        ),
        pytest.param(
            {"Cache": "working", "Db": "could not connect"},
            BAD,
            {"Cache": GOOD, "Db": BAD},
            id="django",
        ),
        pytest.param({"status": "ok"}, GOOD, {}, id="status-only"),
        pytest.param({"ok": False}, BAD, {}, id="boolean"),
        pytest.param({"status": "CRITICAL"}, HealthStatus.CRITICAL, {}, id="critical"),
        pytest.param({"status": "Fröhlich"}, HealthStatus.UNKNOWN, {}, id="unknown-word"),
        pytest.param({"fingerprint": "0123456789abcdef"}, GOOD, {}, id="schema"),
        pytest.param({"fingerprint": "fallback-1"}, BAD, {}, id="schema-unread"),
    ],
)
def test_dialect(body, status, components):
    document = parse_health(json.dumps(body).encode())

    assert document.status is status
    assert {c.name: c.status for c in document.components} == components


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"OK", GOOD, id="plain"),
        pytest.param(b'\xef\xbb\xbf{"status": "ok"}', GOOD, id="byte-order-mark"),
        pytest.param(b"[+]ping ok\n[+]etcd ok\nhealthz check passed\n", GOOD, id="kubernetes"),
        pytest.param(
            b"[+]ping ok\n[-]etcd failed: reason\nhealthz check failed\n", BAD, id="k8s-bad"
        ),
    ],
)
def test_text(body, status):
    assert parse_health(body).status is status


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        pytest.param(b"", "", "empty", id="empty"),
        pytest.param(b"\xff\xfe\x00", "", "not UTF-8", id="not-utf8"),
        pytest.param(b"<!DOCTYPE html><h1>Log in</h1>", "", "HTML", id="login-page"),
        pytest.param(b'{"status": "ok"}', "text/html", "HTML", id="html-by-type"),
        pytest.param(b"[" * 200_000, "", "nested too deeply", id="deep"),
        pytest.param(b'{"status": "ok"', "", "neither JSON", id="cut-off"),
        pytest.param(b'{"users": [1, 2]}', "", "status", id="other-json"),
        pytest.param(b"[1, 2]", "", "status", id="list"),
        pytest.param(b'{"a": ' + b"9" * 5000 + b"}", "", "neither JSON", id="huge-number"),
    ],
)
def test_no_document(body, content_type, reason):
    found = parse_health(body, content_type=content_type)

    assert isinstance(found, Unobserved)
    assert reason in found.reason


def test_identity_is_read_where_configured_and_unknown_is_none():
    body = json.dumps({"status": "ok", "version": {"git_sha": "unknown", "id": "d1"}}).encode()

    document = parse_health(
        body, sha_paths=["build.sha", "version.git_sha"], deployment_paths=["version.id"]
    )

    assert (document.commit_sha, document.deployment_id) == ("", "d1")


def test_a_critical_component_makes_the_document_critical_under_any_summary():
    body = {"status": "unhealthy", "checks": {"localhost_check": {"status": "CRITICAL"}}}

    assert parse_health(json.dumps(body).encode()).is_critical
