"""`verifier ledger` as a person calls it: exit code, output, and what goes wrong."""

import json

import psycopg
import pytest
from click.testing import CliRunner

from tests.database.corpus import BY_NAME
from tests.database.test_ledgers import write
from verifier.cli import cli
from verifier.errors import ConfigError

SUPABASE = BY_NAME["supabase"]


def call(*arguments, **environ):
    kept = {"DATABASE_URL": None, "GITHUB_WORKSPACE": None, "VERIFIER_CONFIG": None}
    return CliRunner(env={**kept, **environ}).invoke(
        cli, ["ledger", *map(str, arguments)], standalone_mode=False
    )


@pytest.fixture
def checkout(tmp_path):
    return write(tmp_path / "checkout", SUPABASE.files(3))


@pytest.fixture
def load(database):
    def load(n):
        with psycopg.connect(database, autocommit=True) as connection:
            for statement in (SUPABASE.table, *SUPABASE.rows(n)):
                connection.execute(statement)
        return database

    return load


@pytest.mark.parametrize(("rows", "code"), [(3, 0), (2, 1)], ids=["level", "one-pending"])
def test_what_it_ends_with(checkout, load, rows, code):
    done = call("--checkout", checkout, DATABASE_URL=load(rows))

    assert done.return_value == code
    assert ("To apply what is pending: supabase db push" in done.output) is (code == 1)


def test_what_is_unknown_is_named(checkout, load):
    (checkout / "supabase/migrations").joinpath(
        sorted(SUPABASE.files(3))[-1].rpartition("/")[2]
    ).unlink()

    done = call("--checkout", checkout, DATABASE_URL=load(3))

    assert "  unknown        1  20260103090000" in done.output
    assert "  applied        2  up to 20260102090000" in done.output


def test_json_is_the_ledger_of_the_report_alone(checkout, load):
    done = call("--checkout", checkout, "--tool", "supabase", "--json", "--database-url", load(2))

    told = json.loads(done.stdout)
    assert told["pending"] == ["20260103090000"]
    assert {"tool", "table", "applied", "pending", "unknown", "modified", "failed"} <= set(told)


def test_a_database_without_a_ledger_is_one_finding_and_inconclusive(checkout, database):
    done = call("--checkout", checkout, DATABASE_URL=database)

    assert (done.return_value, done.output.count("INCONCLUSIVE")) == (4, 1)
    assert "the database has no supabase_migrations.schema_migrations" in done.output


RESTAMP = (
    "update supabase_migrations.schema_migrations set version = '20260103101112', name = {name}, "
    "statements = {statements} where version = '20260103090000'"
)
SAME, OTHER = "array['create table orders\n(id bigint)']", "array['drop table orders']"


@pytest.mark.parametrize(
    ("name", "statements", "code", "told"),
    [
        pytest.param("'orders'", "null", 0, "migration repair --status applied", id="same-name"),
        pytest.param("'apply'", SAME, 0, "migration repair --status applied", id="same-statements"),
        pytest.param("'orders'", OTHER, 4, "select statements from", id="other-statements"),
        pytest.param("'apply'", OTHER, 1, "shipped but not applied", id="another-migration"),
        pytest.param("'apply'", "null", 1, "shipped but not applied", id="nothing-in-common"),
    ],
)
def test_what_supabase_has_under_another_version(checkout, load, name, statements, code, told):
    url = load(3)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(RESTAMP.format(name=name, statements=statements))

    done = call("--checkout", checkout, DATABASE_URL=url)

    assert (done.return_value, told in done.output) == (code, True)
    assert ("supabase db push" in done.output) is (code == 1)


def test_policy_and_tool_come_from_the_configuration(checkout, load):
    write(
        checkout,
        {
            ".github/verifier.yml": "version: 1\nservices: { api: {} }\n"
            "ledger: { tool: supabase, policy: { pending: warn } }\n"
        },
    )

    done = call("--checkout", checkout, DATABASE_URL=load(2))

    assert (done.return_value, "WARN" in done.output) == (0, True)


TWO = """
version: 1
services: { api: {} }
ledger:
  - { name: main, tool: supabase }
  - { name: own, tool: plain, path: changes, table: ops.changes, column: number, pattern: '^c([0-9]+)' }
"""


def test_several_ledgers_are_compared_each_by_itself(checkout, load):
    write(checkout, {".github/verifier.yml": TWO, "changes/c1.sql": "", "changes/c2.sql": ""})
    url = load(3)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create schema ops; create table ops.changes (number text)")
        connection.execute("insert into ops.changes values ('1')")

    done = call("--checkout", checkout, "--json", DATABASE_URL=url)

    told = {ledger["name"]: ledger["pending"] for ledger in json.loads(done.stdout)}
    assert (done.return_value, told) == (1, {"main": [], "own": ["2"]})


def test_one_ledger_that_cannot_be_read_hides_no_other(checkout, load):
    write(checkout, {".github/verifier.yml": TWO})

    done = call("--checkout", checkout, DATABASE_URL=load(3))

    assert (done.return_value, "main (supabase)" in done.stdout) == (4, True)


def test_a_schema_says_whose_table_is_meant(checkout, load):
    text = "version: 1\nservices: { api: {} }\nledger: { tool: knex, schema: billing }\n"
    write(checkout, {".github/verifier.yml": text, "migrations/1.js": ""})
    url = load(3)
    with psycopg.connect(url, autocommit=True) as connection:
        for schema, name in (("public", "1.js"), ("billing", "0.js")):
            connection.execute(
                f"create schema if not exists {schema};"
                f"create table {schema}.knex_migrations (id int, name text, batch int);"
                f"insert into {schema}.knex_migrations values (1, '{name}', 1)"
            )

    done = call("--checkout", checkout, "--json", DATABASE_URL=url)

    told = json.loads(done.stdout)
    assert (told["table"], told["pending"]) == ("billing.knex_migrations", ["1.js"])


@pytest.mark.parametrize(
    ("files", "told"),
    [
        pytest.param({}, "no known migration tool", id="empty-checkout"),
        pytest.param(
            {"knexfile.js": "", "alembic.ini": ""}, "several migration tools match", id="two-tools"
        ),
        pytest.param({"alembic.ini": "[alembic"}, "cannot be read", id="broken-configuration"),
        pytest.param({"pyproject.toml": f"a = {'[' * 5000}"}, "cannot be read", id="deep-toml"),
        pytest.param(
            {"manage.py": "", "a/migrations/0001.py": "class ("},
            "not valid Python",
            id="broken-migration",
        ),
        pytest.param({"supabase/config.toml": ""}, "has no", id="no-migrations"),
        pytest.param(
            {"a/supabase/migrations/1_a.sql": "", "b/supabase/migrations/1_b.sql": ""},
            "several projects",
            id="two-projects",
        ),
        pytest.param(
            {"knexfile.js": "", "src/one.js": "", "src/two.js": ""},
            "has no",
            id="other-files-are-no-migrations",
        ),
    ],
)
def test_what_cannot_be_told_is_inconclusive(tmp_path, database, files, told):
    done = call("--checkout", write(tmp_path / "c", {"x": "", **files}), DATABASE_URL=database)

    assert done.return_value == 4
    assert told in done.stderr


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param(["create table knex_migrations (id int)"], id="other-columns"),
        pytest.param(
            [
                "create table knex_migrations (id text, name text, batch int)",
                "insert into knex_migrations values ('x', 'y', 1)",
            ],
            id="ids-that-are-no-numbers",
        ),
    ],
)
def test_a_table_that_is_no_such_ledger_is_inconclusive(tmp_path, database, statements):
    with psycopg.connect(database, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)
    checkout = write(tmp_path / "c", {"migrations/1.js": ""})

    done = call("--checkout", checkout, "--tool", "knex", DATABASE_URL=database)

    assert (done.return_value, "public.knex_migrations" in done.stderr) == (4, True)


def test_a_wrong_password_is_not_printed(checkout):
    url = "postgresql://user:hunter22@127.0.0.1:1/x"

    done = call("--checkout", checkout, "--tool", "supabase", DATABASE_URL=url)

    assert done.return_value == 4
    assert "could not reach" in done.stderr
    assert "hunter22" not in done.output


@pytest.mark.parametrize(
    "arguments", [["--tool", "flywey"], [], ["--database-url", "nonsense://x"]]
)
def test_a_wrong_call_is_told(checkout, arguments):
    done = call("--checkout", checkout, *arguments)

    assert done.exception.exit_code == 2


def test_odd_files_change_nothing(checkout, load):
    folder = checkout / "supabase" / "migrations"
    (folder / "20260102090000_users.sql").write_bytes(b"\xef\xbb\xbfselect 1\r\n\xff")
    (folder / "20260109_\xfc.sql").symlink_to("/etc/hostname")
    (checkout / "everything").symlink_to("/")

    done = call("--checkout", checkout, "--json", DATABASE_URL=load(3))

    assert (done.return_value, json.loads(done.stdout)["pending"]) == (0, [])


def test_a_configuration_that_is_named_and_not_there_is_told(checkout, database):
    done = call("--checkout", checkout, "--config", "nope.yml", DATABASE_URL=database)

    assert isinstance(done.exception, ConfigError)


def test_folder_and_table_can_be_named(tmp_path, database):
    checkout = write(tmp_path / "c", {"steps/1.js": "", "steps/2.js": "", "migrations/3.js": ""})
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(
            "create schema ops; create table ops.steps (id int, name text, batch int);"
            "insert into ops.steps values (1, '1.js', 1)"
        )

    named = ["--tool", "knex", "--path", "steps", "--table", "ops.steps"]
    done = call("--checkout", checkout, *named, "--json", DATABASE_URL=database)

    told = json.loads(done.stdout)
    assert (done.return_value, told["table"], told["pending"]) == (1, "ops.steps", ["2.js"])


def test_of_several_ledgers_none_is_renamed(checkout, load):
    write(checkout, {".github/verifier.yml": TWO})

    done = call("--checkout", checkout, "--table", "x", DATABASE_URL=load(3))

    assert "several" in str(done.exception)
