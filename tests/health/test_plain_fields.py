"""Fields of one word, flag or number beside a good status: what sounds bad of a component is told."""

import json

import pytest

from tests.health.corpus import Row, findings, outcome_of


def told(body, *required):
    row = Row("", "", "", "deep", [*required], 200, "application/json", body, "", "")
    return findings(row)


def outcome(body, *required):
    return outcome_of(told(body, *required)).value


@pytest.mark.parametrize(
    ("beside", "name"),
    [
        ({"horizon": "paused"}, "horizon"),
        ({"mail_consumer": "stopped"}, "mail_consumer"),
        ({"replication": "stuck"}, "replication"),
        ({"api": "critical"}, "api"),
        ({"checks": {"db": {"state": "paused"}}}, "db"),
        ({"services": [{"name": "horizon", "state": "locked"}]}, "horizon"),
        ({"worker": {"state": "paused", "queue": "mail"}}, "worker"),
        ({"mail_consumer": {"state": "blocked"}}, "mail_consumer"),
        ({"db": "n"}, "db"),
        ({"checks": {"db": "N"}}, "db"),
        ({"responding": "no"}, "responding"),
        ({"db_connected": "no"}, "db_connected"),
        ({"db_down": "yes"}, "db_down"),
        ({"is_stuck": "true"}, "is_stuck"),
        ({"db": -1}, "db"),
        ({"db": 0}, "db"),
        ({"db_connected": 0}, "db_connected"),
        ({"checks": {"db": 0}}, "db"),
        ({"db_status": None}, "db_status"),
        ({"db_status": ""}, "db_status"),
        ({"db": ""}, "db"),
        ({"mode": "read-only"}, "mode"),
        ({"db": "read-only"}, "db"),
        ({"database": "readonly"}, "database"),
        ({"checks": {"db": "read only"}}, "db"),
        ({"db": "connecting"}, "db"),
        ({"migrations": "pending"}, "migrations"),
        ({"db": {"code": 503}}, "db"),
        ({"db": {"statusCode": 503}}, "db"),
        ({"breaker": {"payments": "HALF_OPEN"}}, "payments"),
        ({"circuitBreaker": {"payments": "OPEN", "mail": "CLOSED"}}, "payments"),
        ({"pendingMigrations": ["0042_add"]}, "pendingmigrations"),
        ({"pending_migrations": 3}, "pending_migrations"),
        ({"migrations": {"pending": ["0042"]}}, "migrations"),
        ({"migrations": {"unapplied": 2, "applied": 20}}, "migrations"),
        ({"checks": {"migrations": {"status": "ok", "pending": 2}}}, "migrations"),
        ({"missing_tables": ["orders"]}, "orders"),
        ({"missingEnv": ["STRIPE_KEY"]}, "STRIPE_KEY"),
    ],
    ids=json.dumps,
)
def test_what_sounds_bad_of_a_component_warns_and_names_it(beside, name):
    found = told({"status": "ok", **beside})
    text = " ".join(f"{f.check} {f.summary}" for f in found if f.outcome.value == "warn")

    assert outcome_of(found).value == "warn"
    assert name.casefold() in text.casefold()


@pytest.mark.parametrize(
    "beside",
    [
        {"campaign": "paused"},
        {"account": "locked"},
        {"jobs": [{"name": "digest", "state": "paused"}]},
        {"plugins": {"seo": {"state": "blocked"}}},
        {"db": "y"},
        {"responding": "yes"},
        {"db_down": "no"},
        {"db_ssl": "no"},
        {"auto_vacuum": "n"},
        {"queue": 0},
        {"cache": 0},
        {"db_latency_ms": 0},
        {"db_connections": 0},
        {"checks": {"db": 0, "redis": 0}},
        {"redis": None},
        {"db_replica": "read-only"},
        {"ssl_mode": "require"},
        {"db": {"code": 200}},
        {"breaker": {"payments": "CLOSED"}},
        {"breaker": {"enabled": True, "threshold": 5}},
        {"pendingMigrations": []},
        {"pending_migrations": 0},
        {"migrations": {"pending": [], "applied": 20}},
        {"migrations": "applied"},
        {"missing_tables": []},
        {"order_status": "pending"},
    ],
    ids=json.dumps,
)
def test_what_is_a_setting_or_as_it_should_be_does_not(beside):
    assert outcome({"status": "ok", **beside}) == "pass"


def test_a_flag_of_trouble_may_be_written_as_a_word():
    assert outcome({"status": "ok", "has_problem": "yes"}) == "fail"
    assert outcome({"status": "ok", "degraded": "true"}) == "warn"
    assert outcome({"status": "ok", "degraded": "no"}) == "pass"
