"""What is live and good goes back for another's failed build only to what somebody knows."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, START, deployment, document, sha
from tests.commands.script import BAD, BARE, CRITICAL, FakeClock, SharedMemory, Silence
from tests.commands.test_outage_meanwhile import OwnAddresses, away
from verifier.commands.gate import Gate
from verifier.commands.looks import Watched
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Arrival, Stage, Wanted
from verifier.decide.gate.track import Track
from verifier.errors import UnreachableError
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.finding import Finding, Outcome
from verifier.model.known_before import NOTHING_KNOWN
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.verdict import Sample, Verdict, VerdictWord

VERIFIED = PastVerdict("api", "prev", sha("e"), "sha256:e", PastStatus.VERIFIED, at=START)
FAILED = {"status": Status.FAILED, "instances": ()}


class OneLookFails(OwnAddresses):
    """Railway does not answer in the look in which the other service is not built."""

    def observe(self, judged, before, subject, within_s):
        if self.failing_s is not None and self.clock.seconds >= self.failing_s:
            self.failing_s = None
            raise UnreachableError("could not read Railway: HTTP 429")
        return super().observe(judged, before, subject, within_s)


def play(
    api=None,
    *,
    prev_min=55.0,
    records=(),
    arrives_s=0.0,
    fails_s=0.0,
    before=None,
    world=OwnAddresses,
    memory=SharedMemory,
    until_s=0.0,
):
    """Commit b is live in the api, and is not built in the worker."""
    new, prev = deployment("new", 60, "b"), deployment("prev", prev_min, "e")
    gone = replace(prev, status=Status.REMOVED, instances=("REMOVED",))
    broken, serving = deployment("w-new", 60, "b", **FAILED), deployment("w-old", 0, "c")
    at = {}
    shown = {"api": [new, gone], "worker": [broken, serving]}
    active = {"api": ("new",), "worker": ("w-old",)}
    if arrives_s:
        building = replace(new, status=Status.BUILDING, instances=())
        shown["api"], active["api"] = [building, prev], ("prev",)
        at[arrives_s] = lambda world: world.show("api", new, gone, active=("new",))
    if fails_s:
        shown["worker"] = [replace(broken, status=Status.BUILDING), serving]
        at[fails_s] = lambda world: world.show("worker", broken, serving, active=("w-old",))
    clock = FakeClock()
    world.failing_s = fails_s
    world = world(
        clock,
        health={"b": api or document(), "c": document(), "e": before or document()},
        names=("api", "worker"),
        deployments=shown,
        active=active,
        at=at,
    )
    task = Task(Wanted(commit_sha=sha("b")), LIMITS, POLICY, EXPECTED, "acme / production")
    kept = memory(list(records), before=())
    kept.clock, kept.until_s = clock, until_s
    gate = Gate(world, kept, task, clock, Journal(clock, Silence()))
    gate.run()
    return gate.report(), [what for _, what in world.mutations]


@pytest.mark.parametrize("fails_s", [0.0, 4.0, 30.0])
def test_it_stays_where_nobody_knows_what_was_there_before(fails_s):
    report, mutations = play(fails_s=fails_s)

    assert (report.verdict, int(report.exit_code), mutations) == ("failed", 3, [])
    assert any("no run has found it good" in step for step in report.advice)


def test_one_look_that_fails_takes_nothing_from_what_is_good():
    report, mutations = play(fails_s=4.0, world=OneLookFails)

    assert (report.verdict, int(report.exit_code), mutations) == ("failed", 3, [])


def test_nor_does_it_go_back_to_what_failed_as_the_run_began():
    report, mutations = play(arrives_s=20.0, fails_s=24.0, before=BAD)

    assert (report.verdict, int(report.exit_code), mutations) == ("failed", 3, [])


@pytest.mark.parametrize(
    "known",
    [
        pytest.param({"records": [VERIFIED]}, id="verified"),
        pytest.param({"prev_min": -30.0}, id="served-for-an-hour"),
        pytest.param({"arrives_s": 20.0, "fails_s": 24.0}, id="good-as-the-run-began"),
    ],
)
def test_it_goes_back_to_what_is_known_to_be_good(known):
    report, mutations = play(**known)

    assert (report.verdict, int(report.exit_code), mutations) == ("failed", 1, ["prev"])


def test_what_is_not_good_itself_goes_back_all_the_same():
    report, mutations = play(CRITICAL, fails_s=4.0)

    assert (report.verdict, int(report.exit_code), mutations[-1:]) == ("failed", 1, ["prev"])


@pytest.mark.parametrize("fails_s", [0.0, 4.0])
@pytest.mark.parametrize("health", [CRITICAL, BAD, BARE], ids=["critical", "named", "bare"])
def test_what_stays_because_it_is_good_goes_back_if_it_fails_before_it_has_held(health, fails_s):
    report, mutations = play(away((fails_s + 6, 1e9), then=health), fails_s=fails_s)

    assert (report.verdict, int(report.exit_code), mutations) == ("failed", 1, ["prev"])
    assert "health.deep of api" in report.reason


def test_one_answer_that_names_nothing_takes_nothing_from_what_stays():
    report, mutations = play(away((3, 4.5), then=BARE))

    assert (report.verdict, int(report.exit_code), mutations) == ("failed", 3, [])


def test_what_stays_has_held_as_long_as_any_other():
    report, _ = play()

    assert (report.ended_at - report.started_at).total_seconds() >= LIMITS.stable_for_s


def looked(*findings, silent=(), of="new"):
    """One look at the api."""
    found = tuple(Finding(check, outcome, "", "api") for check, outcome in findings)
    return Sample(0.0, found, frozenset(silent), deployments={"api": of})


HEALTHY = ("health.deep", Outcome.PASS)
UNREAD = looked(("railway.answers", Outcome.INCONCLUSIVE))


@pytest.mark.parametrize(
    ("samples", "is_good"),
    [
        pytest.param([looked(HEALTHY)], True, id="all-good"),
        pytest.param(
            [looked(HEALTHY, ("topology.run_mode", Outcome.INCONCLUSIVE))], True, id="one-unread"
        ),
        pytest.param([looked(HEALTHY), UNREAD], True, id="then-not-heard"),
        pytest.param([looked(HEALTHY), UNREAD, UNREAD], False, id="not-heard-for-long"),
        pytest.param([UNREAD], False, id="never-heard"),
        pytest.param([looked(("health.deep", Outcome.INCONCLUSIVE))], False, id="unclear"),
        pytest.param([looked(HEALTHY), looked(("x.y", Outcome.FAIL))], False, id="then-failing"),
        pytest.param([looked(("x.y", Outcome.FAIL)), looked(HEALTHY)], False, id="failing-before"),
        pytest.param([looked(HEALTHY, silent=["api"])], False, id="silent"),
        pytest.param([looked(HEALTHY, silent=["worker"])], True, id="another-is-silent"),
        pytest.param([looked(HEALTHY, of="prev")], False, id="of-the-one-before"),
        pytest.param([], False, id="not-looked-at"),
    ],
)
def test_good_is_what_was_so_when_last_heard_of(samples, is_good):
    track = Track(Arrival("api", Stage.LIVE, "live", deployment()), 0.0, 0.0)
    seen = (Verdict(VerdictWord.FAILED, ""), {"api": track}, {}, None, (), NOTHING_KNOWN)

    assert Watched(*seen, {"api": samples}).good == ({"api"} if is_good else set())
