"""Fleets and requests that are not as they should be: told in one sentence, nothing touched."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import START, deployment, document, old, sha
from tests.commands.script import BAD, CRITICAL, ScriptedWorld
from tests.commands.test_gate import new_gate
from verifier.decide.gate.arrival import Wanted
from verifier.model.deployment import DeploymentStatus
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

    def roll_back(self, deployment_id):
        self.mutations.append((self.clock.seconds, deployment_id))
        self._put_back(deployment_id.removesuffix("-a"), deployment_id)


@pytest.mark.parametrize(
    ("health", "verdict", "code", "mutations"),
    [
        pytest.param(document(), VerdictWord.FAILED, 3, 0, id="good"),
        pytest.param(BAD, VerdictWord.FAILED, 3, 1, id="bad"),
        pytest.param(CRITICAL, VerdictWord.FAILED, 3, 2, id="critical-before"),
    ],
)
@pytest.mark.slow
def test_a_service_that_is_deleted_in_the_middle_keeps_no_other_from_its_verdict(
    health, verdict, code, mutations
):
    report, world, _ = gated(
        Deleted,
        names=BOTH,
        health={"b": health},
        deployments={n: [deployment(f"{n}-b"), old(f"{n}-a")] for n in BOTH},
        active={n: (f"{n}-b",) for n in BOTH},
    )

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


@pytest.mark.parametrize("ahead", [-10, 0, 10], ids=lambda minutes: f"railway-{minutes:+}-min")
@pytest.mark.parametrize(
    ("removed_s", "is_answer"),
    [pytest.param(-30, False, id="before-the-run"), pytest.param(30, True, id="during-the-run")],
)
def test_a_removal_is_dated_by_railways_clock(monkeypatch, ahead, removed_s, is_answer):
    """The run begins at 13:00 by its own clock; what it waits for was removed."""
    begun = START + timedelta(hours=1, minutes=ahead)
    removed = deployment(
        status=DeploymentStatus.REMOVED,
        created_at=begun - timedelta(minutes=1),
        settled_at=begun + timedelta(seconds=removed_s),
    )
    monkeypatch.setattr(ScriptedWorld, "ahead_s", lambda _: 60.0 * ahead)

    report, _, clock = gated(
        wanted=Wanted(commit_sha=sha("b")),
        deployments={"api": [removed, old(status=DeploymentStatus.SUCCESS)]},
        active={"api": ("old",)},
        at={60: lambda shown: shown.show("api", deployment(), old(), active=("new",))},
    )

    assert (report.exit_code, clock.seconds < 60) == ((3, True) if is_answer else (0, False))


def test_an_upload_that_the_clocks_left_out_is_named_with_what_to_do(monkeypatch):
    monkeypatch.setattr(ScriptedWorld, "ahead_s", lambda _: -90.0)
    upload = deployment("upload-of-this-job", 3, commit="")
    gate, world, _ = new_gate(
        wanted=Wanted(since=START + timedelta(minutes=4)),
        deployments={"api": [upload, old()]},
        active={"api": (upload.id,)},
    )

    gate.run()
    report = gate.report()

    assert (report.exit_code, world.mutations) == (1, []), "what serves was verified"
    assert "upload upload-o of 2026-01-01 12:03:00 UTC was made before that" in report.reason
    assert "Railway's clock is 90 s behind the runner's" in report.reason
    assert any("--since a time before the upload began" in step for step in report.advice)
