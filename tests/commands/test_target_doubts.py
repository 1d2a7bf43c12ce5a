"""What a run itself has seen of what it could go back to, without any record of a gate."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, deployment, old, sha
from tests.commands.script import BAD, FakeClock, SharedMemory, Silence
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
