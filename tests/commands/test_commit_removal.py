"""A condemned commit is taken out of every service, whatever passes by meanwhile."""

from dataclasses import dataclass, field, replace

import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, deployment, old
from tests.commands.script import CRITICAL, FakeClock, ScriptedWorld, SharedMemory, Silence
from tests.commands.test_gate import NO_MEMORY, WANTED
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.errors import (
    DeniedError,
    NotSentError,
    RateLimitedError,
    UnknownOutcomeError,
    UnreachableError,
)
from verifier.model.deployment import DeploymentStatus as Status

BOTH = ("api", "worker")


@dataclass
class Two(ScriptedWorld):
    """An api and a worker whose `NAME-b` of the bad commit serves in the place of `NAME-a`."""

    names: tuple = BOTH
    health: dict = field(default_factory=lambda: {"b": CRITICAL})
    takes_s: float = 0.0
    """How long a rollback takes until it is active."""
    on_read: dict = field(default_factory=dict)
    """What happens right before a read of Railway, counted from 1."""
    cancel_errors: list = field(default_factory=list)
    """What the first cancellations end with; nothing is done then."""

    def __post_init__(self):
        for name in self.names:
            self.show(name, deployment(f"{name}-b"), old(f"{name}-a"), active=(f"{name}-b",))

    def change(self, name, id_, status):
        """Let a deployment have another status."""
        self.deployments[name] = [
            replace(d, status=status, status_word=str(status)) if d.id == id_ else d
            for d in self.deployments[name]
        ]

    def push(self, name, then, after_s=40):
        """Let a newer commit be built for a service, and end after a while."""
        coming = deployment(f"{name}-c", 65, "c", status=Status.BUILDING, instances=())
        self.deployments[name] = [coming, *self.deployments[name]]
        self.at[self.clock.seconds + after_s] = lambda _: self.change(name, coming.id, then)

    def _read(self):
        self.on_read.pop(self.reads + 1, lambda _: None)(self)
        return super()._read()

    def roll_back(self, id_):
        self.mutations.append((self.clock.seconds, id_))
        name = id_.removesuffix("-a")
        if not self.takes_s:
            return self._put_back(name, id_)
        back = replace(old(id_), id=f"back-{name}", created_at=self.clock.now(), reason="rollback")
        begun = replace(back, status=Status.DEPLOYING, instances=())
        self.deployments[name] = [begun, *self.deployments[name]]
        up = replace(back, status=Status.SUCCESS, instances=("RUNNING",))

        def activate(_):
            rest = [
                replace(d, status=Status.REMOVED) for d in self.deployments[name] if d.id != back.id
            ]
            self.show(name, up, *rest, active=(back.id,))

        self.at[self.clock.seconds + self.takes_s + self.names.index(name) / 4] = activate
        return None

    def cancel(self, deployment_id):
        if self.cancel_errors:
            self.mutations.append((self.clock.seconds, f"vain cancel {deployment_id}"))
            raise self.cancel_errors.pop(0)
        super().cancel(deployment_id)

    def whats(self):
        """What Railway was asked for, in its order."""
        return [what for _, what in self.mutations]


def run(memory=NO_MEMORY, **script):
    clock = FakeClock()
    world = Two(clock, **script)
    task = Task(WANTED, LIMITS, POLICY, EXPECTED, "acme / production")
    gate = Gate(world, memory, task, clock, Journal(clock, Silence()))
    gate.run()
    return gate.report(), world, clock


@pytest.mark.parametrize("read", range(2, 6))
@pytest.mark.parametrize("then", [Status.FAILED, Status.SKIPPED])
def test_a_newer_commit_that_comes_to_nothing_leaves_no_half_of_a_rollback(read, then):
    push = {read: lambda world: world.push("api", then)}
    report, world, clock = run(SharedMemory(), on_read=push)

    assert sorted(world.whats()) == ["api-a", "worker-a"]
    assert report.exit_code == 1
    assert [s.active_after for s in report.services] == ["back-api", "back-worker"]
    assert clock.seconds < 100, "no claim of its own is waited for"


def test_a_newer_commit_that_takes_over_is_not_rolled_back():
    def push(world):
        world.push("api", Status.SUCCESS)
        later = min(world.at)
        begin = world.at[later]

        def activate(shown):
            begin(shown)
            shown.active["api"] = ("api-c",)

        world.at[later] = activate

    report, world, _ = run(on_read={3: push})

    assert "api-a" not in world.whats()
    assert report.services[0].active_after == "api-c"


@pytest.mark.parametrize("pushed_s", [1, 90])
def test_a_newer_commit_beside_the_claim_of_a_dead_run_leaves_no_half_either(pushed_s):
    memory = SharedMemory(claims={"api-b": 1, "worker-b": 1})

    report, world, _ = run(memory, at={pushed_s: lambda world: world.push("api", Status.FAILED)})

    assert sorted(world.whats()) == ["api-a", "worker-a"]
    assert report.exit_code == 1


@pytest.mark.parametrize("reading", ["history", "states"])
@pytest.mark.parametrize("seconds", [30, 125, 400])
def test_a_railway_that_is_unreadable_for_minutes_is_waited_for(reading, seconds):
    clock = FakeClock()
    world = Two(clock)
    real, first = world._read, getattr(world, reading)
    dark_s = []

    def begin(*names):
        dark_s.append(clock.seconds)
        return first(*names)

    def read():
        if dark_s and clock.seconds < dark_s[0] + seconds:
            clock.sleep(0.25)
            raise UnreachableError("could not read the deployments: HTTP 502")
        return real()

    setattr(world, reading, begin)
    world._read = read
    task = Task(WANTED, LIMITS, POLICY, EXPECTED, "acme / production")
    gate = Gate(world, NO_MEMORY, task, clock, Journal(clock, Silence()))
    gate.run()

    assert sorted(world.whats()) == ["api-a", "worker-a"]
    assert gate.report().exit_code == 1


HICCUPS = [
    RateLimitedError("HTTP 429", retry_after_s=2.0),
    UnreachableError("HTTP 502"),
    NotSentError("connection refused"),
    UnknownOutcomeError("Railway answered null"),
]


def still_building():
    coming = deployment("worker-b", status=Status.BUILDING, instances=())
    return {0.0: lambda world: world.show("worker", coming, LIVE_A, active=("worker-a",))}


LIVE_A = old("worker-a", status=Status.SUCCESS, instances=("RUNNING",))


@pytest.mark.parametrize("errors", [*([error] for error in HICCUPS), HICCUPS], ids=str)
def test_one_hiccup_does_not_decide_on_a_cancellation(errors):
    report, world, clock = run(at=still_building(), cancel_errors=list(errors))

    assert world.whats()[-1] == "cancel worker-b"
    assert report.services[1].stopped.outcome == "stopped"
    assert report.exit_code == 1
    assert clock.seconds < 100


def test_railway_is_not_asked_for_ever_to_cancel():
    errors = [UnreachableError("HTTP 502") for _ in range(100)]

    report, world, _ = run(at=still_building(), cancel_errors=errors)

    assert (world.whats().count("vain cancel worker-b"), report.exit_code) == (6, 3)


def test_a_denied_cancellation_is_not_asked_for_again():
    _, world, _ = run(at=still_building(), cancel_errors=[DeniedError("Not Authorized")])

    assert [what for what in world.whats() if "cancel" in what] == ["vain cancel worker-b"]


def test_a_cancellation_does_not_wait_for_a_rollback():
    _, world, _ = run(at=still_building(), takes_s=100.0)

    assert world.mutations == [(0.0, "cancel worker-b"), (0.0, "api-a")]


@pytest.mark.parametrize("seconds", [60.0, 125.0, 200.0])
def test_a_rollback_that_is_slower_than_its_limit_is_what_railway_shows_in_the_end(seconds):
    report, world, _ = run(takes_s=seconds)

    assert sorted(world.whats()) == ["api-a", "worker-a"]
    assert [s.rollback.outcome for s in report.services] == ["restored", "restored"]
    assert report.exit_code == 1
    assert not any("manually" in step for step in report.advice)
