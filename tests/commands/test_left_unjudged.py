"""A run that ends with the failure of another commit tells what it leaves unjudged of its own."""

from dataclasses import replace
from types import MappingProxyType

import pytest

from tests.builders import LIMITS, POLICY, deployment, old, sha
from tests.commands.script import BAD, BARE, SharedMemory
from tests.commands.test_gate import LIVE_OLD, new_gate
from tests.commands.test_gate_tracks import BOTH, SKIPPED_BY_PATHS
from verifier.decide.gate.arrival import Wanted
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.verdict import RollbackMode, VerdictWord

BEFORE = old("older", -10, "z")
COMING = deployment("own-deployment", 20, "c", status=Status.BUILDING, instances=())


class Pausing:
    """Pauses the whole system, which is a last resort."""

    reasons: list

    def __init__(self):
        self.reasons = []

    def pause(self, clock, reason, by):
        self.reasons.append(reason)


def run(
    *own,
    active=("old",),
    health=MappingProxyType({"b": BAD}),
    names=BOTH,
    deployments=MappingProxyType({}),
    **script,
):
    """Commit c touches the worker alone, which shows `own`; the bad api is of commit b."""
    verified = PastVerdict(
        "api", BEFORE.id, BEFORE.commit_sha, BEFORE.image_digest, PastStatus.VERIFIED
    )
    memory, emergency = SharedMemory([verified]), Pausing()
    gate, world, _ = new_gate(
        memory=memory,
        emergency=emergency,
        health=dict(health),
        names=names,
        deployments={
            "api": [deployment("c", 20, "c", **SKIPPED_BY_PATHS), deployment(), BEFORE],
            "worker": [*own, LIVE_OLD],
            **deployments,
        },
        active={"worker": active, "scheduler": ("s",)},
        wanted=Wanted(commit_sha=sha("c")),
        **script,
    )
    gate.run()
    return gate.report(), world, memory, emergency


def unjudged(report):
    return [(f.service, f.summary) for f in report.findings if f.check == "deployment.unjudged"]


@pytest.mark.parametrize(
    ("own", "told"),
    [
        pytest.param(
            [COMING],
            "deployment own-depl of commit cccccccc (BUILDING) is not live yet and will go "
            "live without being checked",
            id="being-built",
        ),
        pytest.param(
            [replace(COMING, status=Status.NEEDS_APPROVAL, status_word="NEEDS_APPROVAL")],
            "deployment own-depl of commit cccccccc (NEEDS_APPROVAL) is not live yet and will go "
            "live without being checked",
            id="waits-for-a-person",
        ),
        pytest.param(
            [],
            "no deployment of this commit has appeared yet: it may still go live without being checked",
            id="not-begun",
        ),
    ],
)
def test_what_is_on_its_way_is_told_with_what_to_do_and_makes_no_exit_1(own, told):
    report, world, memory, emergency = run(*own)

    assert (report.verdict, report.exit_code) == (VerdictWord.FAILED, 3)
    assert [what for _, what in world.mutations] == ["older"], "its own commit is not touched"
    assert unjudged(report) == [("worker", told)]
    assert f"worker: {told}" in report.reason
    assert any("worker" in step and "run this job again" in step for step in report.advice)
    of_its_commit = [r for r in memory.found if r.commit_sha == sha("c")]
    assert all(r.given_up for r in of_its_commit), "told for the next run, and no verdict"
    assert emergency.reasons == [], "what failed was put back and verified"


def shown_as(status, active="old", before=()):
    """Let Railway show this run's own deployment like this, in front of those `before`."""

    def happens(world):
        instances = ("RUNNING",) if status is Status.SUCCESS else ()
        own = replace(COMING, status=status, status_word=status.name, instances=instances)
        world.show("worker", own, *before, LIVE_OLD, active=(active,))

    return happens


goes_live = shown_as(Status.SUCCESS, COMING.id)
fails = shown_as(Status.FAILED)
crashes = shown_as(Status.CRASHED, COMING.id)


@pytest.mark.parametrize(
    ("own", "active", "at"),
    [
        pytest.param([deployment("wc", 20, "c")], ("wc",), {}, id="live-before"),
        pytest.param([COMING], ("old",), {5: goes_live}, id="went-live-while-the-other-went-back"),
        pytest.param([COMING], ("old",), {40: goes_live}, id="went-live-after-that"),
    ],
)
def test_its_own_commit_is_judged_to_its_end_though_another_one_was_condemned(own, active, at):
    report, world, memory, _ = run(*own, active=active, at=at)

    assert (report.verdict, report.exit_code, unjudged(report)) == (VerdictWord.FAILED, 1, [])
    assert [what for _, what in world.mutations] == ["older"]
    assert [s.judged.id for s in report.services] == ["new", own[0].id]
    assert "api" in report.reason
    assert "the rest: passed" in report.reason
    statuses = {(r.service, r.commit_sha[:1], r.status) for r in memory.found}
    assert ("worker", "c", PastStatus.VERIFIED) in statuses
    assert ("api", "b", PastStatus.CONDEMNED) in statuses


@pytest.mark.parametrize("live_at_s", [5, 40])
def test_its_own_commit_is_put_back_as_well_where_it_is_bad(live_at_s):
    report, world, memory, _ = run(COMING, at={live_at_s: crashes})

    assert (report.verdict, report.exit_code) == (VerdictWord.FAILED, 1)
    assert [what for _, what in world.mutations] == ["older", "old"]
    assert world.active["worker"] == ("back-worker",)
    assert {(r.service, r.commit_sha[:1]) for r in memory.found if r.status == "condemned"} == {
        ("api", "b"),
        ("worker", "c"),
    }


def test_how_long_the_first_recovery_took_is_kept():
    report, _, memory, _ = run(COMING, at={40: goes_live})

    condemned = next(r for r in memory.found if r.status is PastStatus.CONDEMNED)
    assert report.recovered_in_s == condemned.restored_in_s < 40


def test_what_its_own_commit_gives_back_is_taken_out_by_its_own_verdict():
    """The condemned b serves in worker too, until c takes over; but c cannot be built."""
    bad = deployment("w", 10, "b")
    fails_to_build = shown_as(Status.FAILED, bad.id, [bad])

    report, world, _, _ = run(COMING, bad, active=(bad.id,), at={60: fails_to_build})

    assert (report.exit_code, unjudged(report)) == (1, [])
    assert [what for _, what in world.mutations] == ["older", "old"]
    assert world.mutations[1][0] < 60 + LIMITS.stable_for_s, "before anything is verified"
    assert world.active["worker"] == ("back-worker",)


def test_what_the_run_has_condemned_itself_is_no_target_for_its_own_commit():
    """The condemned b served in worker until c went live, which crashes."""
    bad = deployment("w", 10, "b")
    goes_down = shown_as(Status.CRASHED, COMING.id, [bad])

    _, world, _, _ = run(COMING, bad, active=(bad.id,), at={40: goes_down})

    assert [what for _, what in world.mutations] == ["older", "old"]


def test_what_is_live_and_not_judged_waits_for_no_verification_of_what_was_put_back():
    _, world, _, _ = run(COMING, at={1: crashes}, health={"b": BARE})

    taken_at_s = [at_s for at_s, _ in world.mutations]
    assert taken_at_s[1] - taken_at_s[0] < 1.5 * LIMITS.ready_within_s


@pytest.mark.parametrize(
    ("at", "health", "mutations"),
    [
        pytest.param({1: fails}, {"b": BARE}, ["older"], id="its-own-build-fails"),
        pytest.param({1: crashes}, {"b": BARE}, ["old", "older"], id="its-own-crashes"),
    ],
)
def test_what_was_taken_on_is_judged_to_its_end_though_its_own_commit_fails(at, health, mutations):
    report, world, _, _ = run(COMING, at=at, health=health)

    assert (report.verdict, report.exit_code) == (VerdictWord.FAILED, 1)
    assert [what for _, what in world.mutations] == mutations
    assert world.active["api"] == ("back-api",)


def test_what_fails_to_be_built_after_another_commit_was_condemned_is_not_told_as_unjudged():
    report, _, _, _ = run(COMING, at={5: fails})

    assert (report.exit_code, unjudged(report)) == (1, [])


def test_without_rollbacks_its_own_commit_is_judged_all_the_same():
    policy = replace(POLICY, mode=RollbackMode.OFF)

    report, world, _, _ = run(deployment("wc", 20, "c"), active=("wc",), policy=policy)

    assert (report.exit_code, world.mutations) == (3, [])
    assert unjudged(report) == []
    assert "the rest: passed" in report.reason


def test_where_its_own_commit_is_condemned_nothing_of_it_is_left_to_judge():
    gate, _, _ = new_gate(
        health={"b": BAD},
        names=BOTH,
        deployments={"worker": [LIVE_OLD]},
        active={"worker": ("old",)},
    )
    gate.run()
    report = gate.report()

    assert (report.exit_code, unjudged(report)) == (1, [])


@pytest.mark.parametrize(
    "becomes",
    [
        pytest.param(Status.FAILED, id="is-not-built"),
        pytest.param(Status.REMOVED, id="is-removed"),
        pytest.param(Status.SKIPPED, id="is-skipped"),
        pytest.param(None, id="is-gone"),
    ],
)
@pytest.mark.parametrize("at_s", [5, 40])
def test_another_commit_that_comes_to_nothing_beside_the_condemned_one_ends_the_run(becomes, at_s):
    earlier = deployment("w", 10, "e", status=Status.BUILDING, instances=())

    def comes_to_nothing(world):
        ended = [replace(earlier, status=becomes, status_word=becomes.name)] if becomes else []
        own = deployment("c", 20, "b", **SKIPPED_BY_PATHS)
        world.show("worker", own, *ended, LIVE_OLD, active=("old",))

    gate, world, _ = new_gate(
        health={"b": BAD},
        names=BOTH,
        deployments={
            "worker": [deployment("c", 20, "b", **SKIPPED_BY_PATHS), earlier, LIVE_OLD],
        },
        active={"worker": ("old",)},
        at={at_s: comes_to_nothing},
    )
    gate.run()
    report = gate.report()

    assert (report.verdict, report.exit_code, unjudged(report)) == (VerdictWord.FAILED, 1, [])
    assert [what for _, what in world.mutations] == ["old"]


@pytest.mark.parametrize("status", [Status.NEEDS_APPROVAL, Status.SKIPPED], ids=str)
def test_a_commit_that_did_not_come_to_every_service_is_red_beside_another_ones_rollback(status):
    """As it is alone: half of it is live. Production is good, and nothing is paused for that."""
    own = deployment("own-deployment", 20, "c")
    kept = deployment("kept", 20, "c", status=status, instances=())

    report, world, _, emergency = run(
        own,
        active=("own-deployment",),
        names=(*BOTH, "scheduler"),
        deployments={"scheduler": [kept, old("s", status=Status.SUCCESS, instances=("RUNNING",))]},
    )

    assert [what for _, what in world.mutations] == ["older"]
    assert (report.exit_code, emergency.reasons) == (3, [])
