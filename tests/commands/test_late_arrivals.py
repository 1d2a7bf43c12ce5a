"""What appears after `appear-within`, while the run still verifies, is judged like any other."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import LIMITS, START, deployment, sha
from tests.commands.script import BAD, CRITICAL, SharedMemory
from tests.commands.test_gate import run
from verifier.decide.gate.arrival import Wanted
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.past_verdict import PastStatus, PastVerdict

OLD = deployment("old", 0, "a")
GONE = replace(OLD, status=Status.REMOVED, instances=("REMOVED",))
#: It ends its waiting after 180 s, and its verification of what serves 10 s later.
WANTED = Wanted(commit_sha=sha("c"))


def comes(appears_s, live_s, health, name="api", also=None, **script):
    """Let the commit's deployment appear at a second and go live at another."""
    made_at = START + timedelta(hours=1, seconds=appears_s)
    coming = replace(
        deployment("new", 0, "c", status=Status.BUILDING, instances=()), created_at=made_at
    )
    up = replace(coming, status=Status.SUCCESS, status_word="SUCCESS", instances=("RUNNING",))
    verified = PastVerdict(name, OLD.id, OLD.commit_sha, OLD.image_digest, PastStatus.VERIFIED)
    return run(
        wanted=WANTED,
        memory=SharedMemory([verified]),
        health={"c": health} if health else {},
        deployments={name: [OLD]} | script.pop("beside", {}),
        active={name: (OLD.id,)} | script.pop("live_beside", {}),
        at={
            appears_s: lambda world: world.show(name, coming, OLD, active=(OLD.id,)),
            live_s: lambda world: world.show(name, up, GONE, active=(up.id,)),
            **(also or {}),
        },
        **script,
    )


@pytest.mark.parametrize(
    ("appears_s", "live_s"),
    [
        pytest.param(181, 183, id="live-while-verifying"),
        pytest.param(183, 186, id="live-later-in-it"),
        pytest.param(181, 400, id="being-built-while-verifying"),
    ],
)
@pytest.mark.parametrize(
    ("health", "code", "verdict", "mutations"),
    [
        pytest.param(CRITICAL, 1, "failed", ["old"], id="critical"),
        pytest.param(BAD, 1, "failed", ["old"], id="failing"),
        pytest.param(None, 0, "passed", [], id="good"),
    ],
)
def test_what_comes_too_late_is_judged_all_the_same(
    appears_s, live_s, health, code, verdict, mutations
):
    report, world, _ = comes(appears_s, live_s, health)

    assert (report.verdict, report.exit_code) == (verdict, code)
    assert [what for _, what in world.mutations] == mutations


def test_one_that_comes_too_late_and_fails_takes_the_others_with_it():
    own, old = deployment("w", 30, "c"), replace(GONE, id="w-old")

    def also(world):
        world.show("worker", replace(own, created_at=world.clock.now()), old, active=(own.id,))

    report, world, _ = comes(
        182,
        184,
        CRITICAL,
        names=("api", "worker"),
        beside={"worker": [replace(OLD, id=old.id)]},
        live_beside={"worker": (old.id,)},
        also={183: also},
    )

    assert (report.verdict, report.exit_code) == ("failed", 1)
    assert sorted(what for _, what in world.mutations) == ["old", "w-old"]


@pytest.mark.parametrize("health", [None, BAD, CRITICAL])
def test_what_no_time_is_left_for_is_no_green_and_not_rolled_back(health):
    limits = replace(LIMITS, deadline_s=LIMITS.reserve_s + 200)
    report, world, _ = comes(181, 400, health, limits=limits)

    assert report.exit_code == 4
    assert "api: BUILDING" in report.reason
    assert world.mutations == []
