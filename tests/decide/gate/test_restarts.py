"""Instances that end and are restarted: when that is a verdict."""

from dataclasses import replace

import pytest

from tests.builders import LIMITS, deployment
from verifier.decide.gate.judge import Live, judge
from verifier.decide.gate.restarts import stable_for_s
from verifier.model.check_ids import INSTANCES, RESTARTING, UP_AGAIN
from verifier.model.finding import Finding, Outcome
from verifier.model.known_before import NOTHING_KNOWN
from verifier.model.verdict import Sample, Verdict, VerdictWord

#: Of one look: all run, one restarts, all run again, one has ended; or nothing was told.
LOOKS = {
    "R": (Outcome.PASS, ()),
    "r": (Outcome.INCONCLUSIVE, (RESTARTING,)),
    "u": (Outcome.INCONCLUSIVE, (RESTARTING, UP_AGAIN)),
    "x": (Outcome.FAIL, ()),
    "?": (Outcome.INCONCLUSIVE, ()),
}


def looks(letters, every_s=2.0):
    return [
        Sample(
            n * every_s,
            (Finding(INSTANCES, LOOKS[x][0], x, "worker", objects=LOOKS[x][1]),),
            deployments={"worker": "new"},
        )
        for n, x in enumerate(letters)
    ]


def decide(letters, every_s=2.0, judged=None, **changes):
    samples = looks(letters, every_s)
    live = Live("worker", judged or deployment(), 0.0, 600.0, NOTHING_KNOWN)
    return judge(samples, live, replace(LIMITS, **changes))


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        pytest.param("RrRrRr", VerdictWord.FAILED, id="three-restarts"),
        pytest.param("RRrrRRxRRr", VerdictWord.FAILED, id="of-whatever-length"),
        pytest.param("Rr?rRrR?r", VerdictWord.FAILED, id="with-looks-that-tell-nothing"),
        pytest.param("RrRr", None, id="two-restarts"),
        pytest.param("rrrRrrrRrrr", None, id="what-was-not-up-yet-has-not-restarted"),
        pytest.param("RrRrRrR", None, id="one-that-is-up-is-not-condemned-at-this-moment"),
        pytest.param("rrrrRRRRRR", VerdictWord.PASSED, id="a-cold-start"),
        pytest.param("RRrRRRRRR", VerdictWord.PASSED, id="one-restart-and-then-good"),
        pytest.param("RRRr", None, id="one-restart-breaks-the-stable-time"),
        pytest.param("RRRRrRRRR", None, id="after-which-it-begins-again"),
        pytest.param("r" * 61, VerdictWord.FAILED, id="restarting-for-ready-within"),
        pytest.param("r" * 60, None, id="not-before"),
        pytest.param("?" * 61, VerdictWord.INCONCLUSIVE, id="not-listed-is-no-restart"),
    ],
)
def test_restarts(letters, expected):
    decision = decide(letters)

    assert (decision.word if isinstance(decision, Verdict) else None) is expected
    if expected is VerdictWord.FAILED:
        assert "restart loop" in decision.reason


CHECKED = deployment(is_health_checked=True)


@pytest.mark.parametrize(
    ("letters", "changes", "expected"),
    [
        pytest.param("Ruuu", {}, VerdictWord.FAILED, id="an-end-between-each-two-looks"),
        pytest.param("RuRuRu", {}, VerdictWord.FAILED, id="and-good-looks-between"),
        pytest.param("Rurur", {}, VerdictWord.FAILED, id="and-looks-that-meet-it-down"),
        pytest.param("Ruu", {}, None, id="twice"),
        pytest.param("uuu", {}, None, id="the-first-may-have-been-its-start"),
        pytest.param("RuuuR", {}, None, id="one-that-is-up-is-not-condemned-at-this-moment"),
        pytest.param("Ruuu", {"every_s": 0.5}, None, id="right-after-one-another-are-one"),
        pytest.param("Ruuu" * 3, {"every_s": 0.5}, VerdictWord.FAILED, id="but-not-for-ever"),
        pytest.param("Ruuu", {"flap_bad": 4}, None, id="the-limit-is-the-same"),
        pytest.param("Ruuu", {"judged": deployment()}, None, id="it-may-still-be-starting"),
        pytest.param("R" * 40 + "uuu", {"judged": deployment()}, None, id="even-now"),
        pytest.param("R" * 61 + "uuu", {"judged": deployment()}, VerdictWord.FAILED, id="no-more"),
    ],
)
def test_restarts_that_news_alone_tell_of(letters, changes, expected):
    decision = decide(letters, **{"judged": CHECKED, **changes})

    assert (decision.word if isinstance(decision, Verdict) else None) is expected


def test_it_must_hold_for_longer_than_it_was_up_before_a_restart():
    """Up for 20 s, down for 2 s: each time longer than `stable-for`."""
    once = "R" * 10 + "r"

    assert not isinstance(decide(once + "R" * 8, stable_for_s=10), Verdict)
    assert decide(once + "R" * 12, stable_for_s=10).word is VerdictWord.PASSED
    assert decide(once * 3, stable_for_s=10).word is VerdictWord.FAILED


def test_a_loop_needs_no_baseline():
    (found,) = [f for f in decide("RrRrRr").findings if f.outcome.condemns]

    assert (found.check, found.blameless) == (INSTANCES, "")


@pytest.mark.parametrize(
    ("letters", "wanted_s"),
    [
        pytest.param("", 10, id="not-looked-at"),
        pytest.param("RRRRRR", 10, id="never-down"),
        pytest.param("rrrRR", 10, id="a-cold-start"),
        pytest.param("RRRrR", 10, id="shorter-than-is-asked-anyway"),
        pytest.param("RRRRRRRRRRr", 22, id="as-long-as-it-was-up-and-a-look-more"),
        pytest.param("RRRRRRRRRRrRRr", 22, id="the-longest-time-and-not-the-last"),
        pytest.param("RRrRRRRRRRRRRr", 22, id="the-longest-time-and-not-the-first"),
        pytest.param("RRRRR?RRRRrR", 22, id="looks-that-tell-nothing-end-no-time"),
        pytest.param("R" * 99 + "r", 120, id="ready-within-at-the-most"),
    ],
)
def test_after_a_restart_it_holds_for_longer_than_it_was_up(letters, wanted_s):
    limits = replace(LIMITS, stable_for_s=10.0, interval_s=2.0, ready_within_s=120.0)

    assert stable_for_s(looks(letters), "worker", limits) == wanted_s
    assert stable_for_s(looks(letters), "api", limits) == 10
