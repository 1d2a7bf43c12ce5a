"""How often the line to the database is crossed, and what one bad question does to the others."""

import tempfile
from pathlib import Path

import psycopg
import pytest

from benchmarks.wire import slow_wire
from verifier.database import isolated_queries
from verifier.database.isolated_queries import Query, ask_all
from verifier.database.ledgers import LEDGERS
from verifier.database.questions import Questions
from verifier.database.session import Database
from verifier.model.finding import Unobserved

#: Start-up and login, before anything is asked.
LOGIN = 1
MOST = 4
#: Longer than a client on a busy machine pauses between the parts of what it sends at once.
ONE_WAY_S = 0.05


@pytest.fixture
def filled(database):
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("create table app_settings (key text, value text)")
        connection.execute("create table knex_migrations (id int, name text, batch int)")
        connection.execute("create table knex_migrations_lock (index int, is_locked int)")
    return database


@pytest.fixture
def folder():
    """A short path: the name of a local socket may have about a hundred characters."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def questions(count, **changes):
    return Questions(
        **{
            "marker_table": "app_settings",
            "ledgers": {"": LEDGERS["knex"]},
            "relations": {"app_settings": "table", "knex_migrations": "table"},
            "probes": {f"p{n}": f"select {n}" for n in range(count)},
            **changes,
        }
    )


@pytest.mark.parametrize("count", [1, 50])
def test_all_questions_cross_the_line_together(filled, folder, count):
    with slow_wire(filled, folder, ONE_WAY_S) as wire:
        reading = Database(wire.url, questions(count)).read()

    assert len(reading.sql_answers) == count
    assert wire.trips - LOGIN <= MOST


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"relations": {"gone": "table"}}, id="no-such-relation"),
        pytest.param({"probes": {"p": "selec", "p0": "select 0"}}, id="no-sql"),
        pytest.param({"probes": {"p": "select 1/0", "p0": "select 0"}}, id="fails-while-it-runs"),
        pytest.param({"marker_table": "gone"}, id="no-such-marker-table"),
    ],
)
def test_a_question_that_fails_spoils_no_other(filled, changes):
    reading = Database(filled, questions(1, **changes)).read()

    assert reading.ledgers[""].entries == ()
    assert reading.sql_answers["p0"].value == "0"
    bad = [isinstance(reading.markers, Unobserved)]
    bad += [bool(relation.problem) for relation in reading.relations]
    bad += [isinstance(answer, Unobserved) for answer in reading.sql_answers.values()]
    assert bad.count(True) == 1


def test_a_probe_that_ends_the_transaction_opens_no_way_to_write(filled):
    probes = {"a": "commit", "b": "insert into app_settings values ('x', 'y') returning 1"}

    Database(filled, questions(0, probes=probes)).read()

    with psycopg.connect(filled) as connection:
        assert connection.execute("select count(*) from app_settings").fetchone() == (0,)


@pytest.mark.parametrize("first", ["select 1", "selec"], ids=["together", "one-by-one"])
def test_what_a_probe_sets_is_undone_before_the_next(filled, first):
    probes = {
        "a": first,
        "b": "select set_config('statement_timeout', '1ms', false)",
        "c": "select set_config('search_path', 'nowhere', true)",
        "d": "select pg_sleep(0.02)::text || 'slept'",
        "e": "select current_setting('search_path')",
    }

    answers = Database(filled, questions(0, probes=probes)).read().sql_answers

    assert answers["d"].value == "slept"
    assert "public" in answers["e"].value


@pytest.mark.parametrize("first", ["select 1", "selec"], ids=["together", "one-by-one"])
def test_nothing_of_a_session_stays_with_a_pooler(filled, first):
    asked = {
        "a": Query(first.encode()),
        "b": Query(b"select set_config('lock_timeout', '7', false)"),
    }
    with psycopg.connect(filled, autocommit=True) as connection:
        ask_all(connection, Query(b"select 1"), lambda _: asked)

        assert connection.execute("show lock_timeout").fetchone() == ("0",)


WRAPPED = """
create function locks() returns int language sql as 'select pg_advisory_lock(7), 1; select 1';
create function locks_twice() returns int language plpgsql as $$ begin
    perform pg_advisory_lock_shared(-7), pg_advisory_lock(1, 2), pg_advisory_lock(1, 2),
      pg_advisory_lock_shared(3, 4), pg_advisory_lock(-9223372036854775808); return 1;
end $$;
create function locks_and_fails() returns int language plpgsql as $$ begin
    perform pg_advisory_lock(9); raise exception 'no'; end $$;
create function gives_back() returns int language plpgsql as $$ begin
    perform pg_advisory_lock(9), pg_advisory_unlock(9), pg_advisory_xact_lock(8); return 1;
end $$
"""


@pytest.mark.parametrize("theirs", [[(5,)], []], ids=["others-too", "ours-alone"])
@pytest.mark.parametrize("first", ["select 1", "selec"], ids=["together", "one-by-one"])
def test_a_lock_that_a_function_of_the_database_takes_is_released_and_told(filled, first, theirs):
    names = ("locks", "locks_twice", "locks_and_fails", "gives_back")
    asked = {name: Query(f"select {name}()".encode(), is_foreign=True) for name in names}
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute(WRAPPED)
        for lock in theirs:  # left on a pooler's connection
            connection.execute("select pg_advisory_lock(%s)", lock)
        together = {"first": Query(first.encode())} | asked | {"last": Query(b"select 1")}

        _, answers = ask_all(connection, Query(b"select 1"), lambda _: together)

        held = connection.execute(LOCKS_HELD.encode()).fetchall()
    assert held == theirs
    assert "was released" in answers["locks"].reason
    assert "was released" in answers["locks_twice"].reason
    assert isinstance(answers["locks_and_fails"], Unobserved)
    assert answers["gives_back"] == [(1,)]
    assert answers["last"] == [(1,)]


PREPARES = """
create function prepares() returns int language plpgsql as $$ begin
    execute 'prepare stays as select 1'; return 1; end $$
"""


@pytest.mark.parametrize("first", ["select 1", "selec"], ids=["together", "one-by-one"])
def test_a_function_that_prepares_a_statement_is_told(filled, first):
    asked = {
        "first": Query(first.encode()),
        "before": Query(b"select 2", is_foreign=True),
        "prepares": Query(b"select prepares()", is_foreign=True),
        "after": Query(b"select 3", is_foreign=True),
    }
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute(PREPARES)
        connection.execute("prepare theirs as select 1")  # left on a pooler's connection

        _, answers = ask_all(connection, Query(b"select 1"), lambda _: asked)

    assert "prepared a statement" in answers["prepares"].reason
    assert (answers["before"], answers["after"]) == ([(2,)], [(3,)])


LOCKS_HELD = (
    "select objid::int4 from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"
)


def test_a_lock_on_the_markers_is_no_reason_to_name_another_table(filled):
    with psycopg.connect(filled) as locker:
        locker.execute("lock table app_settings in access exclusive mode")

        markers = Database(filled, Questions(marker_table="app_settings")).read().markers

    assert (markers.reason, markers.hint) == ("somebody else locks it, for over 1 s", "")


@pytest.mark.parametrize(
    ("probe", "told"),
    [
        pytest.param("select pg_sleep(9)", "no answer within", id="too-slow"),
        pytest.param("select count(*) from app_settings", "somebody else locks it", id="locked"),
    ],
)
def test_a_question_that_stalls_is_told_in_our_words(filled, probe, told, monkeypatch):
    begin = ("begin read only", "set local statement_timeout = 90", "set local lock_timeout = 30")
    monkeypatch.setattr(isolated_queries, "_BEGIN", begin)
    with psycopg.connect(filled) as locker:
        locker.execute("lock table app_settings in access exclusive mode")

        answers = Database(filled, Questions(probes={"p": probe})).read().sql_answers

    assert told in answers["p"].reason
    assert "canceling" not in answers["p"].reason


@pytest.mark.slow
def test_a_probe_whose_effect_no_transaction_undoes_is_not_asked(filled):
    probe = 'select "pg_terminate_backend"(1)'
    answer = Database(filled, questions(0, probes={"p": probe})).read().sql_answers["p"]

    assert "no transaction undoes" in answer.reason
