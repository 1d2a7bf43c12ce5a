"""A component passes in silence only where nothing within it says otherwise."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED
from tests.health.corpus import Row, findings, outcome_of
from tests.health.test_components_that_are_not_required import found, outcome
from verifier.model.expectations import Worth
from verifier.model.finding import Outcome

FLAGS = ("connected", "ok", "reachable")
TROUBLE = (
    {"token_expired": True},
    {"is_expired": True},
    {"revoked": True},
    {"stale": True},
    {"timed_out": True},
    {"quota_exceeded": True},
    {"rateLimited": True},
    {"oom": "yes"},
    {"locked": True},
    {"consecutive_failures": 12},
    {"info": {"status": "Sick"}},
    {"info": {"status": "HEALTH_ERR"}},
    {"details": {"timed_out": True}},
    {"db_condition": "red"},
    {"health_color": "critical"},
    {"cluster": "failed"},
    {"node": {"status": "down"}},
)


@pytest.mark.parametrize("trouble", TROUBLE, ids=str)
@pytest.mark.parametrize("said", [{"status": "ok"}, {"connected": True}], ids=str)
def test_what_speaks_against_a_required_component_is_told(said, trouble):
    body = {"status": "ok", "checks": {"db": {**said, **trouble}}}

    assert outcome(body) in ("warn", "inconclusive")
    assert str(next(iter(trouble))) in " ".join(f.summary for f in found(body))


@pytest.mark.parametrize(
    "fact",
    [
        {"token_expired": False},
        {"revoked": "no"},
        {"role": "PRIMARY"},
        {"state": "follower"},
        {"state": ""},
        {"severity": "critical"},
        {"priority": "critical"},
        {"on_failure": "failed"},
        {"runbook": "down"},
        {"purpose": "critical"},
        {"previous_state": "failed"},
        {"last_status": "down"},
        {"ssl_status": "none"},
        {"expected": {"status": "down"}},
        {"consecutive_failures": 0},
        {"not_expired": True},
        {"allow_stale": True},
        {"restart_if_stale": True},
        {"read_only": True},
        {"version": "15.4", "latency_ms": 3, "id": "a-1", "at": "2026-01-01T00:00:00Z"},
        {"result": "PostgreSQL 15.4 on x86_64"},
    ],
    ids=str,
)
@pytest.mark.parametrize("said", [{"status": "ok"}, {"connected": True}], ids=str)
def test_facts_of_a_required_component_are_no_doubt(said, fact):
    assert outcome({"status": "ok", "checks": {"db": {**said, **fact}}}) == "pass"


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("key", ["state", "health", "condition"])
@pytest.mark.parametrize(
    "word", ["deadlocked", "split brain", "recovering", "Unknown", "n/a", "TODO", "?"]
)
def test_a_word_that_is_not_known_beside_a_flag_is_told_of_a_required_component(key, word, flag):
    body = {"status": "ok", "checks": {"db": {flag: True, key: word}}}

    assert outcome(body) in ("warn", "inconclusive")


@pytest.mark.parametrize(
    "beside",
    [
        {"rate_limited": True, "level": "fatal"},
        {"mode": "fallback"},
        {"stalled": True},
        {"overdue": True},
        {"token_expired": True},
        {"details": {"mode": "emergency"}},
    ],
    ids=str,
)
@pytest.mark.parametrize("required", [[], ["db"], ["mail"]], ids=str)
def test_a_doubt_is_told_whether_or_not_anybody_requires_what_it_is_of(required, beside):
    body = {"status": "ok", "checks": {"db": {"ok": True}, "mail": {"ok": True, **beside}}}
    told = [f.summary for f in found(body, required) if f.outcome is Outcome.WARN]

    assert outcome(body, required) == "warn"
    assert any("mail" in text and str(next(iter(beside))) in text for text in told)


@pytest.mark.parametrize("written", ["not configured", "(not configured)", "[Not Configured]"])
def test_an_address_that_nobody_has_set_is_no_doubt(written):
    addresses = {"redis_host": "redis.railway.internal:6379", "mail_host": written}
    guardrails = {"status": "ok", "runtime_endpoints": addresses}
    body = {"status": "ok", "checks": {"db": "ok", "guardrails": guardrails}}

    assert outcome(body) == "pass"


def test_a_doubt_of_what_is_to_be_ignored_is_not_told():
    body = {"status": "ok", "checks": {"db": "ok", "mail": {"ok": True, "stalled": True}}}
    ignoring = replace(EXPECTED, required_components=(), components={"mail": Worth.IGNORE})
    row = Row("", "", "", "deep", [], 200, "application/json", body, "", "")

    assert outcome_of(findings(row, expected=ignoring)) is Outcome.PASS


@pytest.mark.parametrize("key", ["state", "result", "outcome"])
def test_what_is_required_and_was_skipped_has_failed_under_any_key(key):
    for said in ({key: "skipped"}, {"skipped": True}):
        checks = {"db": {**said, "ok": True}}
        assert outcome({"status": "ok", "checks": checks}) == "fail"
        assert outcome({"status": "ok", "checks": checks, "mail": "ok"}, ["mail"]) == "pass"


@pytest.mark.parametrize("key", ["enabled", "checked", "configured"])
def test_what_nobody_looked_at_is_told_beside_a_flag(key):
    assert outcome({"status": "ok", "checks": {"db": {"ok": True, key: False}}}) == "warn"
    assert outcome({"status": "ok", "checks": {"db": {"ok": True, key: True}}}) == "pass"
    assert outcome({"status": "ok", "checks": {"db": {"status": "ok", key: False}}}) == "pass"


@pytest.mark.parametrize("required", [["db"], []], ids=str)
@pytest.mark.parametrize(
    "breaker",
    [
        {"circuitBreaker": "OPEN"},
        {"breaker": "tripped"},
        {"circuitState": "half_open"},
        {"breaker_open": True},
    ],
    ids=str,
)
def test_an_open_breaker_is_told_in_any_shape(breaker, required):
    assert outcome({"status": "ok", "checks": {"db": {"status": "ok", **breaker}}}, required) == (
        "warn"
    )
    assert outcome({"status": "ok", **breaker}, []) == "warn"


@pytest.mark.parametrize("closed", [{"circuitBreaker": "CLOSED"}, {"breaker_open": False}], ids=str)
def test_a_closed_breaker_is_none(closed):
    assert outcome({"status": "ok", **closed, "checks": {"db": {"ok": True, **closed}}}) == "pass"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"maintenance_mode": "on"}, "warn"),
        ({"mode": "maintenance"}, "warn"),
        ({"maintenance": {"enabled": True}}, "warn"),
        ({"maintenance": {"enabled": False, "message": "We are down for maintenance"}}, "pass"),
        ({"maintenance": "none"}, "pass"),
        ({"maintenance_mode": "off"}, "pass"),
        ({"mode": "production"}, "pass"),
        ({"oom": True}, "warn"),
        ({"state": "SP"}, "pass"),
        ({"plan": "suspended"}, "pass"),
    ],
)
def test_maintenance_of_the_whole_is_told(said, expected):
    assert outcome({"status": "ok", **said}, []) == expected


@pytest.mark.parametrize("key", ["alerts", "messages", "notices"])
@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("database unreachable", "warn"),
        ({"level": "critical", "message": "db unreachable"}, "warn"),
        ({"severity": "critical", "title": "lag", "status": "resolved"}, "pass"),
        ({"level": "info", "message": "deployed"}, "pass"),
        ("Deployed version 3", "pass"),
    ],
)
def test_trouble_in_a_list_of_news_is_told(key, item, expected):
    assert outcome({"status": "ok", key: [item]}, []) == expected


def test_an_incident_that_is_over_is_not_told():
    incident = {"title": "DB down", "status": "resolved"}

    assert outcome({"status": "ok", "incidents": [incident]}, []) == "pass"
    assert outcome({"status": "ok", "incidents": [{**incident, "status": "open"}]}, []) == "warn"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"status": "ok", "update": {"available": False, "latest": "1.2"}}, "pass"),
        ({"status": "ok", "docs": {"down": "https://example.com/down"}}, "pass"),
        ({"live": "true", "ready": "true", "degraded": "false"}, "pass"),
        ({"live": "true", "ready": "true", "degraded": "true"}, "warn"),
        ({"db": "ok", "disk": {"status": "ok", "warning": "80%", "critical": "95%"}}, "pass"),
        ({"db": "ok", "disk": "critical threshold 95%, used 20%"}, "pass"),
        ({"db": "ok", "jobs": {"last_run": {"status": "failed"}}}, "warn"),
        ({"db": "ok", "deploy": {"previous": {"status": "failed"}}}, "pass"),
        ({"success": 1, "failure": 3}, "warn"),
        ({"code": 200, "message": "error"}, "warn"),
        ({"code": 200, "message": "OK"}, "pass"),
        ({"db": "ok", "documentation": "If access denied, request a key"}, "pass"),
        ({"db": "ok", "tagline": "You can't stop us"}, "pass"),
    ],
)
def test_what_is_no_trouble_of_now_is_not_told(body, expected):
    assert outcome(body, []) == expected


@pytest.mark.parametrize(
    "said",
    [
        "Rate limited to 100 rps",
        "Rate limiting enabled, quota exceeded 0 times",
        "server closed idle connections: 3",
        "3 idle connections closed",
        "refused connections 0",
        "certificate has expired: no",
        "no migrations are pending",
        "bucket exists; anonymous access denied",
        "anonymous requests: access denied as expected",
    ],
)
def test_a_message_of_what_is_as_it_should_be_is_no_trouble(said):
    assert outcome({"checks": {"db": {"status": "ok", "message": said}}}) == "pass"


@pytest.mark.parametrize("said", ["rate limited", "quota exceeded", "certificate has expired"])
def test_a_message_of_trouble_still_is(said):
    assert outcome({"checks": {"db": {"status": "ok", "message": said}}}) == "inconclusive"


PAST = ("history", "status_history", "log", "recent_checks", "previous", "runs", "transitions")


@pytest.mark.parametrize("key", PAST)
@pytest.mark.parametrize(
    "series",
    [
        [{"status": "down", "at": "09:00"}, {"status": "up", "at": "10:00"}],
        [{"ok": False, "ts": 1}, {"ok": True, "ts": 2}],
        [{"ts": 1, "error": "timeout"}],
    ],
    ids=str,
)
def test_what_was_before_says_nothing_of_a_component(key, series):
    for body in (
        {"checks": {"db": {"status": "ok", key: series}}},
        {"checks": [{"name": "db", "status": "ok", key: series}]},
        {"db": {"status": "ok", key: series}, "redis": {"status": "ok"}},
        {"status": "ok", "checks": {"db": {"status": "ok", key: series}}},
        {"checks": {"db": "ok"}, key: series},
    ):
        assert outcome(body) == outcome(body, []) == "pass"


@pytest.mark.parametrize("label", ["region", "zone", "shard", "queue", "status_text"])
def test_a_list_with_times_under_any_other_key_is_of_now(label):
    nodes = [
        {label: "a", "status": "down", "checked_at": "09:00"},
        {label: "b", "status": "ok", "checked_at": "10:00"},
    ]

    assert outcome({"status": "ok", "checks": {"db": {"status": "ok", "nodes": nodes}}}) == "warn"
    assert outcome({"status": "ok", "db": nodes}) == "fail"
    assert outcome({"status": "ok", "runs": [{"name": "db", "status": "down"}]}, []) == "warn"


@pytest.mark.parametrize("error", [{"code": "ECONNREFUSED"}, {"message": "boom"}], ids=str)
def test_an_error_that_is_an_object_is_one(error):
    assert outcome({"status": "ok", "db": {"error": error}}) == "fail"
    assert outcome({"status": "ok", "db": {"error": error}}, []) == "warn"


@pytest.mark.parametrize("key", ["links", "legend", "i18n", "labels", "codes", "translations"])
@pytest.mark.parametrize(
    "words",
    [
        {"down": "/down", "error": "/e"},
        {"error": "Fehler"},
        {"failed": "notify", "ok": "none"},
        {"state": "down", "severity": "critical"},
    ],
    ids=str,
)
def test_what_words_stand_for_is_no_status(key, words):
    for body in (
        {"checks": {"db": {"status": "ok", key: words}}},
        {"db": "ok", "redis": "ok", key: words},
        {"status": "ok", "db": "ok", key: words},
    ):
        assert outcome(body) == outcome(body, []) == "pass"


@pytest.mark.parametrize("key", ["config", "actions", "routes", "settings"])
def test_what_may_be_a_glossary_condemns_nothing_by_a_word(key):
    for words in ({"error": "Fehler"}, {"failed": "notify-slack", "ok": "none"}):
        assert outcome({"checks": {"db": {"status": "ok", key: words}}}, []) == "warn"
    assert outcome({"db": "ok", key: {"status": "error"}}, [key]) == "fail"


def test_what_lies_in_a_good_component_condemns_nothing_unless_it_is_one_of_its_own():
    inner = {"status": "down"}

    assert outcome({"checks": {"api": {"status": "ok", "probe": inner}}}, []) == "warn"
    within = {"checks": {"api": {"status": "ok", "dependencies": {"db": inner}}}}
    assert outcome(within, []) == "fail"
    assert outcome(within, ["db"]) == "fail"


PARTS = (
    "connection refused",
    "no leader",
    "corrupted",
    "HTTP 500",
    "CrashLoopBackOff",
    "not found",
)


@pytest.mark.parametrize("word", [*PARTS, "down", "error"])
@pytest.mark.parametrize("good", [{"read": "ok"}, {"ping": True}], ids=str)
def test_one_good_part_makes_no_required_component_good(good, word):
    assert outcome({"status": "ok", "checks": {"db": {**good, "write": word}}}) in (
        "fail",
        "inconclusive",
    )
    assert outcome({"status": "ok", "checks": {"db": {**good, "write": "ok"}}}) == "pass"


@pytest.mark.parametrize("word", [*PARTS, "down", "error", "unreachable"])
@pytest.mark.parametrize("key", ["replicas", "nodes", "details", "brokers", "primary"])
def test_a_bad_part_of_a_required_component_that_says_ok_is_told(key, word):
    body = {"status": "ok", "checks": {"db": {"status": "ok", key: {"a": word, "b": "ok"}}}}

    assert outcome(body) == "warn"
    assert outcome({"status": "ok", "checks": {"db": {"status": "ok", "ping": word}}}) == "warn"


@pytest.mark.parametrize("key", ["message", "output", "note"])
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("down", "inconclusive"),
        ("unhealthy", "inconclusive"),
        ("503 Service Unavailable", "inconclusive"),
        ("no leader", "inconclusive"),
        ("not ok", "inconclusive"),
        ("OK", "pass"),
        ("no deadlock detected", "pass"),
        ("0 failed", "pass"),
        ("cannot be better", "pass"),
        ("restart if down", "pass"),
        ("timeout 30s", "pass"),
    ],
)
def test_a_text_that_is_nothing_but_a_bad_word_speaks_against_a_good_flag(key, text, told):
    assert outcome({"status": "ok", "checks": {"db": {"ok": True, key: text}}}) == told


def test_err_is_an_error():
    assert outcome({"status": "ok", "checks": {"db": {"ok": True, "err": "boom"}}}) == "warn"
    assert outcome({"status": "ok", "checks": {"db": {"ok": True, "err": "OK"}}}) == "pass"
    assert outcome({"status": "ok", "checks": {"db": {"ok": True, "err": None}}}) == "pass"


@pytest.mark.parametrize(
    "fact",
    [{"contact": "ops@down.example"}, {"branch": "fix/error-down"}, {"strategy": "fail-fast"}],
)
def test_an_address_of_a_required_component_is_no_doubt(fact):
    assert outcome({"status": "ok", "checks": {"db": {"status": "ok", **fact}}}) == "pass"


@pytest.mark.parametrize("word", ["down", "failed"])
def test_a_store_that_is_a_map_of_words_is_a_component(word):
    body = {"db": {"primary": word, "replica": "ok"}, "redis": "ok"}

    assert outcome(body) == "fail"
    assert outcome(body, []) in ("warn", "inconclusive")
    assert outcome({**body, "db": {"primary": "ok", "replica": "ok"}}) == "pass"
