"""`verifier pause` and `verifier resume` as a person calls them, without any Railway token."""

import pwd

import psycopg
import pytest

from tests.sandbox.runs import environ, verifier
from verifier.cli.pause import user


@pytest.fixture
def table(town):
    url = town.databases.urls["production"]
    with psycopg.connect(url, autocommit=True) as connection:
        yield lambda: connection.execute(
            "select status, motivo, alterado_por, alterado_via from julia_status order by created_at"
        ).fetchall()
        connection.execute("truncate julia_status")


def call(town, *arguments, **changes):
    env = environ(town, RAILWAY_TOKEN=None, GITHUB_ACTOR="ana", **changes)
    return verifier(*arguments, env=env, cwd=town.repository.folder)


@pytest.mark.slow
def test_an_emergency_and_its_end(town, table):
    paused = call(town, "pause", "--reason", "orders go out twice", "--yes")
    resumed = call(town, "resume", "--reason", "fixed", "--yes")

    assert (paused.returncode, resumed.returncode) == (0, 0)
    assert table() == [
        ("pausado", "orders go out twice", "verifier: ana", "manual"),
        ("ativo", "fixed", "verifier: ana", "manual"),
    ]
    assert "This writes to the application's database:" in paused.stdout


@pytest.mark.parametrize(
    ("arguments", "changes", "code", "told"),
    [
        pytest.param(["--reason", "x", "--dry-run"], {}, 0, "Nothing was written", id="dry-run"),
        pytest.param(["--reason", "x"], {}, 2, "no terminal to confirm on", id="no-terminal"),
        pytest.param(["--yes"], {}, 2, "Missing option '--reason'", id="no-reason"),
        pytest.param(
            ["--reason", "x", "--yes"],
            {"PAUSE_DATABASE_URL": None, "DATABASE_URL": None},
            2,
            "DATABASE_URL",
            id="no-database",
        ),
        pytest.param(
            ["--reason", "x", "--yes"],
            {"PAUSE_DATABASE_URL": "postgresql://u:hunter22@127.0.0.1:1/x"},
            4,
            "could not reach",
            id="unreachable",
        ),
    ],
)
@pytest.mark.slow
def test_what_writes_nothing(town, table, arguments, changes, code, told):
    done = call(town, "pause", *arguments, **changes)

    assert (done.returncode, table()) == (code, [])
    assert told in done.stdout + done.stderr
    assert "hunter22" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_dry_run_ends_as_the_real_one_would(town, table):
    url = town.databases.urls["production"]
    only_slack = "alter table julia_status add constraint slack check (alterado_via = 'slack')"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(only_slack)
        try:
            tried = call(town, "pause", "--reason", "drill", "--dry-run")
            done = call(town, "pause", "--reason", "drill", "--yes")
        finally:
            connection.execute("alter table julia_status drop constraint slack")

    assert (tried.returncode, done.returncode, table()) == (4, 4, [])
    for said in (tried.stderr, done.stderr):
        assert "the constraint slack refuses alterado_via 'manual'" in said
        assert "CHECK ((alterado_via = 'slack'" in said


@pytest.mark.slow
def test_a_dry_run_needs_its_database_as_the_real_one_does(town, table):
    away = {"PAUSE_DATABASE_URL": "postgresql://u:hunter22@127.0.0.1:1/x"}

    tried = call(town, "pause", "--reason", "drill", "--dry-run", **away)

    assert tried.returncode == 4
    assert "could not reach" in tried.stderr


def test_a_user_without_a_name_can_pause_too(monkeypatch):
    def nobody(number):
        raise KeyError(number)

    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", nobody)

    assert user() == "unknown user"
