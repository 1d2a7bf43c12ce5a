"""What a good document says of migrations that wait and of tables that are not there is a warning."""

import pytest

from tests.health.test_components_that_are_not_required import outcome

WARNS = [
    {"migrations": "1 pending"},
    {"migrations": "2 pending migrations"},
    {"migrations": "3 schema missing"},
    {"migrations": "out of date"},
    {"migrations": "not up to date"},
    {"tables": {"users": False, "orders": True}},
    {"tables": {"users": "missing", "orders": "ok"}},
    {"requiredTables": {"users": "not found"}},
    {"views": {"campaign_sends": False}},
    {"database": {"tables": {"users": False}}},
    {"checks": {"tables": {"users": False, "orders": True}}},
    {"checks": {"queue": "backlogged", "kafka": "lagging"}},
    {"redis": "absent"},
    {"storage": "HEALTH_ERR"},
    {"alerts": ["disk full"]},
]
PASSES = [
    {"migrations": "0 pending"},
    {"migrations": "no pending"},
    {"migrations": "none pending"},
    {"migrations": "12 applied, 0 pending"},
    {"migrations": "up to date"},
    {"tables": {"users": True, "orders": True}},
    {"tables": {"locked": False, "corrupt": False}},
    {"tables": {"users": 12, "orders": 0}},
    {"tables": ["users", "orders"]},
    {"features": {"users": False}},
    {"storage": "HEALTH_OK"},
    {"alerts": ["disk is 20 % full"]},
]


@pytest.mark.parametrize("beside", WARNS)
def test_what_is_missing_beside_a_good_status_is_a_warning(beside):
    assert outcome({"status": "ok", **beside}, []) == "warn"


@pytest.mark.parametrize("beside", PASSES)
def test_what_is_there_or_counts_none_says_nothing(beside):
    assert outcome({"status": "ok", **beside}, []) == "pass"
