"""Flags beside a status: which speak against a component, and which are facts of it."""

import pytest

from tests.health.corpus import Row, findings, outcome_of
from verifier.health.state_flags import states_health


def outcome(body, required=("db",)):
    row = Row("", "", "", "deep", list(required), 200, "application/json", body, "", "")
    return outcome_of(findings(row)).value


STATES = [
    "connectivity",
    "connected",
    "connection",
    "ping",
    "responding",
    "isResponding",
    "can_connect",
    "canConnect",
    "tables_exist",
    "db_exists",
    "bucketExists",
    "is_accessible",
    "db_reachable",
    "ping_ok",
    "isReady",
    "initialized",
    "has_connection",
    "has_quorum",
    "writable",
    "running",
    "model_loaded",
    "test_query_ok",
    "upToDate",
    "in_sync",
]
FACTS = [
    "debug",
    "maintenance_mode",
    "read_only",
    "is_leader",
    "primary",
    "cached",
    "ssl",
    "is_replica",
    "ssl_connection",
    "keep_alive",
    "persistent_connection",
    "update_available",
    "upgradeAvailable",
    "has_stripe",
    "can_edit",
    "limit_reached",
    "lock_exists",
    "backup_running",
    "migration_running",
    "last_ping_ok",
    "sign_up",
    "enabled",
    "authenticated",
    "email_verified",
    "lazy_loaded",
    "auto_connect",
    "failover_ready",
    "active",
    "use_connection",
]


@pytest.mark.parametrize("key", STATES)
def test_a_required_component_that_is_good_and_denies_it_is_not_passed(key):
    body = {"status": "ok", "checks": {"db": {"status": "healthy", key: False}, "redis": "ok"}}

    assert outcome(body) == "inconclusive"
    assert outcome(body, ["redis"]) == "warn"
    body["checks"]["db"][key] = True
    assert outcome(body) == "pass"


@pytest.mark.parametrize("key", FACTS)
@pytest.mark.parametrize("flag", [True, False])
def test_a_flag_that_is_a_fact_changes_nothing(key, flag):
    body = {"status": "ok", "checks": {"db": {"status": "healthy", key: flag}}}

    assert outcome(body) == "pass"
    assert not states_health(key)


@pytest.mark.parametrize("key", ["openai_available", "backup_ok", "smtp_connected", "replica_ok"])
def test_a_flag_of_a_part_of_a_component_is_worth_a_look(key):
    assert outcome({"status": "ok", "checks": {"db": {"status": "healthy", key: False}}}) == "warn"
    assert outcome({"status": "ok", "checks": {"db": {"status": "healthy", key: True}}}) == "pass"


@pytest.mark.parametrize("where", ["details", "info", "data", "connection"])
def test_a_flag_in_its_details_counts(where):
    for denied in ({"connected": False}, {"tables_exist": False}, {"ok": False}):
        db = {"status": "healthy", where: denied}
        assert outcome({"status": "ok", "checks": {"db": db}}) == "inconclusive"


@pytest.mark.parametrize("said", [{"role": "replica"}, {"type": "standby"}, {"read_only": True}])
def test_what_is_there_to_be_read_need_not_be_written(said):
    db = {"status": "healthy", "writable": False, **said}

    assert outcome({"status": "ok", "checks": {"db": db}}) == "pass"


def test_flags_are_all_that_a_component_says():
    """Of a flag alone nobody knows whether it is needed: it does not condemn."""
    for flags, expected in (
        ({"can_connect": True}, "pass"),
        ({"can_connect": True, "debug": False}, "pass"),
        ({"can_connect": True, "tables_exist": False}, "inconclusive"),
        ({"upToDate": False}, "inconclusive"),
        ({"connection_failed": True}, "inconclusive"),
        ({"debug": True}, "inconclusive"),
    ):
        assert outcome({"status": "ok", "checks": {"db": flags}}) == expected


def test_a_flag_beside_the_status_of_the_whole_is_told():
    assert outcome({"status": "ok", "model_loaded": False}, []) == "warn"
    assert outcome({"status": "ok", "model_loaded": True}, []) == "pass"
    assert outcome({"status": "ok", "model_loaded": False}, ["model_loaded"]) == "fail"
    assert outcome({"status": "ok", "update_available": False}, []) == "pass"
    assert outcome({"can_connect": True, "debug": False}, []) == "pass"


@pytest.mark.parametrize("key", [*FACTS, "db_ssl", "cache_hit", "db_encrypted"])
def test_a_fact_never_makes_a_component_bad_that_says_no_more(key):
    for body in (
        {"checks": {"db": {"latency": 3, key: False}}},
        {"db": {"latency": 3, key: False}},
    ):
        assert outcome({"status": "ok", **body}) == "inconclusive"
    assert outcome({"status": "ok", "db": "ok", key: False}) == "pass"


@pytest.mark.parametrize(
    "key", ["primary_db", "redis", "db_check", "redis_server", "admin_db_ok", "redis?"]
)
def test_a_flag_that_is_named_for_a_component_is_its_status(key):
    assert outcome({"status": "ok", key: False}, [key]) == "fail"
    assert outcome({"status": "ok", key: False}, []) == "warn"
    assert outcome({"status": "ok", "checks": {"store": {"n": 3, key: False}}}, ["store"]) != "pass"


def test_an_object_beside_the_status_that_has_nothing_but_flags_and_figures_is_a_component():
    worker = {"running": True, "jobs": 4, "paused": False}

    assert outcome({"status": "ok", "scheduler": worker}, ["scheduler"]) == "pass"
    worker["running"] = False
    assert outcome({"status": "ok", "scheduler": worker}, ["scheduler"]) == "inconclusive"
    assert outcome({"status": "ok", "scheduler": worker}, []) == "warn"
    assert outcome({"status": "ok", "preferences": worker}, []) == "pass"


def test_the_status_of_the_whole_may_have_a_longer_name():
    bad = {"postgres": {"status": "stopped"}}

    assert outcome({"app_status": "healthy", "components": bad}, []) == "warn"
    assert outcome({"app_status": "unhealthy", "components": bad}, []) == "fail"
    assert outcome({"app_status": "healthy", "db": "ok"}, ["app_status"]) == "pass"


def test_what_is_idle_need_not_run():
    worker = {"status": "idle", "running": False}

    assert outcome({"status": "ok", "worker": worker}, ["worker"]) == "pass"
    worker["connected"] = False
    assert outcome({"status": "ok", "worker": worker}, ["worker"]) == "inconclusive"
