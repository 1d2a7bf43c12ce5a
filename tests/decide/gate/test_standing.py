"""What `verifier status` says of each service, and that it is what the gate would do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import POLICY, START, deployment, old, state
from verifier.decide.gate.manual import plan_manually
from verifier.decide.gate.standing import Kept, service_statuses
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.environment_status import Pushes
from verifier.model.finding import Unobserved
from verifier.model.past_verdict import Claim, LatestClaim, PastStatus, PastVerdict
from verifier.model.platform import AutoDeploy
from verifier.model.verdict import RollbackMode, RollBackTo

NOW = START + timedelta(hours=2)
COMING = deployment("next", 30, "c", status=Status.BUILDING)
BACK = deployment("back", 20, "a", reason="rollback")
OLD_VERIFIED = PastVerdict("api", "old", "a" * 40, "", PastStatus.VERIFIED)


def look(kept=None, switch=None, policy=POLICY, **fleet):
    """The status of the services by name; each is given as its state's arguments."""
    states = {
        name: state(*rows, active=active, name=name) for name, (rows, active) in fleet.items()
    }
    switches = dict.fromkeys(states, switch or AutoDeploy(True))
    found = service_statuses(states, kept or Kept(), switches, policy, NOW)
    return {service.name: service for service in found}


def api(*rows, active=("new",), **given):
    return look(api=(rows or (deployment(), old()), active), **given)["api"]


def ids(deployments):
    return [d.id for d in deployments]


@pytest.mark.parametrize(
    ("rows", "active", "live", "coming"),
    [
        pytest.param((deployment(), old()), ("new",), ["new"], [], id="one"),
        pytest.param((deployment(), old()), ("new", "old"), ["new", "old"], [], id="two-active"),
        pytest.param((COMING, deployment(), old()), ("new",), ["new"], ["next"], id="one-coming"),
        pytest.param((old(),), (), [], [], id="nothing-serves"),
        pytest.param((COMING, old()), (), [], ["next"], id="nothing-serves-yet"),
    ],
)
def test_what_is_live_and_what_is_coming(rows, active, live, coming):
    found = api(*rows, active=active)

    assert (ids(found.live), ids(found.coming)) == (live, coming)


@pytest.mark.parametrize(
    ("rows", "active", "kept", "policy", "expected"),
    [
        pytest.param(None, ("new",), Kept(), POLICY, ("old", False), id="not-verified"),
        pytest.param(None, ("new",), Kept((OLD_VERIFIED,)), POLICY, ("old", True), id="verified"),
        pytest.param(
            (deployment(), old("mid", 5, "c"), old()),
            ("new",),
            Kept((OLD_VERIFIED,)),
            POLICY,
            ("old", True),
            id="the-verified-one-further-back",
        ),
        pytest.param(
            None, ("new", "old"), Kept(), POLICY, ("old", False), id="while-one-replaces-another"
        ),
        pytest.param(
            (deployment(status=Status.CRASHED), old()),
            (),
            Kept(),
            POLICY,
            ("old", False),
            id="crashed",
        ),
        pytest.param(
            (deployment(),),
            ("new",),
            Kept(),
            POLICY,
            "no earlier good deployment of api to go back to",
            id="no-history",
        ),
        pytest.param(
            None,
            ("new",),
            Kept((replace(OLD_VERIFIED, status=PastStatus.CONDEMNED),)),
            POLICY,
            "no earlier good deployment of api to go back to (old: an earlier gate failed it)",
            id="condemned",
        ),
        pytest.param((old(),), (), Kept(), POLICY, "no deployment is active", id="nothing-live"),
    ],
)
def test_what_it_would_go_back_to(rows, active, kept, policy, expected):
    way = api(*(rows or ()), active=active, kept=kept, policy=policy).back_to

    told = way.reason if way.target is None else (way.target.id, way.is_verified)
    assert told == expected


OFF = replace(POLICY, mode=RollbackMode.OFF)


@pytest.mark.parametrize(
    ("rows", "active", "policy", "target", "why"),
    [
        pytest.param((deployment(), old()), "new", POLICY, "old", "", id="a-gate-too"),
        pytest.param(
            (COMING, deployment(), old()),
            "new",
            POLICY,
            "old",
            "a newer deployment of api is on its way",
            id="newer-on-its-way",
        ),
        pytest.param(
            (BACK, deployment(), old()),
            "back",
            POLICY,
            "",
            "no earlier good deployment of api to go back to (new: it has itself been rolled back)",
            id="is-a-rollback",
        ),
        pytest.param(
            (deployment(), old()),
            "new",
            OFF,
            "old",
            "rollbacks are switched off (gate.rollback: off)",
            id="switched-off",
        ),
    ],
)
def test_it_shows_what_a_rollback_by_hand_does_and_why_a_gate_would_not(
    rows, active, policy, target, why
):
    way = api(*rows, active=(active,), policy=policy).back_to
    plan = plan_manually({"api": state(*rows, active=(active,), name="api")}, (), (), policy)

    moved = plan.moves[0].target.id if isinstance(plan, RollBackTo) else ""
    assert moved == (way.target.id if way.target else "") == target
    assert way.reason == why


def test_services_of_one_commit_go_back_together_or_not_at_all():
    worker = [deployment("new-w"), old("old-w", can_rollback=False)]
    other = [deployment("x", 11, "x"), old("y", 1, "y")]

    found = look(
        api=([deployment(), old()], ("new",)), worker=(worker, ("new-w",)), job=(other, ("x",))
    )

    reason = "no earlier good deployment of worker to go back to (old-w: Railway can no longer restore it)"
    assert found["api"].back_to.reason == reason
    assert found["worker"].back_to.reason == reason
    assert found["job"].back_to.target.id == "y"


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        pytest.param((), None, id="never"),
        pytest.param((OLD_VERIFIED,), None, id="only-another"),
        pytest.param(
            (
                PastVerdict(
                    "api", "new", "", "", PastStatus.VERIFIED, START, run_url="u", reason="why"
                ),
            ),
            (PastStatus.VERIFIED, START, "u", "why"),
            id="verified",
        ),
        pytest.param(
            (
                PastVerdict("api", "new", "", "", PastStatus.CONDEMNED, NOW),
                PastVerdict("api", "new", "", "", PastStatus.VERIFIED, START),
            ),
            (PastStatus.CONDEMNED, NOW, "", ""),
            id="the-latest-counts",
        ),
        pytest.param(
            (PastVerdict("worker", "new", "", "", PastStatus.VERIFIED),), None, id="another-service"
        ),
    ],
)
def test_who_judged_it(records, expected):
    judged = api(kept=Kept(records)).judged

    told = judged and (judged.standing, judged.at, judged.run_url, judged.reason)
    assert told == expected


@pytest.mark.parametrize(
    ("switch", "held", "expected"),
    [
        pytest.param(AutoDeploy(True), (), Pushes.DEPLOY, id="on"),
        pytest.param(AutoDeploy(False), (), Pushes.OFF, id="off"),
        pytest.param(AutoDeploy(False), ("id-api",), Pushes.HELD, id="held"),
        pytest.param(AutoDeploy(True), ("id-api",), Pushes.DEPLOY, id="switched-on-since"),
        pytest.param(Unobserved("HTTP 502"), ("id-api",), Pushes.UNKNOWN, id="not-read"),
    ],
)
def test_whether_a_push_deploys_it(switch, held, expected):
    assert api(kept=Kept(held=frozenset(held)), switch=switch).pushes is expected


def test_a_claim_counts_for_what_is_live_alone():
    claims = {"new": LatestClaim(1, Claim.HELD), "old": LatestClaim(1, Claim.SPENT)}

    assert api(kept=Kept(claims=claims)).claim is Claim.HELD
    assert (
        api(deployment("newer", 30), old(), active=("newer",), kept=Kept(claims=claims)).claim
        is None
    )
