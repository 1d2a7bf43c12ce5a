"""A deployment that was never good, beside older code that fails alike: whose doing is it?"""

from dataclasses import replace

import pytest

from tests.builders import LIMITS, deployment, old, sha
from tests.commands.script import BAD, SILENT
from tests.commands.test_ends_meanwhile import Ending
from tests.commands.test_outage_meanwhile import AllAnswer, away, run, run_timed
from verifier.model.check_ids import DEEP
from verifier.model.deployment import DeploymentStatus
from verifier.model.known_before import KnownBefore, SeenCheck
from verifier.model.past_verdict import PastStatus, PastVerdict

LIVE_S = 40
AT_ONCE_S, IN_THE_END_S = 15, LIMITS.ready_within_s + 10


def begins(health, *, live_s=LIVE_S, **script):
    """Return what `run_timed` gives where the api's deployment is live after so long."""

    def goes_live(world):
        world.show("api", deployment(), old(), active=("new",))

    building = deployment(status=DeploymentStatus.BUILDING, instances=())
    return run_timed(health, at={live_s: goes_live}, api=[building, old()], **script)


@pytest.mark.parametrize("then", [BAD, SILENT])
def test_older_code_that_was_good_until_then_holds_the_rollback_for_so_long(then):
    outage = away((LIVE_S, 1e9), then=then)
    report, mutations, at_s = begins({"a": outage, "b": outage})

    assert (report.verdict, mutations[:1]) == ("failed", ["old"])
    assert LIMITS.ready_within_s - 10 < at_s[0] - LIVE_S <= IN_THE_END_S
    if then is BAD:
        told = "it has failed since it went live, and so has worker (commit aaaaaaaa), which was good before"
        assert told in report.reason


@pytest.mark.slow
def test_older_code_that_was_seen_failing_before_holds_it_to_the_end():
    outage = away((20, 1e9))
    report, mutations, _ = begins({"a": outage, "b": outage}, live_s=80)

    assert (report.verdict, report.exit_code, mutations) == ("inconclusive", 4, [])


@pytest.mark.parametrize(
    ("health", "expected"),
    [
        pytest.param({"a": away((40, 100)), "b": away((40, 100))}, ("passed", []), id="both"),
        pytest.param(
            {"a": away((40, 1e9)), "b": away((40, 100))}, ("inconclusive", []), id="the-new"
        ),
        pytest.param({"a": away((40, 60)), "b": BAD}, ("failed", ["old"]), id="the-old"),
    ],
)
def test_who_is_good_again_first_decides(health, expected):
    report, mutations, at_s = begins(health)

    assert (report.verdict, mutations[:1]) == expected
    assert all(at - 60 < AT_ONCE_S for at in at_s[:1])


def test_what_has_passed_the_check_once_is_held_to_the_end():
    outage = away((LIVE_S + 10, 1e9))
    report, mutations, _ = begins({"a": outage, "b": outage})

    assert (report.verdict, report.exit_code, mutations) == ("inconclusive", 4, [])


@pytest.mark.slow
def test_what_an_earlier_run_has_seen_good_is_held_to_the_end():
    outage, own = away((0, 1e9)), deployment()
    good = KnownBefore(good=frozenset({SeenCheck(DEEP, "api")}))
    record = PastVerdict("api", own.id, sha("b"), own.image_digest, PastStatus.SEEN, seen=good)

    report, mutations = run({"a": outage, "b": outage}, kept=[record])
    forgotten, rolled_back = run({"a": outage, "b": outage})

    assert (report.verdict, report.exit_code, mutations) == ("inconclusive", 4, [])
    assert (forgotten.verdict, rolled_back[:1]) == ("failed", ["old"])


@pytest.mark.parametrize(
    ("begins_s", "expected"),
    [
        pytest.param(LIVE_S, ("failed", ["old"]), id="both-ended-then"),
        pytest.param(LIVE_S - 10, ("inconclusive", []), id="the-other-had-ended-before"),
    ],
)
def test_what_never_ran_while_older_code_has_ended_as_well(begins_s, expected):
    world = type("AllEnd", (Ending,), {"begins_s": begins_s, "ends_s": 1e9})
    outage = away((begins_s, 1e9), then=SILENT)
    report, mutations, at_s = begins({"a": outage, "b": outage}, world=world)

    assert (report.verdict, mutations[:1]) == expected
    assert all(60 < at - LIVE_S <= IN_THE_END_S for at in at_s[:1])


class Draining(AllAnswer):
    """The api's old deployment answers by turns while it goes away; there is no other service."""

    drained_s, turn = 70, 0

    def __post_init__(self):
        super().__post_init__()
        self.names = ("api",)

    def _read(self):
        fleet = super()._read()
        if "new" not in self.active["api"]:
            return fleet
        state, is_gone = fleet["api"], self.clock.seconds >= self.drained_s
        status = DeploymentStatus.REMOVED if is_gone else DeploymentStatus.REMOVING
        words = ("REMOVED",) if is_gone else ("RUNNING",)
        shown = [
            replace(d, status=status, instances=words) if d.id == "old" else d
            for d in state.deployments
        ]
        return {**fleet, "api": replace(state, deployments=tuple(shown))}

    def _answer(self, judged, serving):
        self.turn += 1
        is_old = serving == "new" and self.clock.seconds < self.drained_s and self.turn % 3
        answering = next(
            d for d in self.deployments["api"] if d.id == ("old" if is_old else serving)
        )
        return super()._answer(answering, answering.id)


@pytest.mark.parametrize(
    ("health", "expected", "within_s"),
    [
        pytest.param(
            {"a": away((LIVE_S, 80)), "b": away((LIVE_S, 80))}, ("passed", []), 0, id="both-fail"
        ),
        pytest.param(
            {"a": away((LIVE_S, 1e9)), "b": BAD}, ("failed", ["old"]), IN_THE_END_S, id="for-good"
        ),
        pytest.param({"b": BAD}, ("failed", ["old"]), AT_ONCE_S, id="the-old-one-is-good"),
    ],
)
def test_the_old_deployment_of_the_same_service_is_asked_while_it_goes_away(
    health, expected, within_s
):
    report, mutations, at_s = begins(health, world=Draining)

    assert (report.verdict, mutations[:1]) == expected
    assert all(at - LIVE_S <= within_s for at in at_s[:1])
