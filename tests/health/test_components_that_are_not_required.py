"""What is said of components that nobody requires, and of a document that does not say how it is."""

import pytest

from tests.health.corpus import Row, findings, outcome_of


def found(body, required=("db",)):
    row = Row("", "", "", "deep", list(required), 200, "application/json", body, "", "")
    return findings(row)


def outcome(body, required=("db",)):
    return outcome_of(found(body, required)).value


SOUNDS_BAD = (
    "not ok (12ms)",
    "no workers running",
    "0 workers",
    "Connection terminated unexpectedly",
    "unauthorized",
    "not initialized",
    "starting",
    "missing",
    "stalled",
    "paused",
    "pool exhausted",
    "up (0 of 3)",
    "503",
    "❌",
)


@pytest.mark.parametrize("word", SOUNDS_BAD)
def test_what_sounds_bad_of_an_optional_component_is_told(word):
    checks = {"db": "ok", "queue": word}

    assert outcome({"status": "ok", "checks": checks}) == "warn"
    assert outcome({"status": "ok", **checks}) == "warn"
    telling = [f for f in found({"status": "ok", "checks": checks}) if f.outcome.value == "warn"]
    assert [f.check for f in telling] == ["component.queue"]


@pytest.mark.parametrize("word", ["unknown", "memory", "v1.2", "MongoDB Atlas", "none", "disabled"])
def test_a_word_that_says_nothing_of_an_optional_component_is_not_told(word):
    assert outcome({"status": "ok", "checks": {"db": "ok", "queue": word}}) == "pass"


def test_an_error_beside_an_unknown_status_is_told():
    checks = {"db": "ok", "system": {"status": "unknown", "error": "psutil missing"}}

    assert outcome({"status": "ok", "checks": checks}) == "warn"


@pytest.mark.parametrize("message", ["OK", "API is working", "all systems operational"])
def test_a_document_whose_message_is_good_does_not_fail_for_an_optional_component(message):
    body = {"message": message, "services": {"db": "connected", "search": "disconnected"}}

    assert outcome(body) == "warn"
    assert outcome(body, []) == "warn"
    assert outcome(body, ["search"]) == "fail"


def test_the_message_of_an_envelope_is_not_the_application_s():
    data = {"services": {"db": "connected", "search": "disconnected"}}
    body = {"success": True, "code": 200, "message": "success", "data": data}

    assert outcome(body, []) == "fail"
    assert outcome(body, ["search"]) == "fail"
    assert outcome(body) == "warn"


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("healthy (2 workers)", "pass"),
        ("healthy (0 workers)", "inconclusive"),
        ("connected (pool 5/10)", "pass"),
        ("connected (pool 10/10)", "inconclusive"),
        ("ok: 12 tables", "pass"),
        ("ok: 0 tables", "inconclusive"),
        ("running, 4 workers", "pass"),
        ("running (test mode)", "pass"),
        ("available (12GB free)", "pass"),
        ("available (0GB free)", "inconclusive"),
        ("SELECT 1 ok", "pass"),
        ("true (cached)", "pass"),
        ("working normally", "pass"),
        ("ready (lag 0)", "pass"),
        ("ready (lag 5000)", "inconclusive"),
        ("fulfilled", "pass"),
        ("loaded", "pass"),
        ("not_loaded", "inconclusive"),
        ("configured", "pass"),
        ("200", "pass"),
        ("503", "inconclusive"),
    ],
)
def test_a_good_word_with_figures_behind_it_is_good(word, expected):
    assert outcome({"status": "ok", "checks": {"db": word}}) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"ok": True, "db": 1}, "pass"),
        ({"ok": True, "db": 1, "queue": 37}, "pass"),
        ({"ok": True, "db": 0}, "inconclusive"),
        ({"ok": True, "db": 1, "redis": 0}, "inconclusive"),
        ({"db": 1}, "inconclusive"),
    ],
)
def test_a_one_beside_a_good_status_is_good_where_nothing_says_zero(body, expected):
    assert outcome(body) == expected


@pytest.mark.parametrize("key", ["scrub_status", "subscription_state", "promotion"])
def test_a_word_that_may_be_meant_is_told_of_components_alone(key):
    assert outcome({"status": "ok", "db": "ok", key: "inactive"}) == "pass"
    assert outcome({"status": "ok", "db": "ok", "redis_status": "inactive"}) == "warn"
    assert outcome({"status": "ok", "checks": {"db": "ok", key: "inactive"}}) == "warn"


def test_an_entry_under_a_key_for_components_is_one_where_it_has_nothing_but_a_status():
    body = {"plugins": {"healthy": True, "message": "No failed plugins"}, "db": {"healthy": True}}

    assert outcome(body) == "pass"
    assert outcome({**body, "plugins": {"healthy": False, "message": "2"}}, ["plugins"]) == "fail"


def test_an_error_of_a_list_is_bad_whatever_code_it_has():
    body = {"errors": [{"status": "503", "title": "Database unavailable"}]}

    telling = [f for f in found({"status": "ok", "db": "ok", **body}) if f.outcome.value == "warn"]
    assert [(f.check, f.detail) for f in telling] == [("component.errors", "Database unavailable")]


@pytest.mark.parametrize(
    "body",
    [
        {"components": [{"name": "store", "type": "state.redis", "version": "v1"}]},
        {"plugins": [{"plugin_id": "in", "type": "forward", "retry_count": 0}]},
    ],
)
def test_a_list_of_what_there_is_says_nothing_of_how_it_is(body):
    assert outcome(body, []) == "inconclusive"


def test_a_result_of_rust_is_good_or_an_error():
    assert outcome({"db": {"Ok": None}, "cache": {"Ok": None}}) == "pass"
    assert outcome({"db": {"Err": "pool timed out"}, "cache": {"Ok": None}}) == "fail"
    assert outcome({"status": "ok", "db": {"Err": "pool timed out"}}, []) == "warn"


def test_a_plain_word_under_the_name_of_the_application_is_its_status():
    assert outcome({"app": "ok", "pdo": True}, ["pdo"]) == "pass"
    assert outcome({"app": "ok", "pdo": False}, ["pdo"]) == "fail"
    assert outcome({"service": "shop", "db": "ok"}) == "pass"
    assert outcome({"service": "down", "db": "ok"}) == "fail"


def test_the_types_of_servarr_are_its_status():
    seen = {"source": "IndexerCheck", "message": "Indexers are unavailable"}

    assert outcome([{**seen, "type": "warning"}], []) == "warn"
    assert outcome([{**seen, "type": "error"}], ["IndexerCheck"]) == "fail"
    assert outcome({"status": "ok", "db": "ok", "items": [{**seen, "type": "x"}]}) == "pass"


@pytest.mark.parametrize("side", ["db_backup", "database_metrics", "pg_dump", "db-stats"])
def test_what_is_about_copies_or_figures_of_a_store_only_warns(side):
    assert outcome({side: "failed", "db": "ok"}, []) == "warn"
    assert outcome({"db_primary": "failed", "mail": "ok"}, []) == "inconclusive"
