"""SQL of a checkout runs in a server that starts no program for it and knows no secret."""

import psycopg
import pytest

from verifier.model.same_database import same_database
from verifier.sandbox.host.databases import create_databases
from verifier.sandbox.host.keeper_client import Keeper
from verifier.sandbox.scenarios.scenario import Migration

#: PostgreSQL's package asks for a folder when it is imported.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:XDG_RUNTIME_DIR")]

HOSTILE = {
    "a program": "copy (select 1) to program 'touch {}'",
    "a program's rows": "create table rows (r text); copy rows from program 'touch {}; echo 1'",
    "a file": "copy (select 1) to '{}'",
    "a large object": "select lo_export(lo_from_bytea(0, 'x'), '{}')",
    "a setting": "alter system set archive_command = 'touch {}'",
    "a role": "create role other superuser",
    "a right": "grant pg_execute_server_program to postgres",
    "another one's rights": "set session authorization supabase_admin; copy (select 1) to '{}'",
}


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", "gh-Secret-123")
    with Keeper() as keeper:
        keeper.begin_postgres()
        yield keeper.postgres_url()


def scenario(demo_scenario, steps, dump=""):
    production = demo_scenario.databases["production"]
    changed = production.model_copy(update={"applied": len(steps), "dump": dump})
    return demo_scenario.model_copy(
        update={"migrations": steps, "databases": {"production": changed}}
    )


def test_a_migration_starts_no_program_and_writes_no_file(server, demo_scenario, tmp_path):
    made = tmp_path / "made"
    tmp_path.chmod(0o777)
    steps = [
        Migration(version=str(n), name=name, sql=sql.format(made), must_run=False)
        for n, (name, sql) in enumerate(HOSTILE.items(), 1)
    ]

    found = create_databases(server, scenario(demo_scenario, steps))

    assert not made.exists()
    assert list(found.refused) == [f"migration {n}_{name}" for n, name in enumerate(HOSTILE, 1)]


def test_a_dump_has_psql_start_no_program(server, demo_scenario, tmp_path):
    made, dump = tmp_path / "made", tmp_path / "dump.sql"
    dump.write_text(
        "\\restrict 0aZ\n"
        "create table letters (a text);\n"
        f"\\! touch {made}\n"
        f"select 1; \\g | touch {made}\n"
        "copy letters from stdin;\nb\n\\.\n"
        "create table letters (a text);\n"
        "\\unrestrict 0aZ\n"
    )

    found = create_databases(
        server,
        scenario(demo_scenario, [Migration(version="1", name="x", sql="select 1")], str(dump)),
    )

    assert not made.exists()
    assert [said.removeprefix(f"schema psql:{dump}") for said in found.refused] == [
        ":3",
        ":4",
        ":8",
    ]
    with psycopg.connect(found.urls["production"]) as connection:
        assert connection.execute("select a from letters").fetchall() == [("b",)]


def test_the_server_knows_no_variable_of_who_started_it(server):
    with psycopg.connect(server) as connection:
        connection.execute("create temp table said (line text)")
        connection.execute("copy said from program 'env'")
        lines = [line for (line,) in connection.execute("select line from said")]

    assert any(line.startswith("PATH=") for line in lines)
    assert [line for line in lines if "gh-Secret-123" in line] == []


def test_the_addresses_tell_which_database_is_the_same(server, demo_scenario):
    found = create_databases(server, demo_scenario)

    owner, reader = found.urls["production"], found.readers["production"]
    assert same_database(owner, reader)
    assert not same_database(owner, found.urls["staging"])


def test_a_name_that_no_relation_of_a_database_has_is_not_present(server, demo_scenario):
    found = create_databases(server, demo_scenario)
    names = ["campaign_sends", "other.public.report", "a.b.c.d", "", "daily report", "not_there"]

    assert found.present("production", names) == ("campaign_sends",)
