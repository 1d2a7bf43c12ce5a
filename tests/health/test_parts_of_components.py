"""What a required component consists of is required as well; what it only tells of is not."""

import pytest

from tests.health.test_components_that_are_not_required import found, outcome
from verifier.checks.components import failing_where_required
from verifier.decide.gate.seen_before import known_from
from verifier.health.reader import parse_health

DOWN = {"status": "down"}
PARTS = (
    {"checks": {"primary": DOWN}},
    {"components": {"primary": {"status": "DOWN"}, "replica": {"status": "UP"}}},
    {"checks": {"primary": "down"}},
    {"checks": [{"name": "primary", "status": "fail"}]},
    {"dependencies": {"pgbouncer": {"healthy": False}}},
)


@pytest.mark.parametrize("parts", PARTS, ids=str)
@pytest.mark.parametrize(
    "around",
    [
        lambda db: {"status": "ok", "checks": {"db": db}},
        lambda db: {"checks": {"db": db}},
        lambda db: {"status": "UP", "components": {"db": db}},
        lambda db: {"status": "ok", "services": [{"name": "db", **db}]},
    ],
)
def test_a_required_component_is_bad_where_a_check_of_its_own_is(around, parts):
    body = around({"status": "ok", **parts})

    assert outcome(body) == "fail"
    assert [f.check for f in found(body) if f.outcome == "fail"][-1].startswith("component.db_")


@pytest.mark.parametrize(
    "told",
    [
        {"replicas": {"a": "down", "b": "ok"}},
        {"nodes": [{"name": "a", "status": "down"}, {"name": "b", "status": "up"}]},
        {"checks": {"lag": {"status": "down", "critical": False}}},
        {"checks": [{"name": "lag", "status": "fail", "optional": True}]},
        {"results": [{"status": "down"}, {"status": "ok"}]},
        {"history": [{"status": "down"}]},
    ],
    ids=str,
)
def test_what_it_can_do_without_condemns_it_never(told):
    assert outcome({"status": "ok", "checks": {"db": {"status": "ok", **told}}}) in ("warn", "pass")
    assert outcome({"checks": {"db": {"status": "ok", **told}}}) != "fail"


@pytest.mark.parametrize("said", [{"critical": False}, {"required": False}, {"optional": True}])
def test_what_the_document_calls_optional_condemns_nobody(said):
    body = {"checks": {"db": {"status": "ok"}, "mail": {"status": "down", **said}}}

    assert outcome(body) == outcome(body, []) == "warn"
    assert outcome(body, ["mail"]) == "fail"


def test_a_part_that_is_good_is_known_for_it_so_that_it_condemns_once_it_is_not():
    def body(said):
        parts = {"write": {"status": said}, "read": {"status": "ok"}}
        return {"database": {"status": "ok", "checks": parts}}

    known = known_from(found(body("ok"), ["database"]))
    bad = [f for f in found(body("down"), ["database"]) if f.outcome == "fail"]

    assert [f.check for f in bad if f.check != "health.deep"] == ["component.database_write"]
    assert not any(known.weighed(f).blameless for f in bad)


#: In how many words documents say that they can do without something.
DISPENSABLE = (
    {"enabled": False},
    {"ignored": True},
    {"muted": True},
    {"mode": "standby"},
    {"mode": "maintenance"},
    {"shadow": True},
    {"beta": True},
    {"maintenance": True},
    {"in_maintenance": True},
    {"skipped": True},
    {"must": False},
    {"configured": False},
    {"priority": "P4"},
    {"warnOnly": True},
    {"failOpen": True},
    {"deprecated": True},
    {"informational": True},
    {"affectsOverall": False},
    {"blocking": False},
    {"soft": True},
    {"weight": 0},
    {"nonCritical": True},
    {"non_critical": True},
    {"is_optional": True},
    {"is_required": False},
    {"allowFailure": True},
    {"critical": "no"},
    {"critical": 0},
    {"severity": "low"},
    {"priority": "Low"},
    {"criticality": "non-critical"},
    {"level": "SOFT"},
    {"type": "optional"},
    {"tags": ["db", "optional"]},
    {"details": {"critical": False}},
    {"meta": {"optional": True}},
)


@pytest.mark.parametrize("said", DISPENSABLE, ids=str)
def test_what_a_document_can_do_without_in_any_words_condemns_nobody(said):
    bad, good = {**DOWN, **said}, {"status": "ok"}
    within = {"status": "ok", "checks": {"replica": bad, "primary": good}}

    assert outcome({"status": "ok", "checks": {"db": within}}) == "warn"
    for required in (["db"], []):
        assert outcome({"checks": {"db": good, "mailer": bad}}, required) == "warn"
    assert outcome({"checks": {"db": bad, "mail": good}}) == "fail"


@pytest.mark.parametrize(
    "said",
    [
        {"critical": True},
        {"severity": "critical"},
        {"optional": False},
        {"enabled": True},
        {"active": False},
        {"maintenance": False},
        {},
    ],
    ids=str,
)
def test_what_it_calls_needed_condemns(said):
    bad, good = {**DOWN, **said}, {"status": "ok"}

    within = {"status": "ok", "checks": {"primary": bad}}

    assert outcome({"status": "ok", "checks": {"db": within}}) == "fail"
    assert outcome({"checks": {"queue": bad, "db": good}}, []) == "fail"


@pytest.mark.parametrize("group", ["optional", "non_critical", "informational"])
def test_a_group_of_what_is_not_needed_condemns_nobody_but_what_is_required(group):
    parts = {group: {"replica": DOWN}, "required": {"primary": {"status": "ok"}}}

    assert outcome({"status": "ok", "checks": {"db": {"status": "ok", "checks": parts}}}) == "warn"
    assert outcome({"checks": {group: {"mail": DOWN}, "db": {"status": "ok"}}}) == "warn"
    assert outcome({"status": "ok", "checks": {group: {"db": DOWN}, "x": "ok"}}) == "fail"


@pytest.mark.parametrize(
    "parts",
    [
        [{"name": "ping", **DOWN, "at": 1}, {"name": "ping", "status": "up", "at": 2}],
        {"last_failure": {"status": "failed", "at": 1}, "ping": {"status": "ok"}},
        {"previous": DOWN, "current": {"status": "ok"}},
    ],
    ids=str,
)
def test_what_a_part_of_it_was_condemns_nobody(parts):
    assert outcome({"status": "ok", "checks": {"db": {"status": "ok", "checks": parts}}}) == "warn"


def test_a_part_of_what_nobody_requires_warns_under_a_good_status():
    body = {"status": "ok", "checks": {"db": "ok", "mail": {"status": "ok", "checks": {"x": DOWN}}}}

    assert outcome(body) == "warn"


def test_no_component_whose_part_is_bad_is_proposed_as_required():
    body = b'{"status": "ok", "checks": {"db": {"status": "ok", "checks": {"x": "down"}}}}'

    assert failing_where_required(parse_health(body)) == ("db", "db.x")


@pytest.mark.parametrize(
    "results", [[{"status": "down"}, {"status": "ok"}], [{"ok": False}, {"ok": True}]], ids=str
)
def test_results_without_a_name_are_no_components_of_their_own(results):
    assert outcome({"checks": {"db": {"status": "ok", "results": results}}}, []) == "warn"
    assert outcome({"checks": {"db": {"status": "ok", "results": results}}}) == "warn"


RUNS = (
    [{"ts": 1, "error": "timeout"}, {"ts": 2}],
    {"ts": 1, "error": "timeout"},
    {"nightly": {"error": "timeout", "finished_at": "2020-01-01"}},
)


@pytest.mark.parametrize("key", ["jobs", "backups", "tasks", "cron", "last_job"])
@pytest.mark.parametrize("runs", RUNS, ids=str)
def test_the_error_of_a_run_that_is_over_condemns_nobody(key, runs):
    for required in (["db"], []):
        assert outcome({"checks": {"db": "ok"}, key: runs}, required) == "warn"


def test_an_error_without_a_time_is_one_of_now():
    assert outcome({"checks": {"db": "ok"}, "jobs": {"error": "no connection"}}, []) == "fail"


@pytest.mark.parametrize("good", [1, True, "ok"])
@pytest.mark.parametrize("top", [{}, {"status": "ok"}, {"ok": True}, {"status": 1}], ids=str)
def test_a_zero_beside_what_is_good_is_told(good, top):
    for body in ({**top, "database": 0, "redis": good}, {**top, "database": good, "redis": 0}):
        assert outcome(body, []) in ("warn", "inconclusive")
    assert outcome({**top, "database": 0, "redis": good}, ["database"]) == "inconclusive"


@pytest.mark.parametrize(
    "key", ["queue", "workers", "sidekiq", "disk", "active_runs", "game_state"]
)
def test_a_zero_that_may_count_is_none(key):
    assert outcome({"status": "ok", "db": "ok", key: 0}) == "pass"
    assert outcome({"status": "ok", "checks": {"db": "ok", key: 0}}) == "pass"


@pytest.mark.parametrize("key", ["degraded_mode", "degradedMode", "read_only", "safeMode"])
def test_a_mode_that_nobody_wants_for_long_is_told(key):
    for body in ({"status": "ok", "db": "ok"}, {"db": "ok"}):
        assert outcome({**body, key: True}) == "warn"
        assert outcome({**body, key: False}) == "pass"
