"""What is known to be good, and to be bad, over a longer history."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import POLICY, START, deployment, old, sha, state
from verifier.decide.gate.deployment_history import DeploymentHistory
from verifier.decide.gate.history import extent, goes_back, known_bad, went_back_from
from verifier.decide.gate.rollback_target import choose_target
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.known_before import KnownBefore, SeenCheck, SeenFailing
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.verdict import Prefer

HOUR = 60
FAILING = SeenFailing(SeenCheck("health.deep", "api"), frozenset())


def rollback(id_, minute, commit, **changes):
    return old(id_, minute, commit, reason="rollback", **changes)


def redeploy(id_, minute, commit, **changes):
    return old(id_, minute, commit, reason="redeploy", **changes)


def record(id_, commit, status=PastStatus.VERIFIED, minute=None, image=""):
    at = None if minute is None else START + timedelta(minutes=minute)
    return PastVerdict("api", id_, sha(commit), image or f"sha256:{commit}", status, at)


def choose(*older, minute=1000, records=(), policy=POLICY, judged="z"):
    bad = deployment("judged", minute, judged)
    return choose_target(state(bad, *older), bad, records, policy, {})


A, B = old("a1", 0, "a"), old("b1", 60, "b")
PUT_BACK = rollback("a2", 70, "a")
CONDEMNED = record("b1", "b", PastStatus.CONDEMNED, 65)


@pytest.mark.parametrize(
    ("since", "records", "expected"),
    [
        pytest.param([], [], "a2", id="gone-back-from"),
        pytest.param([redeploy("b2", 80, "b")], [], "b2", id="redeployed-and-good-for-hours"),
        pytest.param([rollback("b2", 80, "b")], [], "b2", id="brought-forward-by-a-rollback"),
        pytest.param([old("b2", 80, "b")], [], "b2", id="pushed-again-and-good-for-hours"),
        pytest.param([redeploy("b2", 990, "b")], [], "a2", id="redeployed-minutes-ago"),
        pytest.param(
            [redeploy("b2", 990, "b")], [record("b2", "b")], "b2", id="redeployed-and-verified"
        ),
        pytest.param([], [record("b1", "b", minute=75)], "b1", id="verified-after-the-rollback"),
        pytest.param([], [record("b1", "b", minute=65)], "a2", id="verified-before-the-rollback"),
        pytest.param(
            [redeploy("b2", 80, "b"), rollback("a3", 500, "a")], [], "a3", id="gone-back-from-twice"
        ),
        pytest.param([], [CONDEMNED], "a2", id="condemned"),
        pytest.param(
            [redeploy("b2", 80, "b")], [CONDEMNED], "b2", id="condemned-and-then-good-for-hours"
        ),
        pytest.param(
            [redeploy("b2", 990, "b")], [CONDEMNED], "a2", id="condemned-and-then-up-for-minutes"
        ),
        pytest.param(
            [redeploy("b2", 80, "b"), old("x", 81, "x", status=Status.FAILED)],
            [],
            "b2",
            id="a-failed-build-behind-it-ends-no-life",
        ),
        pytest.param(
            [redeploy("b2", 80, "b", status=Status.CRASHED)], [], "a2", id="redeployed-and-crashed"
        ),
    ],
)
def test_quarantine_ends_with_a_later_verdict_or_a_long_life(since, records, expected):
    choice = choose(A, B, PUT_BACK, *since, records=records)

    assert choice.target.id == expected


def test_going_forward_again_is_no_rollback():
    forward = redeploy("b2", 80, "b")
    around = state(forward, A, B, PUT_BACK)

    assert goes_back(around, PUT_BACK)
    assert not goes_back(around, forward)
    assert not any(d.commit_sha == sha("a") for d in known_bad(around))


def test_what_undoes_a_deployment_is_a_rollback_though_its_commit_had_served_before():
    """The list ends where the other commit was deployed for the first time."""
    again = old("b2", 120, "b")
    back = rollback("a2", 130, "a")
    around = state(back, old("b1", 0, "b"), old("a1", 60, "a"), again)

    assert goes_back(around, back)
    assert went_back_from(around, back, again)
    assert again in known_bad(around)


def test_a_redeploy_of_what_serves_is_no_rollback_though_a_build_failed_in_between():
    again = redeploy("a2", 80, "a")
    around = state(again, A, old("b1", 60, "b", status=Status.FAILED))

    assert not goes_back(around, again)


def test_what_is_known_from_its_rollback_alone_is_older_than_all():
    """The deployment that was gone back to is no longer in the history."""
    forward = redeploy("b2", 80, "b")

    assert not goes_back(state(forward, B, PUT_BACK), forward)


def test_what_served_for_long_is_better_than_what_was_up_for_minutes():
    assert choose(A, old("b1", 990, "b")).target.id == "a1"


MINUTES = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"settled_at": START + 65 * MINUTES}, "a1", id="cancelled-while-a-served"),
        pytest.param(
            {"settled_at": START + 500 * MINUTES}, "b1", id="it-served-until-it-was-replaced"
        ),
        pytest.param(
            {"settled_at": START + 65 * MINUTES, "instances": ("REMOVED",)}, "b1", id="it-had-run"
        ),
        pytest.param({}, "b1", id="nobody-says-when"),
    ],
)
def test_what_was_removed_before_it_served_is_nothing_to_go_back_to(changes, expected):
    was_a = old("a1", 0, "a", settled_at=START + 100 * MINUTES)
    cancelled = old("b1", 30, "b", **{"instances": (), **changes})

    assert choose(was_a, cancelled).target.id == expected


FAR_VERIFIED = old("far", 0, "a")
LONG_SERVED = old("near", 90 * HOUR, "b")
LATE = 92 * HOUR


@pytest.mark.parametrize(
    ("near", "policy", "expected", "told"),
    [
        pytest.param(LONG_SERVED, POLICY, "near", True, id="too-far-behind"),
        pytest.param(
            LONG_SERVED, replace(POLICY, verified_within_s=1e6), "far", False, id="near-enough"
        ),
        pytest.param(
            LONG_SERVED,
            replace(POLICY, verified_within_s=1e6, prefer=Prefer.RECENT),
            "near",
            True,
            id="recent-is-preferred",
        ),
        pytest.param(
            replace(LONG_SERVED, created_at=START + (LATE - 10) * MINUTES),
            replace(POLICY, prefer=Prefer.RECENT),
            "far",
            False,
            id="recent-but-up-for-minutes-only",
        ),
    ],
)
def test_a_verified_one_far_behind(near, policy, expected, told):
    choice = choose(FAR_VERIFIED, near, minute=LATE, records=[record("far", "a")], policy=policy)

    assert choice.target.id == expected
    assert bool(choice.warning) is told
    assert not told or ("90 h older" in choice.warning) or "h older" in choice.warning


@pytest.mark.parametrize(
    ("again", "records", "expected"),
    [
        pytest.param(
            redeploy("a2", 990, "a"), [record("a1", "a")], "a1", id="redeployed-minutes-ago"
        ),
        pytest.param(
            redeploy("a2", 60, "a"), [record("a1", "a")], "a2", id="redeployed-and-good-for-hours"
        ),
        pytest.param(
            old("a2", 60, "a", image_digest="sha256:other"),
            [record("a1", "a")],
            "a1",
            id="built-anew-from-the-same-commit",
        ),
    ],
)
def test_a_verdict_stands_for_code_image_and_variables(again, records, expected):
    assert choose(A, again, records=records).target.id == expected


def test_what_was_seen_without_a_verdict_is_no_verdict():
    seen = record("b1", "b", PastStatus.SEEN)

    choice = choose(A, B, records=[seen, record("a1", "a")])

    assert choice.target.id == "a1"


DAYS = 24 * HOUR
C_LATE = old("c1", 1000, "c")
DEAD = {"instances": ("CRASHED",), "settled_at": START + timedelta(hours=140)}


@pytest.mark.parametrize(
    ("older", "records", "minute", "expected"),
    [
        pytest.param(
            [A, old("b1", 80 * HOUR, "b", **DEAD)],
            [record("a1", "a", minute=10)],
            140 * HOUR,
            "a1",
            id="what-lay-crashed-is-not-preferred-to-what-was-verified",
        ),
        pytest.param(
            [A, old("b1", 30 * HOUR, "b", **DEAD)], [], 140 * HOUR, "a1", id="nor-to-what-served"
        ),
        pytest.param(
            [A, B, PUT_BACK, redeploy("b2", 100, "b", **DEAD)],
            [],
            140 * HOUR,
            "a2",
            id="and-clears-nothing",
        ),
        pytest.param(
            [old("z1", -3 * DAYS, "y"), A, redeploy("a3", 5 * DAYS, "a")],
            [record("a3", "a", PastStatus.CONDEMNED, 5 * DAYS + 1), record("a1", "a", minute=2)],
            5 * DAYS + 25,
            "a1",
            id="a-redeploy-that-was-condemned-for-its-variables",
        ),
        pytest.param(
            [old("z1", -3 * DAYS, "y"), A, redeploy("a3", 30, "a")],
            [record("a3", "a", PastStatus.CONDEMNED, 31), record("a1", "a", minute=2)],
            55,
            "z1",
            id="unless-the-first-had-served-for-minutes",
        ),
        pytest.param(
            [A, old("b1", 600, "b"), rollback("a2", 660, "a"), C_LATE, rollback("b2", 1300, "b")],
            [record("a2", "a", minute=661), record("a1", "a", minute=1)],
            1310,
            "a2",
            id="what-was-gone-back-to-is-not-what-was-gone-back-from",
        ),
    ],
)
def test_what_the_life_of_a_deployment_says(older, records, minute, expected):
    assert choose(*older, records=records, minute=minute).target.id == expected


def test_two_thousand_rows_of_history_are_weighed():
    rows = [old(f"d{n}", n, "abcdefgh"[n % 8]) for n in range(2000)]

    assert choose(*rows, minute=3000).target is not None


@pytest.mark.parametrize(("minutes", "is_bad"), [(5, True), (120, False)], ids=["short", "long"])
def test_only_a_long_life_after_a_rollback_clears_what_was_gone_back_from(minutes, is_bad):
    again = redeploy("b2", 900, "b")
    now = START + timedelta(minutes=900 + minutes)

    assert (B in known_bad(state(again, PUT_BACK, B, A), (), now)) is is_bad


@pytest.mark.parametrize(
    ("deployments", "has_older", "told"),
    [
        pytest.param([], False, "", id="none"),
        pytest.param(
            [deployment(), old()],
            False,
            "read 2 deployments, back to 2026-01-01 12:00 UTC: all that Railway has",
            id="all",
        ),
        pytest.param(
            [deployment()],
            True,
            "read 1 deployment, back to 2026-01-01 12:10 UTC: Railway has older ones",
            id="more",
        ),
    ],
)
def test_how_far_it_was_read(deployments, has_older, told):
    given = replace(state(*deployments, active=()), has_older=has_older)

    assert extent(given) == told


@pytest.mark.parametrize(
    ("first", "again", "expected"),
    [
        pytest.param(PastStatus.CONDEMNED, PastStatus.VERIFIED, "a1", id="only-mended-since"),
        pytest.param(PastStatus.VERIFIED, PastStatus.CONDEMNED, "a1", id="failed-since"),
        pytest.param(PastStatus.VERIFIED, PastStatus.VERIFIED, "b1", id="good-both-times"),
    ],
)
def test_a_deployments_own_verdict_counts_before_that_of_its_redeploy(first, again, expected):
    mended = redeploy("b2", 80, "b", can_rollback=False)
    records = [record("b2", "b", again, 81), record("b1", "b", first, 61), record("a1", "a")]

    choice = choose(A, B, mended, minute=90, records=records)

    assert choice.target.id == expected


def test_what_was_last_seen_failing_did_not_serve_without_complaint():
    later = old("b1", 80 * HOUR, "b")
    seen = replace(record("b1", "b", PastStatus.SEEN), seen=KnownBefore(failing=(FAILING,)))

    choice = choose(A, later, minute=90 * HOUR, records=[seen, record("a1", "a")])

    assert choice.target.id == "a1"


@pytest.mark.slow
def test_two_thousand_rows_are_weighed():
    """A release an hour; every two hundredth was bad, and gone back from at once."""
    rows = []
    for n in range(2000):
        code = {"commit_sha": f"{n:040x}", "image_digest": f"sha256:{n}"}
        rows.append(replace(old(f"d{n}", n * HOUR, "a"), **code))
        if n % 200 == 199:
            before = {"commit_sha": f"{n - 1:040x}", "image_digest": f"sha256:{n - 1}"}
            rows.append(replace(rollback(f"back{n}", n * HOUR + 5, "a"), **before))
    judged = deployment("new", 2000 * HOUR, "b")

    choice = choose_target(state(judged, *rows), judged, (record("d3", "a"),), POLICY, {})

    assert choice.target.id == "d1998", "the newest that served for long"
    assert {d.id for d in known_bad(state(judged, *rows))} == {
        f"d{n}" for n in range(199, 2000, 200)
    }


@pytest.mark.parametrize(
    ("settled", "expected"),
    [(30, 30), (None, 0), (90, HOUR)],
    ids=["until-then", "unknown", "next"],
)
def test_what_has_crashed_served_until_then(settled, expected):
    at = None if settled is None else START + timedelta(minutes=settled)
    crashed = old("c1", 0, "c", status=Status.CRASHED, instances=("CRASHED",), settled_at=at)
    past = DeploymentHistory(state(deployment("judged", HOUR, "z"), crashed))

    assert past.lifetime(crashed, START + timedelta(minutes=HOUR)) == timedelta(minutes=expected)
