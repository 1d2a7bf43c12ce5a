"""For how long a failure is borne that older code shares. Times are seconds on the run's clock."""

import pytest

from tests.builders import LIMITS
from verifier.decide.gate.since_live import Borne, Patience
from verifier.model.check_ids import DEEP
from verifier.model.finding import Finding, Outcome
from verifier.model.known_before import KnownBefore, SeenCheck, SeenFailing

REDIS = ("redis: error",)
FAILING = Finding(DEEP, Outcome.FAIL, "redis: error", "api", objects=REDIS)
WORKER_BEFORE = KnownBefore(failing=(SeenFailing(SeenCheck(DEEP, "worker"), frozenset(REDIS)),))


@pytest.mark.parametrize(
    ("until_s", "end_s"),
    [
        pytest.param(600.0, 114.0, id="ready-within-less-what-confirming-takes"),
        pytest.param(80.0, 70.0, id="a-run-that-ends-before-still-says-so"),
        pytest.param(40.0, 57.0, id="once-half-of-it-is-waited"),
    ],
)
def test_what_fails_alike_elsewhere_counts_in_the_end(until_s, end_s):
    assert not Patience(LIMITS, end_s - 0.1, until_s).is_over(0.0)
    assert Patience(LIMITS, end_s, until_s).is_over(0.0)


@pytest.mark.parametrize(
    ("borne", "was_good", "is_over"),
    [
        pytest.param(Borne(frozenset({"api"})), False, True, id="overdue"),
        pytest.param(Borne(frozenset({"api"})), True, False, id="it-was-good"),
        pytest.param(Borne(), False, False, id="it-may-still-start"),
        pytest.param(
            Borne(frozenset({"api"}), WORKER_BEFORE), False, False, id="older-code-failed-before"
        ),
    ],
)
def test_what_was_never_good_is_borne_until_it_is_overdue(borne, was_good, is_over):
    assert borne.is_over(FAILING, ["worker"], was_good=was_good) is is_over
