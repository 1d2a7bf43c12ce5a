"""Words and numbers that are no status, and trouble by the name under which they stand."""

import json

import pytest

from tests.health.corpus import Row, findings, outcome_of


def outcome(body, *required):
    row = Row("", "", "", "deep", [*required], 200, "application/json", body, "", "")
    return outcome_of(findings(row)).value


#: What a name is of, names of it, words that are trouble there, and words that are none.
KINDS = [
    pytest.param(
        ("mode", "server_mode", "dbMode"),
        ("read-only", "readonly", "READ_ONLY", "offline", "fallback", "maintenance", "degraded"),
        ("production", "read-write", "cluster", "standalone", "online", "server", "dark"),
        id="modes",
    ),
    pytest.param(
        ("disk", "storage", "disk_space", "memory", "heap", "connection_pool"),
        ("full", "almost full", "exhausted", "saturated", "overflowing"),
        ("ssd", "persistent", "standard", "local"),
        id="room",
    ),
    pytest.param(
        ("cpu", "memory", "load", "memory_pressure"),
        ("high", "very high", "maxed out", "saturated"),
        ("x86", "arm64", "low"),
        id="load",
    ),
    pytest.param(
        ("database", "db", "postgres", "primary_db"),
        ("wrong", "wrong database", "empty", "mismatch", "off", "unseeded"),
        ("orders", "postgres", "sqlite", "remote"),
        id="databases",
    ),
    pytest.param(
        ("license", "certificate", "subscription", "api_key", "tls"),
        ("expired", "revoked", "invalid", "past due", "unlicensed", "canceled"),
        ("trial", "community", "v1.3", "yearly"),
        id="what-runs-out",
    ),
    pytest.param(
        ("cluster", "replication", "quorum", "raft"),
        ("partitioned", "split-brain", "leaderless", "quorum_lost", "diverged", "unsynced"),
        ("blue", "asynchronous", "eu-west"),
        id="groups",
    ),
    pytest.param(
        ("schema", "migrations", "index", "data"),
        ("dirty", "inconsistent", "mismatch", "drifted"),
        ("public", "flyway", "btree"),
        id="data",
    ),
    pytest.param(
        ("redis", "queue", "worker", "s3", "api"),
        (
            *("flapping", "flaky", "unmounted", "detached", "zombie", "saturated", "congested"),
            *("out of sync", "diverged", "isolated", "unknown host", "NXDOMAIN", "unreadable"),
            *("recovering", "rebuilding", "wrong", "sick", "damaged", "delayed", "revoked"),
        ),
        ("v1", "bullmq", "eu-west-1", "default", "remote"),
        id="what-works",
    ),
]


@pytest.mark.parametrize(("names", "troubles", "facts"), KINDS)
def test_a_word_is_trouble_by_the_name_under_which_it_stands(names, troubles, facts):
    silent = [(n, w) for n in names for w in troubles if outcome({"status": "ok", n: w}) != "warn"]
    loud = [(n, w) for n in names for w in facts if outcome({"status": "ok", n: w}) != "pass"]

    assert silent == []
    assert loud == []


@pytest.mark.parametrize(("names", "troubles", "facts"), KINDS[1:])
@pytest.mark.parametrize(
    "around",
    [lambda n, w: {n: w}, lambda n, w: {n: {"status": w}}, lambda n, w: {n: {"state": w}}],
    ids=["word", "status", "state"],
)
def test_the_same_among_components(around, names, troubles, facts):
    def among(name, word):
        return outcome({"status": "ok", "checks": {"auth": "ok", **around(name, word)}})

    assert [(n, w) for n in names for w in troubles if among(n, w) != "warn"] == []
    if around("x", "w") == {"x": "w"}:
        assert [(n, w) for n in names for w in facts if among(n, w) != "pass"] == []


@pytest.mark.parametrize(
    "word", ["overloaded", "stopped", "flapping", "malfunctioning", "unresponsive", "expired"]
)
def test_plain_words_of_trouble_are_told_under_any_name(word):
    assert outcome({"status": "ok", "payments": word}) == "warn"
    assert outcome({"status": "ok", "payments": {"status": word}}) == "warn"
    assert outcome({"status": "ok", "checks": {"payments": word}}) == "warn"


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("policy", "stopped"),
        ("on_conflict", "abort"),
        ("plan", "suspended"),
        ("account", "locked"),
        ("desired_state", "stopped"),
        ("last_state", "stopped"),
        ("cache", "full"),
        ("queue", "empty"),
        ("backup", "full"),
        ("search", "full"),
        ("disk", "50% full"),
        ("encryption", "off"),
        ("redis", "off"),
        ("ssl_mode", "off"),
        ("replica_mode", "read-only"),
        ("theme_mode", "safe"),
        ("motto", "Nothing is wrong"),
        ("battery", "low"),
        ("priority", "high"),
        ("availability", "high"),
        ("color", "red"),
    ],
)
def test_words_that_are_no_trouble_there_are_silent(key, word):
    assert outcome({"status": "ok", key: word, "db": "ok"}, "db") == "pass"


@pytest.mark.parametrize("word", ["full", "read-only", "wrong", "flapping", "empty"])
def test_no_such_word_condemns(word):
    for body in ({"database": word}, {"checks": {"database": word}}):
        for whole in ({}, {"status": "ok"}):
            assert outcome({**whole, **body}) in ("warn", "inconclusive")
            assert outcome({**whole, **body}, "database") in ("warn", "inconclusive")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param({"checks": {"s3": 403}}, "warn", id="refused"),
        pytest.param({"checks": {"s3": "404"}}, "warn", id="not-found-as-text"),
        pytest.param({"checks": {"payment_api": 401, "auth": 200}}, "warn", id="beside-a-good-one"),
        pytest.param({"checks": {"s3": 200}}, "pass", id="good"),
        pytest.param({"checks": {"users": 404}}, "pass", id="a-count"),
        pytest.param({"checks": {"disk": 404}}, "pass", id="an-amount"),
        pytest.param({"s3": 403}, "warn", id="flat"),
        pytest.param({"queue": 404}, "pass", id="waiting-ones"),
        pytest.param({"orders": 404}, "pass", id="flat-count"),
    ],
)
def test_a_code_of_http_that_refuses_is_told(body, expected):
    assert outcome({"status": "ok", **body}) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"db": None}, "warn"),
        ({"database": ""}, "warn"),
        ({"checks": {"db": None}}, "warn"),
        ({"checks": {"db": ""}}, "warn"),
        ({"db": "ok", "redis": None}, "warn"),
        ({"redis": None}, "pass"),
        ({"smtp": None}, "pass"),
        ({"db_error": None}, "pass"),
        ({"db_version": None}, "pass"),
        ({"error": None, "message": ""}, "pass"),
    ],
    ids=str,
)
def test_nothing_where_the_status_of_a_store_should_stand_is_told(body, expected):
    assert outcome({"status": "ok", **body}) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"errors": {"count": 3}}, "warn"),
        ({"errors": {"count": 0}}, "pass"),
        ({"errors": {"count": 3, "last_24h": 3}}, "pass"),
        ({"errors": {"total": 3, "requests": 900}}, "pass"),
        ({"failures": {"current": 1}}, "warn"),
        ({"alerts": 2}, "warn"),
        ({"alerts": 0}, "pass"),
        ({"alerts": {"active": 1}}, "warn"),
        ({"alerts": {"firing": 0, "pending": 0}}, "pass"),
        ({"active_alerts": 1}, "warn"),
        ({"alarms": 1}, "warn"),
        ({"incidents": 1}, "warn"),
        ({"open_incidents": {"count": 2}}, "warn"),
        ({"alert_rules": 12}, "pass"),
        ({"latency_ms": -1}, "warn"),
        ({"db_latency_ms": -1}, "warn"),
        ({"response_time": -1}, "warn"),
        ({"latency_ms": 0}, "pass"),
        ({"clock_offset_ms": -4}, "pass"),
        ({"ttl": -1}, "pass"),
        ({"max_age": -1}, "pass"),
    ],
    ids=json.dumps,
)
def test_what_is_counted_or_cannot_be_measured_is_told(body, expected):
    assert outcome({"status": "ok", **body}) == expected


@pytest.mark.parametrize("measure", [{"latency_ms": -1}, {"ping": -1}, {"mode": "read-only"}])
def test_what_says_it_of_a_required_component_is_told(measure):
    key = next(iter(measure))
    body = {"status": "ok", "checks": {"db": {"status": "ok", **measure}}}

    assert outcome(body, "db") == "warn"
    assert outcome({"checks": {"db": {"status": "ok", key: 3}}}, "db") == "pass"


@pytest.mark.parametrize(
    "fact",
    [
        {"update_available": False},
        {"leader": False},
        {"is_primary": False},
        {"readonly": False},
        {"features": {"beta": False, "offline": True}},
        {"capabilities": {"offline": True, "failover": False}},
        {"queue": {"ready": 0, "unacked": 0}},
        {"queue": {"ready": 0}},
        {"queues": {"mail": {"ready": 0, "unacked": 0}}},
        {"redis": {"enabled": False, "connected": False}},
        {"cache": {"configured": False, "ok": False}},
    ],
    ids=json.dumps,
)
@pytest.mark.parametrize("whole", [{"status": "ok"}, {"database": True, "mail": True}], ids=str)
def test_what_is_as_it_should_be_is_silent(whole, fact):
    assert outcome({**whole, **fact}) == "pass"
    assert outcome({**whole, "database": True, **fact}, "database") == "pass"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"redis": {"enabled": False, "status": "down", "error": "refused"}}, "warn"),
        ({"redis": {"enabled": True, "connected": False}}, "warn"),
        ({"queue": {"connected": 0}}, "warn"),
        ({"queue": {"ready": False}}, "warn"),
        ({"features": {"search": {"status": "down"}}}, "warn"),
    ],
    ids=json.dumps,
)
def test_what_is_not_switched_off_is_told_still(body, expected):
    assert outcome({"status": "ok", **body}) == expected


@pytest.mark.parametrize("key", ["replicas", "pods", "workers", "broker_nodes"])
def test_where_none_of_several_is_at_work_it_is_told(key):
    assert outcome({"status": "ok", key: {"ready": 0, "total": 3}}) == "warn"
    assert outcome({"status": "ok", "cluster": {key: {"available": 0, "desired": 3}}}) == "warn"
    assert outcome({"status": "ok", key: {"ready": 2, "total": 3}}) == "pass"
    assert outcome({"status": "ok", key: {"ready": 0, "total": 0}}) == "pass"
    assert outcome({"status": "ok", "users": {"online": 0, "total": 3}}) == "pass"
