"""What was on its way when its commit was condemned is judged by a run that passes it by."""

from dataclasses import replace

import pytest

from tests.builders import POLICY, deployment, document, sha
from tests.commands.script import BAD, BARE, CRITICAL, FakeClock, SharedMemory
from tests.commands.test_gate import run as run_gate
from tests.commands.test_gate_tracks import SKIPPED_BY_PATHS, building
from tests.commands.test_good_beside_later_runs import UnreadMeanwhile
from tests.commands.test_good_beside_live import run
from tests.commands.test_good_beside_more_to_come import GONE, NothingIsCancelled
from tests.commands.test_good_beside_unbuilt import FAILED
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.verdict import RollbackMode

CRON, BEFORE = deployment("cron-b", 61, "b"), deployment("cron-p", 50, "9", **GONE)
NOT_CANCELLED = replace(POLICY, cancels=False)
PLANNED = replace(POLICY, mode=RollbackMode.PLAN)
OFF = replace(POLICY, mode=RollbackMode.OFF)
UNBUILT, WRONG = "unbuilt", "critical"


class Crons(NothingIsCancelled):
    """What commit b is in the cron service is told apart from what it is in the api."""

    cron = document()

    def _document(self, judged):
        return self.cron if judged.id == "cron-b" else super()._document(judged)


def condemns(why, live_s, policy, cron, *, is_first=False, has_api=True, memory=SharedMemory):
    """Commit b is bad in one service, and comes to cron at `live_s`."""
    new, prev = deployment("new", 60, "b"), deployment("prev", 55, "e", **GONE)
    serving, skipped = deployment("w-old", 0, "c"), deployment("sk", 60, "b", **SKIPPED_BY_PATHS)
    coming = replace(CRON, status=Status.BUILDING, status_word="BUILDING", instances=())
    up = replace(BEFORE, status=Status.SUCCESS, instances=("RUNNING",))
    shown = {
        "api": [new, prev],
        "worker": [deployment("w-b", 60, "b", **FAILED) if why == UNBUILT else skipped, serving],
        "cron": [coming] if is_first else [coming, up],
    }
    active = {"api": ("new",), "worker": ("w-old",), "cron": () if is_first else ("cron-p",)}
    if not has_api:
        del shown["api"], active["api"]
    rest = [] if is_first else [BEFORE]
    at = {live_s: lambda w: w.show("cron", CRON, *rest, active=("cron-b",))}
    health = dict.fromkeys("9ce", document()) | {"b": CRITICAL if why == WRONG else document()}
    clock, memory = FakeClock(), memory(before=())
    memory.clock = clock
    kind = type("World", (Crons,), {"cron": cron})
    world = kind(clock, health=health, names=tuple(shown), deployments=shown, active=active, at=at)
    return run(world, memory, "b", policy=policy), world, memory


def passes_by(memory, world, policy, cron):
    """Commit f comes to the worker alone half an hour later: the api was put back by a person."""
    fix, serving = deployment("f", 90, "f"), deployment("w-old", 0, "c", **GONE)
    shown = {"worker": [fix, serving]}
    active = {"worker": ("f",), "cron": ("cron-b",)}
    rest = [d for d in world.deployments["cron"] if d.id == "cron-p"]
    skipped = deployment("sk-cron", 90, "f", **SKIPPED_BY_PATHS)
    shown["cron"] = [skipped, CRON, *(replace(d, **GONE) for d in rest)]
    if "api" in world.names:
        back = deployment("back", 70, "e", reason="rollback")
        was = [deployment("new", 60, "b", **GONE), deployment("prev", 55, "e", **GONE)]
        shown["api"] = [replace(skipped, id="sk-api"), back, *was]
        active["api"] = ("back",)
    clock = FakeClock()
    clock.seconds = 1800.0
    memory.claims = {}
    kind = type("World", (Crons,), {"cron": cron})
    health = dict.fromkeys("bcef9", document())
    later = kind(clock, health=health, names=tuple(shown), deployments=shown, active=active, at={})
    return run(later, memory, "f", policy=policy).report()


#: What is wrong with the commit, when it is live in cron, and what may be done about it.
WAYS = [
    pytest.param(WRONG, 14, PLANNED, {}, id="plan-ended-before"),
    pytest.param(WRONG, 14, OFF, {}, id="off-ended-before"),
    pytest.param(UNBUILT, 14, PLANNED, {"has_api": False}, id="nothing-of-it-has-served"),
    pytest.param(UNBUILT, 14, NOT_CANCELLED, {"is_first": True}, id="not-cancelled"),
    pytest.param(
        UNBUILT, 14, POLICY, {"is_first": True, "has_api": False}, id="alone-cancel-refused"
    ),
]


def said_of_cron(memory):
    return [(r.status, r.given_up) for r in memory.found if r.deployment_id == "cron-b"]


@pytest.mark.parametrize(("why", "live_s", "policy", "services"), WAYS)
@pytest.mark.parametrize("cron", [BAD, BARE], ids=["named", "bare"])
def test_no_later_run_is_green_over_what_went_live_after_its_commit_was_condemned(
    why, live_s, policy, services, cron
):
    gate, world, memory = condemns(why, live_s, policy, cron, **services)
    later = passes_by(memory, world, policy, cron)

    assert gate.report().exit_code == 3
    assert later.exit_code != 0, later.reason


@pytest.mark.parametrize(("why", "live_s", "policy", "services"), WAYS)
def test_what_is_good_is_verified_by_the_run_that_passes_it_by(why, live_s, policy, services):
    _, world, memory = condemns(why, live_s, policy, document(), **services)
    later = passes_by(memory, world, policy, document())

    assert later.exit_code == 0, later.reason
    assert said_of_cron(memory)[0] == (PastStatus.VERIFIED, False)


@pytest.mark.parametrize("live_s", [4, 14])
@pytest.mark.parametrize("has_api", [True, False])
def test_what_is_live_in_the_end_is_condemned_with_its_commit(live_s, has_api):
    services = {"is_first": True, "has_api": has_api}
    _, _, memory = condemns(UNBUILT, live_s, NOT_CANCELLED, document(), **services)

    assert said_of_cron(memory)[0] == (PastStatus.CONDEMNED, False)


def test_what_is_on_its_way_in_the_end_is_told_as_that():
    _, _, memory = condemns(WRONG, 14, PLANNED, document())

    assert said_of_cron(memory) == [(PastStatus.SEEN, True)]


def test_what_was_put_back_after_it_came_stays_condemned():
    _, world, memory = condemns(WRONG, 14, NOT_CANCELLED, document())

    assert "cron-p" in {what for _, what in world.mutations}
    assert said_of_cron(memory)[0] == (PastStatus.CONDEMNED, False)


def test_what_was_called_off_in_time_is_condemned_by_nobody():
    memory = SharedMemory()
    report, world, _ = run_gate(memory=memory, health={"b": CRITICAL}, **building())

    assert (report.exit_code, world.mutations[0]) == (1, (0.0, "cancel w"))
    assert "w" not in {r.deployment_id for r in memory.found if r.status != PastStatus.SEEN}


@pytest.mark.parametrize("live_s", [4, 8])
def test_what_came_and_stays_is_verified_by_no_look_at_what_is_back(live_s):
    """Where GitHub does not show again what this run has left there itself."""
    services = {"is_first": True, "memory": UnreadMeanwhile}
    _, world, memory = condemns(WRONG, live_s, NOT_CANCELLED, document(), **services)

    assert world.active == {"api": ("back-api",), "worker": ("w-old",), "cron": ("cron-b",)}
    assert {status for status, _ in said_of_cron(memory)} == {
        PastStatus.CONDEMNED,
        PastStatus.SEEN,
    }


def judged_beside(serving, at, policy):
    """Commit b is critical in the api, which has no earlier deployment; web is judged beside it."""
    skipped = deployment("sk", 60, "b", **SKIPPED_BY_PATHS)
    shown = {
        "api": [serving],
        "worker": [skipped, deployment("w-old", 0, "c")],
        "web": [skipped, deployment("d-web", 30, "d"), deployment("web-old", 0, "a", **GONE)],
    }
    active = {"api": (serving.id,), "worker": ("w-old",), "web": ("d-web",)}
    health = dict.fromkeys("acd", document()) | {"b": CRITICAL}
    verified = PastVerdict("web", "web-old", sha("a"), "sha256:a", PastStatus.VERIFIED)
    memory = SharedMemory([verified], before=())
    world = Crons(
        FakeClock(), health=health, names=tuple(shown), deployments=shown, active=active, at=at
    )
    return run(world, memory, "b", policy=policy), memory


@pytest.mark.parametrize("policy", [POLICY, OFF], ids=["auto", "off"])
@pytest.mark.parametrize("word", ["DEPLOYING", "PAUSED"], ids=["restarted", "word-to-come"])
def test_what_was_live_as_it_was_condemned_stays_so_whatever_railway_calls_it_then(word, policy):
    """A restart by a person keeps the id, and Railway has it under way until it is up again."""
    serving = deployment("new", 60, "b")
    status = Status.DEPLOYING if word == "DEPLOYING" else Status.UNKNOWN
    again = replace(serving, status=status, status_word=word, instances=())
    at = {3: lambda w: w.show("api", again, active=("new",))}
    gate, memory = judged_beside(serving, at, policy)

    assert gate.report().exit_code == 3
    assert ("new", PastStatus.CONDEMNED) in {(r.deployment_id, r.status) for r in memory.records()}
