"""What is no word for a status and still tells of trouble now: room, time left, nothing at all."""

import json

import pytest

from tests.health.corpus import Row, findings, outcome_of


def outcome(body, *required):
    row = Row("", "", "", "deep", [*required], 200, "application/json", body, "", "")
    return outcome_of(findings(row)).value


KINDS = {
    "room-that-is-used-up": (
        [
            {"disk": {"free_bytes": 0, "total_bytes": 9}},
            {"disk": {"used_percent": 100}},
            {"disk": "100%"},
            {"disk_free_percent": 0},
            {"volume": {"free": 0}},
            {"pool": {"used": 10, "max": 10, "waiting": 5}},
            {"disk": {"full": True}},
        ],
        [
            {"disk": {"free_bytes": 9}},
            {"disk": {"used_percent": 41}},
            {"disk": "80%"},
            {"swap": {"free": 0, "total": 0}},
            {"pool": {"used": 10, "max": 10, "waiting": 0}},
            {"cpu": "100%"},
            {"sla": "100%"},
            {"disk": {"full": False}},
        ],
    ),
    "time-that-is-over": (
        [
            {"license": {"days_left": -3}},
            {"certificate": {"expires_in_days": -1}},
            {"days_until_expiry": -2},
        ],
        [
            {"license": {"days_left": 12}},
            {"certificate": {"expires_in_days": 30}},
            {"utc_offset_hours": -3},
            {"cache": {"ttl": -1}},
        ],
    ),
    "trouble-since": (
        [
            {"failing_since": "2026-11-28T09:00:00Z"},
            {"downSince": 1796000000},
            {"degraded_since": "10 min"},
        ],
        [
            {"failing_since": None},
            {"up_since": "2026-11-28T09:00:00Z"},
            {"down_since": ""},
            {"errors_since_start": 4},
        ],
    ),
    "news-of-trouble": (
        [
            {"outage": True},
            {"outage": "partial"},
            {"incident": "open"},
            {"incident": {"status": "investigating", "name": "x"}},
        ],
        [
            {"outage": False},
            {"outage": None},
            {"incident": "none"},
            {"incident": {}},
            {"incident": {"status": "resolved", "name": "x"}},
            {"incident": "resolved"},
        ],
    ),
    "codes-of-errors": (
        [{"error_code": "DB_DOWN"}, {"errorCode": "E42"}],
        [
            {"error_code": 0},
            {"errorCode": 500},
            {"error_code": None},
            {"error_code": ""},
            {"errorCode": "OK"},
            {"error_code": "none"},
            {"error_codes": {"42": "db"}},
        ],
    ),
    "sentences": (
        [
            {"message": "running in degraded mode"},
            {"message": "database is read-only"},
            {"message": "Using fallback cache"},
            {"note": "Serving from the fallback database"},
        ],
        [
            {"message": "No fallback in use"},
            {"message": "fallback cache is ready"},
            {"message": "will run in fallback mode without redis"},
        ],
    ),
    "pressure": (
        [{"low_disk": True}, {"memory_pressure": True}, {"backpressure": True}, {"stale": True}],
        [{"low_disk": False}, {"memory_pressure": False}, {"allow_stale": True}],
    ),
    "not-accepting": (
        [
            {"accepting_requests": False},
            {"accepts_writes": False},
            {"acceptingTraffic": False},
            {"quorum": False},
        ],
        [
            {"accepting_requests": True},
            {"accepts_cookies": False},
            {"quorum": True},
            {"accept_terms": False},
        ],
    ),
    "counts-of-now": (
        [
            {"stuck_jobs": 3},
            {"unreachable_peers": 1},
            {"queue": {"stuck": 3}},
            {"healthy_nodes": 0},
            {"live_replicas": 0},
        ],
        [
            {"stuck_jobs": 0},
            {"dead_letters": 5},
            {"queue": {"waiting": 3}},
            {"healthy_nodes": 3},
            {"online_users": 0},
            {"active_workers": 0},
        ],
    ),
    "an-empty-place": (
        [
            {"database": {"status": None}},
            {"database": {"status": ""}},
            {"services": {"db": {"status": "ok"}, "redis": {"status": None}}},
            {"database": {"connected": None}},
            {"database": {"connection": "none"}},
        ],
        [
            {"database": {"version": None}},
            {"last_order": {"status": None}},
            {"database": {"status": "ok", "error": None}},
            {"mail": {"last_status": None}},
        ],
    ),
    "closed": (
        [{"db": "closed"}, {"checks": {"db": "closed"}}, {"database": {"state": "closed"}}],
        [
            {"registration": "closed"},
            {"circuitBreakers": {"db": "closed"}},
            {"db": "open"},
            {"store": {"state": "closed"}},
        ],
    ),
    "shares-of-a-group": (
        [{"replicas": "1/3"}, {"cluster": "1 of 3 nodes"}, {"checks": {"workers": "0/2"}}],
        [{"replicas": "3/3"}, {"cluster": "3 of 3 nodes"}, {"progress": "1/3"}],
    ),
    "open-breakers": (
        [{"open_circuits": ["payments"]}, {"open_breakers": 1}, {"circuit_breakers_open": 2}],
        [{"open_circuits": []}, {"open_breakers": 0}, {"open_connections": 3}],
    ),
    "parts-that-are-lost": (
        [{"dependencies_failed": 1}, {"nodes_down": 2}, {"services_unreachable": 1}],
        [{"dependencies_failed": 0}, {"jobs_failed": 4}, {"nodes_total": 2}],
    ),
    "alerts-that-fire": (
        [{"alerts": [{"name": "HighLatency", "state": "firing"}]}],
        [{"alerts": [{"name": "HighLatency", "state": "inactive"}]}, {"alerts": []}],
    ),
    "over-a-limit": (
        [
            {"db": "over limit"},
            {"license": "over quota"},
            {"redis": "in trouble"},
            {"db": "no response"},
            {"worker": "unhappy"},
            {"tls": "expires soon"},
        ],
        [{"db": "ok", "redis": "not used"}, {"db": "ok", "redis": "not required"}],
    ),
    "copies": (
        [{"read_only": True}],
        [{"role": "replica", "read_only": True}, {"role": "standby", "mode": "standalone"}],
    ),
    "an-object-with-a-status": (
        [
            {"payments": {"status": "sick"}},
            {"search": {"status": "wrong"}},
            {"cluster": "no leader"},
            {"cluster": {"status": "no quorum"}},
            {"db": "null"},
        ],
        [{"last_order": {"status": "delayed"}}, {"payments": {"status": "v2"}}],
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_tells_of_trouble_is_told_and_nothing_else(kind):
    troubles, facts = KINDS[kind]

    assert [
        b for b in troubles if outcome({"status": "ok", **b}) not in ("warn", "inconclusive")
    ] == []
    assert [b for b in facts if outcome({"status": "ok", **b}) != "pass"] == []


@pytest.mark.parametrize("kind", KINDS)
def test_none_of_it_condemns(kind):
    troubles, _ = KINDS[kind]
    among = [{"status": "ok", "checks": {"db": {"status": "ok", **body}}} for body in troubles]

    assert [b for b in troubles if outcome({"status": "ok", **b}) in ("fail", "critical")] == []
    assert [json.dumps(b) for b in among if outcome(b) in ("fail", "critical")] == []


def test_room_that_is_used_up_is_told_of_a_component_too():
    waits = {"db": {"status": "ok", "pool": {"used": 9, "total": 9, "waiting": 3}}}
    full = {"disk": {"status": "ok", "used_percent": 100}}
    for body in (waits, full):
        name = next(iter(body))
        assert outcome({"status": "ok", **body}) == "warn"
        assert outcome({"status": "ok", "checks": body}, name) == "warn"
    assert outcome({"status": "ok", "disk": {"status": "ok", "used_percent": 62}}) == "pass"


@pytest.mark.parametrize(
    "body",
    [
        {"message": "The API is read-only by design"},
        {"days_until_release": -1},
        {"no_incident_since": "2026-01-01"},
        {"alerts": {"enabled": True, "count": 4}},
        {"checks": {"memory_mb": 412}},
        {"checks": {"heap": 412}},
    ],
    ids=json.dumps,
)
def test_what_only_looks_like_it_is_silent(body):
    assert outcome({"status": "ok", **body}) == "pass"


@pytest.mark.parametrize("group", ["cluster", "raft"])
def test_what_a_group_lacks_is_told(group):
    for lack in ({"quorum": False}, {"has_leader": False}):
        assert outcome({"status": "ok", group: lack}) == "warn"
        assert outcome({"status": "ok", group: {next(iter(lack)): True}}) == "pass"


def route(*said):
    nodes = [{"ip": f"10.0.0.{n}", "port": 80, "status": word} for n, word in enumerate(said)]
    return [{"name": "/routes/1", "type": "http", "nodes": nodes}]


def test_one_bad_member_of_several_does_not_condemn_a_list():
    assert outcome(route("healthy", "healthy")) == "pass"
    assert outcome(route("healthy", "unhealthy")) == "warn"
    assert outcome(route("unhealthy", "unhealthy")) == "fail"
    assert outcome(route("unhealthy")) == "fail"
    named = [{"name": "a", "status": "healthy"}, {"name": "b", "status": "unhealthy"}]
    assert outcome(named) == "fail"
    own = {**route("healthy", "unhealthy")[0], "status": "unhealthy"}
    assert outcome([own]) == "fail"
