"""`verifier check` of what is live: the gate's judgement, and no touching."""

import json

import pytest

from tests.sandbox.runs import environ, gate, live_commits, rollbacks, verifier


def check(town, **changes):
    env = {**environ(town), **changes}
    done = verifier("check", "--json", env=env, cwd=town.repository.folder)
    return done, json.loads(done.stdout)


@pytest.mark.slow
def test_what_works_passes(town):
    town.repository.check_out("first")
    done, report = check(town)

    assert (done.returncode, report["verdict"]) == (0, "passed")
    assert report["ledger"]["pending"] == []


@pytest.mark.parametrize("commit", ["wrong-database", "missing-migration"])
@pytest.mark.slow
def test_what_does_not_work_is_told_and_left_alone(town, commit, tmp_path):
    town.push(commit)
    gate(town, commit, tmp_path, "--rollback", "off")
    before = live_commits(town)

    done, report = check(town)

    assert (done.returncode, report["verdict"]) == (3, "failed")
    assert (live_commits(town), rollbacks(town)) == (before, 0)


@pytest.mark.slow
def test_a_database_that_is_down_is_inconclusive(town):
    done, report = check(town, DATABASE_URL="postgresql://u@127.0.0.1:1/x")

    assert (done.returncode, report["verdict"]) == (4, "inconclusive")


@pytest.mark.slow
def test_once_tells_status_and_checks_together(town):
    town.repository.check_out("first")
    done = verifier("check", "--once", "--json", env=environ(town), cwd=town.repository.folder)
    screen = verifier("check", "--once", env=environ(town), cwd=town.repository.folder)
    view = json.loads(done.stdout)

    assert (done.returncode, view["schema"]) == (0, "verifier.watch/v1")
    assert view["report"]["verdict"] == "passed"
    assert [s["name"] for s in view["status"]["services"]] == [
        s["name"] for s in view["report"]["services"]
    ]
    assert "Services\n" in screen.stdout
    assert "pushes deploy" in screen.stdout
