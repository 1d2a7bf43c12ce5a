"""Lines of a text whose own status is good: they are judged as the same JSON is."""

import pytest

from tests.health.test_components_that_are_not_required import outcome
from tests.health.test_text_lines import text_outcome

PARTS = [
    ("search", "down"),
    ("users", "offline"),
    ("device", "offline"),
    ("canary", "down"),
    ("backup", "failed"),
    ("orders", "stopped"),
]


@pytest.mark.parametrize(("name", "word"), PARTS)
def test_a_part_that_nobody_requires_fails_neither_in_a_text_nor_in_json(name, word):
    assert outcome({"status": "ok", name: word}, ()) in ("warn", "pass")
    assert text_outcome(f"status: ok\n{name}: {word}\n") == "warn"


@pytest.mark.parametrize(("name", "word"), PARTS)
def test_it_fails_where_it_is_all_that_is_said_or_is_required(name, word):
    assert text_outcome(f"{name}: {word}\nversion: 1.2\n") in ("fail", "inconclusive")
    assert text_outcome(f"status: down\n{name}: ok\n") == "fail"


@pytest.mark.parametrize(
    "name", ["database", "db", "postgres", "redis", "cache", "mail", "api", "app"]
)
def test_what_nothing_works_without_fails_still(name):
    assert text_outcome(f"status: ok\nsearch: ok\n{name}: down\n") == "fail"


@pytest.mark.parametrize(
    "line",
    ["commit: fix error", "branch: fix/down", "tag: failed-2", "author: Dead Beef", "replica: no"],
)
def test_what_was_written_in_the_code_is_no_part(line):
    assert text_outcome(f"status: ok\n{line}\n") == "pass"


@pytest.mark.parametrize(
    "line",
    [
        "minecraft_server: offline",
        "game server: offline",
        "stream: offline",
        "agent: offline",
        "external_api: down",
        "legacy_db: down",
        "old_database: offline",
        "standby_db: offline",
        "replica_db: down",
        "test_db: down",
        "beta_server: offline",
    ],
)
def test_what_an_application_only_watches_or_keeps_besides_warns(line):
    assert text_outcome(f"status: ok\n{line}\n") in ("warn", "inconclusive")


@pytest.mark.parametrize(
    "line",
    [
        "worker_on_error: fail",
        "redis_on_error: fail",
        "queue_on_failure: fail",
        "redis_fallback: error",
        "mail_fallback: down",
    ],
)
def test_what_would_be_done_is_no_failure(line):
    assert text_outcome(f"status: ok\n{line}\n") != "fail"


@pytest.mark.parametrize(
    "line",
    [
        "primary_db: down",
        "users_database: offline",
        "redis_cache: down",
        "worker: down",
        "database connection: failed",
        "api_status: down",
        "server: down",
    ],
)
def test_a_store_by_a_longer_name_fails_still(line):
    assert text_outcome(f"status: ok\n{line}\n") == "fail"
