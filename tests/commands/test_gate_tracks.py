"""Services that arrive one by one: each is judged from its first second, and none is left behind."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, deployment, document, old, sha
from tests.commands.script import (
    BAD,
    BARE,
    CRITICAL,
    FakeClock,
    ScriptedWorld,
    SharedMemory,
    Silence,
)
from tests.commands.test_gate import LIVE_OLD, NO_MEMORY, WANTED, new_gate, newer, run
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.verdict import RollbackMode, VerdictWord

BOTH = ("api", "worker")
SKIPPED_BY_PATHS = {"status": Status.SKIPPED, "skipped_reason": "No changes to watched files"}


def worker(*deployments, active=("old",)):
    """A worker that shows this while the api runs commit b."""
    return {
        "names": BOTH,
        "deployments": {"worker": list(deployments)},
        "active": {"worker": active},
    }


def building():
    return worker(deployment("w", status=Status.BUILDING), LIVE_OLD)


def test_a_critical_api_does_not_wait_for_a_worker_that_builds():
    report, world, _ = run(health={"b": CRITICAL}, **building())

    assert (report.verdict, report.exit_code) == (VerdictWord.FAILED, 1)
    assert [what for _, what in world.mutations] == ["cancel w", "old"]
    assert [seconds for seconds, _ in world.mutations] == [0.0, 0.0]
    assert [s.active_after for s in report.services] == ["back-api", "old"]
    assert report.services[1].stopped.outcome == "stopped"


@pytest.mark.parametrize(
    "beside",
    [
        pytest.param([deployment("w", status=Status.SKIPPED), LIVE_OLD], id="skipped-untold"),
        pytest.param([deployment("w", status=Status.NEEDS_APPROVAL), LIVE_OLD], id="approval"),
        pytest.param([LIVE_OLD], id="no-record"),
    ],
)
@pytest.mark.parametrize(
    ("health", "code", "back"), [(BAD, 1, True), (None, 3, False)], ids=["bad", "good"]
)
def test_a_worker_that_never_comes_keeps_the_api_from_nothing(beside, health, code, back):
    report, world, _ = run(health={"b": health} if health else {}, **worker(*beside))

    assert (report.verdict, report.exit_code) == (VerdictWord.FAILED, code)
    assert ("old" in [what for _, what in world.mutations]) is back


def test_a_newer_commit_for_the_worker_alone_leaves_the_api_to_this_run():
    following = deployment("next", 20, "c")
    shown = worker(following, deployment("w", status=Status.REMOVED), active=("next",))

    report, world, _ = run(health={"b": BAD}, **shown)

    assert (report.verdict, report.exit_code) == (VerdictWord.FAILED, 1)
    assert [what for _, what in world.mutations] == ["old"]
    assert report.services[1].active_after == "next"


@pytest.mark.parametrize(("verified", "code", "back"), [(True, 1, True), (False, 0, False)])
def test_what_no_run_has_judged_is_judged_by_one_that_passes_it_by(verified, code, back):
    """Commit c touches the worker alone, and nobody has judged the bad api of commit b."""
    before = old("older", -10, "z")
    about = before if verified else old("elsewhere", -20, "y")
    memory = SharedMemory(
        [PastVerdict("api", about.id, about.commit_sha, about.image_digest, PastStatus.VERIFIED)]
    )
    gate, world, _ = new_gate(
        memory=memory,
        health={"b": BAD},
        names=BOTH,
        deployments={
            "api": [deployment("c", 20, "c", **SKIPPED_BY_PATHS), deployment(), before],
            "worker": [deployment("wc", 20, "c"), old()],
        },
        active={"worker": ("wc",)},
        wanted=Wanted(commit_sha=sha("c")),
    )
    gate.run()
    report = gate.report()

    assert report.exit_code == code
    assert ("older" in [what for _, what in world.mutations]) is back
    assert "wc" in report.services[1].active_after, "the worker's own commit is not to blame"


@pytest.mark.parametrize("read", range(1, 12))
def test_one_failing_read_changes_nothing(read):
    undisturbed, world, _ = run(health={"b": CRITICAL}, names=BOTH)
    disturbed, other, _ = run(health={"b": CRITICAL}, names=BOTH, failing_reads={read})

    assert (disturbed.verdict, disturbed.exit_code) == (undisturbed.verdict, 1)
    assert [what for _, what in other.mutations] == [what for _, what in world.mutations]


def test_a_service_that_is_down_makes_no_exit_1():
    broken = deployment("w", status=Status.FAILED)
    report, _, _ = run(health={"b": CRITICAL}, **worker(broken, old(), active=()))

    assert report.exit_code == 3
    assert any(f.check == "production.serves" for f in report.findings)


@pytest.mark.parametrize("mode", [RollbackMode.OFF, RollbackMode.PLAN])
def test_without_permission_nothing_is_cancelled_either(mode):
    report, world, _ = run(health={"b": CRITICAL}, policy=replace(POLICY, mode=mode), **building())

    assert (report.exit_code, world.mutations) == (3, [])


def test_what_cannot_be_cancelled_is_followed_and_rolled_back_when_it_comes():
    def arrive(world):
        world.show("worker", deployment("w"), old(), active=("w",))

    report, world, _ = run(
        health={"b": CRITICAL}, on_cancel="denied", at={30: arrive}, **building()
    )

    assert report.exit_code == 1
    assert [what for _, what in world.mutations] == ["cancel w", "old", "old"]
    assert report.services[1].stopped.outcome == "went live"


def test_cancelling_can_be_switched_off():
    policy = replace(POLICY, cancels=False)

    report, world, _ = run(health={"b": CRITICAL}, policy=policy, **building())

    assert report.exit_code == 3, "it is still coming when the time is up"
    assert [what for _, what in world.mutations] == ["old"]


@pytest.mark.parametrize(
    ("seconds", "code", "mutations"), [(12, 0, 0), (18, 0, 0), (1e9, 1, 1)], ids=str
)
def test_an_answer_that_names_nothing_is_not_yet(seconds, code, mutations):
    def starting(now):
        return BARE if now < seconds else document()

    report, world, _ = run(health={"b": starting})

    assert (report.exit_code, len(world.mutations)) == (code, mutations)


def test_thirty_services_go_back_at_one_moment():
    names = ("api", *(f"worker{n}" for n in range(29)))
    report, world, _ = run(health={"b": CRITICAL}, names=names)

    assert report.exit_code == 1
    assert len({seconds for seconds, _ in world.mutations}) == 1


class Counting(ScriptedWorld):
    """Counts how many services were read beside the looks at all of them."""

    read_apart = 0

    def states(self, names):
        self.read_apart += len(names)
        return super().states(names)


@pytest.mark.parametrize("is_in_order", [False, True], ids=["side-by-side", "in-order"])
@pytest.mark.parametrize("count", [3, 10, 30, 100])
def test_a_rollback_reads_each_service_as_often_however_many_there_are(count, is_in_order):
    names = ("api", *(f"worker{n:02}" for n in range(count - 1)))
    clock = FakeClock()
    world = Counting(clock, names=names, health={"b": CRITICAL})
    policy = replace(POLICY, is_in_order=is_in_order)
    ours = Task(WANTED, LIMITS, policy, EXPECTED, "acme / production")
    gate = Gate(world, NO_MEMORY, ours, clock, Journal(clock, Silence()))

    gate.run()

    assert (gate.report().exit_code, len(world.mutations)) == (1, count)
    assert world.read_apart == count, "right before each mutation; after all with the fleet"


def test_a_second_try_at_one_service_does_not_wait_for_another():
    _, world, _ = run(health={"b": CRITICAL}, names=BOTH, on_rollback="one refused, one ignored")

    assert [round(seconds) for seconds, _ in world.mutations] == [0, 0, 20]


def test_what_did_not_go_back_is_no_proof_that_another_thing_is_to_blame():
    memory = SharedMemory()
    gate, _, _ = new_gate(memory=memory, health={"b": CRITICAL}, on_rollback="ignored")
    gate.run()
    report = gate.report()

    assert report.exit_code == 3
    assert not any("not caused by this deploy" in f.summary for f in report.findings)
    assert not any("not the only cause" in step for step in report.advice)
    assert [r.status for r in memory.found] == [PastStatus.CONDEMNED]


def test_a_newer_commit_that_fails_gives_the_service_back():
    coming, fails = newer(Status.BUILDING, "new"), newer(Status.FAILED, "new")

    report, world, clock = run(health={"b": CRITICAL}, at={0: coming, 40: fails})

    assert (report.exit_code, [what for _, what in world.mutations]) == (1, ["old"])
    assert clock.seconds <= LIMITS.deadline_s


def test_what_serves_in_a_service_that_did_not_move_is_looked_at_after_a_rollback():
    def sick_later(seconds):
        return document() if seconds < 3 else BAD

    deployments = {
        "api": [deployment("skipped", **SKIPPED_BY_PATHS), LIVE_OLD],
        "worker": [deployment("w", status=Status.CRASHED), old()],
    }
    report, world, _ = run(
        names=BOTH,
        deployments=deployments,
        active={"api": ("old",), "worker": ("w",)},
        health={"a": sick_later},
    )

    assert ([what for _, what in world.mutations], report.exit_code) == (["old"], 3)
