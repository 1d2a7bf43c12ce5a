"""Which deployment a service goes back to, by what the policy allows and the run has seen."""

from dataclasses import replace

import pytest

from tests.builders import POLICY, deployment, good_before, old, sha, state
from verifier.decide.gate.rollback_target import choose_target, refuse_target
from verifier.decide.gate.seen_before import known_from
from verifier.model.finding import Finding, Outcome
from verifier.model.past_verdict import PastStatus, PastVerdict

JUDGED = deployment("judged", 60, "z")


@pytest.mark.parametrize(
    ("target", "redeploys", "may"),
    [
        pytest.param({}, False, True, id="railway-rolls-back-to-it"),
        pytest.param({"can_rollback": False}, False, False, id="a-redeploy-is-not-configured"),
        pytest.param({"can_rollback": False}, True, True, id="a-redeploy-is-configured"),
        pytest.param(
            {"can_rollback": False, "can_redeploy": False}, True, False, id="neither-is-possible"
        ),
    ],
)
def test_what_can_only_be_redeployed_is_gone_back_to_where_that_is_configured(
    target, redeploys, may
):
    before = old("a", 0, "a", **{"can_redeploy": True, **target})
    fleet, policy = state(JUDGED, before), replace(POLICY, redeploys=redeploys)

    chosen = choose_target(fleet, JUDGED, (), policy, {}).target

    assert (chosen == before) is may
    assert (refuse_target(fleet, JUDGED, before, (), policy) is None) is may


OLDER, NEWER = old("older", 0, "a"), old("newer", 30, "b")


def seen(known):
    """What a run has kept of the newer one, without a verdict."""
    return PastVerdict("api", "newer", sha("b"), "", PastStatus.SEEN, seen=known)


GOOD = seen(good_before("api"))
FAILING = seen(known_from([Finding("health.deep", Outcome.FAIL, "503", "api")]))


@pytest.mark.parametrize(
    ("records", "good_now", "expected"),
    [
        pytest.param([], [], "newer", id="nothing-is-known"),
        pytest.param([FAILING], [], "older", id="the-newer-was-last-seen-failing"),
        pytest.param([GOOD], ["older"], "older", id="good-now-counts-before-good-then"),
        pytest.param([GOOD], ["older", "newer"], "newer", id="the-newest-that-is-good-now"),
    ],
)
def test_of_what_no_gate_verified_the_best_known_is_gone_back_to(records, good_now, expected):
    fleet = state(JUDGED, OLDER, NEWER)

    chosen = choose_target(fleet, JUDGED, records, POLICY, {}, frozenset(good_now))

    assert chosen.target.id == expected
