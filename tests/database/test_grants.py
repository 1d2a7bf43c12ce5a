"""Which rights a role lacks, and the SQL that gives them, against a real PostgreSQL."""

import psycopg
import pytest

from tests.first_user import POLICY, as_role, build_database
from verifier.database.grants import missing_grants, read_rights, role_sql
from verifier.database.ledgers import LEDGERS
from verifier.database.query_tables import tables_read_by
from verifier.database.questions import Questions
from verifier.database.session import Database

ROLE = "tests_reader"


@pytest.fixture
def url(database):
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"drop role if exists {ROLE}")
        connection.execute(f"create role {ROLE} login")
        connection.execute("create schema audit; create table audit.log (id int)")
        connection.execute('create table "Odd""Name" (id int); create table users (id int)')
    yield database
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"drop owned by {ROLE}")
        connection.execute(f"drop role {ROLE}")


NAMES = ("audit.log", 'Odd"Name', "users", "gone")


def rights_of(url, user):
    with psycopg.connect(url.replace("postgres:@", f"{user}:@"), autocommit=True) as connection:
        return read_rights(connection, NAMES)


def test_what_is_missing_is_named_and_enough_once_it_is_run(url):
    before = rights_of(url, ROLE)
    grants = missing_grants(before)
    with psycopg.connect(url, autocommit=True) as connection:
        for grant in grants:
            connection.execute(grant)

    after = rights_of(url, ROLE)

    assert set(grants) == {
        f'grant usage on schema "audit" to "{ROLE}";',
        f'grant select on "audit"."log" to "{ROLE}";',
        f'grant select on "public"."Odd""Name" to "{ROLE}";',
        f'grant select on "public"."users" to "{ROLE}";',
    }
    assert before.absent == ("gone",)
    assert missing_grants(after) == ()
    assert not any(right.may_write for right in after.tables)


def test_the_sql_of_a_role_makes_one_that_may_read_and_nothing_else(url):
    statements = role_sql(rights_of(url, "postgres"))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("drop role if exists deploy_verifier")
        for statement in statements:
            connection.execute(statement)
    try:
        found = rights_of(url, "deploy_verifier")
        assert (missing_grants(found), found.role.is_superuser) == ((), False)
        assert not any(right.may_write for right in found.tables)
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("drop owned by deploy_verifier; drop role deploy_verifier")


def test_a_superuser_is_told_as_one(url):
    found = rights_of(url, "postgres")

    assert found.role.is_superuser
    assert all(right.may_write for right in found.tables)


ROWS_OF = ("app_settings", "julia_status")


def first_user_rights(url, role):
    with psycopg.connect(as_role(url, role), autocommit=True) as connection:
        return read_rights(connection, [*ROWS_OF, "clientes", "campaign_metrics"], ROWS_OF)


def run(url, statements):
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def test_the_role_that_is_printed_answers_every_question_on_the_first_users_database(database):
    build_database(database, "drop owned by deploy_verifier", "drop role deploy_verifier")

    run(database, role_sql(first_user_rights(database, "postgres")))

    questions = Questions(
        "app_settings",
        {"": LEDGERS["plain"]},
        {"clientes": "table", "campaign_metrics": "view"},
        {"status": "select status from julia_status order by created_at desc limit 1"},
    )
    read = Database(as_role(database, "deploy_verifier"), questions).read()
    assert (read.hidden_markers, read.markers["environment"]) == (None, "production")
    assert [entry.version for entry in read.ledgers[""].entries] == ["20251231211500"]
    assert [(r.problem, r.unseen) for r in read.relations] == [("", None)] * 2
    assert read.sql_answers["status"].value == "pausado"


def test_nobodys_personal_data_is_shown_to_a_role_that_needs_none(database):
    build_database(database, "drop owned by deploy_verifier", "drop role deploy_verifier")
    run(database, role_sql(first_user_rights(database, "postgres")))
    run(database, ["insert into clientes (telefone) values ('1')"])

    with psycopg.connect(as_role(database, "deploy_verifier")) as connection:
        assert connection.execute("select count(*) from clientes").fetchone() == (0,)


def test_a_role_that_exists_is_told_the_policies_that_it_lacks(database):
    build_database(database)

    missing = missing_grants(first_user_rights(database, "deploy_verifier"))
    run(database, missing)

    assert [statement for statement in missing if "app_settings" in statement] == [
        'create policy "deploy_verifier_reads" on "public"."app_settings" for select '
        'to "deploy_verifier" using (true);'
    ]
    assert missing_grants(first_user_rights(database, "deploy_verifier")) == ()


RESTRICTED = "create policy r on app_settings as restrictive for select using (key <> 'x')"


@pytest.mark.slow
def test_a_role_is_printed_with_what_a_restrictive_policy_needs(database):
    build_database(database, "drop owned by deploy_verifier", "drop role deploy_verifier")
    run(database, [RESTRICTED])

    run(database, role_sql(first_user_rights(database, "postgres")))

    read = Database(as_role(database, "deploy_verifier"), Questions("app_settings")).read()
    assert (read.hidden_markers, read.markers["environment"]) == (None, "production")
    assert missing_grants(first_user_rights(database, "deploy_verifier")) == ()


@pytest.mark.slow
def test_what_is_printed_of_a_new_role_counts_on_no_policy_of_one_with_its_name(database):
    build_database(database, POLICY)

    printed = role_sql(first_user_rights(database, "postgres"))

    policies = [
        text for text in printed if text.startswith('create policy "deploy_verifier_reads"')
    ]
    assert sorted("app_settings" in text for text in policies) == [False, True]


@pytest.mark.slow
def test_a_role_that_exists_is_told_what_a_restrictive_policy_needs(database):
    build_database(database, RESTRICTED)

    missing = missing_grants(first_user_rights(database, "deploy_verifier"))
    run(database, missing)

    assert any(statement.startswith('alter policy "r" on ') for statement in missing)
    assert missing_grants(first_user_rights(database, "deploy_verifier")) == ()


@pytest.mark.parametrize(
    ("query", "tables"),
    [
        pytest.param("select max(at) from ops.beats", ("ops.beats",), id="with-its-schema"),
        pytest.param(
            "with x as (select * from a) select count(*) from x join b on true",
            ("b", "a"),
            id="with",
        ),
        pytest.param("select 1", (), id="none"),
        pytest.param("select from where (", (), id="no-sql"),
    ],
)
def test_the_tables_of_a_probe(query, tables):
    assert set(tables_read_by(query)) == set(tables)
