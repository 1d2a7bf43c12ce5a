"""Texts of several words: good only where every word of them is understood."""

import pytest

from tests.health.corpus import Row, findings, outcome_of
from verifier.health.sentences import status_of_text
from verifier.model.evidence import HealthStatus
from verifier.model.finding import Outcome

GOOD, BAD, UNKNOWN = HealthStatus.GOOD, HealthStatus.BAD, HealthStatus.UNKNOWN


def outcome(body, *required, content_type="application/json"):
    row = Row("", "", "", "deep", [*required], 200, content_type, body, "", "")
    return outcome_of(findings(row))


@pytest.mark.parametrize(
    "text",
    [
        "Ready: false",
        "ready=false",
        "OK|FALSE",
        "ok/false",
        "available: no",
        "alive - no",
        "healthy: never",
        "connected: none",
        "connected: 0",
        "alive=0",
        "online (0)",
        "up: 0/3",
        "up 0/3",
        "up (0 of 3 replicas)",
        "ready 2/3",
        "pass: 0 of 12",
        "ok (stale)",
        "ok, db unresponsive",
        "ok? no",
        "ok?",
        "ok but the disk is full",
        "ok until 12:00, then gone",
        "ok since restart; crashed twice",
        "running, hung",
        "connected, then dropped",
        "connected to nothing",
        "up -> down",
        "active (exited)",
        "Healthy. Except db.",
        "OK: none",
        "available from 14:00",
        "available on 2026-12-01",
        "ready in 5 minutes",
        "up to 3 errors",
        "ok, circuit open",
        "okay: keine Verbindung",
        "nothing is ok",
        "hardly anything is running",
        "all 0 are up",
        "healthy 0%",
        "up: 0.0",
        "available: 0 MB",
        "ok -1",
        "ok 500",
        "ok ✗",
        "connected to",
        "true/false",
        "only one is up",
        "the last node is ok",
        "was ok until it is running",
        "the maintenance page is available",
        "the fallback is available",
        "the database is ok if you wait",
    ],
)
def test_a_text_that_is_not_wholly_understood_is_not_good(text):
    assert status_of_text(text) is not GOOD
    for body in ({"db": text}, {"db": {"status": text}}, [{"name": "db", "status": text}]):
        found = outcome({"status": "ok", "checks": body}, "db")
        assert found in (Outcome.INCONCLUSIVE, Outcome.FAIL)
    assert outcome(text) is not Outcome.PASS
    assert outcome(text, content_type="text/plain") is not Outcome.PASS
    assert outcome(f"db: {text}\nredis: ok\n", "db", content_type="text/plain") in (
        Outcome.INCONCLUSIVE,
        Outcome.FAIL,
    )


@pytest.mark.parametrize(
    "text", ["Ready: false", "available=no", "connected - False", "OK: FALSE", "It's ready: no!"]
)
def test_a_good_word_that_is_called_false_is_bad(text):
    assert status_of_text(text) is BAD


@pytest.mark.parametrize("text", ["connected: 0", "up 0/3", "ready 2/3", "available: 0 of 10"])
def test_a_number_under_a_good_word_condemns_nobody(text):
    """Who counts may count slots, visitors or the parts of a start."""
    assert status_of_text(text) is UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "OK (12ms)",
        "ok: 3.4 ms",
        "OK, 0 errors",
        "connected, no failures",
        "Connected to postgres",
        "connected to db-1.internal:5432",
        "connected (PostgreSQL 16.2)",
        "up for 3 days",
        "up since 2026-01-02T03:04:05Z",
        "running on port 8080",
        "ready: true",
        "ok=yes",
        "up 3/3",
        "pass: 12 of 12",
        "Running: 20",
        "ready for queries and writes",
        "All services and plugins are available",
        "API running.",
        "Server is up and running",
        "The server is running!",
        "Everything is OK",
        "all good",
        "Service is healthy and responding (2ms)",
        "elasticsearch is available",
        "up to date",
        "healthy, v1.2.3",
        "Rust service is healthy 🚀",
        "king's Cross is UP.",
    ],
)
def test_a_text_that_is_understood_is_good(text):
    assert status_of_text(text) is GOOD


def test_a_line_that_is_not_understood_is_no_missing_component():
    found = findings_of("db: doing fine, mostly\nredis: ok\n", "db")

    assert [(f.check, f.outcome) for f in found if f.outcome is not Outcome.PASS] == [
        ("component.db", Outcome.INCONCLUSIVE)
    ]


def findings_of(body, *required):
    return findings(Row("", "", "", "deep", [*required], 200, "text/plain", body, "", ""))


def test_a_line_of_okcomputer_is_its_own_verdict():
    """`PASSED` and the seconds are the framework's, what stands between is the check's message."""
    body = "mongo: PASSED Mongoid shards look fair (0s)\nsolr: PASSED pinged 3 (1s)\n"

    assert outcome(body, "mongo", content_type="text/plain") is Outcome.PASS


DENIED_TROUBLE = (
    "3 up / 0 down",
    "0 down, 3 up",
    "errors: 0",
    "errors=0",
    "failed: 0, ok: 5",
    "error-free",
    "free of errors",
    "none failed",
    "none are down",
    "not failing",
    "not down",
    "never failed",
    "no longer down",
    "recovered from failure",
    "unbroken",
    "0 of 3 down",
    "0 hosts unreachable",
    "failures: none",
    "nothing failed",
    "fail-safe",
)


@pytest.mark.parametrize("text", DENIED_TROUBLE)
def test_trouble_that_is_denied_condemns_nobody(text):
    for body in ({"db": text}, {"db": {"status": text}}, [{"name": "db", "status": text}]):
        found = outcome({"status": "ok", "checks": body}, "db")
        assert found in (Outcome.PASS, Outcome.INCONCLUSIVE)
    assert outcome({"status": text}) is not Outcome.FAIL


@pytest.mark.parametrize("text", ["3 up / 0 down", "0 down, 3 up", "ok, not failing"])
def test_what_is_good_and_has_no_trouble_is_good(text):
    assert status_of_text(text) is GOOD


@pytest.mark.parametrize(
    "text",
    [
        "0 up, 3 down",
        "0 up / 3 down",
        "errors: 0.5 per second, db down",
        "10 errors",
        "1.0 errors",
        "not only down",
        "not error-free: 3 failed",
        "not down, but connection refused",
        "recovered from failure, then timed out",
        "not yet recovered from failure",
        "2/0 down",
        "errors: 0; fatal: connection refused",
        "failed: 0, errors: 3",
    ],
)
def test_trouble_beside_trouble_that_is_denied_is_still_told(text):
    found = outcome({"status": "ok", "checks": {"db": text}}, "db")
    assert found in (Outcome.FAIL, Outcome.INCONCLUSIVE)
    assert outcome({"status": "ok", "db": "ok", "checks": {"mail": text}}, "db") is Outcome.WARN
