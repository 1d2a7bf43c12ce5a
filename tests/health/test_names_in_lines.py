"""Lines of names and words: what a name is for, and trouble that is told by a name."""

import pytest

from tests.health.corpus import Row, findings, outcome_of


def outcome(text):
    return outcome_of(findings(Row("", "", "", "deep", [], 200, "text/plain", text, "", ""))).value


@pytest.mark.parametrize(
    "line",
    [
        "failed-jobs: ok",
        "failed jobs: OK",
        "Error reporter: up",
        "offline-sync: healthy",
        "timeout-manager=ok",
        "outage page - ok",
    ],
)
def test_a_bad_word_in_a_name_condemns_nothing_that_is_well(line):
    assert outcome(f"{line}\ndb: ok\n") == "pass"
    assert outcome(f"db: ok\n{line}\n") == "pass"


@pytest.mark.parametrize(
    "line",
    [
        "connection failed: true",
        "database down: yes",
        "failed: active",
        "not ready: ok",
        "error reporter: down",
        "failed-jobs: error",
        "failed checks: 2",
        "failed: 2",
        "db error: refused",
    ],
)
def test_what_is_bad_stays_so(line):
    assert outcome(f"{line}\ndb: ok\n") == "fail"


def test_a_count_of_what_failed_warns():
    assert outcome("db: ok\nfailed logins: 3\n") == "warn"


@pytest.mark.parametrize(
    "line",
    [
        "degraded: yes",
        "maintenance: true",
        "read_only: true",
        "mode: fallback",
        "disk: full",
        "stuck: yes",
        "overloaded: true",
        "draining: yes",
        "queue: full",
        "pending migrations: 3",
        "migrations_pending = 2",
    ],
)
def test_trouble_by_name_is_told_of_a_line(line):
    assert outcome(f"status: ok\n{line}\n") == "warn"
    assert outcome(f"db: ok\ncache: ok\n{line}\n") == "warn"


@pytest.mark.parametrize(
    "line",
    [
        "degraded: no",
        "maintenance: off",
        "read_only: false",
        "mode: production",
        "disk: 61% used",
        "beta: yes",
        "cached: yes",
        "license: valid",
        "errors: 0",
        "pending migrations: 0",
        "migrations: 12",
        "restarts: 3",
        "role: standby",
    ],
)
def test_a_fact_in_a_line_is_no_trouble(line):
    assert outcome(f"status: ok\n{line}\n") == "pass"
