"""The whole line on real input: real processes, a real database, and a platform that behaves."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from jsonschema import Draft202012Validator

from tests.patience import remaining, until
from tests.sandbox.runs import (
    check_first,
    environ,
    everywhere,
    gate,
    live_commits,
    rollbacks,
    wait_until_calm,
)
from verifier.config.schemas import published_schemas
from verifier.sandbox.scenarios.scenario import Faults


@pytest.mark.slow
def test_a_good_commit_passes_and_tells_every_surface(town, tmp_path):
    town.push("good")
    summary, output = tmp_path / "summary.md", tmp_path / "output"
    changes = {
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_ACTIONS": "true",
    }

    run = gate(town, "good", tmp_path, **changes)

    assert (run.code, run.report["verdict"]) == (0, "passed")
    assert (live_commits(town), rollbacks(town)) == (everywhere("good"), 0)
    Draft202012Validator(json.loads(published_schemas()["report.schema.json"])).validate(run.report)
    ledger = {
        "tool": "supabase",
        "table": "supabase_migrations.schema_migrations",
        "applied": ["20260101090000", "20260102090000"],
        "pending": [],
        "unknown": [],
        "modified": [],
        "failed": [],
    }
    assert {key: run.report["ledger"][key] for key in ledger} == ledger
    assert "## ✅ Passed" in summary.read_text("utf-8")
    assert "verdict<<" in output.read_text("utf-8")
    assert "::notice title=Passed" in run.out


@pytest.mark.slow
def test_a_schema_behind_fails_under_an_overall_healthy_and_is_undone(town, tmp_path):
    check_first(town)
    town.push("missing-migration")
    wait_until_calm(town, "missing-migration")

    run = gate(town, "missing-migration", tmp_path)

    assert (run.code, run.report["verdict"]) == (1, "failed")
    assert run.outcome("health.deep") == "pass"
    assert run.outcome("component.schema_version") == run.outcome("migrations.pending") == "fail"
    assert run.report["ledger"]["pending"] == ["20260103090000"]
    assert any("20260103090000" in m for m in run.report["background"][0]["new_migrations"])
    assert (live_commits(town), rollbacks(town)) == (everywhere("first"), 2)
    assert run.report["recovered_in_s"] > 0


@pytest.mark.slow
def test_the_wrong_database_is_critical_and_undone(town, tmp_path):
    town.push("wrong-database")

    run = gate(town, "wrong-database", tmp_path)

    assert (run.code, run.outcome("health.deep")) == (1, "critical")
    (behind,) = run.report["background"]
    assert (behind["service"], behind["changed_variables"]) == ("julia-api", ["DATABASE_URL"])
    assert any("wrong-database" in title for title in behind["commits"])
    assert behind["not_read"] == []
    differs = {one["check"]: one for one in behind["health"]}
    assert differs["health.deep"]["bad"] != differs["health.deep"]["good"] != ""
    assert (live_commits(town), rollbacks(town)) == (everywhere("first"), 2)


@pytest.mark.slow
def test_a_worker_in_the_wrong_run_mode_takes_all_services_back(town, tmp_path):
    check_first(town)
    town.push("wrong-run-mode")

    run = gate(town, "wrong-run-mode", tmp_path)

    assert (run.code, run.outcome("topology.run_mode")) == (1, "fail")
    assert live_commits(town) == everywhere("first")


@pytest.mark.slow
def test_a_failed_build_leaves_production_alone(town, tmp_path):
    town.push("broken-build")

    run = gate(town, "broken-build", tmp_path)

    assert (run.code, run.report["verdict"]) == (1, "failed")
    assert (live_commits(town), rollbacks(town)) == (everywhere("first"), 0)
    assert all("failed to build" in b["log_lines"][0] for b in run.report["background"])


@pytest.mark.parametrize("commit", ["deaf", "exits"])
@pytest.mark.slow
def test_an_application_that_does_not_serve_is_undone(town, tmp_path, commit):
    town.push(commit)

    run = gate(town, commit, tmp_path)

    assert (run.code, live_commits(town)) == (1, everywhere("first"))


@pytest.mark.slow
def test_what_railway_skips_by_its_paths_is_unaffected(town, tmp_path):
    town.push("untouched")

    run = gate(town, "untouched", tmp_path)

    assert (run.code, run.report["verdict"]) == (0, "unaffected")


@pytest.mark.slow
def test_what_ci_kept_from_being_deployed_has_failed(town, tmp_path):
    town.push("ci-failed")

    run = gate(town, "ci-failed", tmp_path)

    assert (run.code, run.report["verdict"]) == (1, "failed")
    assert "CI check suite failed" in run.report["reason"]


@pytest.mark.slow
def test_a_commit_that_never_deploys_has_failed(town, tmp_path):
    run = gate(town, "never-pushed", tmp_path)

    assert (run.code, run.report["verdict"], rollbacks(town)) == (1, "failed", 0)


@pytest.mark.slow
def test_a_critical_previous_deployment_does_not_condemn_the_fix(town, tmp_path):
    town.push("wrong-database")
    until(lambda: live_commits(town) == everywhere("wrong-database"))
    town.push("good")

    run = gate(town, "good", tmp_path)

    assert (run.code, rollbacks(town)) == (0, 0)


@pytest.mark.slow
def test_a_second_run_for_a_commit_that_was_rolled_back_changes_nothing(town, tmp_path):
    town.push("wrong-database")
    gate(town, "wrong-database", tmp_path)
    before = rollbacks(town)

    again = gate(town, "wrong-database", tmp_path)

    assert (again.code, again.report["verdict"], rollbacks(town)) == (1, "failed", before)


@pytest.mark.parametrize(
    ("mode", "code"), [pytest.param("off", 3, id="off"), pytest.param("plan", 3, id="plan")]
)
@pytest.mark.slow
def test_without_leave_to_roll_back_the_failure_is_loud(town, tmp_path, mode, code):
    town.push("missing-migration")

    run = gate(town, "missing-migration", tmp_path, "--rollback", mode)

    assert (run.code, rollbacks(town)) == (code, 0)
    assert "Failed and NOT rolled back: commit " in run.out
    assert "NOT confirmed healthy" not in run.out


@pytest.mark.parametrize(
    ("fault", "code", "live", "asked"),
    [
        pytest.param("lost", 1, "first", 1, id="done-but-the-answer-is-lost"),
        pytest.param("refused", 3, "wrong-database", 2, id="errors-in-200"),
        pytest.param("false", 3, "wrong-database", 2, id="false"),
        pytest.param("ignored", 3, "wrong-database", 1, id="true-and-nothing-happens"),
    ],
)
@pytest.mark.slow
def test_only_what_railway_then_shows_is_a_rollback(town, tmp_path, fault, code, live, asked):
    calm = town.platform.scenario
    town.platform.scenario = calm.model_copy(update={"faults": Faults(rollback=fault)})
    try:
        town.push("wrong-database")
        run = gate(town, "wrong-database", tmp_path)
    finally:
        town.platform.scenario = calm

    shown = (run.code, live_commits(town), rollbacks(town))
    assert shown == (code, everywhere(live), asked * len(town.account.services))


@pytest.mark.slow
def test_an_upload_is_judged_by_its_deployment_ids(town, tmp_path):
    ids = town.push("good")
    given = [f"--deployment={name}={id_}" for name, id_ in ids.items()]

    run = gate(town, "good", tmp_path, *given)

    assert (run.code, [s["judged"]["id"] for s in run.report["services"]]) == (
        0,
        list(ids.values()),
    )


@pytest.mark.slow
def test_a_missing_ledger_is_inconclusive_and_touches_nothing(town, tmp_path):
    with psycopg.connect(town.databases.urls["production"], autocommit=True) as connection:
        connection.execute("alter schema supabase_migrations rename to elsewhere")
        try:
            town.push("good")
            run = gate(town, "good", tmp_path)
        finally:
            connection.execute("alter schema elsewhere rename to supabase_migrations")

    assert (run.code, run.outcome("migrations.pending"), rollbacks(town)) == (4, "inconclusive", 0)


@pytest.mark.slow
def test_an_unreachable_database_is_inconclusive_and_its_password_stays_hidden(town, tmp_path):
    town.push("good")

    run = gate(town, "good", tmp_path, DATABASE_URL="postgresql://user:hunter22@127.0.0.1:1/x")

    assert (run.code, rollbacks(town)) == (4, 0)
    assert "hunter22" not in run.out + run.err + json.dumps(run.report)


@pytest.mark.slow
def test_a_cancelled_run_says_so_and_leaves_a_report(town, tmp_path):
    report = tmp_path / "report.json"
    command = [sys.executable, "-m", "verifier", "gate", "--sha", "f" * 40, "--report", str(report)]
    with subprocess.Popen(
        command, env=environ(town), cwd=town.repository.folder, stderr=subprocess.PIPE, text=True
    ) as process:
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        process.stderr.read()

    assert process.returncode == 130
    assert json.loads(report.read_text("utf-8"))["exit_code"] == 130


@pytest.mark.slow
def test_no_secret_of_the_containers_comes_out(town, tmp_path):
    town.push("missing-migration")

    run = gate(town, "missing-migration", tmp_path, "--json")

    shown = run.out + run.err
    assert json.loads(run.out)["verdict"] == "failed"
    for secret in (town.account.token, town.databases.urls["production"]):
        assert secret not in shown


@pytest.mark.slow
def test_a_killed_sandbox_leaves_nothing_behind():
    command = [sys.executable, "-m", "verifier", "sandbox", str(Path(__file__).parent / "town.yml")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ(None)) as process:
        lines = iter(process.stdout.readline, "")
        url = next(line for line in lines if line.startswith("export DATABASE_URL="))
        folder = Path(url.split("host=")[1].strip().strip("'")).parents[1]
        assert folder.exists()
        process.kill()

    assert not remaining(folder.exists)
    assert remaining(lambda: _processes_in(folder)) == []


def _processes_in(folder):
    """Processes whose working folder or command line is in `folder`, where the system tells."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().decode(errors="replace")
            if str(folder) in command or str(folder) in str((entry / "cwd").readlink()):
                found.append(entry.name)
        except OSError:
            continue
    return found


@pytest.mark.parametrize(
    ("environment", "login", "verdict"),
    [
        pytest.param("acme / production", "railway-app[bot]", "passed", id="ours"),
        pytest.param("acme / pr-7", "railway-app[bot]", "unaffected", id="a-preview"),
        pytest.param("acme / production", "mallory", "unaffected", id="forged"),
    ],
)
@pytest.mark.slow
def test_a_deployment_status_event_says_what_is_to_be_judged(
    town, tmp_path, environment, login, verdict
):
    town.push("good")
    by = {"creator": {"login": login}, "performed_via_github_app": None}
    sha = town.repository.shas["good"]
    event = tmp_path / "event.json"
    event.write_text(
        json.dumps(
            {
                "deployment": {"sha": sha, "environment": environment, **by},
                "deployment_status": {"state": "success", **by},
            }
        )
    )
    started = {
        "GITHUB_EVENT_NAME": "deployment_status",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_SHA": sha,
    }

    run = gate(town, "good", tmp_path, **started)

    assert (run.code, run.report["verdict"], rollbacks(town)) == (0, verdict, 0)


@pytest.mark.slow
def test_a_commit_that_is_given_is_judged_whatever_the_event_says(town, tmp_path):
    town.push("good")
    started = {"GITHUB_EVENT_NAME": "deployment_status", "GITHUB_EVENT_PATH": "/nowhere"}

    run = gate(town, "good", tmp_path, **started)

    assert (run.code, run.report["verdict"]) == (0, "passed")
