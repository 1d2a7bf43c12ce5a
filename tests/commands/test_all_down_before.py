"""All was down before a deploy, also what a gate had verified: the deploy is not to blame."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import (
    EXPECTED,
    LIMITS,
    POLICY,
    START,
    deployment,
    document,
    good_before,
    old,
    sha,
)
from tests.commands.script import SILENT, FakeClock, SharedMemory, Silence
from tests.commands.test_bad_predecessor import CRASHED, RESTARTING, RUNNING, SEEN_GOOD, VERIFIED
from tests.commands.test_gate_tracks import SKIPPED_BY_PATHS
from tests.commands.test_outage_meanwhile import OwnAddresses
from tests.crossed import crossed
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.past_verdict import PastStatus, PastVerdict

DOWN = {
    "crashed": (CRASHED, SILENT),
    "silent": (RUNNING, SILENT),
    "restarting": (RESTARTING, SILENT),
}
WORKER = PastVerdict(
    "worker",
    "w-old",
    sha("c"),
    "sha256:c",
    PastStatus.VERIFIED,
    at=START + timedelta(minutes=3),
    seen=good_before("worker"),
)


def play(before, judged, other, *, fell_at=None):
    """Commits a, e and b of the api in turn, b at 20 s; the worker is of commit c all the time."""
    (shown_before, health_before), (shown, health), (shown_other, health_other) = (
        before,
        judged,
        other,
    )
    gone = {"status": Status.REMOVED, "instances": ("REMOVED",)}
    previous, new = deployment("e", 5, "e", **shown_before), deployment("new", 60, "b", **shown)
    building = replace(new, status=Status.BUILDING, instances=())
    own = deployment("w-old", 0, "c", settled_at=fell_at, **shown_other)
    skipped = deployment("skipped", 60, "b", **SKIPPED_BY_PATHS)

    def go_live(world):
        world.show("api", new, replace(previous, **gone), old(**gone), active=("new",))

    clock = FakeClock()
    world = OwnAddresses(
        clock,
        health={"a": document(), "e": health_before, "b": health, "c": health_other},
        names=("api", "worker"),
        deployments={"api": [building, previous, old(**gone)], "worker": [skipped, own]},
        active={"api": ("e",), "worker": ("w-old",)},
        at={20.0: go_live},
    )
    task = Task(Wanted(commit_sha=sha("b")), LIMITS, POLICY, EXPECTED, "acme / production")
    memory = SharedMemory([WORKER, SEEN_GOOD, VERIFIED], before=())
    gate = Gate(world, memory, task, clock, Journal(clock, Silence()))
    gate.run()
    return gate.report(), [what for _, what in world.mutations]


@pytest.mark.parametrize(("before", "judged", "other"), crossed(DOWN, ["crashed", "silent"], DOWN))
def test_nothing_goes_back_and_that_is_red(before, judged, other):
    report, mutations = play(DOWN[before], DOWN[judged], DOWN[other])

    assert (report.exit_code.name, mutations) in (("NOT_RECOVERED", []), ("INCONCLUSIVE", []))
    assert any("counts as failing before" in entry.text for entry in report.timeline)


@pytest.mark.parametrize("other", [(RUNNING, document())], ids=["good"])
@pytest.mark.parametrize("before", DOWN)
def test_where_what_was_verified_is_up_it_was_that_deployments_own(before, other):
    report, mutations = play(DOWN[before], DOWN["crashed"], other)

    assert (int(report.exit_code), mutations) == (1, ["old"])


def test_what_fell_before_the_predecessor_was_made_shares_nothing_with_it():
    fell_at = START + timedelta(minutes=2)
    report, mutations = play(DOWN["crashed"], DOWN["crashed"], DOWN["crashed"], fell_at=fell_at)

    assert (int(report.exit_code), mutations) == (3, ["old"])
