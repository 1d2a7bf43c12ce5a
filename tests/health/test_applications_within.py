"""What an application says of its own stores, whose document stands within another's."""

import pytest

from tests.health.test_components_that_are_not_required import found, outcome

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
