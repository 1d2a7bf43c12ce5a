"""What migrations take away from older code, in the SQL that people write."""

import subprocess
import sys

import pytest

from tests.database.test_checkout import PATH, checkout
from verifier.database.breaking_changes import taken_by
from verifier.model.finding import NotAsked, Unobserved


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("drop table users", ["users"]),
        ("DROP TABLE IF EXISTS public.users, accounts CASCADE;", ["users", "accounts"]),
        ('drop table "Users"', ["Users"]),
        ("drop view active_users", ["active_users"]),
        ("drop materialized view totals", ["totals"]),
        ("drop function f(int)", ["f"]),
        ("drop type mood", ["mood"]),
        ("drop schema archive cascade", ["archive"]),
        ("alter table users drop column plan", ["plan"]),
        ("alter table users drop plan, drop column if exists age", ["plan", "age"]),
        ("alter table users rename column plan to tariff", ["plan"]),
        ("alter table users rename plan to tariff", ["plan"]),
        ("alter table only public.users rename to people", ["users"]),
        ("alter view active_users rename to members", ["active_users"]),
        ("alter table users alter column plan type int using plan::int", ["plan"]),
        ("alter table users alter column plan set not null", ["plan"]),
        ("-- undo: drop table users\nselect 1", []),
        ("select 'drop table users'", []),
        ("create table users (id int)", []),
        ("alter table users add column plan text", []),
        ("alter table users alter column plan drop not null", []),
        ("alter table users drop constraint users_plan_check", []),
        ("drop index users_plan; drop trigger t on users", []),
        ("drop policy p on users; create policy p on users for select using (true)", []),
        ("drop view active_users; create view active_users as select 1 as id", []),
        ("create or replace view active_users as select 1 as id", []),
        ("", []),
    ],
)
def test_what_a_migration_takes_away(sql, expected):
    assert [taken.name for taken in taken_by(sql)] == expected


@pytest.mark.parametrize(
    "sql",
    [
        "do $$ begin drop table users; end $$",
        "alter type mood rename value 'sad' to 'blue'",
        "alter table users set schema archive",
        "drop table users (",
        f"drop table users; select {'(' * 3000}",
    ],
    ids=["in-code", "of-a-type", "to-another-schema", "cut-short", "deep"],
)
def test_what_cannot_be_read_and_may_take_something_away_is_told(sql):
    (taken,) = taken_by(sql)

    assert (taken.name, "could not be parsed" in taken.what) == ("", True)


def test_nothing_is_said_on_standard_error():
    code = "from verifier.database.breaking_changes import taken_by; taken_by('grant all on users to x')"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout + done.stderr == ""


@pytest.fixture
def history(tmp_path):
    """Two commits: the second ships a migration that drops a column the first one reads."""
    folder = tmp_path / "repository"
    (folder / PATH).mkdir(parents=True)

    def git(*arguments):
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        done = subprocess.run(
            ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def commit(code, migration, sql):
        (folder / "app.py").write_text(code)
        (folder / PATH / migration).write_text(sql)
        git("add", "--all")
        git("commit", "--quiet", "--message", migration)
        return git("rev-parse", "HEAD")

    git("init", "--quiet")
    older = commit(
        "select plan from users", "1_start.sql", "create table users (plan text, age int)"
    )
    sql = "alter table users drop column plan, drop column age; do $$ begin drop table x; end $$"
    return folder, older, commit("select id from users", "2_drop.sql", sql)


def test_what_the_older_code_names_is_needed(history):
    folder, older, newer = history

    found = checkout(folder).breaking_changes(older, newer)

    assert [(loss.migration, loss.what) for loss in found[:2]] == [
        ("2", "column plan of users was dropped"),
        ("2", "column age of users was dropped"),
    ]
    assert [loss.is_needed for loss in found[:2]] == [True, False]
    assert isinstance(found[2].is_needed, Unobserved)


def test_nothing_lies_between_a_commit_and_itself(history):
    folder, older, _ = history

    assert checkout(folder).breaking_changes(older, older) == ()


@pytest.mark.parametrize(("older", "newer"), [("f" * 40, None), ("", None)])
def test_a_commit_that_is_not_there_tells_nothing(history, older, newer):
    folder, _, head = history

    assert isinstance(checkout(folder).breaking_changes(older, newer or head), Unobserved)


def test_a_bare_version_ships_no_sql(history):
    folder, older, newer = history

    assert isinstance(checkout(folder, tool="plain").breaking_changes(older, newer), NotAsked)
