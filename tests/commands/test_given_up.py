"""What took over from a commit is judged by its run where its own gate had stopped waiting."""

from dataclasses import replace

import pytest

from tests.builders import LIMITS, deployment, old, sha
from tests.commands.script import CRITICAL, SharedMemory
from tests.commands.test_gate import LIVE_OLD, run
from verifier.decide.gate.arrival import Wanted
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.past_verdict import PastStatus, PastVerdict

VERIFIED = PastVerdict("api", "old", sha("a"), "sha256:a", PastStatus.VERIFIED)
REMOVED = deployment("first", 40, "c", status=Status.REMOVED, instances=())
COMING = deployment("new", 60, "d", status=Status.BUILDING, instances=())
LIVE = replace(COMING, status=Status.SUCCESS, status_word="SUCCESS", instances=("RUNNING",))


@pytest.mark.parametrize(
    ("health", "code", "mutations"),
    [
        pytest.param({}, 0, [], id="good"),
        pytest.param({"d": CRITICAL}, 1, ["old"], id="bad"),
    ],
)
def test_a_successor_whose_gate_ended_before_it_was_live_is_judged(health, code, mutations):
    memory = SharedMemory([VERIFIED])
    its_gate, _, _ = run(
        memory=memory,
        wanted=Wanted(commit_sha=sha("d")),
        limits=replace(LIMITS, build_within_s=60),
        deployments={"api": [COMING, LIVE_OLD]},
        active={"api": ("old",)},
    )
    report, world, _ = run(
        memory=memory,
        wanted=Wanted(commit_sha=sha("c")),
        health=health,
        deployments={"api": [LIVE, REMOVED, old()]},
        active={"api": ("new",)},
    )

    assert (its_gate.verdict, its_gate.exit_code) == ("inconclusive", 4)
    assert report.exit_code == code
    assert [what for _, what in world.mutations] == mutations
    assert any("had stopped waiting for it" in entry.text for entry in report.timeline)
