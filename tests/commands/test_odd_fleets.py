"""Fleets and requests that are not as they should be: told in one sentence, nothing touched."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import START, deployment, document, old, sha
from tests.commands.script import BAD, CRITICAL, ScriptedWorld
from tests.commands.test_gate import new_gate
from verifier.decide.gate.arrival import Wanted
from verifier.model.verdict import VerdictWord

BOTH = ("api", "worker")
GONE = "Railway does not show service worker to this token: it may have been deleted"


def gated(kind=ScriptedWorld, **script):
    gate, world, clock = new_gate(**script)
    world.__class__ = kind
    gate.run()
    return gate.report(), world, clock


class Deleted(ScriptedWorld):
    """The worker is deleted while the gate looks."""

    def _read(self):
        fleet = super()._read()
        if self.clock.seconds < 4:
            return fleet
        gone = replace(fleet["worker"], deployments=(), active=(), unread=GONE)
        return {**fleet, "worker": gone}


@pytest.mark.parametrize(
    ("health", "verdict", "code", "mutations"),
    [
        pytest.param(document(), VerdictWord.FAILED, 3, 0, id="good"),
        pytest.param(BAD, VerdictWord.FAILED, 3, 1, id="bad"),
        pytest.param(CRITICAL, VerdictWord.FAILED, 3, 2, id="critical-before"),
    ],
)
def test_a_service_that_is_deleted_in_the_middle_keeps_no_other_from_its_verdict(
    health, verdict, code, mutations
):
    report, world, _ = gated(Deleted, names=BOTH, health={"b": health})

    assert (report.verdict, report.exit_code) == (verdict, code)
    assert len(world.mutations) == mutations
    assert GONE in str(report)


@pytest.mark.parametrize(
    ("ids", "told"),
    [
        pytest.param({"worker": "new-api"}, "one of api, not of worker", id="of-another-service"),
        pytest.param(
            {"api": "new-api", "worker": "new-api"}, "one of api, not of worker", id="one-for-two"
        ),
    ],
)
def test_a_deployment_of_another_service_is_told_and_touches_nothing(ids, told):
    shown = {name: [deployment(f"new-{name}"), old(f"old-{name}")] for name in BOTH}
    active = {name: (f"new-{name}",) for name in BOTH}

    report, world, _ = gated(
        wanted=Wanted(ids=ids),
        names=BOTH,
        deployments=shown,
        active=active,
        health={"b": CRITICAL},
    )

    assert (report.exit_code, world.mutations) == (4, [])
    assert told in report.reason


def test_a_hundred_services_pass_together():
    names = ("api", *(f"worker{n:02}" for n in range(99)))

    report, _, clock = gated(names=names)

    assert (report.verdict, len(report.services)) == (VerdictWord.PASSED, 100)
    assert clock.seconds == 10


@pytest.mark.parametrize("minutes", [-10, -3, 3, 10])
@pytest.mark.parametrize(
    ("health", "code"), [(document(), 0), (BAD, 1), (CRITICAL, 1)], ids=["good", "bad", "critical"]
)
def test_a_clock_that_is_minutes_off_changes_no_verdict(minutes, health, code):
    """The run begins at 13:00 by its own clock; Railway's says that everything was at other times."""
    now = START + timedelta(hours=1, minutes=minutes)
    made = now - timedelta(minutes=1)
    judged = replace(deployment(), created_at=made, settled_at=now)
    before = replace(old(), created_at=made - timedelta(days=1), settled_at=now)

    report, world, _ = gated(
        wanted=Wanted(commit_sha=sha("b")),
        deployments={"api": [judged, before]},
        health={"b": health},
    )

    assert (report.exit_code, len(world.mutations)) == (code, code)
