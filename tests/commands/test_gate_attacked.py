"""Worlds that a stranger made up to break the gate."""

from dataclasses import replace

import pytest

from tests.builders import POLICY, deployment, old, sha
from tests.commands.script import CRITICAL, SharedMemory
from tests.commands.test_gate import LIVE_OLD, new_gate, run
from tests.commands.test_gate_tracks import BOTH, SKIPPED_BY_PATHS, worker
from verifier.decide.gate.arrival import Wanted
from verifier.errors import UnreachableError
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.finding import Unobserved
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.verdict import RollbackMode

C = Wanted(commit_sha=sha("c"))


def skipped():
    return deployment("c", 20, "c", **SKIPPED_BY_PATHS)


def knows_an_older_one():
    return SharedMemory([PastVerdict("api", "older", sha("z"), "sha256:z", PastStatus.VERIFIED)])


def test_a_service_that_appears_after_the_verdict_is_stopped_or_put_back():
    def begins(world):
        coming = deployment("w", status=Status.BUILDING)
        world.show("worker", coming, LIVE_OLD, active=("old",))

    report, world, _ = run(health={"b": CRITICAL}, at={2: begins}, **worker(LIVE_OLD))

    assert report.exit_code == 3 or "cancel w" in [what for _, what in world.mutations]


def test_what_waits_for_an_approval_is_cancelled_too():
    waiting = deployment("w", status=Status.NEEDS_APPROVAL)

    report, world, _ = run(health={"b": CRITICAL}, **worker(waiting, LIVE_OLD))

    assert (report.exit_code, world.mutations[0][1]) == (1, "cancel w")


def test_what_takes_over_while_it_is_verified_is_looked_at():
    def takes_over(world):
        following = deployment("next", 70, "c")
        world.show("api", following, old("back-api", 61), old(), active=("next",))

    report, _, _ = run(names=BOTH, health={"b": CRITICAL, "c": CRITICAL}, at={5: takes_over})

    assert report.exit_code == 3


@pytest.mark.parametrize("reading", ["history", "states"])
def test_a_service_that_one_answer_does_not_show_is_rolled_back_all_the_same(reading):
    gate, world, _ = new_gate(health={"b": CRITICAL}, names=BOTH)
    real, count = getattr(world, reading), []

    def read(*names):
        count.append(1)
        fleet = dict(real(*names))
        if len(count) == 1:
            fleet["api"] = replace(fleet["api"], deployments=(), active=(), unread="null")
        return fleet

    setattr(world, reading, read)
    gate.run()

    assert gate.report().exit_code == 1


def test_an_outage_of_twenty_seconds_before_the_mutation_is_waited_for():
    gate, world, clock = new_gate(health={"b": CRITICAL})
    real = world.states

    def states(names):
        if clock.seconds < 22:
            raise UnreachableError("502")
        return real(names)

    world.states = states
    gate.run()

    assert gate.report().exit_code == 1


def test_a_migration_that_cannot_be_read_does_not_keep_a_rollback_from_being_made():
    def breaks(older, judged):
        raise ValueError("embedded null byte")

    gate, world, _ = new_gate(health={"b": CRITICAL})
    world.breaking_changes = breaks
    gate.run()

    assert [what for _, what in world.mutations] == ["old"]


def test_migrations_that_take_too_long_do_not_keep_a_rollback_from_being_made():
    gate, world, _ = new_gate(health={"b": CRITICAL})
    limits = []

    def at_once(asks, limit_s):
        if "migrations" not in asks:
            return {name: ask() for name, ask in asks.items()}
        limits.append(limit_s)
        return {name: Unobserved("no answer in time") for name in asks}

    world.at_once = at_once
    gate.run()

    assert [what for _, what in world.mutations] == ["old"]
    assert [2 <= limit_s <= 20 for limit_s in limits] == [True]


def test_what_was_never_looked_at_is_not_remembered_as_verified():
    memory = SharedMemory()
    taken = worker(
        deployment("next", 20, "c"), deployment("w", status=Status.REMOVED), old(), active=("next",)
    )

    run(memory=memory, **taken)

    assert [record.deployment_id for record in memory.found] == ["new"]


@pytest.mark.parametrize(
    ("deployments", "active"),
    [
        pytest.param(
            [deployment(), old("older", -10, "z", status=Status.SUCCESS)],
            ("new", "older"),
            id="while-both-are-active",
        ),
        pytest.param([deployment(status=Status.CRASHED), old("older", -10, "z")], (), id="crashed"),
    ],
)
def test_no_commit_passes_a_bad_deployment_by(deployments, active):
    report, _, _ = run(
        policy=replace(POLICY, mode=RollbackMode.OFF),
        memory=knows_an_older_one(),
        health={"b": CRITICAL},
        wanted=C,
        deployments={"api": [skipped(), *deployments]},
        active={"api": active},
    )

    assert report.exit_code != 0


def test_no_commit_passes_by_what_broke_when_a_variable_was_changed():
    """A gate verified the api; then Railway made it anew, with another value of a variable."""
    verified = deployment("verified", 5)
    report, _, _ = run(
        policy=replace(POLICY, mode=RollbackMode.OFF),
        memory=SharedMemory(
            [PastVerdict("api", "verified", verified.commit_sha, "", PastStatus.VERIFIED)]
        ),
        health={"b": CRITICAL},
        wanted=C,
        deployments={"api": [skipped(), deployment(), verified, old("older", -10, "z")]},
        active={"api": ("new",)},
    )

    assert (report.verdict, report.exit_code) == ("failed", 3)


def test_an_earlier_commit_is_condemned_in_every_service_that_it_serves():
    names = ("api", "zz")
    deployments = {name: [skipped(), deployment(), old("older", -10, "z")] for name in names}

    report, _, _ = run(
        memory=knows_an_older_one(),
        health={"b": CRITICAL},
        names=names,
        deployments=deployments,
        active=dict.fromkeys(names, ("new",)),
        wanted=C,
    )

    assert report.exit_code != 1 or report.services[1].active_after != "new"
