"""What stands beside a good status and speaks of trouble now is told; it condemns nobody."""

import pytest

from tests.health.test_components_that_are_not_required import outcome
from verifier.health.sentences import tells_trouble


@pytest.mark.parametrize(
    "text",
    [
        "disk full",
        "disk is almost full",
        "wrong password",
        "replication lagging",
        "no space left on device",
        "out of memory",
        "too many connections",
    ],
)
def test_a_message_of_trouble_beside_a_good_status_warns(text):
    of_itself = outcome({"status": "ok", "checks": {"db": {"status": "ok", "message": text}}})

    assert outcome({"ok": True, "message": text}, []) in ("warn", "inconclusive")
    assert of_itself in ("warn", "inconclusive")


@pytest.mark.parametrize(
    "text",
    [
        "alerts when the disk is full",
        "the disk was full",
        "recovered after out of memory",
        "0 queries lagging",
        "not out of memory",
        "full backup done",
        "fails if the password is wrong",
    ],
)
def test_what_is_of_another_time_or_of_nobody_is_none(text):
    assert not tells_trouble(text)


@pytest.mark.parametrize(
    "flag",
    ["is_deadlocked", "connection_lost", "disk_full", "is_out_of_memory", "has_timed_out"],
)
def test_a_flag_of_trouble_of_the_whole_warns(flag):
    assert outcome({"status": "ok", flag: True}, []) == "warn"
    assert outcome({"status": "ok", flag: False}, []) == "pass"


@pytest.mark.parametrize(
    "flag",
    ["needs_repair", "using_fallback", "in_degraded_mode", "has_pending_migrations", "limp_mode"],
)
def test_a_flag_of_trouble_of_a_required_component_warns(flag):
    assert outcome({"status": "ok", "checks": {"db": {"status": "ok", flag: True}}}) == "warn"
    assert outcome({"status": "ok", "checks": {"db": {"status": "ok", flag: False}}}) == "pass"


@pytest.mark.parametrize("key", ["nodes", "details", "data", "children", "parts"])
def test_a_part_of_which_false_is_said_warns(key):
    for parts in ({"write": False, "read": True}, {"write": False}):
        assert outcome({"status": "ok", "checks": {"db": {"status": "ok", key: parts}}}) == "warn"


@pytest.mark.parametrize(
    "facts",
    [{"ssl": False, "read_only": False}, {"is_leader": False}, {"debug": False, "ha": True}],
)
def test_a_fact_that_is_false_warns_nobody(facts):
    assert outcome({"status": "ok", "checks": {"db": {"status": "ok", "details": facts}}}) == "pass"
