"""What stays because it is good is looked on at, whatever else of its commit is still to come."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, deployment, document, sha
from tests.commands.script import BAD, CRITICAL, FakeClock, SharedMemory, Silence
from tests.commands.test_good_beside_unbuilt import FAILED, VERIFIED, play
from tests.commands.test_outage_meanwhile import OwnAddresses, away
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.errors import UnexpectedAnswerError, UnreachableError
from verifier.model.deployment import DeploymentStatus as Status

GONE = {"status": Status.REMOVED, "instances": ("REMOVED",)}


class NothingIsCancelled(OwnAddresses):
    def cancel(self, deployment_id):
        raise UnexpectedAnswerError("could not cancel: Railway answered false")

    def roll_back(self, deployment_id):
        self.mutations.append((self.clock.seconds, deployment_id))
        self._put_back(self._owner(deployment_id), deployment_id)

    def _document(self, judged):
        return document() if judged.id == "web-new" else super()._document(judged)


def play_three(api, web_s, *, is_shown):
    """Commit b is live in the api, not built in the worker, and comes to web at `web_s`."""
    new, prev = deployment("new", 60, "b"), deployment("prev", 55, "e")
    broken, serving = deployment("w-new", 60, "b", **FAILED), deployment("w-old", 0, "c")
    web, before = deployment("web-new", 60, "b"), deployment("web-prev", 55, "e")
    coming = replace(web, status=Status.BUILDING, instances=())
    clock = FakeClock()
    world = NothingIsCancelled(
        clock,
        health={"b": api, "c": document(), "e": document()},
        names=("api", "worker", "web"),
        deployments={
            "api": [new, replace(prev, **GONE)],
            "worker": [broken, serving],
            "web": [coming, before] if is_shown else [before],
        },
        active={"api": ("new",), "worker": ("w-old",), "web": ("web-prev",)},
        at={web_s: lambda w: w.show("web", web, replace(before, **GONE), active=("web-new",))},
    )
    task = Task(Wanted(commit_sha=sha("b")), LIMITS, POLICY, EXPECTED, "acme / production")
    gate = Gate(world, SharedMemory([], before=()), task, clock, Journal(clock, Silence()))
    gate.run()
    return gate.report(), {what for _, what in world.mutations}, world


@pytest.mark.parametrize("is_shown", [True, False], ids=["building", "not-there-yet"])
@pytest.mark.parametrize("web_s", [3, 12])
@pytest.mark.parametrize("health", [CRITICAL, BAD], ids=["critical", "named"])
def test_what_stays_and_fails_goes_back_while_more_of_its_commit_comes(health, web_s, is_shown):
    report, mutations, world = play_three(away((6, 1e9), then=health), web_s, is_shown=is_shown)

    assert (report.verdict, int(report.exit_code)) == ("failed", 1)
    assert mutations == {"prev", "web-prev"}
    assert world.active["api"] == ("back-api",)
    assert {s.name for s in report.services if s.rollback} == {"api", "web"}


@pytest.mark.parametrize("is_shown", [True, False], ids=["building", "not-there-yet"])
def test_what_stays_and_holds_is_not_touched_while_more_of_its_commit_comes(is_shown):
    report, mutations, world = play_three(document(), 12, is_shown=is_shown)

    assert (report.verdict, int(report.exit_code), mutations) == ("failed", 3, {"web-prev"})
    assert world.active["api"] == ("new",)


class LateMemory(SharedMemory):
    clock, until_s = None, 0.0

    def records(self):
        if self.clock.seconds < self.until_s:
            raise UnreachableError("could not read the records: HTTP 502")
        return super().records()


@pytest.mark.parametrize("until_s", [8.0, 40.0])
def test_records_that_come_late_say_what_it_can_go_back_to(until_s):
    report, mutations = play(records=[VERIFIED], memory=LateMemory, until_s=until_s)

    assert (report.verdict, int(report.exit_code), mutations) == ("failed", 1, ["prev"])


@pytest.mark.parametrize(("records", "until_s"), [([], 8.0), ([VERIFIED], 1e9)])
def test_without_them_it_stays(records, until_s):
    report, mutations = play(records=records, memory=LateMemory, until_s=until_s)

    assert (report.verdict, int(report.exit_code), mutations) == ("failed", 3, [])
