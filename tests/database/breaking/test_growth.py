"""A text that opens what it never closes, or repeats itself, takes no more than its length asks."""

import pytest

from tests.counted_calls import calls_of
from verifier.database.breaking_changes import breaking_changes
from verifier.database.effects import sought_effects
from verifier.database.migration_reading import read_migration
from verifier.database.sql_text import without_comments
from verifier.model.migration_ledger import Migration


def read(tool, text):
    migration = Migration("2.sql::1::a", file="2.sql")
    steps = read_migration(tool, migration, text.encode())
    sought_effects({"2": steps})
    return breaking_changes({"2": steps}, [steps])


#: Of each a megabyte: what goes back to where it was for each of them would not end today.
PIECES = [
    ("supabase", "", "/*"),
    ("supabase", "", "/* "),
    ("supabase", "drop table a ", "/**/"),
    ("supabase", "drop table a ", "+-"),
    ("supabase", "do $$ begin ", "/*"),
    ("supabase", "do $$ begin null; /*", "*/ /*"),
    ("supabase", "drop table ", "${"),
    ("supabase", "drop table ", "{{"),
    ("supabase", "drop table :", "a"),
    ("supabase", "drop table ", "$a$ "),
    ("supabase", "drop table ", "e'\\'"),
    ("supabase", "drop table ", '"'),
    ("supabase", "drop table ", "("),
    ("supabase", "select '", "x"),
    ("supabase", "", ";"),
    ("supabase", "", "\n"),
    ("supabase", "", "\\i a\n"),
    ("supabase", "", "create rule a;"),
    ("supabase", "create rule r as on insert to t do also ", "(;)"),
    ("supabase", "create function f() begin atomic ", "select 1; "),
    ("supabase", "create function f() begin atomic ", "begin "),
    ("supabase", "", "copy a from stdin;"),
    ("liquibase", "", "\n"),
    ("liquibase", "", " \n"),
    ("liquibase", "", "--\n"),
    ("liquibase", "--changeset", " "),
    ("liquibase", "--changeset a:", " \n"),
    ("liquibase", "", "--changeset a"),
    ("supabase", "create function f() ", "begin /* "),
    ("supabase", "create function f() ", "begin /**/ "),
    ("supabase", "", "create function f() as $$ begin /* $$;"),
    ("dbmate", "", "--\n"),
    ("goose", "", "--\n\n"),
    ("node-pg-migrate", "", "--\n"),
    ("node-pg-migrate", "", "-- - \n"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("tool", "begin", "piece"), PIECES, ids=repr)
def test_a_megabyte_is_read(tool, begin, piece):
    read(tool, begin + piece * (1_000_000 // len(piece)))


def test_the_parser_gets_no_comments():
    text = "select 1 -- a /* b\n, '--' /* c /* d */ */, $$ /* $$, \"--\" /* e"

    assert without_comments(text) == "select 1 \n, '--'  , $$ /* $$, \"--\" /*"


def test_an_end_of_comments_is_theirs_alone():
    assert without_comments("/* /* a */*/1*/2") == " 1*/2"


def calls_of_reading(text):
    read("supabase", "drop table a")  # what is loaded once is not counted
    return calls_of(lambda: read("supabase", text))


#: What the n-th of many does.
MANY = {
    "dropped-with-all": "create table t{0} (a int); drop table t{0} cascade;",
    "dropped-indexes": "create table t{0} (a int); create unique index i{0} on t{0} (a); drop index i{0};",
    "checks": "alter table t add constraint c{0} check (a > {0});",
    "columns": "alter table t add column c{0} int not null;",
    "views": "create view v{0} as select a from t{0}; drop table t{0} cascade;",
    "renamed": "alter table t rename to u; alter table u rename to t; alter table t add c{0} int;",
    "required": "alter table t alter c{0} set not null;",
    "secured": "alter table t{0} enable row level security; create policy p on t{0} using (true);",
    "triggers": "create trigger t{0} before insert on t{0} for each row execute function f();",
}


@pytest.mark.slow
@pytest.mark.parametrize("pattern", MANY.values(), ids=MANY)
def test_twice_as_many_statements_ask_for_twice_the_work(pattern):
    one, two = ("".join(pattern.format(i) for i in range(n)) for n in (250, 500))

    assert calls_of_reading(two) < 2.5 * calls_of_reading(one)


#: Of one table, and as Supabase advises to write what asks who asks.
POLICIES = "create policy p{0} on t using (auth.uid() = o and id > {0});"
MADE_AGAIN = (
    "drop policy p{0} on t; create policy p{0} on t using ((select auth.uid()) = o and id > {0});"
)


@pytest.mark.slow
def test_twice_as_many_policies_of_a_table_made_again_ask_for_twice_the_work():
    def calls_of_many(n):
        older, newer = (
            read_migration("supabase", Migration(name, file=name), text.encode())
            for name, text in (
                ("1.sql", "create table t (o uuid, id int);" + repeated(POLICIES, n)),
                ("2.sql", repeated(MADE_AGAIN, n)),
            )
        )
        return calls_of(lambda: breaking_changes({"2": newer}, [older]))

    assert calls_of_many(100) < 2.5 * calls_of_many(50)


def test_policies_that_are_all_another_one_are_read_once_each():
    other = "drop policy p{0} on t; create policy p{0} on t to authenticated using (id > {0} and o is null);"
    policies, newer = (
        read_migration("supabase", Migration(name, file=name), text.encode())
        for name, text in (
            ("1.sql", "create table t (o uuid, id int);" + repeated(POLICIES, 60)),
            ("2.sql", repeated(other, 60)),
        )
    )

    # Each of 60 is held against each, for four commands: 25 million calls when all were read anew.
    assert calls_of(lambda: breaking_changes({"2": newer}, [policies])) < 2_000_000


def repeated(pattern, n):
    return "".join(pattern.format(i) for i in range(n))


@pytest.mark.parametrize("verb", ["drop table", "truncate", "drop index"])
@pytest.mark.slow
def test_twice_as_many_names_in_one_statement_ask_for_twice_the_work(verb):
    one, two = (f"{verb} {', '.join(f't{i}' for i in range(n))}" for n in (1000, 2000))

    assert calls_of_reading(two) < 2.5 * calls_of_reading(one)
    assert calls_of_reading(two) < 150 * 2000
