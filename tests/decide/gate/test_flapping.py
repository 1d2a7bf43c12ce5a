"""A hiccup is forgiven, what fails again and again is not."""

from dataclasses import replace

import pytest

from tests.builders import LIMITS, START
from tests.decide.gate.test_judge import decide, samples
from verifier.decide.gate.flapping import LookState, calm_in_s, flapping, held_between
from verifier.model.finding import Finding, Outcome, Provenance
from verifier.model.verdict import Sample, Verdict, VerdictWord


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        pytest.param("p" * 30, 0.0, id="nothing-failed"),
        pytest.param("ppfp", 14.0, id="once"),
        pytest.param("ppffffp", 14.0, id="once-for-longer"),
        pytest.param("ppf" + "p" * 8, 0.0, id="over"),
        pytest.param("ppfpppfp", 30.0, id="twice-takes-twice-as-long"),
        pytest.param("ppfpppfppppfp", 46.0, id="and-so-on"),
        pytest.param("ppf" + "p" * 8 + "fp", 14.0, id="what-was-over-is-forgotten"),
        pytest.param("pfpfpfpfpfpfpfpfpfpfp", 118.0, id="ready-within-at-most"),
        pytest.param("psppsppsp", 14.0, id="stumbles-take-no-longer"),
        pytest.param("pfppspp", 12.0, id="a-stumble-beside-a-failure"),
    ],
)
def test_what_has_failed_must_stay_good_for_longer_each_time(letters, expected):
    sights = {"p": LookState.GOOD, "s": LookState.STUMBLED, "f": LookState.BAD}
    looks = [(2.0 * n, sights[letter]) for n, letter in enumerate(letters)]

    assert calm_in_s(looks, LIMITS) == expected


@pytest.mark.parametrize("at", range(13))
def test_one_hiccup_condemns_nobody_and_passes_once_it_is_over(at):
    letters = "p" * at + "f" + "p" * 8

    decisions = [decide(samples(letters[:n])) for n in range(at + 1, len(letters) + 1)]

    assert not any(isinstance(d, Verdict) for d in decisions[:-1])
    assert isinstance(decisions[-1], Verdict)
    assert decisions[-1].word is VerdictWord.PASSED


@pytest.mark.parametrize(
    ("letters", "waits"),
    [
        pytest.param("ppppppp", False, id="good"),
        pytest.param("ppsppppp", True, id="stumbled-before-the-third-look"),
        pytest.param("ppspppppppp", False, id="over"),
        pytest.param("psssssssp", True, id="stumbles-condemn-nobody"),
    ],
)
def test_a_stumble_between_two_looks_makes_a_pass_wait_and_condemns_nobody(letters, waits):
    looks = [
        replace(sample, stumbled=frozenset({"api"} if letter == "s" else ()))
        for sample, letter in zip(samples(letters.replace("s", "p")), letters, strict=True)
    ]

    decision = decide(looks)

    assert isinstance(decision, Verdict) is not waits
    assert waits or decision.word is VerdictWord.PASSED


def test_a_stumble_of_another_service_makes_nothing_wait():
    looks = [replace(s, stumbled=frozenset({"worker"})) for s in samples("pppppp")]

    assert decide(looks).word is VerdictWord.PASSED


@pytest.mark.parametrize(
    ("answers", "is_flapping"),
    [
        pytest.param("fff", False, id="failures-alone-are-counted-in-a-row"),
        pytest.param("ffpf", True, id="three-of-four"),
        pytest.param("pff", False, id="two"),
        pytest.param("pfffffffff", False, id="the-good-one-was-too-long-ago"),
    ],
)
def test_only_what_was_good_in_between_is_flapping(answers, is_flapping):
    assert bool(flapping([letter == "p" for letter in answers], LIMITS)) is is_flapping


@pytest.mark.parametrize(
    ("first_late_s", "latest_late_s", "held_s"),
    [
        pytest.param(0.0, 0.0, 10.0, id="at-once"),
        pytest.param(5.0, 0.0, 10.0, id="it-is-not-known-to-have-held-before-anybody-knew"),
        pytest.param(0.0, 5.0, 5.0, id="what-was-seen-is-older-than-its-look"),
    ],
)
def test_what_is_learned_late_has_held_for_less(first_late_s, latest_late_s, held_s):
    def look(at_s, late_s):
        where = Provenance("railway", START, late_s=late_s)
        found = Finding("a.b", Outcome.PASS, "good", "api", evidence=where)
        return Sample(at_s, (found,), deployments={"api": "new"})

    assert held_between(look(2.0, first_late_s), look(12.0, latest_late_s), "api") == held_s
