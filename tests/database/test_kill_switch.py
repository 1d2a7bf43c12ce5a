"""The one write, against a real PostgreSQL."""

import re
from pathlib import Path

import psycopg
import pytest

from tests.commands.script import FakeClock
from tests.database.test_session import run, with_user
from tests.first_user import as_role, build_database
from verifier.commands.pause import set_status
from verifier.config.env_checks import pause_address
from verifier.config.pause_section import PauseSection
from verifier.database.kill_switch import Switch, status_now
from verifier.errors import ConfigError, DeniedError, UnexpectedAnswerError, UnreachableError
from verifier.model.secret import Secret

SECTION = PauseSection()
TABLE = "create table julia_status (status text not null, motivo text, alterado_por text, alterado_via text, created_at timestamptz default now())"
VALUES = {"status": "pausado", "reason": "'; drop table julia_status; --", "actor": "verifier: x"}


def switch(url, write=SECTION.write, read=SECTION.read):
    return Switch(Secret(url), write, read)


def rows(url):
    with psycopg.connect(url) as connection:
        return connection.execute(
            "select status, motivo, alterado_por from julia_status"
        ).fetchall()


NOWHERE = "postgresql://user:pass@127.0.0.1:1/app"


@pytest.mark.parametrize(
    ("variable", "url", "told"),
    [
        ("PAUSE_DATABASE_URL", NOWHERE, "check host and port in PAUSE_DATABASE_URL"),
        ("DATABASE_URL", NOWHERE, "check host and port in DATABASE_URL"),
        ("", NOWHERE, "check host and port in DATABASE_URL"),
        ("PAUSE_DATABASE_URL", "postgresql://u:p@h:x/app", "PAUSE_DATABASE_URL is not the address"),
        ("PAUSE_DATABASE_URL", f"{NOWHERE}?other=1", "other, which PAUSE_DATABASE_URL has"),
        ("PAUSE_DATABASE_URL", f"{NOWHERE}?pgbouncer=true", "port in PAUSE_DATABASE_URL"),
    ],
)
def test_the_variable_that_is_to_be_mended_is_named(variable, url, told):
    with pytest.raises((UnreachableError, ConfigError)) as raised:
        Switch(Secret(url, variable), SECTION.write, SECTION.read).write(VALUES)

    assert told in f"{raised.value.message} {raised.value.hint}"


def test_the_role_of_its_own_is_known_by_its_variable():
    both = {"DATABASE_URL": "a", "PAUSE_DATABASE_URL": "b"}

    assert [pause_address(said).variable for said in (both, {"DATABASE_URL": "a"})] == [
        "PAUSE_DATABASE_URL",
        "DATABASE_URL",
    ]


def test_what_is_written_is_data_and_is_read_back(database):
    run(database, TABLE)

    switch(database).write(VALUES)

    assert rows(database) == [tuple(VALUES.values())]
    assert switch(database).read(VALUES) == "pausado"


@pytest.mark.parametrize(
    ("row", "read"),
    [
        pytest.param("'ativo', now() + interval '2 hours'", "", id="a-newer-one-says-otherwise"),
        pytest.param("'ativo', null", "", id="one-without-a-time-comes-first"),
        pytest.param("'pausado', now() + interval '2 hours'", "pausado", id="a-newer-one-agrees"),
        pytest.param("'ativo', now() - interval '2 hours'", "pausado", id="an-older-one"),
    ],
)
def test_it_is_in_effect_where_it_is_the_newest(database, row, read):
    build_database(database, f"insert into julia_status (status, created_at) values ({row})")

    assert switch(database).write(VALUES)

    assert switch(database).read(VALUES) == read


@pytest.mark.parametrize(
    ("statements", "is_counted"),
    [
        pytest.param([], True, id="a-table"),
        pytest.param(
            ["create rule own as on insert to julia_status do instead nothing"], False, id="a-rule"
        ),
        pytest.param(
            [
                "create function gone() returns trigger language plpgsql as "
                "$$ begin return null; end $$",
                "create trigger own before insert on julia_status for each row execute "
                "function gone()",
            ],
            False,
            id="a-trigger",
        ),
    ],
)
def test_a_row_that_is_taken_away_is_not_counted(database, statements, is_counted):
    run(database, TABLE, *statements)

    assert switch(database).write(VALUES) is is_counted


def test_a_statement_that_returns_rows_may_have_written(database):
    run(database, TABLE)
    write = f"with made as ({SECTION.write} returning status) select status from made where false"

    assert switch(database, write=write).write(VALUES)
    assert len(rows(database)) == 1


def test_nothing_is_read_where_nothing_was_written(database):
    run(database, TABLE)

    assert switch(database).read(VALUES) == ""


@pytest.mark.parametrize(
    ("write", "told"),
    [
        pytest.param(SECTION.write, "julia_status", id="no-such-table"),
        pytest.param("insert in %(status)s %(reason)s %(actor)s", "syntax", id="no-sql"),
        pytest.param(
            "select %(status)s, %(reason)s, %(actor)s; drop table x",
            "multiple",
            id="two-statements",
        ),
    ],
)
def test_sql_that_the_database_refuses_writes_nothing(database, write, told):
    with pytest.raises(UnexpectedAnswerError, match=told):
        switch(database, write=write).write(VALUES)


def test_a_user_who_may_not_write_is_told_so(database):
    run(
        database,
        TABLE,
        "drop role if exists onlooker",
        "create role onlooker login",
        "grant select on julia_status to onlooker",
    )
    try:
        with pytest.raises(DeniedError, match="may not write"):
            switch(with_user(database, "onlooker")).write(VALUES)
    finally:
        run(database, "drop owned by onlooker", "drop role onlooker")

    assert rows(database) == []


def test_a_database_that_is_not_there_was_not_written_to():
    with pytest.raises(UnreachableError):
        switch("postgresql://nobody@127.0.0.1:1/x").write(VALUES)


def test_a_status_that_cannot_be_read_is_told(database):
    with pytest.raises(UnexpectedAnswerError, match="could not be read"):
        switch(database).read(VALUES)


def test_the_usual_statement_is_taken_by_the_first_users_table(database):
    build_database(database)
    usual = PauseSection()
    switch = Switch(Secret(database), usual.write, usual.read)
    values = {"status": usual.paused, "reason": "a test", "actor": "verifier: somebody"}

    assert set_status(switch, FakeClock(), values) is None


def test_the_role_of_the_documentation_may_write_it_and_the_verifiers_may_not(database):
    page = (Path(__file__).parents[2] / "docs" / "commands" / "pause.md").read_text("utf-8")
    (statements,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    build_database(database, statements.replace("'…'", "'invented'"))
    try:
        own = switch(as_role(database, "deploy_pauser"))
        own.write(VALUES)

        assert own.read(VALUES) == "pausado"
        with pytest.raises(DeniedError):
            switch(as_role(database, "deploy_verifier")).write(VALUES)
    finally:
        run(database, "drop owned by deploy_pauser", "drop role deploy_pauser")


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        pytest.param(
            ["alter database {} set lock_timeout = 100"],
            "nothing was written: .*lock timeout.*",
            id="locked",
        ),
        pytest.param(
            ["alter database {} set statement_timeout = 100"],
            "nothing was written: .*statement timeout",
            id="stopped",
        ),
    ],
)
def test_a_write_that_the_database_ended_is_no_lost_connection(database, statements, told):
    run(database, TABLE)
    name = psycopg.conninfo.conninfo_to_dict(database)["dbname"]
    run(database, *(statement.format(name) for statement in statements))
    with psycopg.connect(database) as other:
        other.execute("lock table julia_status")
        with pytest.raises(UnexpectedAnswerError, match=told) as raised:
            switch(database).write(VALUES)

    assert raised.value.hint == "run it again; nothing is wrong with pause.write"
    assert rows(database) == []


def test_a_reason_that_the_table_refuses_is_no_mistake_in_the_statement(database):
    run(database, TABLE, "alter table julia_status add check (length(motivo) > 100)")

    with pytest.raises(UnexpectedAnswerError, match="nothing was written") as raised:
        switch(database).write(VALUES)

    assert "--reason" in raised.value.hint


@pytest.mark.parametrize(
    ("rows_then", "expected"),
    [
        pytest.param([], "", id="nothing-written-yet"),
        pytest.param(["pausado"], "pausado", id="paused"),
        pytest.param(["pausado", "ativo"], "ativo", id="resumed"),
        pytest.param(["ativo", "pausado"], "pausado", id="paused-again"),
    ],
)
def test_the_status_now_is_that_of_the_newest_row(database, rows_then, expected):
    run(database, TABLE)
    for word in rows_then:
        switch(database).write({**VALUES, "status": word})

    assert status_now(Secret(database), SECTION.reads_now) == expected


def test_what_tells_the_status_now_writes_nothing(database):
    run(database, TABLE)

    with pytest.raises(UnexpectedAnswerError) as raised:
        status_now(Secret(database), "with x as (delete from julia_status returning *) select 1")

    assert "read-only" in raised.value.message


@pytest.mark.parametrize(
    ("given", "is_known"),
    [
        ({}, True),
        ({"paused": "off"}, True),
        ({"write": SECTION.write}, False),
        ({"read": SECTION.read, "write": SECTION.write}, False),
        ({"write": SECTION.write, "current": "select status from switches limit 1"}, True),
    ],
)
def test_of_another_table_nobody_guesses_what_tells_the_status_now(given, is_known):
    assert bool(PauseSection(**given).reads_now) is is_known


@pytest.mark.parametrize("said", ["select %(status)s", "delete from julia_status", "x"])
def test_what_tells_the_status_now_is_a_query_without_parameters(said):
    with pytest.raises(ValueError, match="takes no parameters"):
        PauseSection(current=said)


LOCKS = ("lock table julia_status", "alter table julia_status add column later int")


@pytest.mark.parametrize("lock", LOCKS)
def test_nothing_waits_for_ever_for_the_lock_of_a_migration(database, lock):
    run(database, TABLE)
    hasty = Switch(Secret(database), SECTION.write, SECTION.read, patience_s=0.5)
    with psycopg.connect(database) as other:
        other.execute(lock)
        with pytest.raises(UnexpectedAnswerError, match="nothing was written") as raised:
            hasty.write(VALUES)
        with pytest.raises(UnreachableError, match="could not be read"):
            hasty.read(VALUES)

    assert raised.value.hint == "run it again; nothing is wrong with pause.write"
    assert rows(database) == []


def test_a_server_that_says_nothing_is_not_waited_for(database):
    run(
        database,
        TABLE,
        "create function nap() returns text language sql as $$ select pg_sleep(60)::text $$",
    )
    asleep = Switch(Secret(database), "select nap()", "select nap()", patience_s=0.5)

    with pytest.raises(UnexpectedAnswerError, match="statement timeout"):
        asleep.write({})
    with pytest.raises(UnreachableError, match="statement timeout"):
        asleep.read({})
