"""What clusters and stores say of themselves by a flag, a count or an inner object."""

import pytest

from tests.health.test_components_that_are_not_required import found, outcome


@pytest.mark.parametrize(
    "part",
    [
        {"cluster": {"leaderless": True}},
        {"cluster": {"no_leader": True}},
        {"cluster": {"isPartitioned": True}},
        {"cluster": {"status": "ok", "under_replicated": True}},
        {"raft": {"split_brain": True}},
        {"leaderless": True},
        {"node": {"orphaned": True}},
        {"checks": {"node": {"status": "ok", "orphaned": True}}},
        {"db": "wrong credentials"},
        {"checks": {"db": "bad password"}},
        {"offline_partitions": 2},
        {"panics": 1},
    ],
    ids=str,
)
def test_trouble_of_a_group_is_told(part):
    assert outcome({"status": "ok", **part}, ()) == "warn"


@pytest.mark.parametrize(
    "part",
    [
        {"table": {"partitioned": True}},
        {"cluster": {"leaderless": False, "partitioned": False}},
        {"offline_partitions": 0},
        {"panics": 0},
        {"offline_members": 3},
    ],
    ids=str,
)
def test_what_may_be_as_it_should_be_is_not_told(part):
    assert outcome({"status": "ok", **part}, ()) == "pass"


@pytest.mark.parametrize("key", ["health", "state", "details"])
def test_a_code_within_a_required_component_is_heard(key):
    database = {"healthy": True, key: {"state": 2, "code": 503}}

    assert outcome({"status": "ok", "database": database}, ("database",)) == "inconclusive"
    database[key] = {"state": 0, "code": 200}
    assert outcome({"status": "ok", "database": database}, ("database",)) == "pass"


def test_overall_healthy_is_a_status():
    assert outcome({"overall_healthy": False, "unhealthy_components": ["store"]}, ()) == "fail"
    assert outcome({"overall_healthy": True, "services": {"db": "ok"}}, ()) == "pass"
    assert outcome({"status": "ok", "overall_healthy": False}, ()) == "inconclusive"


def test_a_bad_summary_names_what_is_bad():
    body = {
        "success": True,
        "data": {"overallHealth": "critical", "summary": {"memory": "critical"}},
    }

    assert any("memory" in f.summary for f in found(body, ()))
