"""Lists of health documents: pairs of any shape, and lists whose key says how their members are."""

import json

import pytest

from tests.health.corpus import Row, findings, outcome_of
from verifier.model.finding import Outcome


def outcome(body, *required):
    row = Row("", "", "", "deep", [*required], 200, "application/json", body, "", "")
    return outcome_of(findings(row))


BAD_PAIRS = (
    [["redis", "OK"], ["db", "connection refused"]],
    [["redis", "OK"], ["db", "down"]],
    [["redis", True], ["db", False]],
    [["redis", "ok", "2 ms"], ["db", "error", "timeout"]],
    [["redis", {"status": "ok"}], ["db", {"status": "down"}]],
    [["OK", "redis"], ["FAIL", "db"]],
    [["redis", [True, "pong"]], ["db", [False, "refused"]]],
    {"redis": ["ok", "2 ms"], "db": ["error", "refused"]},
    {"redis": [True, None], "db": [False, "refused"]},
    [["redis", "ok"], ["db", "ok", "last query: connection refused"]],
    [{"redis": "OK"}, {"db": "down"}],
)


@pytest.mark.parametrize("pairs", BAD_PAIRS, ids=json.dumps)
@pytest.mark.parametrize("place", ["checks", "components", "results", ""])
def test_a_pair_that_is_bad_does_not_pass(pairs, place):
    body = {"status": "ok", place: pairs} if place else pairs

    assert outcome(body, "db") in (Outcome.FAIL, Outcome.INCONCLUSIVE)
    if pairs[0] != ["redis", "ok"] if isinstance(pairs, list) else place:
        assert outcome(body).rank >= Outcome.WARN.rank


@pytest.mark.parametrize(
    "pairs",
    [
        [["redis", "OK"], ["db", "connected"]],
        [["redis", True], ["db", True]],
        [["redis", "ok", "2 ms"], ["db", "ok", "5 ms"]],
        [["redis", {"status": "ok"}], ["db", {"status": "up"}]],
        [["OK", "redis"], ["OK", "db"]],
        {"redis": ["ok", "2 ms"], "db": ["ok", None]},
        {"redis": [True, "pong"], "db": [True, None]},
    ],
    ids=json.dumps,
)
def test_pairs_that_are_good_pass(pairs):
    assert outcome({"status": "ok", "checks": pairs}, "db", "redis") is Outcome.PASS


@pytest.mark.parametrize(
    "body",
    [
        {"status": "ok", "regions": [["eu", "us"], ["ap", "sa"]]},
        {"status": "ok", "checks": {"range": ["a", "b"], "db": "ok"}},
        {"status": "ok", "results": [["a", "b"], ["c", 3]]},
        {"status": "ok", "points": [["load", 0], ["memory", 3]]},
    ],
    ids=json.dumps,
)
def test_lists_that_say_nothing_of_health_change_nothing(body):
    assert outcome(body) is Outcome.PASS


TROUBLED = [
    "notReady",
    "not_ready",
    "unready",
    "unavailable",
    "unhealthy",
    "down",
    "failed",
    "failing",
    "broken",
    "offline",
    "unreachable",
    "disconnected",
    "errors",
    "problems",
    "degraded",
    "failedChecks",
    "unhealthy_services",
    "offlineNodes",
    "not_connected",
    "missing",
    "stale",
    "crashed",
    "unresponsive",
]


@pytest.mark.parametrize("key", TROUBLED)
def test_a_list_of_those_in_trouble_is_told_whatever_the_summary_says(key):
    assert outcome({"status": "ok", key: ["payments"]}) is Outcome.WARN
    assert (
        outcome({"status": "ok", "checks": {key: ["payments"], "passed": ["db"]}}) is Outcome.WARN
    )
    assert outcome({"status": "ok", key: [{"name": "payments", "reason": "x"}]}) is Outcome.WARN
    assert outcome({"status": "ok", key: []}) is Outcome.PASS


@pytest.mark.parametrize("key", TROUBLED)
def test_a_required_component_in_such_a_list_does_not_pass(key):
    found = outcome({"status": "ok", "healthy": ["redis"], key: ["db"]}, "db")

    assert found is (Outcome.WARN if key in ("degraded", "missing", "stale") else Outcome.FAIL)


@pytest.mark.parametrize("key", ["healthy", "passed", "up", "ready", "healthyServices", "passing"])
def test_a_required_component_in_a_list_of_good_ones_is_good(key):
    assert outcome({"status": "ok", key: ["db", "redis"], "failed": []}, "db") is Outcome.PASS


ASKED = ("Errors", "Error", "Failures", "Problems", "Faults", "Exceptions", "Crashed")


@pytest.mark.parametrize("asked", ASKED)
@pytest.mark.parametrize("start", ["has", "hasAny", "has_", "is"])
def test_one_rule_for_what_is_asked_of_troubles(start, asked):
    key = f"{start}{asked.casefold() if start.endswith('_') else asked}"

    assert outcome({"status": "ok", key: True}) is Outcome.FAIL
    assert outcome({"status": "ok", key: False}) is Outcome.PASS
    assert outcome({"status": "ok", "checks": {"db": {"status": "ok", key: False}}}, "db") is (
        Outcome.PASS
    )


@pytest.mark.parametrize(
    "key", ["hasWarnings", "has_warning", "isDegraded", "hasIssues", "degraded"]
)
def test_a_flag_of_warnings_warns(key):
    assert outcome({"status": "ok", key: True}) is Outcome.WARN
    assert outcome({"status": "ok", key: False}) is Outcome.PASS
