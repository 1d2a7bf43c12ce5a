"""No run is green over a service that it did not touch and that is critical, or down, now."""

from datetime import timedelta

import pytest

from tests.builders import LIMITS, START, deployment, document, old
from tests.commands.script import BAD, BARE, CRITICAL, SILENT
from tests.commands.test_gate_tracks import SKIPPED_BY_PATHS
from tests.commands.test_outage_meanwhile import OwnAddresses, away, run_timed
from verifier.model.deployment import DeploymentStatus as Status


def api_comes_at(second):
    """The old api serves until then."""
    building = deployment(status=Status.BUILDING, instances=())
    live = old(status=Status.SUCCESS, instances=("RUNNING",))
    came = {second: lambda world: world.show("api", deployment(), old(), active=("new",))}
    return {"api": [building, live], "at": came}


@pytest.mark.parametrize("verified", [True, False], ids=["verified", "without-a-record"])
@pytest.mark.parametrize("begun", [{}, api_comes_at(5)], ids=["late", "before"])
@pytest.mark.parametrize("answer", [CRITICAL, SILENT], ids=["critical", "down"])
def test_no_green_over_what_is_critical_or_down(answer, begun, verified):
    given = {**begun, "at": dict(begun.get("at", {}))}

    given |= {"verified": verified, "world": OwnAddresses}
    report, mutations, _ = run_timed({"c": answer}, worker="c", **given)

    assert (report.verdict, int(report.exit_code), mutations) == ("failed", 3, [])
    assert "worker" in report.reason
    assert any(f.service == "worker" and f.outcome.condemns for f in report.findings)


def test_no_green_over_what_has_crashed():
    crashed = deployment("w-old", 0, "c", status=Status.CRASHED, instances=("CRASHED",))
    skipped = deployment("skipped", 60, "b", **SKIPPED_BY_PATHS)
    at = {5: lambda world: world.show("worker", skipped, crashed, active=(crashed.id,))}

    report, mutations, _ = run_timed({}, worker="c", verified=False, at=at)

    assert (report.verdict, int(report.exit_code), mutations) == ("failed", 3, [])
    assert "worker" in report.reason


def test_no_green_where_nothing_serves_any_more():
    gone = deployment("w-old", 0, "c", status=Status.REMOVED, instances=("REMOVED",))
    skipped = deployment("skipped", 60, "b", **SKIPPED_BY_PATHS)
    at = {5: lambda world: world.show("worker", skipped, gone, active=())}

    report, mutations, _ = run_timed({}, worker="c", verified=False, at=at)

    assert (report.verdict, int(report.exit_code), mutations) == ("failed", 3, [])
    assert "worker" in report.reason


@pytest.mark.parametrize("spell", [CRITICAL, SILENT], ids=["critical", "down"])
def test_what_is_good_again_is_green(spell):
    given = {**api_comes_at(5), "world": OwnAddresses}
    spell = away((0, 20), then=spell)

    report, mutations, _ = run_timed({"c": spell}, worker="c", verified=False, **given)

    assert (report.verdict, int(report.exit_code), mutations) == ("passed", 0, [])


def test_what_merely_fails_in_another_service_is_no_reason():
    report, mutations, _ = run_timed({"c": BAD}, worker="c", verified=False)

    assert (report.verdict, int(report.exit_code), mutations) == ("passed", 0, [])


def test_a_commit_that_passes_every_service_by_is_not_green_over_it_either():
    skipped = deployment("new", 10, "b", **SKIPPED_BY_PATHS)
    live = old(status=Status.SUCCESS, instances=("RUNNING",))

    report, mutations, _ = run_timed(
        {"c": CRITICAL}, worker="c", verified=False, api=[skipped, live]
    )

    assert (report.verdict, int(report.exit_code), mutations) == ("failed", 3, [])
    assert "worker" in report.reason


def test_it_is_seen_at_once_and_told_without_waiting_for_the_deadline():
    report, _, _ = run_timed({"c": CRITICAL}, worker="c", verified=False)

    assert (report.ended_at - report.started_at).total_seconds() < LIMITS.stable_for_s + 10


@pytest.mark.parametrize("health", [BAD, BARE], ids=["named", "bare"])
def test_one_that_merely_fails_after_a_moment_of_silence_is_no_reason(health):
    """It was so before this deploy, and is nothing that forbids a green end."""
    given = {**api_comes_at(5), "world": OwnAddresses}
    spell = away((18, 23), then=SILENT, otherwise=health)
    report, mutations, _ = run_timed({"c": spell}, worker="c", verified=False, **given)

    assert (report.verdict, int(report.exit_code), mutations) == ("passed", 0, [])


def test_nor_does_it_hide_another_one_that_is_down():
    class Two(OwnAddresses):
        """A third service, which this deploy leaves alone as well."""

        def __init__(self, clock, **script):
            skipped = deployment("s-skipped", 60, "b", **SKIPPED_BY_PATHS)
            own = deployment("s-old", 0, "d")
            script["names"] = (*script["names"], "scheduler")
            script["deployments"]["scheduler"] = [skipped, own]
            script["active"]["scheduler"] = (own.id,)
            super().__init__(clock, **script)

    spell = away((18, 23), then=SILENT, otherwise=BAD)
    given = {**api_comes_at(5), "world": Two}
    health = {"c": spell, "d": away((18, 1e9), then=SILENT)}
    report, mutations, _ = run_timed(health, worker="c", verified=False, **given)

    assert (report.verdict, int(report.exit_code), mutations) == ("failed", 3, [])
    assert "scheduler" in report.reason


@pytest.mark.parametrize("shown_again_s", [1, 3])
def test_one_look_that_shows_nothing_active_is_no_reason(shown_again_s):
    skipped = deployment("skipped", 60, "b", **SKIPPED_BY_PATHS)
    own, given = deployment("w-old", 0, "c"), api_comes_at(5)
    given["at"] |= {
        14: lambda world: world.show("worker", skipped, own, active=()),
        15 + shown_again_s: lambda world: world.show("worker", skipped, own, active=(own.id,)),
    }

    report, mutations, _ = run_timed({}, worker="c", verified=False, **given)

    assert (report.verdict, int(report.exit_code), mutations) == ("passed", 0, [])


def worker_ended(**ended):
    """What the worker ran was so before the run began; Railway lists nothing of it as active."""
    own = deployment("w-old", 0, "c", **ended)

    class Ended(OwnAddresses):
        """The worker has ended."""

        def __init__(self, clock, **script):
            skipped = deployment("skipped", 60, "b", **SKIPPED_BY_PATHS)
            script["deployments"]["worker"] = [skipped, *script.pop("later", ()), own]
            script["active"]["worker"] = ()
            super().__init__(clock, **script)

    return Ended


REMOVED = {"status": Status.REMOVED, "instances": ("REMOVED",)}
CRON = {"status": Status.CRASHED, "instances": ("CRASHED",), "is_scheduled": True}
BEFORE, SINCE = START + timedelta(minutes=30), START + timedelta(minutes=61)


@pytest.mark.parametrize("begun", [{}, api_comes_at(5)], ids=["late", "before"])
@pytest.mark.parametrize("settled_at", [BEFORE, None], ids=["told-when", "seen-so"])
def test_a_cron_run_that_had_crashed_before_the_deploy_is_told_and_green(settled_at, begun):
    given = {**begun, "at": dict(begun.get("at", {}))}
    given |= {"world": worker_ended(settled_at=settled_at, **CRON), "worker": "c"}
    report, mutations, _ = run_timed({}, verified=False, **given)

    assert (report.verdict, int(report.exit_code), mutations) == ("passed", 0, [])
    assert [f.service for f in report.findings if f.outcome == "warn"] == ["worker"]


def test_nor_does_it_make_every_later_run_red_where_a_gate_had_verified_it():
    world = worker_ended(settled_at=BEFORE, **CRON)
    report, mutations, _ = run_timed({}, worker="c", verified=True, world=world)

    assert (report.verdict, int(report.exit_code), mutations) == ("passed", 0, [])


@pytest.mark.parametrize(
    "ended",
    [
        pytest.param({**CRON, "is_scheduled": False, "settled_at": BEFORE}, id="a-worker-crashed"),
        pytest.param({**REMOVED, "settled_at": SINCE}, id="removed-since"),
        # By a person, or by a limit of use: nobody can tell, and nothing of it runs.
        pytest.param({**REMOVED, "settled_at": BEFORE}, id="removed-before"),
        pytest.param({**CRON, "settled_at": SINCE}, id="the-cron-run-crashed-since"),
    ],
)
@pytest.mark.parametrize("verified", [True, False], ids=["verified", "without-a-record"])
def test_what_runs_on_by_itself_or_ended_since_is_red(ended, verified):
    world = worker_ended(**ended)
    report, mutations, _ = run_timed({}, worker="c", verified=verified, world=world)

    assert (int(report.exit_code) in (3, 4), mutations) == (True, [])


@pytest.mark.parametrize("period_s", [4, 6])
def test_what_is_silent_and_good_in_turns_is_a_verdict_and_not_the_deadline(period_s):
    given = {**api_comes_at(5), "world": OwnAddresses}

    def health(seconds):
        return SILENT if seconds % period_s < period_s / 2 else document()

    report, mutations, _ = run_timed({"c": health}, worker="c", verified=False, **given)
    took_s = (report.ended_at - report.started_at).total_seconds()

    assert (report.verdict, int(report.exit_code), mutations) == ("failed", 3, [])
    assert "flapping" in report.reason
    assert took_s < 2 * LIMITS.ready_within_s
