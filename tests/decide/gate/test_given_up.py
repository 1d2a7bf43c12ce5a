"""Which checks could not be determined, and never will be."""

import pytest

from tests.builders import LIMITS
from verifier.decide.gate.given_up import given_up, has_passed
from verifier.model.finding import FOR_GOOD, Finding, Outcome
from verifier.model.verdict import Sample

FINAL = Finding("a.final", Outcome.INCONCLUSIVE, "no such host", "api", later=FOR_GOOD)
FOUND = {
    "!": FINAL,
    "?": Finding("a.final", Outcome.INCONCLUSIVE, "late", "api"),
    "p": Finding("a.final", Outcome.PASS, "good", "api"),
}


@pytest.mark.parametrize(
    ("letters", "is_given_up"),
    [
        pytest.param("!!!", True, id="three-times"),
        pytest.param("!!", False, id="twice"),
        pytest.param("!", False, id="one-look"),
        pytest.param("", False, id="no-look"),
        pytest.param("!?!!", False, id="something-else-in-between"),
        pytest.param("?!!!", True, id="as-late-as-it-is"),
        pytest.param("p!!!", False, id="it-was-good-once"),
    ],
)
def test_what_was_the_same_several_times_and_never_anything_else_is_given_up(letters, is_given_up):
    looks = [Sample(2.0 * n, (FOUND[letter],)) for n, letter in enumerate(letters)]

    assert set(given_up(looks, LIMITS)) == ({("a.final", "api")} if is_given_up else set())


@pytest.mark.parametrize(
    ("looks", "passed"),
    [
        pytest.param(["p"], True, id="good"),
        pytest.param(["pf"], False, id="one-instance-of-two-failed"),
        pytest.param(["f", "?"], False, id="never"),
        pytest.param(["f", "p", "f"], True, id="once"),
    ],
)
def test_a_check_has_passed_where_all_that_one_look_saw_of_it_was_good(looks, passed):
    failed = Finding("a.final", Outcome.FAIL, "bad", "api")
    found = {**FOUND, "f": failed}
    samples = [Sample(2.0 * n, tuple(found[c] for c in one)) for n, one in enumerate(looks)]

    assert has_passed(samples, failed) is passed
