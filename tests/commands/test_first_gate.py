"""The first gate of a team, and its second, in each way in which a gate is started."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, START, deployment, document, old, sha
from tests.commands.script import (
    BAD,
    BARE,
    CRITICAL,
    SILENT,
    FakeClock,
    ScriptedWorld,
    SharedMemory,
    Silence,
)
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.model.deployment import DeploymentStatus as Status

NAMES = ("api", "worker")
MADE = timedelta(minutes=4)


class ByImage(ScriptedWorld):
    """
    Uploads have no commit: what a deployment answers is told by its image.

    Every deployment has an id of its own here, which tells its service.
    """

    def _document(self, judged):
        found = self.health.get(judged.image_digest[-1:], document())
        return found(self.clock.seconds) if callable(found) else found

    def _next(self, deployment_id):
        return self._owner(deployment_id)


def ids_of(letter):
    return {name: f"{name}-{letter}" for name in NAMES}


@dataclass(frozen=True)
class SetUp:
    """How a gate is started: what it is told, and how long after Railway began to build."""

    name: str
    is_early: bool
    has_commit: bool
    wanted: object

    def __str__(self):
        return self.name


SET_UPS = [
    SetUp("push", True, True, lambda letter, made: Wanted(commit_sha=sha(letter))),
    SetUp("event", False, True, lambda letter, made: Wanted(sha(letter), ids=ids_of(letter))),
    SetUp("upload", True, False, lambda letter, made: Wanted(since=made - MADE)),
    SetUp("by-hand", False, True, lambda letter, made: Wanted(commit_sha=sha(letter))),
]
BACK = {"api-a", "worker-a"}
BADNESS = {"critical": CRITICAL, "named": BAD, "bare": BARE, "silent": SILENT}


def gate_of(set_up, letter, before, health, memory):
    """Judge what follows `before`, in this set-up: the report, and what was put back."""
    minute = 10 * (1 + ord(letter) - ord("a"))
    made = START + timedelta(minutes=minute)
    clock = FakeClock()

    def shown(id_, commit, minute, change):
        made = change(id_, minute, commit)
        return made if set_up.has_commit else replace(made, commit_sha="")

    def services(new, earlier):
        return {
            name: [
                shown(ids_of(letter)[name], letter, minute, new),
                shown(ids_of(before)[name], before, minute - 10, earlier),
            ]
            for name in NAMES
        }

    def active(of):
        return {name: (id_,) for name, id_ in ids_of(of).items()}

    def building(*told):
        return deployment(*told, status=Status.BUILDING, instances=())

    def still_live(*told):
        return old(*told, status=Status.SUCCESS, instances=("RUNNING",))

    def arrives(world):
        world.deployments, world.active = services(deployment, old), active(letter)

    early = set_up.is_early
    world = ByImage(
        clock,
        health=health,
        names=NAMES,
        deployments=services(building, still_live) if early else services(deployment, old),
        active=active(before) if early else active(letter),
        at={30.0: arrives} if early else {},
    )
    wanted = set_up.wanted(letter, made)
    asked = Task(wanted, LIMITS, POLICY, EXPECTED, "acme / production")
    gate = Gate(world, memory, asked, clock, Journal(clock, Silence()))
    gate.run()
    return gate.report(), {back for _, back in world.mutations}


@pytest.mark.parametrize("set_up", SET_UPS, ids=str)
@pytest.mark.parametrize("before", [document(), BAD], ids=["good-before", "bad-before"])
def test_the_first_gate_leaves_a_good_deployment_alone(set_up, before):
    report, back = gate_of(set_up, "b", "a", {"a": before}, SharedMemory(before=()))

    assert (int(report.exit_code), back) == (0, set())


@pytest.mark.parametrize("set_up", SET_UPS, ids=str)
@pytest.mark.parametrize("bad", [BAD, BARE], ids=["named", "bare"])
def test_the_first_gate_is_red_and_touches_nothing_where_it_was_so_before(set_up, bad):
    report, back = gate_of(set_up, "b", "a", {"a": bad, "b": bad}, SharedMemory(before=()))

    assert (int(report.exit_code), back) == (3, set())


@pytest.mark.slow
@pytest.mark.parametrize("set_up", SET_UPS, ids=str)
@pytest.mark.parametrize("kind", BADNESS)
def test_the_first_gate_puts_back_what_it_saw_good_and_is_never_green_over_a_bad_one(set_up, kind):
    """A late one has seen nothing before: only what speaks for itself goes back."""
    report, back = gate_of(set_up, "b", "a", {"b": BADNESS[kind]}, SharedMemory(before=()))

    goes = set_up.is_early or kind in ("critical", "silent")
    assert (int(report.exit_code), back) == ((1, BACK) if goes else (3, set()))


@pytest.mark.slow
@pytest.mark.parametrize("set_up", SET_UPS, ids=str)
@pytest.mark.parametrize("kind", BADNESS)
def test_after_one_run_that_passed_every_bad_one_goes_back(set_up, kind):
    memory = SharedMemory(before=())
    first, _ = gate_of(set_up, "a", "_", {}, memory)

    report, back = gate_of(set_up, "b", "a", {"b": BADNESS[kind]}, memory)

    assert (int(first.exit_code), int(report.exit_code), back) == (0, 1, BACK)
