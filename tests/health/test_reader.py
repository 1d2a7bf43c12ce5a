"""Every dialect in one shape, and what is no health document at all."""

import json

import pytest

from verifier.health.reader import IdentityKeys, parse_health
from verifier.health.sentences import status_of_text
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
        pytest.param(b"Ingester not ready: waiting for being ready", BAD, id="loki-not-ready"),
        pytest.param(b"database: PASSED (0s)\nredis: FAILED refused (1s)\n", BAD, id="okcomputer"),
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
        pytest.param(b'{"users": 1}', "text/html", "without a known status", id="json-by-html"),
        pytest.param(b'{"status": "ok"', "text/html", "neither JSON", id="cut-off-html"),
        pytest.param(b"[" * 200_000, "", "nested too deeply", id="deep"),
        pytest.param(b'{"status": "ok"', "", "neither JSON", id="cut-off"),
        pytest.param(b'{"users": [1, 2]}', "", "status", id="other-json"),
        pytest.param(b"[1, 2]", "", "status", id="list"),
        pytest.param(b'{"status": "ok"}{"status": "ok"}', "", "more than one", id="two-documents"),
        pytest.param(b'{"status": "ok", "status": "down"}', "", "twice", id="key-twice"),
        pytest.param(b"<?xml version='1.0'?><health>UP</health>", "", "XML", id="xml"),
        pytest.param(b'cb({"status": "ok"})', "", "JSONP", id="jsonp"),
        pytest.param(b'data: {"status": "ok"}\n\n', "", "stream", id="stream"),
        pytest.param(b"\x1f\x8b\x08\x00", "", "compressed", id="gzip"),
        pytest.param(b"caf\xe9 ferm\xe9", "text/plain; charset=latin-1", "neither", id="latin-1"),
        pytest.param(
            b"<html><head><title>Just a moment...</title></head></html>",
            "text/html",
            'HTML page ("Just a moment...")',
            id="captcha",
        ),
        pytest.param(b'{"error": "Unauthorized"}', "", "credentials", id="wants-login"),
        pytest.param(b'{"message": "Hello World"}', "", "status", id="greeting"),
        pytest.param(b'{"debug": false}', "", "status", id="setting"),
        pytest.param(b'{"a": ' + b"9" * 5000 + b"}", "", "neither JSON", id="huge-number"),
    ],
)
def test_no_document(body, content_type, reason):
    found = parse_health(body, content_type=content_type)

    assert isinstance(found, Unobserved)
    assert reason in found.reason


@pytest.mark.parametrize("content_type", ["text/html", "text/html; charset=UTF-8"])
def test_json_is_read_as_json_whatever_its_sender_calls_it(content_type):
    """PHP and Flask call everything a page that a hand has encoded."""
    body = b'{"status": "error", "database": "down"}'

    assert parse_health(body, content_type=content_type) == parse_health(body)


def test_an_error_under_200_is_bad_and_told():
    found = parse_health(b'{"error": "pg: connection refused"}')

    assert (found.status, found.components[0].name) == (BAD, "pg")


def test_a_component_with_an_error_is_not_good_whatever_it_says():
    body = {"status": "ok", "checks": {"db": {"status": "ok", "error": "connection refused"}}}

    (component,) = parse_health(json.dumps(body).encode()).components
    assert component.status is HealthStatus.PENDING


def test_plain_words_under_200_warn_and_under_503_fail():
    body = b'{"database": "error", "redis": "ok", "debug": false, "mode": "open"}'

    assert parse_health(body).status is HealthStatus.WARNING
    assert parse_health(body, status_code=503).status is BAD


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"OK, timeout 30s", HealthStatus.UNKNOWN, id="text-good-and-trouble"),
        pytest.param(b"the upload timeout is 30s", HealthStatus.WARNING, id="sounds-like-trouble"),
        pytest.param(b"unhealthy", BAD, id="one-bad-word"),
        pytest.param(b'{"message": "request timeout: 30s"}', HealthStatus.WARNING, id="message"),
        pytest.param(b'{"cache": {"connected": false}}', HealthStatus.WARNING, id="one-object"),
        pytest.param(
            b'{"status": "ok", "data": {"status": "failed"}}', HealthStatus.PENDING, id="beneath"
        ),
        pytest.param(b'{"checks": {"db": {"status": "down"}}}', BAD, id="where-checks-stand"),
        pytest.param(b'{"success": true, "data": {"status": "down"}}', BAD, id="envelope"),
    ],
)
def test_what_only_sounds_bad_condemns_nobody_under_200(body, status):
    found = parse_health(body)

    assert getattr(found, "status", HealthStatus.UNKNOWN) is status


def test_settings_do_not_make_words_bad():
    body = b'{"database": "ok", "debug": false, "log_level": "CRITICAL", "signup": "closed"}'

    assert parse_health(body).status is GOOD


def test_not_a_number_is_read_as_python_writes_it():
    assert parse_health(b'{"status": "ok", "load": NaN}').status is GOOD


def test_more_components_than_anybody_has_are_not_judged():
    body = {"status": "ok", "checks": {str(n): "ok" for n in range(5001)}}

    assert "5,000" in parse_health(json.dumps(body).encode()).reason


@pytest.mark.parametrize(
    ("word", "status"),
    [
        pytest.param("CRITICAL", HealthStatus.CRITICAL, id="the-wrong-environment"),
        pytest.param("critical", BAD, id="consul"),
        pytest.param("Partially Available", HealthStatus.WARNING, id="spaces"),
        pytest.param("OutOfService", BAD, id="camel-case"),
        pytest.param("half-open", HealthStatus.WARNING, id="hyphen"),
        pytest.param("warning: 91.0% disk usage exceeds 90%", HealthStatus.WARNING, id="begins"),
        pytest.param("dial tcp 10.0.0.9:5432: connection refused", BAD, id="error-text"),
        pytest.param("no errors", HealthStatus.UNKNOWN, id="denied-error"),
        pytest.param("OK but the database is down", HealthStatus.UNKNOWN, id="good-start-bad-end"),
        pytest.param("Prometheus Server is Healthy.", GOOD, id="ends"),
        pytest.param("service is not healthy", BAD, id="denied"),
        pytest.param("waiting for 15s after being ready", HealthStatus.UNKNOWN, id="condition"),
        pytest.param("Service healthy; failures: 0", GOOD, id="counted"),
        pytest.param("error rate 0%", HealthStatus.UNKNOWN, id="measured"),
    ],
)
def test_what_a_text_says(word, status):
    assert status_of_text(word) is status


def test_identity_is_read_where_configured_and_unknown_is_none():
    body = json.dumps({"status": "ok", "version": {"git_sha": "unknown", "id": "d1"}}).encode()

    document = parse_health(
        body, identity=IdentityKeys(["build.sha", "version.git_sha"], ["version.id"])
    )

    assert (document.commit_sha, document.deployment_id) == ("", "d1")


def test_a_critical_component_makes_the_document_critical_under_any_summary():
    body = {"status": "unhealthy", "checks": {"localhost_check": {"status": "CRITICAL"}}}

    assert parse_health(json.dumps(body).encode()).is_critical


def test_an_answer_that_has_no_body_by_its_code_is_no_fault():
    found = parse_health(b"", status_code=204)

    assert isinstance(found, Unobserved)
    assert "HTTP 204 has no body" in found.reason


def test_a_fault_that_an_entry_tells_of_itself_is_told_once():
    """Spring Boot Actuator repeats the exception below `details`."""
    body = (
        b'{"status": "DOWN", "components": {"db": {"status": "DOWN", "details": {"error": "no"}},'
        b' "redis": {"status": "UP"}}}'
    )

    found = parse_health(body, status_code=503)

    assert [(c.name, c.message) for c in found.components] == [("db", "no"), ("redis", "")]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        pytest.param(b'{"status": "UP"}', "UP", id="its-word"),
        pytest.param(b'{"status": "good"}', "good", id="its-word-that-is-ours-too"),
        pytest.param(b'{"database": "ok", "redis": "ok"}', "", id="of-its-components"),
    ],
)
def test_no_word_is_quoted_that_the_document_does_not_say(body, word):
    assert parse_health(body).own_word == word


@pytest.mark.parametrize("key", ["needsDbUpgrade", "pending_migrations", "requires_db_restart"])
def test_what_is_not_needed_is_nothing_bad(key):
    document = parse_health(json.dumps({"status": "ok", "db": "up", key: False}).encode())

    assert [c.name for c in document.components if c.name == key and not c.is_incidental] == []


@pytest.mark.parametrize(
    ("says", "word"), [(False, "not up to date"), (True, "abc"), (None, "abc")]
)
def test_a_schema_document_that_says_it_is_behind_is_bad(says, word):
    body = {"fingerprint": "abc", "current_version": None, "expected_version": "2"}

    document = parse_health(json.dumps({**body, "schema_up_to_date": says}).encode())

    assert document.word == word
    assert (document.status is HealthStatus.BAD) is (says is False)
