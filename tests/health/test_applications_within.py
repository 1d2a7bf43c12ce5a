"""What an application says of its own stores, whose document stands within another's."""

import json

import pytest

from tests.health.test_components_that_are_not_required import found, outcome
from verifier.health import applications_within

LOST = [
    {"status": "ok", "db": False},
    {"ok": True, "postgres": False, "redis": True},
    {"healthy": True, "mongo": False},
    {"status": "UP", "database": "false"},
    {"status": "running", "kafka": False},
]
WITHIN = [
    lambda inner: {"status": "ok", "services": {"users": inner}},
    lambda inner: {"status": "ok", "services": [{"name": "users", **inner}]},
    lambda inner: {"status": "ok", "dependencies": {"users": inner, "cache": "up"}},
    lambda inner: {"status": "ok", "upstreams": {"users": inner}},
    lambda inner: {"services": {"users": inner, "cache": {"status": "up"}}},
    lambda inner: [{"name": "cache", "status": "up"}, {"name": "users", **inner}],
    lambda inner: {"status": "ok", "api": inner},
    lambda inner: {"status": "ok", "backend": inner},
]


@pytest.mark.parametrize("within", WITHIN)
@pytest.mark.parametrize("inner", LOST, ids=str)
def test_a_store_that_an_application_has_lost_is_told(inner, within):
    store = next(k for k, v in inner.items() if v in (False, "false"))
    said = found(within(inner), ())

    assert outcome(within(inner), ()) == "warn"
    assert any(f.outcome.value == "warn" and store in f.summary for f in said)


@pytest.mark.parametrize("within", WITHIN[:6])
def test_the_application_that_is_required_is_good_with_it(within):
    assert outcome(within({"status": "ok", "db": False}), ("users",)) == "warn"


@pytest.mark.parametrize("within", WITHIN)
@pytest.mark.parametrize(
    "inner",
    [
        {"status": "ok", "db": True},
        {"status": "ok", "ssl": False, "replica": False, "leader": False},
        {"status": "ok", "cache": False},
        {"status": "ok", "uses_redis": False, "redis_enabled": False},
        {"status": "ok", "options": {"redis": False}},
        {"status": "ok", "features": {"search": False}},
        {"status": "ok", "previous": {"db": False}},
    ],
    ids=str,
)
def test_a_setting_of_an_application_is_none(inner, within):
    assert outcome(within(inner), ()) == "pass"


@pytest.mark.parametrize(
    "document",
    [
        {"status": "ok", "cache": {"status": "ok", "redis": False, "memory": True}},
        {"status": "ok", "storage": {"status": "ok", "s3": False, "local": True}},
        {"status": "ok", "queue": {"status": "ok", "redis": False, "driver": "database"}},
        {"status": "ok", "database": {"status": "ok", "sql": False, "mongo": True}},
        {"status": "ok", "checks": {"cache": {"status": "ok", "redis": False}}},
        {"status": "ok", "plugin": {"enabled": True, "redis": False}},
        {"status": "ok", "config": {"active": True, "redis": False}},
        {"status": "ok", "features": {"available": True, "s3": False}},
    ],
    ids=str,
)
def test_of_a_store_it_says_which_one_it_is(document):
    assert outcome(document, ()) == "pass"


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({"status": "ok", "value": ""}, "pass"),
        ({"success": True}, "pass"),
        ({"status": "ok", "message": "connection refused"}, "fail"),
        ({"status": "failed"}, "fail"),
        ({"code": "ECONNREFUSED"}, "fail"),
    ],
    ids=str,
)
def test_a_part_that_is_called_error_and_is_well_is_no_error(part, expected):
    shop = {"http": {"status": "ok"}, "error": part}

    assert outcome({"services": {"shop": shop, "cache": {"status": "ok"}}}, ()) == expected


TOLD_ALONE = [
    {"status": "ok", "database": None, "cache": "ok"},
    {"status": "ok", "errors": {"count": 3}},
    {"status": "ok", "alerts": 2},
    {"status": "ok", "queue": "backlogged"},
    {"status": "ok", "license": "expired"},
    {"status": "ok", "maintenance": {"active": True}},
    {"status": "ok", "message": "Works, but the search index is down"},
    {"status": "ok", "circuit_breakers_open": 1},
    {"status": "ok", "storage": "read-only"},
    {"status": "ok", "deploy_safe": False},
    {"statusCode": 200, "body": "Task timed out after 3.00 seconds"},
    {"statusCode": 200, "body": '{"status": "ok", "checks": {"db": {"status": "down"}}}'},
    {"server": "UP", "db": "DOWN"},
    {"mongo": False, "redis": True},
    {"api": "ok", "database": "ok", "matchmaking": "error"},
]


@pytest.mark.parametrize("within", WITHIN[:4] + WITHIN[6:])
@pytest.mark.parametrize("inner", TOLD_ALONE, ids=str)
def test_what_an_application_tells_against_itself_is_told_of_one_within(inner, within):
    said = [f for f in found(within(inner), ()) if f.outcome.value != "pass"]

    assert {f.outcome.value for f in said} == {"warn"}
    assert any(name in f.summary for f in said for name in ("users", "api", "backend"))


@pytest.mark.parametrize(
    "document",
    [
        {"status": "ok", "error_tracking": {"status": "ok", "errors": 14}},
        {"status": "ok", "session": {"status": "ok", "redis": False}},
        {"status": "ok", "worker": {"status": "idle", "running": False}},
        {"status": "ok", "ssl": {"valid": True, "expired": False, "self_signed": False}},
        {"status": "ok", "replica": {"status": "green", "mode": "read-only"}},
        {"status": "ok", "mocks": {"database": "off", "cache": "on"}},
        {"status": "ok", "drivers": {"redis": True, "mongo": False}},
        {"status": "ok", "severity": {"db": "critical", "cache": "ok"}},
        {"status": "ok", "last_response": {"statusCode": 500}},
        {"status": "ok", "previous": {"server": "UP", "db": "DOWN"}},
        {"status": "ok", "pool": {"healthy": True, "message": "healthy with timeout 5 seconds"}},
    ],
    ids=str,
)
def test_what_is_no_application_tells_nothing_by_being_read_as_one(document):
    assert outcome(document, ()) == "pass"


@pytest.mark.parametrize("size", [1, 40])
def test_an_application_within_is_read_once_however_deep_it_lies(size, monkeypatch):
    calls = []
    read = applications_within.read_json
    monkeypatch.setattr(
        applications_within, "read_json", lambda v, **given: calls.append(v) or read(v, **given)
    )
    body = {"status": "ok", "db": True}
    for _ in range(size):
        body = {"status": "ok", "api": body}
    outcome(body, ())

    assert len(calls) == 1


@pytest.mark.parametrize(
    "key", ["infrastructure", "external_services", "connectivity", "core", "backend", "readiness"]
)
@pytest.mark.parametrize(
    "group",
    [
        {"postgres": "down"},
        {"postgres": "down", "redis": "down"},
        {"database": "disconnected", "version": "16.2", "latency": 3},
        {"supabase": "unreachable"},
        {"db": "error: connection refused"},
    ],
    ids=str,
)
def test_a_group_is_told_whose_stores_are_all_down(key, group):
    said = found({"status": "ok", key: group}, ())

    assert outcome({"status": "ok", key: group}, ()) == "warn"
    assert any(f.outcome.value == "warn" and key in f.summary for f in said)


@pytest.mark.parametrize(
    "document",
    [
        {"logging": {"database": "error", "redis": "warn"}},
        {"logLevels": {"database": "error"}},
        {"on_error": {"db": "fail", "cache": "ignore"}},
        {"policies": {"db": "fail"}},
        {"lastRun": {"db": "failed"}},
        {"thresholds": {"db": "critical"}},
        {"alertRules": {"db": "down"}},
        {"triggers": {"redis": "disconnected"}},
        {"notifications": {"db": "down"}},
        {"message_templates": {"db": "down"}},
        {"features": {"redis": "off"}},
        {"default": {"db": "error"}},
        {"defaults": {"db": "down"}},
        {"testing": {"db": "offline"}},
        {"infrastructure": {"postgres": "up"}},
        {"infrastructure": {"provider": "aws", "database": "aurora"}},
        {"infrastructure": {"replica_db": "down"}},
    ],
    ids=str,
)
def test_what_was_chosen_or_would_be_done_for_a_store_is_no_group(document):
    assert outcome({"status": "ok", **document}, ()) == "pass"


def test_a_store_that_is_required_and_down_fails_in_a_group():
    document = {"status": "ok", "infrastructure": {"postgres": "down", "redis": "down"}}
    assert outcome(document, ("postgres",)) == "fail"
    assert outcome(document, ("infrastructure.redis",)) == "fail"


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ({"status": "ok", "db": False}, "warn"),
        ({"checks": {"database": "fail", "cache": "ok"}}, "warn"),
        ({"status": "down"}, "warn"),
        ({"status": "degraded", "database": "down"}, "warn"),
        ({"status": "ok", "db": True}, "pass"),
        ({"region": "eu"}, "pass"),
        ([1, 2], "pass"),
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "within",
    WITHIN[2:3]
    + WITHIN[6:]
    + [
        lambda inner: {"status": "ok", "services": {"users": inner}},
        lambda inner: {"status": "ok", "worker": inner},
    ],
)
def test_an_application_whose_document_is_a_text_is_read(inner, expected, within):
    assert outcome(within(json.dumps(inner)), ()) == expected


def test_a_text_that_is_no_document_is_none():
    assert outcome({"status": "ok", "users": "{not json"}, ()) == "pass"
    assert outcome({"status": "ok", "users": "[" * 100_000}, ()) == "pass"


@pytest.mark.parametrize("key", ["datastores", "datasources", "dataSources"])
def test_stores_of_data_are_read_as_databases(key):
    down = {key: {"default": "disconnected"}}
    assert outcome({"status": "ok", **down}, ()) == "warn"
    assert outcome(down, ()) == outcome({"databases": {"default": "disconnected"}}, ())
    assert outcome({"status": "ok", key: {"default": "connected"}}, ()) == "pass"
    assert outcome({"status": "ok", key: ["primary"]}, ()) == "pass"
