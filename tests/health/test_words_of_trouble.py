"""Further words that say that something is bad."""

import pytest

from tests.health.test_sentences import outcome
from verifier.model.finding import Outcome


@pytest.mark.parametrize(
    "word", ["abnormal", "Faulty", "inoperative", "EMERGENCY", "severe", "suspended"]
)
def test_a_word_of_trouble_is_bad(word):
    assert outcome({"status": word}) is Outcome.FAIL
    assert outcome({"status": "ok", "checks": {"db": {"status": word}}}, "db") is Outcome.FAIL


@pytest.mark.parametrize("word", ["suspended", "emergency", "severe"])
def test_a_setting_of_that_name_condemns_nobody(word):
    assert outcome({"status": "ok", "plan": word}) is Outcome.PASS
