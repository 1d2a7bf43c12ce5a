"""How many are at work of those that are wanted, and what a group says of itself beside that."""

import pytest

from tests.health.test_components_that_are_not_required import outcome


@pytest.mark.parametrize("counts", [{"ready": 0, "total": 3}, {"ready": 2, "desired": 3}])
@pytest.mark.parametrize("said", [{"status": "down"}, {"healthy": False}])
def test_a_required_group_that_says_that_it_is_bad_fails(said, counts):
    body = {"status": "ok", "workers": {**counts, **said}}

    assert outcome(body, ("workers",)) == "fail"


@pytest.mark.parametrize("key", ["replicas", "workers", "broker_nodes", "pods"])
@pytest.mark.parametrize("there", ["ready", "available", "healthy", "up", "online"])
@pytest.mark.parametrize("wanted", ["desired", "expected", "wanted"])
def test_fewer_than_are_wanted_warn(key, there, wanted):
    assert outcome({"status": "ok", key: {wanted: 3, there: 2}}, ()) == "warn"
    assert outcome({"status": "ok", key: {wanted: 3, there: 3}}, ()) == "pass"
    assert outcome({"status": "ok", key: {wanted: 3, there: 4}}, ()) == "pass"


@pytest.mark.parametrize(
    "body",
    [
        {"workers": {"total": 8, "available": 2}},
        {"workers": {"configured": 8, "ready": 2}},
        {"replicas": {"min": 1, "max": 10, "ready": 2}},
        {"sessions": {"expected": 8, "online": 2}},
    ],
    ids=str,
)
def test_those_that_rest_are_no_trouble(body):
    assert outcome({"status": "ok", **body}, ()) == "pass"


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"desiredReplicas": 3, "readyReplicas": 2}, "warn"),
        ({"expected_nodes": 3, "online_nodes": 1}, "warn"),
        ({"desiredReplicas": 3, "readyReplicas": 3}, "pass"),
        ({"totalWorkers": 8, "availableWorkers": 2}, "pass"),
        ({"expected": 3, "online": 2}, "pass"),
    ],
    ids=str,
)
def test_what_is_wanted_and_there_may_be_two_fields(counts, expected):
    assert outcome({"status": "ok", **counts}, ()) == expected
