"""GitHub helps a rollback, and never keeps it waiting for long: whichever of its calls hang."""

import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, deployment, document, old, sha
from tests.commands.script import BAD, CRITICAL, KEPT_GOOD, FakeClock, SharedMemory, Silence
from tests.commands.slow_railway import Hangs, SlowRailway
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.model.deployment import DeploymentStatus as Status

CALLS = ("records", "remember", "claim", "claims", "settle")


class HangingMemory(SharedMemory):
    """GitHub, of which some calls hang from a second on."""

    def __init__(self, clock, calls=CALLS, from_s=0.0):
        super().__init__(before=KEPT_GOOD)
        self.clock, self.calls, self.from_s = clock, calls, from_s

    def _ask(self, question):
        if question in self.calls and self.clock.seconds >= self.from_s:
            raise Hangs


class Unlucky(FakeClock):
    """Whatever is waited for by chance takes longest."""

    def jitter(self):
        return 1.0


def run(health, *, live_at_s=0.0, before=None, **memory):
    """Commit b goes live in the api and the worker at a second; return the run and its world."""
    clock = Unlucky()
    ids = {"api": ("new", "old"), "worker": ("w", "w-old")}
    building = {"status": Status.BUILDING, "instances": ()}
    serving = {"status": Status.SUCCESS, "instances": ("RUNNING",)}

    def go_live(world):
        for name, (new, before) in ids.items():
            world.show(name, deployment(new), old(before), active=(new,))

    world = SlowRailway(
        clock,
        health={"b": health, "a": before or document()},
        names=tuple(ids),
        deployments={
            name: [deployment(new, **building), old(before, **serving)]
            for name, (new, before) in ids.items()
        },
        active={name: (before,) for name, (_, before) in ids.items()},
        at={live_at_s: go_live},
    )
    world.slow = {}
    task = Task(Wanted(commit_sha=sha("b")), LIMITS, POLICY, EXPECTED, "acme / production")
    gate = Gate(world, HangingMemory(clock, **memory), task, clock, Journal(clock, Silence()))
    gate.run()
    return gate.report(), world


@pytest.mark.parametrize("live_at_s", [0.0, 20.0])
@pytest.mark.parametrize("from_s", [0.0, 0.5, 21.0])
@pytest.mark.parametrize("calls", [CALLS, *((one,) for one in CALLS)], ids="+".join)
def test_a_critical_answer_is_followed_by_its_rollback_within_seconds(calls, from_s, live_at_s):
    report, world = run(CRITICAL, live_at_s=live_at_s, calls=calls, from_s=from_s)

    asked_s = [at_s for at_s, _ in world.mutations]
    assert (report.verdict, len(asked_s)) == ("failed", 2)
    assert max(asked_s) - world.critical_s < 5


@pytest.mark.parametrize("from_s", [0.0, 30.0])
def test_nor_is_what_becomes_critical_beside_a_failure_from_before(from_s):
    """What failed before has the records read again while it is judged: at the very look."""

    def bad_then_critical(seconds):
        return CRITICAL if seconds >= 28 else document()

    _, world = run(bad_then_critical, live_at_s=20.0, before=BAD, from_s=from_s)

    assert world.mutations[0][0] - world.critical_s < 5


@pytest.mark.parametrize("from_s", [0.0, 0.5])
def test_a_failure_is_confirmed_at_its_own_pace(from_s):
    report, world = run(BAD, live_at_s=20.0, from_s=from_s)

    failed_at = next(entry.at for entry in report.timeline if entry.event == "fail")
    first_s = (failed_at - report.started_at).total_seconds()
    confirmed_s = (LIMITS.fail_after - 1) * LIMITS.interval_s
    assert world.mutations[0][0] - first_s < confirmed_s + 5


def test_an_answer_in_time_is_waited_for_again():
    """What hung once, a while ago, is asked for its lock all the same."""
    report, world = run(CRITICAL, live_at_s=200.0, calls=("records",), from_s=0.0)

    assert (report.exit_code, len(world.mutations)) == (1, 2)
