"""When samples make a verdict. Times are seconds on the run's clock; the limits are defaults."""

from dataclasses import replace

import pytest

from tests.builders import LIMITS
from verifier.decide.gate.judge import judge
from verifier.model.check_ids import SILENT
from verifier.model.finding import Finding, Outcome
from verifier.model.verdict import Sample, Verdict, VerdictWord, Wait

OUTCOMES = {
    "p": Outcome.PASS,
    "w": Outcome.WARN,
    "?": Outcome.INCONCLUSIVE,
    "f": Outcome.FAIL,
    "c": Outcome.CRITICAL,
    "-": Outcome.SKIP,
}


def samples(letters, every_s=2.0, check="a.b"):
    """One sample a letter, `every_s` apart, from 0 s on."""
    return [
        Sample(n * every_s, (Finding(check, OUTCOMES[letter], letter),))
        for n, letter in enumerate(letters)
    ]


def decide(given, until_s=600.0, **changes):
    return judge(given, replace(LIMITS, **changes), since_s=0, until_s=until_s)


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        pytest.param("c", VerdictWord.FAILED, id="critical-at-first-sight"),
        pytest.param("ppc", VerdictWord.FAILED, id="critical-after-passes"),
        pytest.param("f", None, id="one-failure-is-a-hiccup"),
        pytest.param("ff", None, id="two-failures"),
        pytest.param("fff", VerdictWord.FAILED, id="three-in-a-row"),
        pytest.param("ffpff", None, id="a-pass-starts-again"),
        pytest.param("ff?f", VerdictWord.FAILED, id="seeing-nothing-neither-counts-nor-interrupts"),
        pytest.param("fff?", None, id="the-latest-answer-must-fail"),
        pytest.param("pppppp", VerdictWord.PASSED, id="good-for-ten-seconds"),
        pytest.param("ppppp", None, id="good-for-eight-seconds"),
        pytest.param("pppwww", VerdictWord.PASSED, id="a-warning-is-good-enough"),
        pytest.param("ppp?pppp", None, id="an-unseen-sample-breaks-the-stable-time"),
        pytest.param("------", None, id="skips-alone-never-pass"),
        pytest.param("?" * 61, VerdictWord.INCONCLUSIVE, id="nothing-seen-for-ready-within"),
        pytest.param("?" * 60, None, id="nothing-seen-yet"),
    ],
)
def test_verdict(letters, expected):
    decision = decide(samples(letters))

    assert (decision.word if isinstance(decision, Verdict) else None) is expected


def test_failures_of_different_checks_do_not_add_up():
    mixed = [*samples("f", check="a.a"), *samples("ff", check="a.b")]

    assert isinstance(decide(mixed), Wait)


def test_no_findings_never_pass():
    assert isinstance(decide([Sample(n * 2.0, ()) for n in range(20)]), Wait)


def test_the_last_look_falls_on_the_end_of_the_stable_time():
    assert decide(samples("pp", every_s=9.5)) == Wait(0.5)


def test_the_end_of_the_time_is_inconclusive():
    assert decide(samples("pf"), until_s=2.0).word is VerdictWord.INCONCLUSIVE


def test_stable_for_nothing_passes_at_once():
    assert decide(samples("p"), stable_for_s=0).word is VerdictWord.PASSED


def test_superseded_wins_over_everything():
    taken = replace(samples("c")[0], superseded_by="api has a newer deployment, x")

    assert decide([taken]).word is VerdictWord.SUPERSEDED


def silent(letters, from_sample=0, answers=()):
    """Samples of a service that is silent from one sample on, but for some that it answers."""
    given = samples(letters)
    return [
        replace(
            sample,
            silent=frozenset({"api"} if n >= from_sample and n not in answers else ()),
            findings=(
                Finding(
                    "health.live", Outcome.PASS if n in answers else Outcome.INCONCLUSIVE, "", "api"
                ),
            ),
        )
        for n, sample in enumerate(given)
    ]


@pytest.mark.parametrize(
    ("given", "fails"),
    [
        pytest.param(silent("?" * 61), True, id="silent-since-it-is-active"),
        pytest.param(
            silent("?" * 61, from_sample=30), True, id="its-predecessor-answered-for-a-while"
        ),
        pytest.param(silent("?" * 61, from_sample=60), False, id="silent-but-once"),
        pytest.param(silent("?" * 61, answers=[30]), False, id="it-answered-in-between"),
        pytest.param(silent("?" * 60), False, id="the-limit-has-not-ended"),
    ],
)
def test_proven_silence_fails_when_the_readiness_limit_ends(given, fails):
    decision = decide(given)

    failed = isinstance(decision, Verdict) and decision.word is VerdictWord.FAILED
    assert failed is fails
    if fails:
        assert decision.findings[-1].check == SILENT


def test_silence_that_is_first_proven_at_the_limit_is_followed_to_its_end():
    first_proven_at_the_limit = silent("?" * 61, from_sample=60)
    followed = silent("?" * 63, from_sample=60)

    assert isinstance(decide(first_proven_at_the_limit), Wait)
    assert decide(followed).word is VerdictWord.FAILED


def test_what_stops_being_silent_at_the_limit_stays_unclear():
    assert decide(silent("?" * 61)[:60] + samples("?" * 61)[60:]).word is (VerdictWord.INCONCLUSIVE)
