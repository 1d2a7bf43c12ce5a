"""What the words of an application's own data are worth, beside its health."""

import pytest

from tests.health.test_components_that_are_not_required import outcome


@pytest.mark.parametrize(
    "data",
    [
        {"users": [{"name": "a", "status": "banned"}]},
        {"users": [{"status": "inactive"}]},
        {"auction": "ended"},
        {"auction": {"status": "ended"}},
        {"devices": "offline"},
        {"devices": [{"id": "d1", "status": "offline"}, {"id": "d2", "status": "online"}]},
        {"campaigns": [{"name": "x", "status": "paused"}]},
        {"data": {"users": [{"name": "a", "status": "banned"}]}},
        {"orders": [{"id": 1, "status": "cancelled"}, {"id": 2, "status": "rejected"}]},
    ],
    ids=str,
)
def test_a_word_of_its_data_is_not_its_health(data):
    assert outcome({"status": "ok", **data}, ()) == "pass"


@pytest.mark.parametrize(
    "service",
    [
        {"users": "down"},
        {"orders": "error"},
        {"accounts": {"status": "unavailable"}},
        {"services": {"users": "connection refused"}},
        {"accounts": [{"name": "a", "status": "expired"}]},
        {"orders": "offline"},
        {"user": {"status": "disconnected"}},
        {"services": {"orders": {"status": "stopped"}, "users": {"status": "up"}}},
        {"services": {"orders": "offline", "users": "online"}},
        {"services": {"orders": {"status": "rejected"}}},
        {"services": {"devices": "offline"}},
        {"components": {"orders": {"status": "OFFLINE"}}},
        {"upstreams": {"tickets": "disconnected"}},
        {"checks": {"users": "disconnected"}},
        {"databases": {"users": "disconnected", "orders": "connected"}},
        {"queues": {"orders": "stopped"}},
        {"services": {"gateway": {"status": "ok", "orders": {"status": "stopped"}}}},
    ],
    ids=str,
)
def test_a_service_that_is_called_like_it_is_told(service):
    assert outcome({"status": "ok", **service}, ()) == "warn"


def test_one_that_is_required_is_not_taken_for_data():
    assert outcome({"status": "ok", "devices": "offline"}, ("devices",)) != "pass"
