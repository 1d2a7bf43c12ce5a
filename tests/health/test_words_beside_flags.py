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
