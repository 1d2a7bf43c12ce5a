"""Pipelines that deploy one service after another: each gate waits for its own, and none is blind."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, START, deployment, old, sha, state
from tests.commands.script import BAD, CRITICAL, FakeClock, ScriptedWorld, SharedMemory, Silence
from tests.commands.test_gate import LIVE_OLD, run
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Stage, Wanted, arrival_of
from verifier.decide.gate.named_services import narrowed
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.verdict import VerdictWord

NAMES = ("worker", "api")
OWN = Wanted(commit_sha=sha("b"), services=frozenset({"worker"}))


def beside(*api, active=("old",), **script):
    """Judge the worker alone, which is good, beside an api that shows this."""
    shown = {"deployments": {"api": list(api)}, "active": {"api": active}}
    return run(**{"names": NAMES, "wanted": OWN, **shown, **script})


@pytest.mark.parametrize(
    "api",
    [
        pytest.param([LIVE_OLD], id="nothing-of-it-has-come"),
        pytest.param([deployment("n", status=Status.FAILED), LIVE_OLD], id="its-build-failed"),
        pytest.param([deployment("n", status=Status.NEEDS_APPROVAL), LIVE_OLD], id="approval"),
        pytest.param([deployment("n", status=Status.WAITING), LIVE_OLD], id="waits-for-ci"),
        pytest.param([deployment("n", status=Status.REMOVED), LIVE_OLD], id="was-removed"),
        pytest.param([deployment("n", status=Status.SKIPPED), LIVE_OLD], id="skipped-untold"),
    ],
)
def test_a_service_that_another_job_deploys_is_not_waited_for(api):
    report, world, clock = beside(*api)

    assert (report.verdict, report.exit_code) == (VerdictWord.PASSED, 0)
    assert clock.seconds < 60
    assert world.mutations == []


@pytest.mark.parametrize("health", [BAD, CRITICAL], ids=["bad", "critical"])
@pytest.mark.parametrize("judges_live", [True, False])
def test_no_green_run_leaves_unjudged_what_another_service_got_of_the_commit(health, judges_live):
    policy = replace(POLICY, judges_live=judges_live)
    report, _, _ = beside(deployment(), old(), active=("new",), health={"b": health}, policy=policy)

    assert (report.verdict, report.exit_code) == (VerdictWord.FAILED, 1)
    assert {s.active_after for s in report.services} == {"back-api", "back-worker"}


@pytest.mark.parametrize(
    ("health", "code", "live"), [(BAD, 1, "back-api"), (None, 0, "new")], ids=["bad", "good"]
)
def test_what_is_on_its_way_to_another_service_is_waited_for(health, code, live):
    def goes_live(world):
        world.show("api", deployment(), old(), active=("new",))

    report, _, clock = beside(
        deployment(status=Status.BUILDING),
        LIVE_OLD,
        at={30: goes_live},
        health={"b": health} if health else {},
    )

    assert report.exit_code == code
    assert clock.seconds >= 30
    assert report.services[1].active_after == live


def test_what_its_own_run_has_verified_is_not_judged_again():
    api = deployment()
    record = PastVerdict("api", "new", sha("b"), api.image_digest, PastStatus.VERIFIED)

    report, world, _ = beside(
        api, old(), active=("new",), health={"b": BAD}, memory=SharedMemory([record])
    )

    assert (report.exit_code, world.mutations) == (0, [])


def upload(name, letter, **changes):
    return deployment(name, 10, "", image_digest=f"sha256:{letter}", **changes)


def test_a_bad_upload_of_another_service_goes_back_and_this_one_stays():
    """Uploads have no commit: what condemns the one says nothing of the other."""
    report, world, _ = run(
        names=NAMES,
        wanted=Wanted(since=START, services=frozenset({"worker"})),
        deployments={
            "api": [upload("new", 1), old("before", -60)],
            "worker": [upload("w", 2), old("w-before", -60)],
        },
        active={"api": ("new",), "worker": ("w",)},
        health={"": BAD},
    )

    assert report.exit_code == 1
    assert [what for _, what in world.mutations] == ["before"]
    assert {s.name: s.active_after for s in report.services} == {"api": "back-api", "worker": "w"}


@pytest.mark.parametrize("health", [None, BAD], ids=["good", "bad"])
def test_two_runs_for_one_commit_come_to_one_end(health):
    """Each deployed one service; both see both, and one rollback a service takes effect."""
    memory, clock = SharedMemory(), FakeClock()
    world = ScriptedWorld(clock, names=NAMES, health={"b": health} if health else {})
    codes = []
    for name in NAMES:
        wanted = replace(OWN, services=frozenset({name}))
        task = Task(wanted, LIMITS, POLICY, EXPECTED, "acme / production")
        gate = Gate(world, memory, task, clock, Journal(clock, Silence()))
        gate.run()
        codes.append(int(gate.report().exit_code))

    assert codes == ([1, 1] if health else [0, 0])
    assert len(world.mutations) == (2 if health else 0)


def test_a_service_that_railway_does_not_show_may_have_got_it():
    unread = replace(state(LIVE_OLD), unread="Railway does not show it")

    arrival = narrowed(arrival_of(unread, OWN), OWN, unread, ())

    assert arrival.stage is Stage.GONE


def test_a_service_that_is_waited_for_is_missed_as_ever():
    report, _, _ = run(
        names=NAMES, wanted=OWN, deployments={"worker": [LIVE_OLD]}, active={"worker": ("old",)}
    )

    assert (report.verdict, report.exit_code) == (VerdictWord.FAILED, 3)
