"""What is left of what was seen failing: by later looks, by time, by what served since."""

from datetime import timedelta

import pytest

from tests.builders import START, deployment, old, sha, state
from verifier.decide.gate.seen_before import confirmed, is_told_enough, recalled, still_failing
from verifier.model.known_before import KnownBefore, SeenCheck, SeenFailing
from verifier.model.past_verdict import PastStatus, PastVerdict

VIEWS = SeenCheck("component.views", "api")


def failing(*objects):
    return KnownBefore(failing=(SeenFailing(VIEWS, frozenset(objects)),))


GOOD = KnownBefore(frozenset({VIEWS}))


@pytest.mark.parametrize(
    ("look", "left"),
    [
        pytest.param(failing("v_a", "v_b"), {"v_a", "v_b"}, id="the-same"),
        pytest.param(failing("v_a"), {"v_a"}, id="less"),
        pytest.param(failing("v_b", "v_c"), {"v_b"}, id="no-more-than-was-confirmed"),
        pytest.param(failing("v_c"), {"v_c"}, id="something-else"),
        pytest.param(GOOD, None, id="good-again"),
        pytest.param(KnownBefore(GOOD.good, failing("v_a").failing), {"v_a"}, id="partly-good"),
        pytest.param(KnownBefore(), {"v_a", "v_b"}, id="not-seen"),
    ],
)
def test_a_later_look_before_the_switch(look, left):
    known = still_failing(failing("v_a", "v_b"), look)

    assert [f.objects for f in known.failing] == ([] if left is None else [left])


BAD, UNSEEN = failing("v_a"), KnownBefore()


@pytest.mark.parametrize(
    ("looks", "is_confirmed", "is_enough"),
    [
        pytest.param([BAD] * 3, True, True, id="each-time"),
        pytest.param([BAD] * 2, False, False, id="too-seldom"),
        pytest.param([BAD, UNSEEN, BAD], False, False, id="not-seen-once-is-looked-at-again"),
        pytest.param([BAD, UNSEEN, BAD, BAD], True, True, id="and-does-not-count"),
        pytest.param([BAD, BAD, BAD, UNSEEN], True, True, id="nor-interrupt"),
        pytest.param([BAD, GOOD, BAD, BAD], False, True, id="a-good-one-does"),
        pytest.param([BAD, *[UNSEEN] * 5], False, True, id="it-is-not-looked-at-for-ever"),
    ],
)
def test_looks_before_that_saw_nothing_of_a_check(looks, is_confirmed, is_enough):
    assert bool(confirmed(looks, 3).failing) is is_confirmed
    assert is_told_enough(looks, 3) is is_enough


NOW = START + timedelta(days=3)
JUDGED = deployment()
LEFT = old("x", 2, "e")


def kept(id_, commit, *, hours=None, seen=None):
    """A record from so long ago; by default of views that fail."""
    at = None if hours is None else NOW - timedelta(hours=hours)
    seen = failing("v_a") if seen is None else seen
    return PastVerdict("api", id_, sha(commit), "", PastStatus.SEEN, at=at, seen=seen)


@pytest.mark.parametrize(
    ("deployments", "records", "excuses"),
    [
        pytest.param([old()], [kept("old", "a", hours=1)], True, id="served-until-now"),
        pytest.param([old()], [kept("old", "a")], True, id="nobody-knows-when"),
        pytest.param([old()], [kept("old", "a", hours=24 * 30)], False, id="long-ago"),
        pytest.param([old(), LEFT], [kept("x", "e", hours=1)], True, id="was-not-gone-back-from"),
        pytest.param(
            [old("back", 5, "a", reason="rollback"), LEFT, old()],
            [kept("x", "e", hours=1)],
            False,
            id="was-gone-back-from-by-hand",
        ),
        pytest.param(
            [old("back", 5, "a", reason="rollback"), LEFT, old()],
            [kept("x", "e", hours=1), kept("old", "a", hours=2)],
            True,
            id="what-was-put-back-failed-too",
        ),
        pytest.param(
            [old(), LEFT],
            [kept("x", "e", hours=1, seen=GOOD), kept("x", "e", hours=2)],
            False,
            id="was-good-later",
        ),
        pytest.param([old()], [kept("new", "b", hours=1)], False, id="the-judged-code-itself"),
        pytest.param([], [kept("old", "a", hours=1)], True, id="railway-shows-nothing-older"),
    ],
)
def test_what_earlier_runs_saw_failing(deployments, records, excuses):
    fleet = {"api": state(JUDGED, *deployments)}

    known = recalled({"api": JUDGED}, records, fleet, NOW)

    assert bool(known.failing) is excuses


def test_what_was_good_is_known_however_long_ago():
    fleet = {"api": state(JUDGED, old())}

    known = recalled({"api": JUDGED}, [kept("z", "f", hours=9999, seen=GOOD)], fleet, NOW)

    assert known.good == GOOD.good
