"""How often the line to the database is crossed, and what one bad question does to the others."""

import tempfile
from pathlib import Path

import psycopg
import pytest

from benchmarks.wire import slow_wire
from verifier.database.ledgers import LEDGERS
from verifier.database.session import Database, Questions
from verifier.model.finding import Unobserved

#: Start-up and login, before anything is asked.
LOGIN = 1
MOST = 4


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
    with slow_wire(filled, folder) as wire:
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
