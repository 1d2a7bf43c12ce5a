"""A run that is cancelled says what is live at its end, and what it was doing."""

import threading
from dataclasses import replace
from functools import partial

import pytest

from tests.commands.script import CRITICAL
from tests.commands.test_gate import new_gate
from tests.commands.test_rollback import new_rollback
from tests.patience import without_waiting
from verifier.commands.observe import LiveWorld
from verifier.errors import UnreachableError
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.report import End

LIMIT_S = 2.0


def interrupt(*_):
    raise KeyboardInterrupt


def interrupted(after=None, **script):
    """A gate that is cancelled as soon as Railway has been asked for the rollback."""
    gate, world, _ = new_gate(health={"b": CRITICAL}, **script)
    roll_back = world.roll_back

    def ask(deployment_id):
        roll_back(deployment_id)
        if after:
            after(world)
        interrupt()

    world.roll_back = ask
    with pytest.raises(KeyboardInterrupt):
        gate.run()
    return gate, world


def end(run, limit_s=LIMIT_S):
    run.refresh(limit_s)
    return run.report(End.CANCELLED)


def test_a_rollback_that_took_effect_meanwhile_is_in_the_report():
    gate, _ = interrupted()

    report = end(gate)

    (service,) = report.services
    assert (report.exit_code, service.active_after) == (130, "back-api")
    assert (service.rollback.outcome, service.rollback.deployment) == ("restored", "back-api")
    assert (
        service.rollback.reason == "Railway shows back-api (commit aaaaaaaa) active, not verified"
    )


def shown_as(status):
    def show(world):
        back, *rest = world.deployments["api"]
        world.show("api", replace(back, status=status), *rest, active=("new",))

    return show


@pytest.mark.parametrize(
    ("after", "outcome"),
    [
        pytest.param(shown_as(Status.DEPLOYING), "unknown", id="under-way"),
        pytest.param(shown_as(Status.FAILED), "refused", id="ended-badly"),
    ],
)
def test_one_that_has_not_is_not_called_made(after, outcome):
    gate, _ = interrupted(after)

    report = end(gate)
    (service,) = report.services

    assert (service.active_after, service.rollback.outcome) == ("new", outcome)
    assert any("manually" in step for step in report.advice) == (outcome == "refused")
    under_way = "The rollback of api to old is under way (Railway shows back-api DEPLOYING): "
    assert (f"{under_way}look again with verifier status." in report.advice) == (
        outcome == "unknown"
    )


def test_one_hiccup_does_not_hide_what_is_live():
    gate, world = interrupted()
    fleet, answers = world.fleet, [UnreachableError("HTTP 502")]

    def hiccup():
        if answers:
            raise answers.pop()
        return fleet()

    world.fleet = hiccup

    assert end(gate).services[0].active_after == "back-api"


@pytest.mark.parametrize("fault", ["hangs", "unreachable"])
def test_a_railway_that_does_not_answer_is_not_waited_for(fault):
    gate, world = interrupted()
    world.at_once = partial(LiveWorld.at_once, world)
    forever = threading.Event()

    def fail():
        if fault == "hangs":
            forever.wait()
        raise UnreachableError("could not read the deployments: HTTP 502")

    world.fleet = fail

    with without_waiting():
        report = end(gate, 0.5)
    forever.set()

    assert report.services[0].active_after == "new"
    assert "could not re-read what is live now" in report.timeline[-1].text


def test_it_says_what_it_was_doing():
    gate, world, _ = new_gate()
    world.deployments["api"] = [world.deployments["api"][1]]
    world.show("api", *world.deployments["api"], active=("old",))
    world.wait = interrupt
    with pytest.raises(KeyboardInterrupt):
        gate.run()

    reason = end(gate).reason

    assert reason.startswith("cancelled; it was waiting: a second look")


def test_it_says_that_it_was_verifying_what_it_had_put_back():
    gate, world, _ = new_gate(health={"b": CRITICAL})
    wait = world.wait

    def until_it_is_back(seconds):
        if world.mutations and world.active["api"] == ("back-api",):
            interrupt()
        return wait(seconds)

    world.wait = until_it_is_back
    with pytest.raises(KeyboardInterrupt):
        gate.run()

    reason = end(gate).reason

    assert "it was waiting: the verdict on what is live now" in reason


def test_a_gate_that_has_read_nothing_yet_says_so_and_reads_it():
    gate, world, _ = new_gate()
    fleet, world.fleet = world.fleet, interrupt
    with pytest.raises(KeyboardInterrupt):
        gate.run()
    world.fleet = fleet

    report = end(gate)

    assert report.services[0].active_after == "new"
    assert "it was reading the deployments at Railway" in report.reason


def test_a_rollback_by_hand_looks_once_more_as_well():
    rollback, world, _ = new_rollback()
    rollback.plan((), None)
    roll_back = world.roll_back

    def ask(deployment_id):
        roll_back(deployment_id)
        interrupt()

    world.roll_back = ask
    with pytest.raises(KeyboardInterrupt):
        rollback.carry_out()

    (service,) = end(rollback).services

    assert (service.active_after, service.rollback.outcome) == ("back-api", "restored")
