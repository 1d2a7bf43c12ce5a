"""Whose auto-deploy is switched on again, and what is forgotten then."""

import pytest

from tests.builders import service
from tests.commands.script import FakeClock, ScriptedWorld, SharedMemory
from verifier.commands.no_memory import NoMemory
from verifier.commands.release import Release
from verifier.errors import UnexpectedAnswerError

SERVICES = (service("api"), service("worker"), service("scheduler"))
HELD = frozenset({"id-api", "id-worker"})


@pytest.mark.parametrize(
    ("named", "off", "expected"),
    [
        pytest.param((), {"api", "worker", "scheduler"}, ["api", "worker"], id="what-gates-hold"),
        pytest.param((), {"scheduler"}, [], id="nobody-holds-it"),
        pytest.param((), {"worker"}, ["worker"], id="on-again-already"),
        pytest.param(("scheduler",), {"scheduler"}, ["scheduler"], id="named"),
        pytest.param(("scheduler",), {"api", "scheduler"}, ["scheduler"], id="only-what-is-named"),
    ],
)
def test_what_is_released(named, off, expected):
    world = ScriptedWorld(FakeClock(), switches={s.name: s.name not in off for s in SERVICES})
    memory = SharedMemory()
    memory.held.update(HELD)

    found = Release(world, memory, SERVICES).chosen(named)

    assert [s.name for s in found] == expected


def test_a_person_is_shown_what_is_on_and_who_holds_it():
    world = ScriptedWorld(FakeClock(), switches={"api": False, "worker": True, "scheduler": False})
    memory = SharedMemory()
    memory.hold("id-api")

    assert Release(world, memory, SERVICES).lines() == [
        "api: auto-deploy is off, held by a gate",
        "worker: auto-deploy is on",
        "scheduler: auto-deploy is off",
    ]


def test_where_nothing_is_kept_nobody_knows_what_gates_hold():
    world = ScriptedWorld(FakeClock(), switches={s.name: False for s in SERVICES})

    run = Release(world, NoMemory("GITHUB_TOKEN is not set"), SERVICES)

    assert (run.unread, run.chosen(())) == ("GITHUB_TOKEN is not set", ())


def test_a_release_is_proven_and_forgotten():
    world, memory = ScriptedWorld(FakeClock(), switches={"api": False}), SharedMemory()
    memory.hold("id-api")

    Release(world, memory, SERVICES[:1]).switch_on(SERVICES[0])

    assert (world.switches, memory.held) == ({"api": True}, set())


def test_a_release_that_railway_does_not_show_stays_known():
    world = ScriptedWorld(FakeClock(), switches={"api": False}, switch_fault="stuck")
    memory = SharedMemory()
    memory.hold("id-api")

    run = Release(world, memory, SERVICES[:1])

    with pytest.raises(UnexpectedAnswerError, match="still shows auto-deploy of api off"):
        run.switch_on(SERVICES[0])

    assert memory.held == {"id-api"}
