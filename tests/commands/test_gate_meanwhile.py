"""What happens at Railway while a commit is still on its way there, and ends no gate of it."""

from dataclasses import replace

import pytest

from tests.builders import LIMITS, POLICY, answer, deployment, old, sha
from tests.commands.script import CRITICAL, ScriptedWorld, SharedMemory
from tests.commands.test_gate import LIVE_OLD, new_gate, run
from tests.commands.test_gate_tracks import BOTH, SKIPPED_BY_PATHS, worker
from verifier.decide.gate.arrival import Wanted
from verifier.errors import DeniedError
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.evidence import Origin
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.verdict import InconclusiveMode, VerdictWord

#: The old commit on another host: Railway made that record after the one of commit b.
MOVED = old("moved", 12, status=Status.SUCCESS, instances=("RUNNING",))

SKIPPED_BOTH = {"deployments": {"api": [deployment("s", **SKIPPED_BY_PATHS), LIVE_OLD]}}


def shows(name, *deployments, active):
    return lambda world: world.show(name, *deployments, active=active)


def test_a_build_is_followed_though_railway_moves_the_old_code_to_another_host():
    building = deployment(status=Status.BUILDING)
    report, world, _ = run(
        health={"b": CRITICAL},
        deployments={"api": [building, LIVE_OLD]},
        active={"api": ("old",)},
        at={
            20: shows("api", MOVED, building, old(), active=("moved",)),
            60: shows("api", old("moved", 12), deployment(), old(), active=("new",)),
        },
    )

    assert (report.exit_code, [what for _, what in world.mutations]) == (1, ["old"])
    assert 60 <= world.mutations[0][0] < 70


def test_what_serves_is_verified_though_an_older_build_came_after_a_newer_one():
    """A build that took longer goes live last, whatever was pushed after it."""
    slower, newer = deployment("slower", 3, "d"), deployment("newer", 5, "e")
    removed = {"status": Status.REMOVED, "status_word": "REMOVED", "instances": ()}
    while_verified_s = LIMITS.appear_within_s + 3

    report, _, _ = run(
        health={"b": CRITICAL},
        names=BOTH,
        deployments={"worker": [newer, replace(slower, status=Status.BUILDING, instances=())]},
        active={"worker": ("newer",)},
        wanted=Wanted(commit_sha=sha("b"), services=frozenset({"api"})),
        at={
            while_verified_s: shows("worker", replace(newer, **removed), slower, active=("slower",))
        },
    )

    assert report.exit_code == 1, report.advice


def test_a_build_is_cancelled_though_the_old_code_was_moved():
    building = deployment("w", status=Status.BUILDING)

    report, world, _ = run(
        health={"b": CRITICAL}, **worker(MOVED, building, old(), active=("moved",))
    )

    assert [what for _, what in world.mutations] == ["cancel w", "old"]
    assert report.exit_code == 1


@pytest.mark.parametrize(
    ("status", "told"),
    [
        pytest.param(Status.WAITING, "on its way", id="for-ci"),
        pytest.param(Status.NEEDS_APPROVAL, "approval", id="for-a-person"),
    ],
)
def test_what_waits_was_not_rolled_back_with_another(status, told):
    """Commit b went back while commit c had not begun: c may still come, as it says itself."""
    waiting = deployment("new", 20, "c", status=status)
    back = old("back", 30, status=Status.SUCCESS, reason="rollback")
    gone = deployment("b", status=Status.REMOVED, instances=("REMOVED",))

    report, world, _ = run(
        wanted=Wanted(commit_sha=sha("c")),
        health={"c": CRITICAL},
        deployments={"api": [back, waiting, gone, old()]},
        active={"api": ("back",)},
        at={
            60: shows(
                "api", deployment("new", 20, "c"), old("back", 30), gone, old(), active=("new",)
            )
        },
    )

    if status is Status.WAITING:
        assert (report.exit_code, world.mutations[0][0]) == (1, 60.0)
    else:
        assert (report.exit_code, report.services[0].rollback) == (3, None)
        assert told in report.reason


def test_a_commit_that_passes_a_service_by_was_not_rolled_back_there():
    """Commit c touches the worker alone, and commit b went back in the api beside it."""
    skipped = deployment("c", 20, "c", **SKIPPED_BY_PATHS)
    running = {"status": Status.SUCCESS, "instances": ("RUNNING",)}
    back = old("back", 30, reason="rollback", **running)
    gone = deployment(status=Status.REMOVED, instances=("REMOVED",))

    report, _, _ = run(
        memory=SharedMemory(),
        wanted=Wanted(commit_sha=sha("c")),
        names=BOTH,
        deployments={
            "api": [back, skipped, gone, old()],
            "worker": [deployment("wc", 20, "c"), old()],
        },
        active={"api": ("back",), "worker": ("wc",)},
    )

    assert (report.exit_code, report.services[0].rollback) == (0, None)


class Hiding(ScriptedWorld):
    """Railway does not show the api at first."""

    def _read(self):
        fleet = super()._read()
        if self.clock.seconds >= 3:
            return fleet
        if self.names == ("api",):
            raise DeniedError("Railway does not show service api to this token")
        hidden = replace(fleet["api"], deployments=(), active=(), unread="Railway answered null")
        return {**fleet, "api": hidden}


@pytest.mark.parametrize("names", [("api",), BOTH], ids=["alone", "beside-one-that-is-passed-by"])
def test_a_service_that_the_first_reading_does_not_show_is_waited_for(names):
    skipped = [deployment("w", **SKIPPED_BY_PATHS), LIVE_OLD]
    building = [deployment(status=Status.BUILDING), LIVE_OLD]
    gate, world, _ = new_gate(
        health={"b": CRITICAL},
        names=names,
        deployments={"api": building, "worker": skipped},
        active={"api": ("old",), "worker": ("old",)},
        at={12: shows("api", deployment(), old(), active=("new",))},
    )
    world.__class__ = Hiding

    gate.run()

    assert (gate.report().exit_code, [what for _, what in world.mutations]) == (1, ["old"])


def test_a_service_that_railway_never_shows_is_not_said_to_be_down_by_a_rollback():
    gate, world, clock = new_gate(names=BOTH, active={"api": ("old",)}, **SKIPPED_BOTH)
    real = world._read
    gone = {"deployments": (), "active": (), "unread": "Railway answered null"}
    world._read = lambda: {**real(), "worker": replace(real()["worker"], **gone)}

    gate.run()
    report = gate.report()

    assert (report.exit_code, clock.seconds >= 30) == (3, True)
    assert "rollback" not in str(report.findings)
    assert "no deployment is active" not in str(report.findings)


def test_a_silence_of_railway_during_a_build_is_waited_out():
    report, world, _ = run(
        health={"b": CRITICAL},
        deployments={"api": [deployment(status=Status.BUILDING), LIVE_OLD]},
        active={"api": ("old",)},
        at={60: shows("api", deployment(), old(), active=("new",))},
        limited=(3, 300),
    )

    assert (report.exit_code, [what for _, what in world.mutations]) == (1, ["old"])


def test_what_appears_a_minute_after_the_rollback_is_cancelled_before_the_run_ends():
    coming = deployment("w", status=Status.BUILDING)
    begins = shows("worker", coming, LIVE_OLD, active=("old",))

    report, world, _ = run(health={"b": CRITICAL}, at={60: begins}, **worker(LIVE_OLD))

    assert [what for _, what in world.mutations] == ["old", "cancel w"]
    assert report.exit_code == 1


def test_a_run_says_that_production_is_good_only_when_nothing_can_appear_any_more():
    report, world, clock = run(health={"b": CRITICAL}, **worker(LIVE_OLD))

    assert (report.exit_code, world.mutations) == (1, [(0.0, "old")])
    assert clock.seconds >= LIMITS.appear_within_s


class Cached(ScriptedWorld):
    """A cache answers in place of commit b."""

    def _answer(self, judged, serving):
        if judged.commit_sha == sha("a"):
            return super()._answer(judged, serving)
        return answer(origin=Origin.CACHE, deployment_id=serving)


def test_what_is_unclear_and_rolled_back_by_policy_is_cancelled_where_it_is_on_its_way():
    building = deployment("w", status=Status.BUILDING)
    policy = replace(POLICY, on_inconclusive=InconclusiveMode.ROLLBACK)
    gate, world, _ = new_gate(policy=policy, **worker(building, LIVE_OLD))
    world.__class__ = Cached

    gate.run()

    assert [what for _, what in world.mutations] == ["cancel w", "old"]
    assert (gate.report().verdict, gate.report().exit_code) == (VerdictWord.INCONCLUSIVE, 1)


def other_gate_fails(memory, service, id_):
    """Another run, of another service of the commit, stores its verdict."""
    found = PastVerdict(service, id_, sha("b"), "sha256:b", PastStatus.CONDEMNED)
    return lambda world: memory.remember([replace(found, at=world.clock.now())])


@pytest.mark.parametrize(
    ("service", "deployment_id"),
    [
        pytest.param("api", "new", id="the-very-same"),
        pytest.param("worker", "w", id="its-commit-elsewhere"),
    ],
)
def test_what_another_gate_fails_meanwhile_is_neither_passed_nor_verified(service, deployment_id):
    memory = SharedMemory()
    report, world, _ = run(memory=memory, at={5: other_gate_fails(memory, service, deployment_id)})

    assert (report.verdict, report.exit_code) == (VerdictWord.INCONCLUSIVE, 4)
    assert world.mutations == []
    assert "another gate has failed this commit meanwhile" in report.reason
    assert all(
        r.status is not PastStatus.VERIFIED for r in memory.found if r.deployment_id == "new"
    )


def test_a_verdict_from_before_this_run_is_no_verdict_of_meanwhile():
    failed = PastVerdict("api", "new", sha("b"), "sha256:b", PastStatus.CONDEMNED)
    memory = SharedMemory((failed,))
    report, _, _ = run(memory=memory)

    assert report.verdict is VerdictWord.PASSED
    assert memory.found[0].status is PastStatus.VERIFIED


def test_what_another_gate_fails_while_all_is_verified_after_a_rollback_is_not_verified():
    memory, other = SharedMemory(), deployment("w", 3, "c")
    failed = PastVerdict("worker", "w", sha("c"), "sha256:c", PastStatus.CONDEMNED)
    report, _, _ = run(
        memory=memory,
        health={"b": CRITICAL},
        names=BOTH,
        deployments={"worker": [other]},
        active={"worker": ("w",)},
        wanted=Wanted(commit_sha=sha("b"), services=frozenset({"api"})),
        at={LIMITS.appear_within_s + 3: lambda world: memory.remember([failed])},
    )

    of_other = [r.status for r in memory.found if r.deployment_id == "w"]
    assert report.verdict is VerdictWord.FAILED
    assert PastStatus.VERIFIED not in of_other
