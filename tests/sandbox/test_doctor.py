"""`verifier doctor` in a world that is well, and in one where something is missing."""

import pytest

from tests.sandbox.runs import environ, verifier


def doctor(town, **changes):
    env = {**environ(town), **changes}
    return verifier("doctor", env=env, cwd=town.repository.folder)


def lines(done):
    return {line.split(":")[0]: line for line in done.stdout.splitlines() if line[:1].strip()}


@pytest.mark.slow
def test_a_world_that_is_well(town, tmp_path):
    files = {name: str(tmp_path / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    done = doctor(town, **files)

    assert done.returncode == 0
    assert "passed" in (tmp_path / "GITHUB_OUTPUT").read_text()
    assert "Ready: a gate has everything it needs" in (tmp_path / "GITHUB_STEP_SUMMARY").read_text()
    for check in ("versions", "railway", "github", "clock", "database", "grants"):
        assert f"ok     doctor.{check}" in done.stdout
    assert 'create role "deploy_verifier"' in done.stdout


@pytest.mark.slow
def test_what_is_missing_is_told_line_by_line(town):
    done = doctor(
        town,
        GITHUB_TOKEN="ghs_wrongtoken",
        DATABASE_URL="postgresql://u:hunter22@127.0.0.1:1/x",
    )

    assert done.returncode == 1
    assert "fail   doctor.github: the token of a job or an app cannot read" in done.stdout
    assert "fail   doctor.database: could not read the database" in done.stdout
    assert "hunter22" not in done.stdout + done.stderr


@pytest.mark.slow
def test_a_wrong_railway_token_is_told(town):
    done = doctor(town, RAILWAY_TOKEN="wrong-token")

    assert done.returncode == 1
    assert "fail   doctor.railway: the project token does not work" in done.stdout


@pytest.mark.slow
def test_the_apis_are_compared_with_what_is_asked_of_them(town):
    env = environ(town)
    both = verifier("doctor", "--schema", env=env, cwd=town.repository.folder)
    wrong = verifier(
        "doctor", "--schema", env={**env, "GITHUB_TOKEN": "wrong"}, cwd=town.repository.folder
    )
    without = verifier(
        "doctor", "--schema", env={**env, "GITHUB_TOKEN": ""}, cwd=town.repository.folder
    )

    assert both.returncode == 0, both.stdout
    assert "questions fit GitHub's GraphQL API" in both.stdout
    assert (wrong.returncode, "Check GITHUB_TOKEN" in wrong.stdout) == (4, True)
    assert (without.returncode, "GITHUB_TOKEN is not set" in without.stdout) == (0, True)
