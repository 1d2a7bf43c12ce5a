"""`verifier rollback` as a person calls it, on the real line."""

import json

import pytest

from tests.sandbox.runs import (
    check_first,
    environ,
    everywhere,
    gate,
    live_commits,
    rollbacks,
    verifier,
)


def roll_back(town, *arguments, **changes):
    folder = town.repository.folder
    return verifier("rollback", *arguments, env=environ(town, **changes), cwd=folder)


def status(town):
    folder = town.repository.folder
    done = verifier("status", "--json", env=environ(town, DATABASE_URL=None), cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)["services"]


def live_ids(town):
    return [service.active.id for service in town.account.services.values()]


@pytest.fixture
def bad(town, tmp_path):
    """A bad commit serves, and the gate has only planned what to do; the plan's path."""
    check_first(town)
    town.push("missing-migration")
    gate(town, "missing-migration", tmp_path, "--rollback", "plan")
    return tmp_path / "report.json"


@pytest.mark.slow
def test_a_dry_run_shows_the_plan_and_does_nothing(town, bad):
    done = roll_back(town, "--dry-run")

    assert (done.returncode, rollbacks(town)) == (0, 0)
    assert "To be rolled back:" in done.stdout
    assert "Planned: nothing was done" in done.stdout


@pytest.mark.slow
def test_a_status_says_what_a_rollback_would_do_and_then_why_it_was_done(town, bad):
    before = status(town)
    done = roll_back(town, "--yes", "--json", "--reason", "payments fail")
    after = status(town)

    assert [s["judged"]["standing"] for s in before] == ["condemned"] * 2
    assert [s["back_to"]["is_verified"] for s in before] == [False] * 2, "a check verifies nothing"
    assert json.loads(done.stdout)["rollback_reason"] == "payments fail"
    assert [s["live"][0]["is_rollback"] for s in after] == [True] * 2
    assert [s["judged"]["reason"] for s in after] == ["payments fail"] * 2
    assert [s["claim"] for s in after] == [None] * 2


@pytest.mark.slow
def test_what_was_confirmed_is_done_and_verified(town, bad):
    done = roll_back(town, "--yes")

    assert (done.returncode, live_commits(town), rollbacks(town)) == (0, everywhere("first"), 2)
    assert "Rolled back: the live deployment is verified" in done.stdout


@pytest.mark.slow
def test_a_gates_plan_is_carried_out_once(town, bad):
    first = roll_back(town, "--plan", str(bad), "--yes")
    second = roll_back(town, "--plan", str(bad), "--yes")

    assert (first.returncode, live_commits(town)) == (0, everywhere("first"))
    assert (second.returncode, rollbacks(town)) == (3, 2)
    assert "no longer runs" in second.stdout


@pytest.mark.slow
@pytest.mark.parametrize("token", [None, "ended"], ids=["not-asked", "refused-by-github"])
def test_where_no_record_is_read_a_yes_alone_is_refused(town, bad, token):
    unread = {"GITHUB_TOKEN": token}

    refused = roll_back(town, "--yes", **unread)
    shown = roll_back(town, "--yes", "--dry-run", **unread)
    planned = roll_back(town, "--plan", str(bad), "--yes", **unread)

    assert (refused.returncode, "--yes needs the records" in refused.stderr) == (2, True)
    assert (shown.returncode, "records of earlier gates were not read" in shown.stdout) == (0, True)
    assert (planned.returncode, live_commits(town)) == (0, everywhere("first"))


@pytest.mark.slow
def test_where_no_gate_has_left_a_record_a_yes_alone_is_refused(town):
    """As in a job of another repository, whose records GitHub shows: there are none."""
    before = live_ids(town)

    refused = roll_back(town, "--yes")

    assert (refused.returncode, live_ids(town), rollbacks(town)) == (2, before, 0)
    assert "acme/shop has no record of any gate" in refused.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("bad")
def test_where_another_apps_records_do_not_count_a_yes_alone_is_refused(town):
    """As where the gate has the token of an organisation's app, and this job its own."""
    for record in town.github.deployments:
        record["creator"] = {"login": "acme-gate[bot]", "type": "Bot"}
    before = live_ids(town)

    shown = roll_back(town, "--yes", "--dry-run")
    refused = roll_back(town, "--yes")

    assert (refused.returncode, live_ids(town), rollbacks(town)) == (2, before, 0)
    assert refused.stderr.rstrip().endswith("Written by acme-gate[bot]")
    assert "as another app wrote them (acme-gate[bot])" in shown.stdout


@pytest.mark.slow
@pytest.mark.parametrize("token", [None, "ended"], ids=["not-asked", "refused-by-github"])
def test_what_a_person_names_needs_no_record(town, tmp_path, token):
    check_first(town)
    first = live_ids(town)
    town.push("missing-migration")
    gate(town, "missing-migration", tmp_path, "--rollback", "plan")

    named = [part for id_ in first for part in ("--to", id_)]
    done = roll_back(town, *named, "--yes", GITHUB_TOKEN=token)

    assert (done.returncode, live_commits(town)) == (0, everywhere("first"))
    assert "records of earlier gates were not read" in done.stdout


@pytest.mark.slow
@pytest.mark.usefixtures("bad")
def test_a_github_that_is_down_keeps_no_rollback(town):
    town.github.fault = "down"

    done = roll_back(town, "--yes")

    assert (done.returncode, live_commits(town)) == (0, everywhere("first"))


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        pytest.param([], 2, "no terminal to confirm on", id="no-terminal"),
        pytest.param(["--to", "nothing", "--yes"], 2, "has a deployment nothing", id="unknown-id"),
        pytest.param(["--to", "x", "--plan", "town.yml"], 2, "does not exist", id="no-such-plan"),
        pytest.param(
            ["--plan", ".github/verifier.yml", "--yes"], 2, "is not a report", id="not-a-plan"
        ),
    ],
)
@pytest.mark.slow
def test_a_wrong_call_touches_nothing(town, arguments, code, told):
    before = live_ids(town)

    done = roll_back(town, *arguments)

    assert (done.returncode, live_ids(town), rollbacks(town)) == (code, before, 0)
    assert told in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
