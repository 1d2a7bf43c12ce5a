"""What cannot be read, what belongs together, and what of it the older commit's code uses."""

import subprocess

import pytest

from tests.database.test_checkout import PATH, checkout
from tests.database.test_file_names import committed
from verifier.database.breaking_changes import breaking_changes
from verifier.database.migration_reading import read_migration
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.migration_ledger import Migration


def changes(sql):
    steps = read_migration("supabase", Migration("2", file="2.sql"), sql.encode())
    return breaking_changes({"2": steps})


@pytest.mark.parametrize(
    "sql",
    [
        "do $$ begin execute format('drop table %I', name); end $$",
        "do $$ begin drop tabel users; end $$",
        "drop table users (",
        "alter table users splitt",
    ],
    ids=["composed", "no-plpgsql", "cut-short", "no-sql"],
)
def test_what_cannot_be_read_is_told(sql):
    (told,) = changes(sql)

    assert (told.kind, told.name, "could not be read" in told.what) == ("unread", "", True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_in_another_encoding_is_read(encoding):
    steps = read_migration(
        "flyway", Migration("2", file="2.sql"), "drop table users;".encode(encoding)
    )

    assert [change.name for change in breaking_changes({"2": steps})] == ["users"]


SETS = """--liquibase formatted sql
--changeset Jane Doe:1 runOnChange:true
drop table a;
-- changeset "jane:doe":"drop b" splitStatements:false
drop table b;
--changeset bob: 3
drop table c;
  --  ChangeSet  bob:x::y
drop table d;
"""


@pytest.mark.parametrize(
    ("version", "table"),
    [("1::Jane Doe", "a"), ("drop b::jane:doe", "b"), ("3::bob", "c"), ("x::y::bob", "d")],
)
def test_a_change_set_of_liquibase_is_its_own_part_of_a_file(version, table):
    migration = Migration(f"sets.sql::{version}", file="sets.sql")

    steps = read_migration("liquibase", migration, SETS.encode())

    assert [change.name for change in breaking_changes({"2": steps})] == [table]


def test_rows_in_great_numbers_are_read_past():
    rows = "insert into users (id) values (1);\n" * 3000

    steps = read_migration(
        "supabase", Migration("2", file="2.sql"), f"{rows}drop table a;".encode()
    )

    assert len(steps) == 1001
    assert [(c.name, c.line) for c in breaking_changes({"2": steps})] == [("a", 3001)]


@pytest.mark.parametrize(
    ("tool", "file", "content"),
    [
        pytest.param(
            "supabase",
            "2.sql",
            b"insert into t default values;" * 200_001,
            id="sql",
            marks=pytest.mark.slow,
        ),
        pytest.param("knex", "2.js", b"/" * 500_001, id="code"),
        pytest.param(
            "knex", "2.js", b"exports.up = (k) => {" + b"f(x);" * 60_000 + b"}", id="parts"
        ),
    ],
)
@pytest.mark.slow
def test_what_is_too_large_is_told_as_not_read(tool, file, content):
    (told,) = breaking_changes({"2": read_migration(tool, Migration("2", file=file), content)})

    assert told.kind == "unread"


def test_what_cannot_be_read_blinds_nothing_else():
    deep = "(" * 3000

    found = changes(f"drop table users;\ncreate table ((;\nselect {deep}; drop table orders")

    assert [(c.kind, c.name, c.line) for c in found] == [
        ("dropped", "users", 1),
        ("unread", "", 2),
        ("dropped", "orders", 3),
    ]


def test_several_migrations_are_one_unit():
    def steps(version, sql):
        return read_migration("supabase", Migration(version, file="x.sql"), sql.encode())

    texts = {
        "2": "create table drafts (id int); drop view members",
        "3": "alter table drafts rename to notes; alter table users drop column plan",
        "4": "drop table notes; create view members as select 1 as id",
    }

    found = breaking_changes({version: steps(version, sql) for version, sql in texts.items()})

    assert [(c.migration, c.kind, c.name) for c in found] == [("3", "dropped", "plan")]


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
    sql = "alter table users drop column plan, drop column age; do $$ begin execute q; end $$"
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


@pytest.mark.parametrize(
    ("first", "then", "told"),
    [
        pytest.param(
            "create table users (plan text)",
            "alter table users drop column plan, add column plan integer",
            "column plan of users",
            id="a-column-of-another-type",
        ),
        pytest.param(
            "create table users (plan text, age int); create view v as select plan, age from users",
            "drop view v; create view v as select plan from users",
            "age",
            id="a-view-with-less",
        ),
        pytest.param(
            "create table users (plan text)",
            "alter table users drop column plan, add column plan text",
            None,
            id="as-it-was",
        ),
    ],
)
def test_what_is_made_again_is_compared_with_what_the_older_migrations_made(
    first, then, told, tmp_path
):
    older = committed(
        tmp_path, {b"app.py": b"plan age v", f"{PATH}/1_a.sql".encode(): first.encode()}
    )
    newer = committed(tmp_path, {f"{PATH}/2_b.sql".encode(): then.encode()})

    found = checkout(tmp_path).breaking_changes(older, newer)

    assert [told in change.what for change in found] == ([] if told is None else [True])


def test_a_migration_in_code_is_read_as_data(tmp_path):
    head = "from alembic import op\nimport sqlalchemy as sa\nrevision = '{}'\ndown_revision = {}\n"
    first = (
        head.format("a1", None)
        + "def upgrade():\n    op.create_table('users', sa.Column('plan', sa.String(20)))\n"
    )
    second = (
        head.format("b2", "'a1'")
        + "def upgrade():\n    op.alter_column('users', 'plan', type_=sa.Text())\n    op.drop_column('users', 'plan')\n    run()\n    op.execute(sql)\n"
    )
    files = {b"alembic.ini": b"[alembic]\nscript_location = alembic\n", b"app.py": b"user.plan"}
    older = committed(tmp_path, {**files, b"alembic/versions/a1.py": first.encode()})
    newer = committed(tmp_path, {b"alembic/versions/b2.py": second.encode()})

    found = checkout(tmp_path, tool="alembic", path="").breaking_changes(older, newer)

    assert [(c.migration, c.kind, c.file, c.line) for c in found] == [
        ("b2", "dropped", "alembic/versions/b2.py", 7),
        ("b2", "unread", "alembic/versions/b2.py", 9),
    ]
    assert found[0].is_needed is True


def test_nothing_lies_between_a_commit_and_itself(history):
    folder, older, _ = history

    assert checkout(folder).breaking_changes(older, older) == ()


@pytest.mark.parametrize(("older", "newer"), [("f" * 40, None), ("", None)])
def test_a_commit_that_is_not_there_tells_nothing(history, older, newer):
    folder, _, head = history

    assert isinstance(checkout(folder).breaking_changes(older, newer or head), Unobserved)


def test_a_bare_version_ships_no_sql(history):
    folder, older, newer = history

    plain = checkout(folder, tool="plain", expected="2")

    assert isinstance(plain.breaking_changes(older, newer), NotAsked)
