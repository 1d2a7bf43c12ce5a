"""Which deployment a service goes back to, by what the policy allows and the run has seen."""

from dataclasses import replace

import pytest

from tests.builders import POLICY, deployment, old, state
from verifier.decide.gate.rollback_target import choose_target, refuse_target

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
