"""A drill on the real line: real processes go back and forward again, and a gate meets it."""

import json
import os
import signal
from datetime import timedelta

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

pytestmark = pytest.mark.slow
CONFIRMED = ("--railway", "production", "--confirm-environment", "production")


def drill(town, *arguments, started=lambda _: None):
    folder = town.repository.folder
    return verifier("rehearse", *arguments, env=environ(town), cwd=folder, started=started)


def asked(town, command):
    folder = town.repository.folder
    done = verifier(command, "--json", env=environ(town), cwd=folder)
    return json.loads(done.stdout)


def age(town, hours):
    """Let everything that was deployed be of so many hours earlier; return it with its own times."""
    own = []
    for service in town.account.services.values():
        for deployment in service.deployments:
            own.append((deployment, deployment.created_at, deployment.updated_at))
            deployment.created_at -= timedelta(hours=hours)
            deployment.updated_at -= timedelta(hours=hours)
    return own


@pytest.fixture
def settled(town, tmp_path):
    """A commit follows one that served for long; a gate verified it, and none judges it now."""
    check_first(town)
    own = age(town, 2)
    town.push("good")
    assert gate(town, "good", tmp_path).code == 0
    own = [*age(town, 1), *own]
    town.api.requests.clear()
    yield town
    # The other tests of this process share its history, in which nothing but the start is old.
    for deployment, created_at, updated_at in own:
        deployment.created_at, deployment.updated_at = created_at, updated_at


def test_a_drill_leaves_everything_as_it_was_and_the_next_bad_commit_goes_back_there(
    settled, tmp_path
):
    done = drill(settled, *CONFIRMED, "--yes")
    found = {
        f["service"]: f for f in asked(settled, "ready")["findings"] if f["check"] == "ready.drill"
    }

    assert (done.returncode, rollbacks(settled)) == (0, 4), done.stdout + done.stderr
    assert live_commits(settled) == everywhere("good")
    assert "Drilled: rolled back and forward again, both verified" in done.stdout
    assert "a rollback was last proven today" in found["julia-api"]["summary"]

    settled.push("missing-migration")
    run = gate(settled, "missing-migration", tmp_path)
    assert (run.code, live_commits(settled)) == (1, everywhere("good"))


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--railway", "production", "--yes"], 2, "add --confirm-environment production"),
        (["--railway", "production", "--confirm-environment", "x", "--yes"], 2, "is not production"),
        ([*CONFIRMED], 2, "no terminal to confirm on"),
        (["--railway", "nowhere", "--yes"], 2, "nowhere"),
        ([*CONFIRMED, "missing-view"], 2, "plays no incident"),
        (["--yes", "missing-view"], 2, "go with --railway"),
        ([*CONFIRMED, "--dry-run"], 0, "Planned: nothing was done"),
    ],
    ids=["once", "another", "nobody-confirms", "unknown", "incident", "no-drill", "dry-run"],
)  # fmt: skip
def test_what_it_takes_to_begin(settled, arguments, code, said):
    done = drill(settled, *arguments)

    assert (done.returncode, rollbacks(settled)) == (code, 0)
    assert said in done.stdout + done.stderr


def test_a_deployment_that_a_gate_may_be_judging_is_left_alone(town, tmp_path):
    check_first(town)
    town.push("good")
    assert gate(town, "good", tmp_path).code == 0
    town.api.requests.clear()

    done = drill(town, *CONFIRMED, "--yes")

    assert (done.returncode, rollbacks(town)) == (4, 0)
    assert "so shortly that a gate may be judging it" in done.stdout


def at_the_second_request(town, do):
    """Do something once both services were asked to go back."""

    def started(child):
        child.join(0)
        while child.exitcode is None and rollbacks(town) < 2:
            child.join(0.01)
        do(child)

    return started


def test_a_push_in_the_middle_is_judged_as_ever_and_is_not_fought(settled, tmp_path):
    def push(_):
        settled.push("wrong-database")

    done = drill(settled, *CONFIRMED, "--yes", started=at_the_second_request(settled, push))
    run = gate(settled, "wrong-database", tmp_path)

    assert done.returncode in (3, 4), done.stdout
    assert "NOT forward again" in done.stdout or "is not known" in done.stdout
    assert (run.code, run.report["verdict"]) == (1, "failed")
    assert "wrong-database" not in live_commits(settled).values()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_drill_that_is_ended_leaves_word_and_is_not_made_over_what_it_left(settled, number):
    ended = at_the_second_request(settled, lambda child: os.kill(child.pid, number))

    done = drill(settled, *CONFIRMED, "--yes", started=ended)
    again = drill(settled, *CONFIRMED, "--yes")

    if number is signal.SIGTERM:
        assert done.returncode == 130
        assert "Drill cancelled" in done.stdout
        assert "as before the drill: open" in done.stdout or "it is not known what" in done.stdout
    assert again.returncode == 4
    assert "a drill was cut off" in again.stdout
    assert live_commits(settled) == everywhere("first")
