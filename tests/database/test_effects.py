"""What migrations create, and whether a real database has it."""

import psycopg
import pytest

from verifier.database.effects import made_by, present_effects, sought_effects
from verifier.model.migration_ledger import DatabaseObject


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        pytest.param("create table users (id int)", ["table users"], id="table"),
        pytest.param(
            'create table if not exists "App"."Users" (id int)',
            ['table "App"."Users"'],
            id="quoted",
        ),
        pytest.param("create view v as select 1", ["view v"], id="view"),
        pytest.param("create index concurrently i on t (a)", ["index i"], id="index"),
        pytest.param(
            "create function f(a int) returns int language sql as $$ select 1 $$",
            ["function f"],
            id="function",
        ),
        pytest.param(
            "alter table users add column plan text, add column paid bool",
            ["column users.plan", "column users.paid"],
            id="columns",
        ),
        pytest.param("create temporary table t (id int)", [], id="temporary"),
        pytest.param("insert into t values (1); grant select on t to x", [], id="nothing"),
        pytest.param("this is no (SQL", [], id="no-sql"),
        pytest.param("select " + "(" * 3000, [], id="deep"),
    ],
)
def test_made(sql, expected):
    assert [str(effect) for effect in made_by(sql)] == expected


def test_what_a_later_migration_takes_away_is_not_sought():
    found = sought_effects(
        {
            "1": "create table users (id int); create table orders (id int)",
            "2": "alter table users add column plan text",
            "3": "drop table orders; alter table users rename column plan to tier",
        }
    )

    assert {version: [str(e) for e in effects] for version, effects in found.items()} == {
        "1": ["table users"],
        "2": [],
        "3": [],
    }


def test_what_the_database_has(database):
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("create table users (id int, gone int); create view v as select 1")
        connection.execute("alter table users drop column gone; create index i on users (id)")
    sought = [
        DatabaseObject("table", "users"),
        DatabaseObject("table", "orders"),
        DatabaseObject("view", "v"),
        DatabaseObject("index", "i"),
        DatabaseObject("function", "now"),
        DatabaseObject("function", "nope"),
        DatabaseObject("column", "users", "id"),
        DatabaseObject("column", "users", "gone"),
        DatabaseObject("column", "orders", "id"),
    ]

    with psycopg.connect(database, autocommit=True) as connection:
        there = present_effects(connection, sought)

    assert {str(effect) for effect in there} == {
        "table users",
        "view v",
        "index i",
        "function now",
        "column users.id",
    }
