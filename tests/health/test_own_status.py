"""What an object says of itself: by the code of an answer, and beside "not ready"."""

import pytest

from tests.health.test_sentences import outcome
from verifier.model.finding import Outcome


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (199, Outcome.INCONCLUSIVE),
        (200, Outcome.PASS),
        (299, Outcome.PASS),
        (300, Outcome.INCONCLUSIVE),
        (404, Outcome.INCONCLUSIVE),
        (499, Outcome.INCONCLUSIVE),
        (500, Outcome.FAIL),
        (599, Outcome.FAIL),
        (600, Outcome.INCONCLUSIVE),
    ],
)
def test_a_component_is_as_the_code_says_that_it_was_answered_with(code, expected):
    assert outcome({"status": "ok", "checks": {"db": {"statusCode": code}}}, "db") is expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [("ok", Outcome.INCONCLUSIVE), ("down", Outcome.FAIL), ("degraded", Outcome.FAIL)],
)
def test_not_ready_yet_is_final_only_beside_what_is_not_good(word, expected):
    assert outcome({"status": word, "ready": False}) is expected
