"""What failed before a deploy, what was never seen good, and where that is known from."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, answer, deployment, document, old, sha
from tests.commands.script import (
    BAD,
    BARE,
    CRITICAL,
    SILENT,
    FakeClock,
    ScriptedWorld,
    SharedMemory,
    Silence,
)
from verifier.commands.check import check
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.evidence import Component, HealthStatus
from verifier.model.finding import Unobserved
from verifier.model.past_verdict import PastStatus

WANTED = Wanted(commit_sha=sha("b"))
LIVE_OLD = old(status=Status.SUCCESS, instances=("RUNNING",))
BUILDING = deployment(status=Status.BUILDING, instances=())
ARRIVES_S = 30.0
DEGRADED = document(
    HealthStatus.BAD,
    "degraded",
    (*document().components, Component("redis", HealthStatus.BAD, "x")),
)
DEAD = document(
    HealthStatus.BAD,
    "unhealthy",
    (
        *document().components,
        Component("redis", HealthStatus.BAD, "x"),
        Component("queue", HealthStatus.BAD, "x"),
    ),
)


def task(command="gate"):
    return Task(WANTED, LIMITS, POLICY, EXPECTED, "acme / production", command)


def arrives(world):
    world.show("api", deployment(), old(), active=("new",))


def play(
    *,
    early=True,
    memory=None,
    arrives_s=ARRIVES_S,
    at=None,
    wanted=WANTED,
    kind=ScriptedWorld,
    **script,
):
    """A gate that starts while the deployment is being built, or when it is live already."""
    clock = FakeClock()
    memory = memory or SharedMemory(before=())
    early_world = {
        "deployments": {"api": [BUILDING, LIVE_OLD]},
        "active": {"api": ("old",)},
        "at": {arrives_s: arrives, **(at or {})},
    }
    world = kind(clock, **(early_world if early else {}), **script)
    ours = replace(task(), wanted=wanted)
    gate = Gate(world, memory, ours, clock, Journal(clock, Silence()))
    gate.run()
    return gate.report(), world, memory


def went_back(world):
    return [what for _, what in world.mutations] == ["old"]


def only_at_first(bad):
    looks = []

    def says(_):
        looks.append(1)
        return bad if len(looks) == 1 else document()

    return says


def test_an_error_that_was_seen_once_as_the_gate_began_excuses_nobody():
    report, world, _ = play(health={"a": only_at_first(BAD), "b": BAD})

    assert (report.exit_code, went_back(world)) == (1, True)


def test_what_failed_before_time_after_time_excuses_the_same():
    report, world, _ = play(health={"a": BAD, "b": BAD})

    assert (report.exit_code, world.mutations) == (3, [])
    assert "failed before" in report.advice[0] or "failed before" in str(report.timeline)


def test_what_was_degraded_does_not_excuse_what_is_dead():
    report, world, _ = play(health={"a": DEGRADED, "b": DEAD})

    assert (report.exit_code, went_back(world)) == (3, True), "what is back is degraded as before"


def test_what_is_seen_across_a_switch_excuses_nobody():
    report, _, _ = play(arrives_s=1.0, health={"a": BAD, "b": BAD})

    assert "already failing" not in str(report.timeline)


@pytest.mark.parametrize(
    ("health", "code", "goes"),
    [
        pytest.param(document(), 0, False, id="good"),
        pytest.param(BAD, 3, False, id="never-seen-good"),
        pytest.param(CRITICAL, 1, True, id="critical"),
        pytest.param(SILENT, 1, True, id="silence"),
    ],
)
def test_a_gate_that_starts_late_and_knows_nothing(health, code, goes):
    report, world, _ = play(early=False, health={"b": health})

    assert (report.exit_code, went_back(world)) == (code, goes)
    if code == 3:
        assert "never seen good" in str(report.timeline)


def test_a_crash_is_railways_own_word_though_nothing_is_known_of_before():
    crashed = deployment(status=Status.CRASHED, instances=("CRASHED",))
    clock = FakeClock()
    world = ScriptedWorld(clock, deployments={"api": [crashed, old()]}, active={"api": ("new",)})
    gate = Gate(world, SharedMemory(before=()), task(), clock, Journal(clock, Silence()))

    gate.run()

    assert went_back(world)


def looked_at(health, memory):
    """A scheduled check of the deployment that serves before the deploy."""
    clock = FakeClock()
    world = ScriptedWorld(
        clock, deployments={"api": [LIVE_OLD]}, active={"api": ("old",)}, health={"a": health}
    )
    return check(world, memory, task("check"), clock, Journal(clock, Silence()))


@pytest.mark.parametrize(
    ("before", "goes"),
    [
        pytest.param(document(), True, id="it-was-good"),
        pytest.param(BAD, False, id="the-same-failed"),
        pytest.param(DEGRADED, False, id="the-same-component-failed"),
    ],
)
def test_a_check_before_is_a_late_gates_baseline(before, goes):
    memory = SharedMemory(before=())
    looked_at(before, memory)

    _, world, _ = play(early=False, memory=memory, health={"b": BAD})

    assert went_back(world) is goes


def test_what_a_passing_gate_saw_is_the_baseline_of_the_next():
    memory = SharedMemory(before=())
    play(memory=memory)
    clock = FakeClock()
    newest = deployment("w", 20, "c")
    was = replace(deployment(), status=Status.REMOVED)
    world = ScriptedWorld(
        clock, deployments={"api": [newest, was]}, active={"api": ("w",)}, health={"c": BAD}
    )
    later = replace(task(), wanted=Wanted(commit_sha=sha("c")))
    gate = Gate(world, memory, later, clock, Journal(clock, Silence()))

    gate.run()

    assert [what for _, what in world.mutations] == ["new"]


def test_what_the_judged_deployment_did_itself_excuses_it_not():
    """A check that ran between the switch and a late gate saw the bad deployment already."""
    memory = SharedMemory()
    clock = FakeClock()
    check(
        ScriptedWorld(clock, health={"b": BAD}),
        memory,
        task("check"),
        clock,
        Journal(clock, Silence()),
    )

    _, world, _ = play(early=False, memory=memory, health={"b": BAD})

    assert memory.found[-1].status is PastStatus.SEEN
    assert went_back(world)


class WithoutPath(ScriptedWorld):
    """An application that has no such health endpoint."""

    def _answer(self, judged, serving):
        return answer(404, Unobserved("no document"), deployment_id=serving)


@pytest.mark.parametrize("early", [True, False], ids=["before-the-switch", "after-it"])
def test_a_path_that_never_answered_is_the_configurations_fault(early):
    report, world, _ = play(early=early, kind=WithoutPath)

    assert (report.exit_code, world.mutations) == (3, [])


SETUPS = {
    "push": (True, Wanted(commit_sha=sha("b"))),
    "event": (False, Wanted(ids={"api": "new"})),
    "upload": (True, Wanted(ids={"api": "new"})),
    "by hand": (False, Wanted(commit_sha=sha("b"))),
}


def passing_gate(memory, wanted):
    """The gate of the deployment before."""
    clock = FakeClock()
    world = ScriptedWorld(clock, deployments={"api": [LIVE_OLD]}, active={"api": ("old",)})
    ids = {"api": "old"} if wanted.ids else None
    before = Wanted(commit_sha="" if ids else sha("a"), ids=ids)
    gate = Gate(world, memory, replace(task(), wanted=before), clock, Journal(clock, Silence()))
    gate.run()
    assert gate.report().exit_code in (0, 4)


@pytest.mark.parametrize("setup", SETUPS)
@pytest.mark.parametrize(
    "health", [document(), BAD, BARE, CRITICAL], ids=["good", "bad", "bare", "critical"]
)
@pytest.mark.parametrize("ran_before", [False, True], ids=["first-gate", "one-passing-before"])
def test_a_first_gate_in_each_set_up(setup, health, ran_before):
    """Without any memory no good one goes back; after one passing run every bad one does."""
    early, wanted = SETUPS[setup]
    memory = SharedMemory(before=())
    if ran_before:
        passing_gate(memory, wanted)

    report, world, _ = play(early=early, memory=memory, wanted=wanted, health={"b": health})

    is_known = early or ran_before or health is CRITICAL
    if health == document():
        assert (report.exit_code, world.mutations) == (0, [])
    else:
        assert went_back(world) is is_known
        assert report.exit_code == (1 if is_known else 3)


def test_a_check_keeps_only_what_is_new():
    memory = SharedMemory(before=())

    for health in (document(), document(), BAD, BAD, document()):
        looked_at(health, memory)

    kept = [record.status for record in memory.found]
    assert kept == [PastStatus.VERIFIED, PastStatus.SEEN, PastStatus.VERIFIED]


class MissedOnce(ScriptedWorld):
    """The first look at what serves before gets no answer."""

    missed = 0

    def _answer(self, judged, serving):
        if judged.commit_sha == sha("a") and self.missed == 0:
            self.missed = 1
            return Unobserved("no answer within 5 s")
        return super()._answer(judged, serving)


def test_one_missed_answer_before_a_deploy_costs_no_baseline():
    report, world, *_ = play(kind=MissedOnce, health={"b": BAD})

    assert (report.exit_code, bool(world.mutations)) == (1, True)
