"""What a gate keeps for the next one, and how two of them share one rollback."""

from dataclasses import replace

import pytest

from tests.builders import (
    EXPECTED,
    LIMITS,
    POLICY,
    deployment,
    document,
    evidence,
    old,
    sha,
)
from tests.commands.script import (
    BAD,
    CRITICAL,
    FakeClock,
    ScriptedWorld,
    SharedMemory,
    Silence,
)
from tests.commands.test_gate import new_gate
from tests.commands.test_gate_tracks import SKIPPED_BY_PATHS
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.errors import UnreachableError
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.evidence import ShippedMigrations
from verifier.model.finding import Unobserved
from verifier.model.migration_ledger import Migration
from verifier.model.past_verdict import PastStatus, PastVerdict, without_taken_back
from verifier.model.verdict import RollbackMode, VerdictWord

BACK = deployment("human", 20, "a", reason="rollback")


def run(memory, policy=POLICY, limits=LIMITS, **script):
    clock = FakeClock()
    world = ScriptedWorld(clock, **script)
    task = Task(Wanted(commit_sha=sha("b")), limits, policy, EXPECTED, "acme / production")
    journal = Journal(clock, Silence())
    gate = Gate(world, memory, task, clock, journal)
    gate.run()
    return gate.report(), world


def kept(memory):
    found = without_taken_back(memory.found)
    return list(dict.fromkeys((record.deployment_id, str(record.status)) for record in found))


def records(about, status):
    return [PastVerdict("api", about.id, about.commit_sha, about.image_digest, status)]


@pytest.mark.parametrize(
    ("health", "expected"),
    [
        pytest.param({}, [("new", "verified")], id="passed"),
        pytest.param(
            {"b": BAD}, [("new", "condemned"), ("back-api", "verified")], id="undone-and-proven"
        ),
        pytest.param({"a": BAD, "b": BAD}, [], id="not-caused-by-the-deploy"),
    ],
)
def test_what_a_run_keeps(health, expected):
    memory = SharedMemory()

    run(memory, health=health)

    assert kept(memory) == expected


class StoresLate(SharedMemory):
    """It keeps what it is given, and says so too late for whoever waits for a moment only."""

    def remember(self, records):
        super().remember(records)
        if not any(record.takes_back for record in records):
            raise UnreachableError("no answer within 1 s")


@pytest.mark.parametrize("health", [BAD, CRITICAL], ids=["named", "critical"])
def test_what_may_have_been_kept_is_taken_back_as_well(health):
    memory = StoresLate()

    run(memory, health={"a": health, "b": health})

    assert "new" in {record.deployment_id for record in memory.found}
    assert kept(memory) == []


def test_a_bad_deployment_that_stays_is_condemned_all_the_same():
    memory = SharedMemory()

    run(memory, replace(POLICY, mode=RollbackMode.OFF), health={"b": BAD})

    assert kept(memory) == [("new", "condemned")]


@pytest.mark.parametrize(
    ("on_rollback", "in_worker"),
    [
        pytest.param("works", {}, id="never-moved"),
        pytest.param("refused", {}, id="nothing-went-back"),
        pytest.param("works", {"commit": "d", "minute": 30}, id="newer-than-what-was-judged"),
    ],
)
def test_what_fails_in_a_service_that_did_not_go_back_clears_nothing(on_rollback, in_worker):
    skipped = deployment("skipped", 10, "b", **SKIPPED_BY_PATHS)
    crashed = {"status": Status.CRASHED, "instances": (), "minute": -20, "commit": "z"}
    memory = SharedMemory()

    report, _ = run(
        memory,
        names=("api", "worker"),
        health={"b": BAD},
        on_rollback=on_rollback,
        deployments={"worker": [skipped, deployment("w", **{**crashed, **in_worker})]},
        active={"worker": ("w",)},
    )

    assert report.exit_code == 3
    assert ("new", "condemned") in kept(memory)


def test_what_was_kept_decides_where_the_next_run_goes_back_to():
    memory = SharedMemory(records(old("near", 5, "c"), PastStatus.CONDEMNED))

    report, world = run(
        memory,
        health={"b": CRITICAL},
        deployments={"api": [deployment(), old("near", 5, "c"), old()]},
    )

    assert (report.exit_code, world.mutations) == (1, [(0.0, "old")])


@pytest.mark.parametrize("question", ["records", "remember", "claim", "settle"])
def test_a_memory_that_does_not_answer_is_told_and_decides_nothing(question):
    report, world = run(SharedMemory(fails=(question,)), health={"b": CRITICAL})

    assert (report.exit_code, len(world.mutations)) == (1, 1)
    assert any(e.event == "warning" and question in e.text for e in report.timeline)


def test_a_rollback_is_claimed_before_and_settled_after_railway_is_asked():
    memory = SharedMemory()

    run(memory, health={"b": CRITICAL})

    assert (memory.claims, memory.spent) == ({"new": 1}, {("new", 1)})


def test_a_rollback_without_effect_is_claimed_anew_and_made_once_more():
    memory = SharedMemory()

    report, world = run(memory, health={"b": CRITICAL}, on_rollback="refused")

    assert (memory.claims, memory.spent) == ({"new": 2}, {("new", 1), ("new", 2)})
    assert [seconds >= 20 for seconds, _ in world.mutations] == [False, True]
    assert report.services[0].rollback.outcome == "refused"


def test_a_rollback_that_another_run_is_at_is_awaited_and_verified():
    def other_run(world):
        world.show("api", BACK, deployment(status=Status.REMOVED), old(), active=("human",))

    memory = SharedMemory(claims={"new": 1})
    report, world = run(memory, health={"b": CRITICAL}, at={20: other_run})

    assert (report.exit_code, world.mutations, memory.claims) == (1, [], {"new": 1})
    assert report.services[0].rollback.outcome == "adopted"


def test_a_rollback_whose_run_was_killed_before_it_asked_is_taken_over():
    report, world = run(SharedMemory(claims={"new": 1}), health={"b": CRITICAL})

    assert report.exit_code == 1
    assert [seconds >= 75 for seconds, _ in world.mutations] == [True]


def test_a_claim_that_was_spent_without_effect_expires():
    memory = SharedMemory(claims={"new": 1}, spent={("new", 1)})

    report, world = run(memory, health={"b": CRITICAL})

    assert report.exit_code == 1
    assert [20 <= seconds < 75 for seconds, _ in world.mutations] == [True]


def test_a_rollback_that_run_after_run_holds_is_left_alone():
    report, world = run(SharedMemory(claims={"new": 9}), health={"b": CRITICAL})

    assert (report.exit_code, world.mutations) == (3, [])


def test_a_claim_that_has_grown_old_is_made_anew_before_railway_is_asked():
    memory = SharedMemory()
    gate, world, clock = new_gate(memory=memory, health={"b": CRITICAL})
    real = world.states

    def slow_once(names):
        world.states = real
        clock.sleep(15)
        return real(names)

    world.states = slow_once
    gate.run()

    assert (memory.claims, world.mutations) == ({"new": 2}, [(15.0, "old")])


class Away(ScriptedWorld):
    """GitHub does not answer."""

    def at_once(self, asks, limit_s):
        if asks.keys() & {"records", "remember"}:
            self.clock.sleep(limit_s)
            return {name: Unobserved(f"no answer within {limit_s:.0f} s") for name in asks}
        return super().at_once(asks, limit_s)


@pytest.mark.parametrize("deadline_s", [40, 60, 120])
def test_a_short_deadline_holds_though_github_is_away(deadline_s):
    limits = replace(LIMITS, deadline_s=deadline_s, stable_for_s=10)
    gate, world, clock = new_gate(limits=limits, health={"b": CRITICAL}, on_rollback="ignored")
    world.__class__ = Away

    gate.run()

    assert clock.seconds <= deadline_s + 3


@pytest.mark.parametrize(
    ("health", "verdict"),
    [
        pytest.param(BAD, VerdictWord.FAILED, id="still-bad"),
        pytest.param(document(), VerdictWord.PASSED, id="good-by-now"),
    ],
)
def test_what_took_over_and_was_condemned_since_the_run_began_is_judged(health, verdict):
    memory = SharedMemory(records(old(), PastStatus.VERIFIED))
    following = deployment("next", 20, "c")

    def takes_over(world):
        memory.remember(records(following, PastStatus.CONDEMNED))
        world.show("api", following, deployment(status=Status.FAILED), old(), active=("next",))

    report, world = run(memory, health={"c": health}, at={3: takes_over})

    assert report.verdict is verdict, report.reason
    assert {what for _, what in world.mutations} == (
        set() if verdict is VerdictWord.PASSED else {"old"}
    )


YOUNG = (old("older", 0, "a"), old("near", 5, "c"))


@pytest.mark.parametrize(
    ("found", "target"),
    [
        pytest.param((), "near", id="nothing-new"),
        pytest.param((records(YOUNG[0], PastStatus.VERIFIED),), "older", id="verified-meanwhile"),
        pytest.param((records(YOUNG[1], PastStatus.CONDEMNED),), "older", id="failed-meanwhile"),
    ],
)
def test_a_plan_knows_what_gates_that_run_beside_have_found(found, target):
    memory = SharedMemory()

    def others_find(_):
        for one in found:
            memory.remember(one)

    _, world = run(
        memory,
        health={"b": lambda now_s: CRITICAL if now_s > 5 else document()},
        deployments={"api": [deployment(), *reversed(YOUNG)]},
        at={3: others_find},
    )

    assert [what for _, what in world.mutations] == [target]


def test_a_plan_goes_by_what_was_read_before_where_the_memory_is_away():
    memory = SharedMemory(records(YOUNG[1], PastStatus.CONDEMNED))

    def goes_away(_):
        memory.fails = ("records",)

    report, world = run(
        memory,
        health={"b": lambda now_s: CRITICAL if now_s > 5 else document()},
        deployments={"api": [deployment(), *reversed(YOUNG)]},
        at={3: goes_away},
    )

    assert [what for _, what in world.mutations] == ["older"]
    assert any("as read before" in entry.text for entry in report.timeline)


def test_what_was_claimed_by_a_dead_run_goes_back_to_no_target_that_failed_meanwhile():
    memory = SharedMemory(claims={"new": 1})

    report, world = run(
        memory,
        health={"b": CRITICAL},
        deployments={"api": [deployment(), *reversed(YOUNG)]},
        at={30: lambda _: memory.remember(records(YOUNG[1], PastStatus.CONDEMNED))},
    )

    assert (report.exit_code, [what for _, what in world.mutations]) == (1, ["older"])


def test_a_verdict_is_kept_before_a_slow_rollback_is_waited_for():
    memory = SharedMemory()
    seen = []

    run(
        memory,
        health={"b": CRITICAL},
        on_rollback="ignored",
        at={10: lambda _: seen.extend(kept(memory))},
    )

    assert seen == [("new", "condemned")]


def test_a_verdict_is_taken_back_where_the_rollback_was_of_no_help():
    memory = SharedMemory()

    run(memory, health={"a": BAD, "b": BAD})

    assert [record.takes_back for record in memory.found] == [True, False]
    assert memory.records() == memory.before


def test_what_failed_and_stays_because_a_newer_one_is_on_its_way_is_condemned():
    memory = SharedMemory()
    coming = deployment("next", 20, "d", status=Status.BUILDING, instances=())

    report, world = run(
        memory, health={"b": BAD}, deployments={"api": [coming, deployment(), old()]}
    )

    assert (report.exit_code, world.mutations) == (3, [])
    assert ("new", "condemned") in kept(memory)


def test_what_failed_before_the_deploy_takes_no_verdict_back():
    memory = SharedMemory()
    missing = ShippedMigrations((*evidence().shipped[""].migrations, Migration("3", "three")))
    gone = {"status": Status.REMOVED, "instances": ("REMOVED",)}
    coming = deployment(minute=20, status=Status.BUILDING, instances=())

    def arrives(world):
        world.show("api", deployment(minute=20), old(**gone), active=("new",))

    run(
        memory,
        seen={"shipped": {"": missing}},
        health={"b": CRITICAL},
        deployments={"api": [coming, old(status=Status.SUCCESS)]},
        active={"api": ("old",)},
        at={20: arrives},
    )

    assert ("new", "condemned") in kept(memory)


def test_what_somebody_rolls_back_just_now_is_verified_by_nobody():
    memory = SharedMemory()
    back = deployment("human", 20, "a", reason="rollback", status=Status.BUILDING, instances=())

    run(memory, at={3: lambda world: world.show("api", back, deployment(), old(), active=("new",))})

    assert kept(memory) == [("new", "seen")]
