"""What served before a deploy was itself bad and never verified: what of that excuses the next?"""

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
from tests.commands.script import BAD, CRITICAL, SILENT, FakeClock, SharedMemory, Silence
from tests.commands.test_outage_meanwhile import OTHER_BAD, OwnAddresses
from tests.crossed import crossed
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.past_verdict import PastStatus, PastVerdict

RUNNING = {"status": Status.SUCCESS, "instances": ("RUNNING",)}
CRASHED = {"status": Status.CRASHED, "instances": ("CRASHED",)}
RESTARTING = {**RUNNING, "instances": ("RESTARTING",)}


def kept(status, minute):
    at = START + timedelta(minutes=minute)
    return PastVerdict("api", "old", sha("a"), "sha256:a", status, at=at, seen=good_before("api"))


#: A gate has verified a; the gate of e, which came to no verdict, saw a good while e was built.
VERIFIED, SEEN_GOOD = kept(PastStatus.VERIFIED, 2), kept(PastStatus.SEEN, 6)
BEFORE = {
    "crashed": (CRASHED, SILENT),
    "silent": (RUNNING, SILENT),
    "restarting": (RESTARTING, SILENT),
    "superseded": (RUNNING, BAD),
    "another-object": (RUNNING, OTHER_BAD),
}
JUDGED = {
    "bad": (RUNNING, BAD),
    "silent": (RUNNING, SILENT),
    "crashed": (CRASHED, SILENT),
    "critical": (RUNNING, CRITICAL),
}


def play(before, judged, records, arrives_s):
    """Commits a, e and b in turn; b goes live at a second, where e serves until then."""
    (shown_before, health_before), (shown, health) = before, judged
    previous, gone = deployment("e", 5, "e", **shown_before), {"instances": ("REMOVED",)}
    first = old(status=Status.REMOVED, **gone)
    new = deployment("new", 60, "b", **shown)
    building = replace(new, status=Status.BUILDING, instances=())

    def go_live(world):
        left = replace(previous, status=Status.REMOVED, **gone)
        world.show("api", new, left, first, active=("new",))

    clock = FakeClock()
    world = OwnAddresses(
        clock,
        health={"a": document(), "e": health_before, "b": health},
        names=("api",),
        deployments={"api": [building, previous, first]},
        active={"api": ("e",)},
        at={arrives_s: go_live},
    )
    task = Task(Wanted(commit_sha=sha("b")), LIMITS, POLICY, EXPECTED, "acme / production")
    gate = Gate(world, SharedMemory(records, before=()), task, clock, Journal(clock, Silence()))
    gate.run()
    return gate.report(), [what for _, what in world.mutations]


RECORDS = {
    "verified-and-seen-good": [SEEN_GOOD, VERIFIED],
    "verified": [VERIFIED],
    "seen-good": [SEEN_GOOD],
}
#: Whether a would fail the same by now nobody has seen.
UNKNOWN = {("superseded", "bad", "verified"), ("superseded", "bad", "seen-good")}
ROWS = crossed(
    BEFORE, JUDGED, RECORDS, (0.0, 20.0), holds=lambda row: row[3] == 0.0 or row[:3] not in UNKNOWN
)


@pytest.mark.parametrize(("before", "judged", "records", "arrives_s"), ROWS)
def test_its_own_failure_takes_the_next_one_back(before, judged, records, arrives_s):
    report, mutations = play(BEFORE[before], JUDGED[judged], RECORDS[records], arrives_s)

    assert (int(report.exit_code), mutations) == (1, ["old"])


@pytest.mark.parametrize("records", ["verified", "seen-good"])
def test_what_may_be_broken_outside_excuses_the_next_one(records):
    report, mutations = play(BEFORE["superseded"], JUDGED["bad"], RECORDS[records], 20.0)

    assert (int(report.exit_code), mutations) == (3, [])
