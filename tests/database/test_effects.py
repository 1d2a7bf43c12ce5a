"""What migrations create, and whether a real database has it."""

import psycopg
import pytest

from verifier.database.effects import present_effects, sought_effects
from verifier.database.migration_reading import read_migration
from verifier.model.migration_ledger import DatabaseObject, Migration


def sought(**texts):
    steps = {
        version: read_migration("supabase", Migration(version, file="x.sql"), sql.encode())
        for version, sql in texts.items()
    }
    return sought_effects(steps)


@pytest.mark.parametrize(
    ("sql", "expected", "is_whole"),
    [
        pytest.param(
            "create table users (id int)", ["table users", "column users.id"], True, id="table"
        ),
        pytest.param(
            'create table if not exists "App"."Users" (id int)',
            ['table "App"."Users"', 'column "App"."Users".id'],
            False,
            id="quoted",
        ),
        pytest.param("create view v as select 1", ["view v"], True, id="view"),
        pytest.param("create or replace view v as select 1", ["view v"], False, id="or-replace"),
        pytest.param("create index concurrently i on t (a)", ["index i"], True, id="index"),
        pytest.param('create index "Big" on x.t (a)', ['index x."Big"'], True, id="of-a-schema"),
        pytest.param(
            "create function f(a int) returns int language sql as $$ select 1 $$",
            ["function f"],
            True,
            id="function",
        ),
        pytest.param(
            "alter table users add column plan text, add column paid bool",
            ["column users.plan", "column users.paid"],
            True,
            id="columns",
        ),
        pytest.param(
            "create table t (id int); insert into t values (1)",
            ["table t", "column t.id"],
            False,
            id="with-rows",
        ),
        pytest.param(
            "alter table t add column a int, alter column b set not null",
            ["column t.a"],
            False,
            id="with-a-change",
        ),
        pytest.param("create temporary table t (id int)", [], False, id="temporary"),
        pytest.param("insert into t values (1); grant select on t to x", [], False, id="nothing"),
        pytest.param("set search_path = x; create table t (id int)", [], False, id="elsewhere"),
        pytest.param("this is no (SQL", [], False, id="no-sql"),
        pytest.param("create " + "(" * 3000, [], False, id="deep"),
        pytest.param(
            f"create index {'n' * 70} on t (a)", [f"index {'n' * 63}"], True, id="cut-by-postgresql"
        ),
    ],
)
def test_made(sql, expected, is_whole):
    found = sought(v=sql)["v"]

    assert ([str(effect) for effect in found.objects], found.is_whole) == (expected, is_whole)


@pytest.mark.parametrize(
    ("later", "left"),
    [
        pytest.param("drop table users", ["table orders"], id="dropped-with-index-and-columns"),
        pytest.param(
            "alter table users drop column plan", ["table users", "table orders"], id="column"
        ),
        pytest.param(
            "alter table users rename to people",
            ["table people", "column people.plan", "index i", "table orders"],
            id="renamed",
        ),
        pytest.param(
            "alter table users rename plan to tier",
            ["table users", "column users.tier", "index i", "table orders"],
            id="column-renamed",
        ),
        pytest.param(
            "alter index i rename to j",
            ["table users", "column users.plan", "index j", "table orders"],
            id="index-renamed",
        ),
        pytest.param(
            "alter table users set schema x",
            ["table x.users", "column x.users.plan", "index x.i", "table orders"],
            id="moved",
        ),
        pytest.param(
            "do $$ begin drop table orders; end $$",
            ["table users", "column users.plan", "index i"],
            id="in-a-block",
        ),
        pytest.param(
            "drop table orders (",
            ["table users", "column users.plan", "index i"],
            id="cannot-be-read",
        ),
    ],
)
def test_what_becomes_of_it_later(later, left):
    first = "create table users (plan int); create index i on users (plan); create table orders ()"

    assert [str(effect) for effect in sought(a=first, b=later)["a"].objects] == left


def test_what_the_database_has(database):
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("create table users (id int, gone int); create view v as select 1")
        connection.execute("alter table users drop column gone; create index i on users (id)")
    wanted = [
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
        there = present_effects(connection, wanted)

    assert {str(effect) for effect in there} == {
        "table users",
        "view v",
        "index i",
        "function now",
        "column users.id",
    }


@pytest.mark.parametrize("kind", ["view", "materialized view"])
def test_a_view_goes_with_its_table_under_another_name(kind):
    found = sought(
        a=f"create table t (id int); create {kind} v as select id from t",
        b="alter table t rename to u",
        c="drop table u cascade",
    )

    assert [effect for each in found.values() for effect in each.objects] == []
