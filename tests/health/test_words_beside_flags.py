"""A word of trouble is not taken back by a good flag that stands beside it."""

import pytest

from tests.health.test_components_that_are_not_required import outcome

FLAGS = ("connected", "ok", "healthy", "success", "reachable")


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("key", ["health", "overall", "verdict", "overall_health"])
@pytest.mark.parametrize("word", ["red", "critical", "fatal", "expired", "severe"])
def test_a_bad_word_under_a_key_of_health_counts_beside_a_good_flag(key, word, flag):
    assert outcome({"status": "ok", "checks": {"db": {flag: True, key: word}}}) == "fail"
    assert outcome({flag: True, key: word}, []) == "fail"


@pytest.mark.parametrize("key", ["state", "result", "outcome", "condition"])
@pytest.mark.parametrize("word", ["stopped", "expired", "stale", "critical", "loading"])
def test_a_bad_word_that_may_be_a_setting_is_told_beside_a_good_flag(key, word):
    assert outcome({"status": "ok", "checks": {"db": {"ok": True, key: word}}}) == "warn"
    assert outcome({"ok": True, key: word}, []) == "warn"


@pytest.mark.parametrize("word", ["no", "disabled", "closed", "active", "green", "good", "valid"])
def test_a_word_that_is_a_setting_or_good_is_none(word):
    assert outcome({"ok": True, "state": word}, []) == "pass"


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("word", ["lagging", "panicked", "deadlocked", "no leader", "split brain"])
def test_a_status_that_is_not_known_is_judged_as_such_beside_a_good_flag(word, flag):
    assert outcome({"status": "ok", "checks": {"db": {flag: True, "status": word}}}) == (
        "inconclusive"
    )
    assert outcome({"status": word, flag: True}, []) == "warn"


@pytest.mark.parametrize("flag", ["ok", "healthy", "isHealthy"])
@pytest.mark.parametrize("word", ["skipped", "unconfigured", "disabled", "n/a"])
def test_what_is_required_and_was_skipped_has_failed_whatever_flag_is_beside(word, flag):
    assert outcome({"status": "ok", "checks": {"db": {"status": word, flag: True}}}) == "fail"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"status": "Sick", "data": {"status": "ok"}}, "warn"),
        ({"status": "ok", "data": {"status": "panicked"}}, "warn"),
        ({"ok": True, "result": {"status": "lagging"}}, "warn"),
        ({"ok": True, "health": {"status": "HEALTH_ERR"}}, "inconclusive"),
        ({"ok": True, "health": {"status": "HEALTH_WARN"}}, "warn"),
        ({"ok": True, "health": {"status": "HEALTH_OK"}}, "pass"),
        ({"ok": True, "data": {"status": "primary"}}, "pass"),
    ],
)
def test_an_unknown_status_within_or_around_a_good_one_is_told(body, expected):
    assert outcome(body, []) == expected


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize(
    "word", ["PRIMARY", "Stable", "leader", "follower", "standby", "subscribed", "read-write"]
)
def test_the_part_that_a_store_has_in_a_group_is_no_trouble(word, flag):
    assert outcome({"status": "ok", "checks": {"db": {flag: True, "status": word}}}) == "pass"
    assert outcome({"status": "ok", "checks": {"db": {"status": word}}}) == "inconclusive"


@pytest.mark.parametrize(
    "key", ["cluster_health", "clusterStatus", "db_health", "replicationState"]
)
@pytest.mark.parametrize("word", ["red", "critical", "fatal", "failed", "down"])
def test_a_bad_word_under_a_status_of_the_component_is_told(key, word):
    for flags in ({"reachable": True}, {"status": "ok"}):
        told = outcome({"status": "ok", "checks": {"db": {**flags, key: word}}})
        assert told == ("warn" if key == "replicationState" else "inconclusive")


@pytest.mark.parametrize("key", ["last_status", "ssl_status", "previous_state"])
def test_a_status_of_the_past_or_a_setting_is_not(key):
    word = "disabled" if key == "ssl_status" else "failed"
    assert outcome({"status": "ok", "checks": {"db": {"ok": True, key: word}}}) == "pass"


@pytest.mark.parametrize("word", ["corrupted", "killed", "stalled", "locked", "aborted"])
def test_a_state_that_sounds_like_trouble_is_told(word):
    assert outcome({"status": "ok", "checks": {"db": {"ok": True, "state": word}}}) == "warn"
    assert outcome({"ok": True, "state": word}, []) == "warn"
