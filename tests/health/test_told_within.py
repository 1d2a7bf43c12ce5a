"""What a good document holds that no component tells: nobody at work, a schema that is behind."""

import pytest

from tests.health.test_components_that_are_not_required import found, outcome


def told(document):
    assert outcome(document, ()) == "warn"
    return " ".join(f.summary for f in found(document, ()) if f.outcome.value == "warn")


NOBODY = [
    {"celery_workers": 0},
    {"sidekiq_processes": "0"},
    {"celery_workers": []},
    {"kafka_brokers": 0},
    {"workers_online": 0},
    {"workers": {"celery": 0}},
    {"workers": {"rq": []}},
    {"bullmq": {"workers": 0, "waiting": 0}},
    {"arq": {"workers": 0}},
    {"kafka": {"connected_brokers": 0}},
    {"celery": {"online_workers": 0}},
    {"services": [{"name": "celery", "workers": 0}, {"name": "redis", "status": "ok"}]},
    {"services": {"tasks": {"celery": {"workers": 0}}}},
    {"backend": {"celery": {"workers": 0}}},
    {"queues": {"default": {"workers": 0, "pending": 120}}},
    {"mail": {"consumers": 0, "messages": 4}},
    {"raft": {"leader": "none"}},
]


@pytest.mark.parametrize("said", NOBODY, ids=str)
def test_nobody_at_work_is_told_wherever_it_stands(said):
    text = told({"status": "ok", **said})
    assert any(word in text for word in ("workers", "processes", "brokers", "consumers", "leader"))


@pytest.mark.parametrize(
    "said",
    [
        {"celery_workers": 2},
        {"celery_workers": 0, "celery_eager": True},
        {"celery_workers": 0, "celery": "disabled"},
        {"celery_workers": 0, "features": {"celery": False}},
        {"celery": {"workers": 0, "mode": "eager"}},
        {"celery": {"workers": 0, "task_always_eager": True}},
        {"celery": {"workers": 0, "broker": "memory://"}},
        {"bullmq": {"workers": 0, "enabled": False}},
        {"active_workers": 0, "max_workers": 10},
        {"workers": {"active": 0, "idle": 4}},
        {"workers": {"celery": 2, "rq": 1}},
        {"queues": {"default": {"workers": 0, "pending": 0}}},
        {"queues": {"default": {"consumers": 0, "messages": 0}}},
        {"queues": {"dead_letter": {"consumers": 0, "messages": 4}}},
        {"queues": [{"queue": "scan.jobs.dlq", "consumers": 0, "messages": 2}]},
        {"queue": {"name": "emails-retry", "consumers": 0, "depth": 9}},
        {"last_run": {"celery": {"workers": 0}}},
        {"previous": {"celery_workers": 0}},
        {"min_celery_workers": 0},
        {"raft": {"leader": None, "state": "standalone"}},
        {"raft": {"leader": "no"}},
        {"kafka": {"connected_brokers": 3}},
        {"sidekiq": {"processes": 1, "workers": 0}},
    ],
    ids=str,
)
def test_nobody_who_is_not_needed_is_silent(said):
    assert outcome({"status": "ok", **said}, ()) == "pass"


BEHIND = [
    {"schema": {"current": "11", "required": "12"}},
    {"schema": {"status": "ok", "current": 11, "required": 12}},
    {"schema_version": 11, "expected_schema_version": 12},
    {"schemaVersion": "20260101", "expectedSchemaVersion": "20260301"},
    {"db": {"schema_version": 41, "required_version": 42}},
    {"services": {"db": {"status": "ok", "schema_version": 41, "required_version": 42}}},
    {"migrations": {"current": "0012", "latest": "0013"}},
    {"migrations": {"current": "0012_users", "latest": "0013_orders"}},
    {"checks": {"migrations": {"status": "ok", "applied": 40, "expected": 41}}},
    {"schema": {"current": "2.9", "expected": "2.10"}},
    {"flyway": {"current": "3.1", "target": "3.2"}},
    {"alembic": {"current": "a1b2c3d4", "head": "e5f6a7b8"}},
    {"alembic": {"current": None, "head": "e5f6a7b8"}},
    {"alembic_current": "a1b2c3d4", "alembic_head": "e5f6a7b8"},
    {"database": {"connected": True, "alembic_current": "a1b2c3d4", "alembic_head": "e5f6a7b8"}},
    {"db_revision": "a1b2c3d4", "head_revision": "e5f6a7b8"},
    {"alembic": {"current": ["a1b2c3d4"], "heads": ["a1b2c3d4", "e5f6a7b8"]}},
]


@pytest.mark.parametrize("said", BEHIND, ids=str)
def test_a_schema_that_is_behind_by_its_own_numbers_is_told(said):
    told({"status": "ok", **said})


@pytest.mark.parametrize(
    "said",
    [
        {"schema": {"current": "12", "required": "12"}},
        {"schema": {"current": 13, "required": "12"}},
        {"schema": {"current": "2.10", "required": "2.9"}},
        {"schema": {"current": "public", "required": "public"}},
        {"schema_version": "2.10", "min_schema_version": "2.9"},
        {"schema_version": 12, "latest_version": "13.1.0", "version": "12.9.0"},
        {"schema_version": 12, "latest_version": 13},
        {"migrations": {"applied": 41, "latest": 20260301}},
        {"migrations": {"applied": 41, "latest": "20260301_orders"}},
        {"migrations": {"current": "0013_orders", "latest": "0013_orders"}},
        {"alembic": {"current": "a1b2c3", "head": "a1b2c3d4e5f6"}},
        {"alembic": {"current": "a1b2c3 (head)", "head": "a1b2c3"}},
        {"alembic": {"current": None, "head": None}},
        {"alembic": {"current": ["a1b2c3d4", "e5f6a7b8"], "heads": ["a1b2c3d4"]}},
        {"api": {"current": "1", "latest": "2"}},
        {"version": {"current": 1, "latest": 2}},
        {"git": {"current": "a1b2c3d4", "head": "e5f6a7b8"}},
        {"schema_registry": {"current": 1, "latest": 2}},
        {"previous": {"schema": {"current": 1, "required": 2}}},
        {"schema": {"current": "1" * 5000, "required": "2" * 5001}},
    ],
    ids=lambda said: str(said)[:80],
)
def test_a_schema_that_is_not_known_to_be_behind_is_silent(said):
    assert outcome({"status": "ok", **said}, ()) == "pass"


@pytest.mark.parametrize(
    "said",
    [
        {"database": "unconfigured"},
        {"database": "not configured"},
        {"database": {"configured": False}},
        {"checks": {"database": {"status": "unconfigured"}, "redis": {"status": "ok"}}},
        {"dbConfigured": False},
        {"database_configured": False},
        {"supabase": {"configured": False}},
        {"services": {"postgres": {"isConfigured": False}}},
        {"backend": {"db": "not_configured"}},
    ],
    ids=str,
)
def test_a_database_that_is_not_configured_is_told(said):
    told({"status": "ok", **said})


@pytest.mark.parametrize(
    "said",
    [
        {"database": "configured"},
        {"database": "disabled"},
        {"database": {"enabled": False, "configured": False}},
        {"sentry": {"configured": False}, "smtp": "not configured", "stripe_configured": False},
        {"redis": "not configured"},
        {"supabase": {"configured": False}, "database": "connected"},
        {"mongo": {"configured": False}, "db": {"dialect": "sqlite"}},
        {"database": {"configured": False, "optional": True}},
        {"analytics_db": "unconfigured", "replica_db": {"configured": False}},
        {"features": {"database_configured": False}},
        {"supabaseConfigured": False},
    ],
    ids=str,
)
def test_what_may_be_left_unconfigured_is_silent(said):
    assert outcome({"status": "ok", **said}, ()) == "pass"


def test_a_required_database_that_is_not_configured_fails_as_it_did():
    assert outcome({"status": "ok", "checks": {"db": "unconfigured"}}, ("db",)) == "fail"
    assert outcome({"status": "ok", "database": "unconfigured"}, ("database",)) == "fail"


@pytest.mark.parametrize("name", ["celery", "celery_workers", "bullmq", "schema_version"])
def test_what_is_required_is_never_better_for_what_is_told_of_it(name):
    lacking = {"celery_workers": 0, "bullmq": {"workers": 0}, "schema_version": 1}
    said = outcome({"status": "ok", **lacking, "required_schema_version": 2}, (name,))
    assert said in ("inconclusive", "fail")


@pytest.mark.parametrize(
    "text",
    [
        "status: ok\nschema: 11\nexpected_schema: 12",
        "status: ok\ncelery_workers: 0",
        "OK\nalembic_current: a1b2c3d4\nalembic_head: e5f6a7b8",
        "OK\nDATABASE_URL: not set",
        "status: ok\ndatabase: unconfigured",
    ],
)
def test_lines_tell_the_same(text):
    from tests.health.corpus import Row, findings, outcome_of

    row = Row("", "", "", "deep", [], 200, "text/plain", text, "", "")
    assert outcome_of(findings(row)).value == "warn"


def test_what_is_told_already_is_told_once():
    said = found({"status": "ok", "celery": {"workers": 0}}, ())
    assert len([f for f in said if f.outcome.value == "warn"]) == 1
