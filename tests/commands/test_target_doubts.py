"""What a run itself has seen of what it could go back to, without any record of a gate."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, deployment, document, old, sha
from tests.commands.script import BAD, CRITICAL, FakeClock, ScriptedWorld, SharedMemory, Silence
from tests.commands.test_outage_meanwhile import AllAnswer
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.model.deployment import DeploymentStatus as Status

GOOD_LONG_AGO = old("a", 0, "a", status=Status.REMOVED, instances=("REMOVED",))


def crashes(world):
    new = deployment("new", 60, "b", status=Status.CRASHED, instances=("CRASHED",))
    gone = replace(old("c", 30, "c"), status=Status.REMOVED, instances=("REMOVED",))
    world.show("api", new, gone, GOOD_LONG_AGO, active=("new",))


def run(health, worker=()):
    """Commit b goes live after 10 s and crashes; c served before it."""
    clock = FakeClock()
    building = deployment("new", 60, "b", status=Status.BUILDING, instances=())
    others = {"worker": list(worker)} if worker else {}
    world = AllAnswer(
        clock,
        health=health,
        names=("api", *others),
        deployments={"api": [building, old("c", 30, "c"), GOOD_LONG_AGO], **others},
        active={"api": ("c",), **{name: (own[0].id,) for name, own in others.items()}},
        at={10: crashes},
    )
    services = frozenset({"api"})
    task = Task(Wanted(commit_sha=sha("b"), services=services), LIMITS, POLICY, EXPECTED, "acme")
    Gate(world, SharedMemory(), task, clock, Journal(clock, Silence())).run()
    return world.mutations[0][1]


@pytest.mark.parametrize(
    ("health", "expected"),
    [pytest.param({}, "c", id="good-before"), pytest.param({"c": BAD}, "a", id="failing-before")],
)
def test_what_failed_before_the_deploy_is_not_gone_back_to(health, expected):
    assert run(health) == expected


def test_a_commit_that_the_worker_went_back_from_is_not_gone_back_to():
    gone = {"status": Status.REMOVED, "instances": ("REMOVED",)}
    worker = (
        old("wa2", 50, "a", reason="rollback"),
        old("wc", 30, "c", **gone),
        old("wa", 0, "a", **gone),
    )

    assert run({}, worker) == "a"


LONGER_AGO = old("a", -150, "a", status=Status.REMOVED, instances=("REMOVED",))
DOWN = {"status": Status.CRASHED, "instances": ("CRASHED",)}
UP = {"status": Status.SUCCESS, "instances": ("RUNNING",)}


def replaced_after(switch_s, kind, *older):
    """Commit b is CRITICAL; c, there for an hour and a half, was down or failing before it."""
    clock, new = FakeClock(), deployment("new", 60, "b")
    before = replace(old("c", -30, "c"), **(DOWN if kind == "down" else UP))
    gone = replace(before, status=Status.REMOVED, instances=("REMOVED",))
    world = AllAnswer(
        clock,
        health={"c": BAD, "b": CRITICAL},
        names=("api",),
        deployments={
            "api": [replace(new, status=Status.BUILDING, instances=()), before, *older],
        },
        active={"api": ("c",)},
        at={switch_s: lambda world: world.show("api", new, gone, *older, active=("new",))},
    )
    task = Task(Wanted(commit_sha=sha("b")), LIMITS, POLICY, EXPECTED, "acme")
    Gate(world, SharedMemory(), task, clock, Journal(clock, Silence())).run()
    return [what for _, what in world.mutations]


@pytest.mark.parametrize("switch_s", [3, 5, 20])
@pytest.mark.parametrize("kind", ["down", "failing"])
def test_what_this_run_saw_down_or_failing_gives_way_to_an_older_good_one(kind, switch_s):
    """However soon it is replaced, which also ends what Railway says of a crash."""
    assert replaced_after(switch_s, kind, LONGER_AGO) == ["a"]


@pytest.mark.parametrize(("kind", "expected"), [("down", []), ("failing", ["c"])])
@pytest.mark.parametrize("switch_s", [3, 5, 20])
def test_what_this_run_saw_down_is_not_gone_back_to_and_what_failed_is_a_last_resort(
    kind, expected, switch_s
):
    assert replaced_after(switch_s, kind) == expected


def test_what_this_run_saw_failing_beside_what_it_judged_is_not_gone_back_to():
    """The worker fails as the old api does, for a while; then the api's own deployment comes."""
    clock, new = FakeClock(), deployment("new", 60, "b")
    before = replace(old("c", -30, "c"), **UP)
    gone = replace(before, status=Status.REMOVED, instances=("REMOVED",))
    world = AllAnswer(
        clock,
        health={"c": BAD, "b": lambda now_s: BAD if now_s < 20 else CRITICAL},
        names=("api", "worker"),
        deployments={
            "api": [replace(new, status=Status.BUILDING, instances=()), before, LONGER_AGO],
            "worker": [deployment("w-b", 60, "b"), old("w", -150, "a")],
        },
        active={"api": ("c",), "worker": ("w-b",)},
        at={20: lambda world: world.show("api", new, gone, LONGER_AGO, active=("new",))},
    )
    task = Task(Wanted(commit_sha=sha("b")), LIMITS, POLICY, EXPECTED, "acme")
    Gate(world, SharedMemory(), task, clock, Journal(clock, Silence())).run()

    assert {what for _, what in world.mutations} == {"a", "w"}


class WithoutAddress(AllAnswer):
    """The worker has no address: of it only Railway tells anything."""

    def observe(self, judged, before, subject, within_s):
        return ScriptedWorld.observe(self, judged, before, subject, within_s)

    def roll_back(self, deployment_id):
        self.mutations.append((self.clock.seconds, deployment_id))
        self._put_back(self._owner(deployment_id), deployment_id)


@pytest.mark.parametrize(("health", "expected"), [(BAD, {"a", "wa"}), (document(), {"c", "wc"})])
def test_what_failed_in_one_service_is_not_gone_back_to_in_another(health, expected):
    """Nobody knows c, which served for a while in both; it is seen in the api alone."""
    clock, gone = FakeClock(), {"status": Status.REMOVED, "instances": ("REMOVED",)}
    building = {"status": Status.BUILDING, "instances": ()}
    new = {name: deployment(f"new-{name}", 60, "b") for name in ("api", "worker")}
    before = {"api": old("c", 30, "c", **UP), "worker": old("wc", 30, "c", **UP)}
    first = {"api": old("a", 0, "a", **gone), "worker": old("wa", 0, "a", **gone)}

    def live(world):
        for name, d in new.items():
            world.show(name, d, replace(before[name], **gone), first[name], active=(d.id,))

    world = WithoutAddress(
        clock,
        health={"c": health, "b": CRITICAL},
        names=("api", "worker"),
        deployments={n: [replace(new[n], **building), before[n], first[n]] for n in new},
        active={"api": ("c",), "worker": ("wc",)},
        at={20: live},
    )
    task = Task(Wanted(commit_sha=sha("b")), LIMITS, POLICY, EXPECTED, "acme")
    Gate(world, SharedMemory(), task, clock, Journal(clock, Silence())).run()

    assert {what for _, what in world.mutations} == expected
