"""A pause written to a database that names itself as another one is never told as done."""

import json

import psycopg
import pytest
from click.testing import CliRunner

from tests.commands.script import FakeClock
from tests.database.test_kill_switch import TABLE
from tests.database.test_session import run
from tests.first_user import as_role
from verifier.cli import cli
from verifier.commands.pause import Emergency
from verifier.config.sections import GuardsSection
from verifier.model.secret import Secret
from verifier.wiring.pause import ask_place

CONFIG = "version: 1\nservices: {api: {}}\nguards: {app-env: production}\n"
MARKERS = "create table app_settings (key text, value text)"
ROLE = (
    "drop role if exists pauser",
    "create role pauser login",
    "grant select, insert on julia_status to pauser",
)


def marker(value):
    return f"insert into app_settings values ('environment', '{value}')"


@pytest.fixture
def folder(tmp_path, database, monkeypatch):
    (tmp_path / "verifier.yml").write_text(CONFIG, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database)
    monkeypatch.delenv("PAUSE_DATABASE_URL", raising=False)
    run(database, TABLE, MARKERS)
    return tmp_path


def call(command, *arguments):
    parts = [command, "--config", "verifier.yml", "--reason", "x", *arguments]
    done = CliRunner().invoke(cli, parts, standalone_mode=False)
    assert done.exception is None, done.exception
    return done.return_value, done.stdout, done.stderr


def written(database):
    with psycopg.connect(database) as connection:
        return connection.execute("select status from julia_status").fetchall()


@pytest.mark.parametrize(("command", "status"), [("pause", "pausado"), ("resume", "ativo")])
def test_another_database_is_written_to_loudly(folder, database, command, status):
    run(database, marker("staging"))

    code, said, warned = call(command, "--yes")

    assert (code, written(database)) == (4, [(status,)])
    assert "Done" not in said
    assert warned.count("its marker environment is staging, expected production") == 2
    assert warned.index("WRONG DATABASE?") < warned.index("WRITTEN TO THE WRONG DATABASE?")


def test_a_program_reads_that_it_is_not_in_effect(folder, database):
    run(database, marker("staging"))

    code, said, _ = call("pause", "--yes", "--json")

    result = json.loads(said)
    assert (code, result["written"], result["in_effect"]) == (4, True, False)
    assert "this is another database" in result["problem"]


def test_a_dry_run_says_so_too(folder, database):
    run(database, marker("staging"))

    code, _, warned = call("pause", "--dry-run")

    assert (code, written(database)) == (4, [])
    assert "WRONG DATABASE?" in warned


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        pytest.param([marker("production")], "", id="its-own"),
        pytest.param([marker("Production")], "the same, spelled otherwise", id="spelling"),
        pytest.param([], "app_settings shows no marker to this role", id="no-row"),
        pytest.param(["drop table app_settings"], "could not be read", id="no-table"),
    ],
)
def test_what_does_not_tell_is_told_once_and_calmly(folder, database, statements, told):
    run(database, *statements)

    code, said, warned = call("pause", "--yes")

    assert (code, "Done: the status is 'pausado'" in said) == (0, True)
    assert (warned.count(told) == 1 and "WRONG" not in warned) if told else not warned


def test_a_role_that_may_not_read_them_pauses_all_the_same(folder, database, monkeypatch):
    run(database, *ROLE, marker("staging"))
    monkeypatch.setenv("PAUSE_DATABASE_URL", as_role(database, "pauser"))
    try:
        code, said, warned = call("pause", "--yes")
    finally:
        run(database, "drop owned by pauser", "drop role pauser")

    assert (code, "Done" in said, "WRONG" in warned) == (0, True, False)
    assert warned.count("permission denied for table app_settings") == 1
    assert "let this role select from app_settings" in warned


class Row:
    """A status table that takes everything."""

    def write(self, values):
        return True

    def read(self, values):
        return values["status"]


def test_a_gate_never_tells_that_it_paused_another_database(folder, database):
    run(database, marker("staging"))
    guards = GuardsSection.model_validate({"app-env": "production"})
    emergency = Emergency(Row(), "pausado", lambda: ask_place(guards, Secret(database)))

    told = emergency.pause(FakeClock(), "why", "verifier gate")

    assert "this is another database: its marker environment is staging" in told
