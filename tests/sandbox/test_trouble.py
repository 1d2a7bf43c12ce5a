"""What goes wrong beside a commit: services that do not come, odd answers, slow starts."""

import pytest

from tests.patience import until
from tests.sandbox.runs import check_first, everywhere, gate, live_commits, rollbacks
from verifier.sandbox.scenarios.scenario import Commit, Faults, MutationAnswer

pytestmark = pytest.mark.slow


@pytest.fixture
def trouble(town):
    """Let a commit of the shared sandbox be another one, or faults happen."""
    calm = town.platform.scenario

    def change(name="good", faults=None, **commit):
        found = town.platform.scenario.commits
        commits = {**found, name: Commit.model_validate({**found[name].model_dump(), **commit})}
        town.platform.scenario = calm.model_copy(
            update={"commits": commits, "faults": faults or Faults()}
        )

    yield change
    town.platform.scenario = calm


def test_a_critical_api_goes_back_while_its_worker_builds(town, trouble, tmp_path):
    trouble("wrong-database", builds={"julia-worker": "60s"})
    town.push("wrong-database")

    run = gate(town, "wrong-database", tmp_path)

    api, worker = run.report["services"]
    assert (run.code, live_commits(town)) == (1, everywhere("first"))
    assert api["rollback"]["outcome"] == "restored"
    assert worker["stopped"]["outcome"] == "stopped"
    assert town.api.requests.count("Cancel") == 1


@pytest.mark.parametrize(
    "fate",
    [
        pytest.param({"fates": {"julia-worker": "absent"}}, id="absent"),
        pytest.param({"fates": {"julia-worker": "needs-approval"}}, id="approval"),
        pytest.param({"skipped": {"julia-worker": ""}}, id="skipped-untold"),
    ],
)
def test_a_service_that_never_comes_makes_it_red_and_keeps_nothing(town, trouble, tmp_path, fate):
    trouble("wrong-database", **fate)
    town.push("wrong-database")

    run = gate(town, "wrong-database", tmp_path)

    assert (run.code, run.report["verdict"]) == (1, "failed")
    assert live_commits(town) == everywhere("first")


def test_a_newer_commit_that_fails_gives_the_service_back(town, trouble, tmp_path):
    trouble("broken-build", skipped={"julia-worker": "No changes to watched files"})
    town.push("wrong-database")
    until(lambda: live_commits(town) == everywhere("wrong-database"))
    town.call(lambda: town.platform.push("broken-build"))

    run = gate(town, "wrong-database", tmp_path)

    assert (run.code, live_commits(town)) == (1, everywhere("first"))


@pytest.mark.parametrize("hiccup", ["502", "429", "cut"])
def test_reads_that_fail_change_nothing(town, trouble, tmp_path, hiccup):
    trouble(faults=Faults(reads=dict.fromkeys((1, 2, 4, 6, 9, 12, 15, 18, 21), hiccup)))
    town.push("wrong-database")

    run = gate(town, "wrong-database", tmp_path)

    assert (run.code, live_commits(town), rollbacks(town)) == (1, everywhere("first"), 2)


@pytest.mark.parametrize("answer", ["empty", "cut", "html", "null", "false", "coded-error", "500"])
def test_what_took_effect_is_told_whatever_railway_answered(town, trouble, tmp_path, answer):
    trouble(faults=Faults(mutations=(MutationAnswer(answer=answer),)))
    town.push("wrong-database")

    run = gate(town, "wrong-database", tmp_path)

    outcomes = {s["rollback"]["outcome"] for s in run.report["services"]}
    assert (run.code, outcomes, rollbacks(town)) == (1, {"restored"}, 2)


@pytest.mark.parametrize(
    ("troubles", "code", "live"),
    [
        pytest.param("bare:2", 0, "good", id="cold"),
        pytest.param("not-ok:2", 0, "good", id="not-ok-at-first"),
        pytest.param("unhealthy:999", 1, "first", id="a-component-is-named"),
        pytest.param("bare:999", 1, "first", id="never-warm"),
    ],
)
def test_a_start_that_is_cold_is_waited_for(town, trouble, tmp_path, troubles, code, live):
    check_first(town)
    trouble(troubles={"julia-api": troubles})
    town.push("good")

    run = gate(town, "good", tmp_path)

    assert (run.code, live_commits(town)) == (code, everywhere(live))


def test_a_crash_loop_is_undone(town, trouble, tmp_path):
    trouble(troubles={"julia-api": "crash:0.25"}, restarts=3)
    town.push("good")

    run = gate(town, "good", tmp_path)

    assert (run.code, live_commits(town)) == (1, everywhere("first"))
