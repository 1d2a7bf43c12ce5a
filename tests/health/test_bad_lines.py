"""A line that says it is bad is as bad as its first word, however much it says after that."""

import pytest

from tests.health.test_sentences import outcome
from verifier.model.finding import Outcome


@pytest.mark.parametrize(
    "text",
    [
        "unhealthy: database connection refused",
        "ERROR: database unavailable",
        "ERROR: no such table: users",
        "CRITICAL - load 12",
        "[CRITICAL] disk",
        "DOWN: db",
        "DOWN (db, redis)",
        "FAIL: redis",
        "FAILED - redis: timeout",
        "Unhealthy. The database is away.",
        "not ok, queue",
        "NOT OK: 3 services down",
        "status: down",
        "status = unhealthy",
        "Status: critical",
        "database: down",
        "database: down (connection refused)",
        "redis: ERROR: timeout",
        "Health check failed: 1 of 3",
        "Health check failed",
        "Service unavailable: back soon",
    ],
)
def test_a_line_that_begins_with_a_bad_word_fails_whatever_it_says_after_it(text):
    assert outcome(text, content_type="text/plain") is Outcome.FAIL


@pytest.mark.parametrize(
    "text",
    [
        "errors: 0",
        "Errors: none",
        "failed: 3",
        "failures: 0 of 120",
        "error: no",
        "Error: no errors",
        "Error rate: 0.1%",
        "timeout: 30s",
        "Error logging is enabled",
        "Down for maintenance until noon",
        "Lost in translation? The API is at /v1",
        "Service errors are sent to Sentry",
        "last status: down",
        "Welcome: if anything is down, write to us",
        "No health check failed",
        "0 checks failed",
        "error: Error connecting to Redis on localhost:6379",
        "Could not find the cache, went on without it",
    ],
)
def test_prose_and_counts_condemn_nobody(text):
    assert not outcome(text, content_type="text/plain").condemns


def test_lines_that_count_no_errors_condemn_nobody():
    lines = "errors: 0\ndatabase: ok\nredis: ok\n"

    assert outcome(lines, content_type="text/plain") is Outcome.PASS


@pytest.mark.parametrize("word", ["error", "Error", "down", "unhealthy", "fail"])
def test_a_bad_word_alone_fails(word):
    assert outcome(word, content_type="text/plain") is Outcome.FAIL


def test_the_word_for_a_wrong_environment_is_critical_in_a_line_as_well():
    assert outcome("status: CRITICAL", content_type="text/plain") is Outcome.CRITICAL
