"""Numbers and durations that libraries mean as a status, and figures that say nothing."""

import json

import pytest

from tests.health.corpus import Row, findings, outcome_of


def outcome(body, *required):
    row = Row("", "", "", "deep", [*required], 200, "application/json", body, "", "")
    return outcome_of(findings(row)).value


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"duration": "3ms"}, "pass"),
        ({"duration": "1m2.5s"}, "pass"),
        ({"duration": "3ms", "error": "connection refused"}, "fail"),
        ({"duration": "timeout"}, "fail"),
        ({"duration": 3}, "inconclusive"),
        ({"duration": "3ms", "open": 3}, "inconclusive"),
        ({"latency_ms": 3}, "inconclusive"),
        ({"active": True, "duration_ms": "0"}, "pass"),
        ({"active": False, "duration_ms": "0"}, "fail"),
        ({"active": False, "latency": 3}, "inconclusive"),
    ],
    ids=json.dumps,
)
def test_an_entry_that_tells_how_long_it_took(entry, expected):
    assert outcome({"status": "ok", "checks": {"db": entry}}, "db") == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"status": "ok", "db": 1, "redis": 1, "queue": 0}, "pass"),
        ({"status": "ok", "db": 0, "redis": 1}, "inconclusive"),
        ({"status": "ok", "db": 1, "redis": 0}, "inconclusive"),
        ({"db": 1, "redis": 1}, "pass"),
        ({"db": 1, "redis": 1, "version": 4}, "pass"),
        ({"db": 0, "redis": 1}, "inconclusive"),
        ({"db": 1, "errors": 3}, "inconclusive"),
        ({"db": 1}, "inconclusive"),
    ],
    ids=json.dumps,
)
def test_flags_in_numbers(body, expected):
    assert outcome(body, "db") == expected
