"""Which rights a role lacks, and the SQL that gives them, against a real PostgreSQL."""

import psycopg
import pytest

from verifier.database.grants import missing_grants, read_rights, role_sql

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
