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
    {"migrations": {"version": 12, "dirty": True}},
    {"schema": {"version": 12, "dirty": True}},
    {"database": {"status": "ok", "migration": {"version": 12, "dirty": True}}},
    {"schema_migrations": {"dirty": True}},
    {"needsMigration": True},
    {"migrations_needed": True},
    {"migrationsRequired": True},
    {"migrations": {"current": False}},
    {"schema_current": False},
    {"alembic": {"current": "a1", "up_to_date": False}},
    {"flyway": {"version": "3", "pending": 1}},
    {"database": {"migrations": "behind"}},
    {"database": {"connected": True, "migrations": "pending"}},
    {"database": {"connected": True, "schema": "behind"}},
    {"database": {"connected": True, "schema": {"up_to_date": False}}},
    {"schema": "behind"},
    {"migrations": "unapplied"},
    {"schema": {"drift": True}},
    {"schema": {"in_sync": False}},
    {"schema": {"matches": False}},
    {"schema_match": False},
    {"schemaMismatch": True},
    {"schema_drift": True},
    {"schema": {"mismatch": True}},
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
    {"migrations": {"version": 12, "dirty": False}},
    {"needsMigration": False},
    {"migrationsRequired": False},
    {"schema": {"up_to_date": True, "drift": False, "mismatch": False}},
    {"schema_match": True},
    {"schema": "public"},
    {"git": {"commit": "a1", "dirty": True}},
    {"flyway": {"version": "3", "pending": 0}},
    {"alembic": {"current": "a1", "head": "a1", "up_to_date": True}},
    {"database": {"connected": True, "migrations": "current", "schema": "public"}},
    {"api": {"schema": {"required": True, "strict": False}}},
    {"previous": {"migrations": {"dirty": True}}},
]


@pytest.mark.parametrize("beside", WARNS)
def test_what_is_missing_beside_a_good_status_is_a_warning(beside):
    assert outcome({"status": "ok", **beside}, []) == "warn"


@pytest.mark.parametrize("beside", PASSES)
def test_what_is_there_or_counts_none_says_nothing(beside):
    assert outcome({"status": "ok", **beside}, []) == "pass"
