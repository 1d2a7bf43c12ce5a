"""What fails in everything that serves, where nobody is known who may speak of the environment."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, deployment, document, old, sha
from tests.commands.script import BAD, BARE, SILENT, FakeClock, SharedMemory, Silence
from tests.commands.test_outage_meanwhile import (
    AllAnswer,
    OwnAddresses,
    away,
    newer_worker,
    run,
    run_timed,
)
from verifier.commands.gate import Gate
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.past_verdict import PastStatus, PastVerdict

GONE = old(status=Status.REMOVED, instances=("REMOVED",))
VERIFIED = PastVerdict("api", "new", sha("b"), "sha256:b", PastStatus.VERIFIED)


@pytest.mark.parametrize("answer", [BAD, SILENT])
def test_what_fails_in_older_code_that_nobody_has_seen_good_is_waited_out(answer):
    outage = away((0, 60), then=answer)
    report, mutations = run({"a": outage, "b": outage}, verified=False)

    assert (report.verdict, report.exit_code, mutations) == ("passed", 0, [])
    said = "it fails the same way at the same time in all that serves (worker)"
    assert answer is SILENT or any(said in entry.text for entry in report.timeline)


@pytest.mark.slow
def test_such_a_failure_is_not_borne_for_good():
    report, mutations, at_s = run_timed({"a": BAD, "b": BAD}, verified=False)

    assert (report.verdict, mutations[0]) == ("failed", "old")
    assert 100 < at_s[0] < LIMITS.ready_within_s + 8


@pytest.mark.slow
@pytest.mark.parametrize("begins_s", [4, 8])
def test_nor_is_one_of_what_was_good_for_seconds(begins_s):
    outage = away((begins_s, 1e9))
    report, mutations = run({"a": outage, "b": outage}, verified=False)

    assert (report.verdict, "old" in mutations) == ("failed", True)


@pytest.mark.parametrize("verified", [True, False])
@pytest.mark.parametrize("bad", [BAD, BARE], ids=["named", "bare"])
def test_what_failed_so_before_beside_good_old_code_makes_no_doubt(verified, bad):
    """The worker has always been bad, and the api was good until now: they do not fail together."""
    building = replace(deployment(), status=Status.BUILDING, instances=())
    serving = old(status=Status.SUCCESS, instances=("RUNNING",))
    since_s = 36.0 if bad is BARE else 0.0

    report, mutations, at_s = run_timed(
        {"b": away((since_s, 1e9), then=bad), "c": bad},
        verified=verified,
        api=[building, serving],
        worker="c",
        at={30.0: lambda world: world.show("api", deployment(), old(), active=("new",))},
    )

    assert (report.verdict, mutations) == ("failed", ["old"])
    assert at_s[0] < 50


@pytest.mark.parametrize("verified", [True, False])
def test_one_that_is_good_beside_it_makes_no_doubt(verified):
    report, mutations, at_s = run_timed({"b": BAD}, verified=verified)

    assert (report.verdict, mutations[0]) == ("failed", "old")
    assert at_s[0] < 8


class WorkerNeverWell(AllAnswer):
    """The worker has always answered the same, whatever the api does."""

    def _document(self, judged):
        return BAD if judged.id == "w-old" else super()._document(judged)


class WorkerComesAndGoes(AllAnswer):
    """The worker is bad at first and good at the second look, and bad from then on."""

    def _document(self, judged):
        if judged.id != "w-old":
            return super()._document(judged)
        return BAD if self.clock.seconds < 1 or 3 <= self.clock.seconds < 60 else document()


def api_comes_at(second):
    building = deployment(status=Status.BUILDING)
    live = old(status=Status.SUCCESS, instances=("RUNNING",))
    came = {second: lambda world: world.show("api", deployment(), old(), active=("new",))}
    return {"api": [building, live], "at": came, "verified": False}


def test_what_failed_alone_before_the_deploy_excuses_nothing():
    given = api_comes_at(30)
    report, mutations, at_s = run_timed({"b": BAD}, world=WorkerNeverWell, **given)

    assert (report.verdict, mutations[0]) == ("failed", "old")
    assert at_s[0] < 30 + 8


def test_what_failed_alone_in_fewer_looks_than_confirm_it_is_waited_for_shortly():
    report, mutations, at_s = run_timed({"b": BAD}, world=WorkerNeverWell, **api_comes_at(3))

    assert (report.verdict, mutations[0]) == ("failed", "old")
    assert 3 + 20 <= at_s[0] < 3 + 30


@pytest.mark.parametrize("arrives_s", [1, 3, 5, 7, 9, 13])
def test_what_failed_alone_before_in_what_a_gate_had_verified_keeps_nothing_bad_for_good(arrives_s):
    """It may have only begun, and was seen too seldom to be sure; but not for ever."""
    given = {**api_comes_at(arrives_s), "verified": True, "worker": "c", "world": OwnAddresses}
    report, mutations, at_s = run_timed({"b": BAD, "c": BAD}, **given)

    assert (report.verdict, mutations) == ("failed", ["old"])
    assert at_s[0] - arrives_s <= LIMITS.ready_within_s + 8


def test_what_came_and_went_elsewhere_before_is_waited_for_longer():
    given = api_comes_at(3)
    outage = away((3, 60))
    report, mutations, _ = run_timed({"b": outage}, world=WorkerComesAndGoes, **given)

    assert (report.verdict, mutations) == ("passed", [])


@pytest.mark.parametrize(
    ("deadline_s", "verdict"),
    [
        pytest.param(235, "failed", id="nearly-long-enough"),
        pytest.param(110, "inconclusive", id="much-too-short-to-tell"),
    ],
)
def test_the_end_of_the_run_ends_a_doubt_of_which_half_is_over(deadline_s, verdict):
    report, mutations, _ = run_timed(
        {"a": BAD, "b": BAD}, verified=False, limits=replace(LIMITS, deadline_s=deadline_s)
    )

    assert (report.verdict, bool(mutations)) == (verdict, verdict == "failed")
    if not mutations:
        assert "fails the same way at the same time in all that serves (worker)" in report.reason


def test_what_failed_in_both_before_the_deploy_is_waited_for():
    outage = away((0, 60))
    given = api_comes_at(30)
    report, mutations, _ = run_timed({"a": outage, "b": outage}, world=WorkerNeverWell, **given)

    assert (report.verdict, mutations) == ("passed", [])


def test_what_went_live_later_is_given_the_time_to_be_taken_out():
    outage = away((0, 60))
    report, mutations = run({"b": outage, "d": outage}, at={0: newer_worker})

    assert (report.verdict, report.exit_code, mutations) == ("passed", 0, [])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kept", "is_rolled_back"),
    [pytest.param((VERIFIED,), False, id="verified"), pytest.param((), True, id="never-verified")],
)
def test_what_a_gate_has_verified_is_left_where_all_that_serves_fails(kept, is_rolled_back):
    report, mutations = run({"a": BAD, "b": BAD, "d": BAD}, at={0: newer_worker}, kept=kept)

    assert bool(mutations) is is_rolled_back
    assert report.exit_code in (3, 4)


class WorkerFails(AllAnswer):
    """The worker alone is bad from 30 s on."""

    def _document(self, judged):
        is_bad = judged.id == "worker-b" and self.clock.seconds >= 30
        return BAD if is_bad else super()._document(judged)


def release(outage, world=AllAnswer, memory=None, at=None):
    """Commit b in three services, of which the scheduler is new, and is built for a minute."""
    clock, (api, worker) = FakeClock(), (deployment(f"{n}-b", 60, "b") for n in ("api", "worker"))
    building = deployment("scheduler-b", 60, "b", status=Status.BUILDING, instances=())
    came = replace(building, status=Status.SUCCESS, instances=("RUNNING",))
    world = world(
        clock,
        health={"b": outage},
        names=("api", "worker", "scheduler"),
        deployments={"api": [api, GONE], "worker": [worker, GONE], "scheduler": [building]},
        active={"api": (api.id,), "worker": (worker.id,), "scheduler": ()},
        at={60: lambda shown: shown.show("scheduler", came, active=(came.id,)), **(at or {})},
    )
    task = Task(Wanted(commit_sha=sha("b")), LIMITS, POLICY, EXPECTED, "acme / production")
    gate = Gate(world, memory or SharedMemory(), task, clock, Journal(clock, Silence()))
    gate.run()
    return gate.report().verdict, bool(world.mutations)


def test_a_release_that_was_good_is_not_blamed_for_what_breaks_in_all_of_it():
    assert release(away((30, 50))) == ("passed", False)


def test_a_release_that_was_good_for_seconds_is():
    assert release(away((5, 50))) == ("failed", True)


@pytest.mark.parametrize(("names", "is_kept"), [(("api", "worker"), True), (("api",), False)])
def test_a_release_that_another_gate_verified_meanwhile_is_left(names, is_kept):
    memory = SharedMemory()
    records = [PastVerdict(n, f"{n}-b", sha("b"), "sha256:b", PastStatus.VERIFIED) for n in names]
    at = {10: lambda _: memory.found.extend(records)}

    verdict, is_rolled_back = release(away((0, 1), (11, 50)), memory=memory, at=at)

    assert (verdict == "passed", is_rolled_back) == (is_kept, not is_kept)


def test_a_release_that_was_good_is_where_one_of_its_services_fails():
    assert release(away(), WorkerFails) == ("failed", True)
