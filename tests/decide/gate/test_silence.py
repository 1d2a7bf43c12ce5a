"""For how long silence is borne. Times are seconds on the run's clock; the limits are defaults."""

import pytest

from tests.builders import LIMITS
from verifier.decide.gate.silence import silence, silent_instance
from verifier.model.check_ids import SILENT_INSTANCE, UNATTRIBUTED
from verifier.model.finding import Finding, Later, Outcome
from verifier.model.verdict import Sample

ANSWER = Finding("health.live", Outcome.PASS, "HTTP 200", "api")
MISSED = Finding(UNATTRIBUTED, Outcome.INCONCLUSIVE, "no answer", "api", objects=(SILENT_INSTANCE,))
MET = Finding(UNATTRIBUTED, Outcome.PASS, "all have answered", "api")
NOT_YET = Finding(UNATTRIBUTED, Outcome.WARN, "one has", "api", later=Later(Outcome.INCONCLUSIVE))


@pytest.mark.parametrize(
    ("answered", "silent_s", "fails"),
    [
        pytest.param(False, 18, False, id="it-may-still-start"),
        pytest.param(False, 20, True, id="the-warm-up-is-over"),
        pytest.param(True, 20, False, id="it-answered-and-may-be-busy"),
        pytest.param(True, 118, False, id="for-long"),
        pytest.param(True, 120, True, id="for-too-long"),
    ],
)
def test_what_has_answered_is_waited_for_longer_than_a_warm_up(answered, silent_s, fails):
    before = [Sample(0.0, (ANSWER,))] if answered else []
    looks = [Sample(float(s), (), frozenset({"api"})) for s in range(2, silent_s + 2, 2)]

    assert bool(silence([*before, *looks], "api", 0.0, 20.0, LIMITS)) is fails


@pytest.mark.parametrize(
    ("between", "fails"),
    [
        pytest.param(None, True, id="never-met"),
        pytest.param(MET, False, id="all-were-met"),
        pytest.param(NOT_YET, True, id="not-all-have-answered-yet"),
    ],
)
def test_an_instance_is_silent_until_all_of_them_are_met(between, fails):
    told = {at_s: MISSED for at_s in range(0, 122, 2)} | ({60: between} if between else {})
    looks = [Sample(float(at_s), (finding,)) for at_s, finding in told.items()]

    assert bool(silent_instance(looks, "api", 0.0, LIMITS)) is fails
