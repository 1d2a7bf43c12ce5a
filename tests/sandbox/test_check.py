"""`verifier check` of what is live: the gate's judgement, and no touching."""

import json

import pytest

from tests.sandbox.runs import environ, gate, live_commits, rollbacks, verifier


def check(town, **changes):
    env = {**environ(town), **changes}
    done = verifier("check", "--json", env=env, cwd=town.repository.folder)
    return done, json.loads(done.stdout)


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
