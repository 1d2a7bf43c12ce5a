"""A role that may do more than read is told as one, against a real PostgreSQL."""

import psycopg
import pytest

from verifier.database.grants import read_rights, role_sql
from verifier.model.database_rights import Power, PowerKind

K = PowerKind
#: What makes the role ME what it is, beside reading `asked`, and what is told of it.
ROLES = [
    ([], []),
    (["alter table orders owner to ME"], [(K.OWNS, "public.orders")]),
    (["grant insert on orders to ME"], [(K.WRITES, "public.orders")]),
    (["grant update (v) on asked to ME"], [(K.WRITES, "public.asked")]),
    (["grant insert (v) on orders to ME"], [(K.WRITES, "public.orders")]),
    (["grant trigger on orders to ME"], [(K.WRITES, "public.orders")]),
    (["grant update on seen to ME"], [(K.WRITES, "public.seen")]),
    (["grant all on hidden.log to ME"], []),
    (["grant all on hidden.log to ME", "grant usage on schema hidden to ME"], [(K.WRITES, "hidden.log")]),
    (["grant references on orders to ME", "grant select on orders to ME"], []),
    (["alter database DB owner to ME"], [(K.OWNS_DATABASE, "DB"), (K.CREATES_SCHEMAS, "DB"), (K.CREATES_IN, "public")]),
    (["alter role ME noinherit", "grant postgres to ME"], [(K.BECOMES, "postgres")]),
    (["alter role ME createrole"], [(K.CREATES_ROLES, "")]),
    (["alter role ME createdb"], [(K.CREATES_DATABASES, "")]),
    (["alter role ME replication"], [(K.REPLICATES, "")]),
    (["grant create on schema public to ME"], [(K.CREATES_IN, "public")]),
    (["grant create on database DB to ME"], [(K.CREATES_SCHEMAS, "DB")]),
    *(([f"grant {name} to ME"], [(K.MEMBER, name)]) for name in
      ("pg_execute_server_program", "pg_signal_backend", "pg_write_server_files", "pg_write_all_data",
       "pg_read_server_files")),
    (["alter table asked owner to ME", "revoke all on asked from ME"], [(K.OWNS, "public.asked")]),
    (["alter function tally() owner to ME"], [(K.OWNS, "public.tally()")]),
    (["alter procedure clear() owner to ME"], [(K.OWNS, "public.clear()")]),
    (["alter sequence numbers owner to ME"], [(K.OWNS, "public.numbers")]),
    (["alter type mood owner to ME"], [(K.OWNS, "public.mood")]),
    (["alter schema hidden owner to ME", "revoke create on schema hidden from ME"], [(K.OWNS, "hidden")]),
    (["alter publication news owner to ME"], [(K.OWNS, "publication news")]),
    (["alter type pair owner to ME"], [(K.OWNS, "type pair")]),
    (["alter collation sorted owner to ME"], [(K.OWNS, "collation sorted")]),
    (["alter statistics counted owner to ME"], [(K.OWNS, "statistics object counted")]),
    (["alter text search configuration words owner to ME"], [(K.OWNS, "text search configuration words")]),
    (["alter large object 4711 owner to ME"], [(K.OWNS, "large object 4711")]),
    (["alter operator === (int, int) owner to ME"], [(K.OWNS, "operator ===(integer,integer)")]),
    (["grant usage on foreign data wrapper far to ME"], []),
    (["alter default privileges for role ME grant select on tables to public"], []),
    (["grant update on sequence numbers to ME"], [(K.WRITES, "public.numbers")]),
    (["grant select on sequence numbers to ME"], []),
    (["grant tests_writers to ME"], [(K.WRITES, "public.orders"), (K.CREATES_IN, "hidden")]),
    (["grant tests_writers to ME with inherit false, set true"], [(K.WRITES, "public.orders"), (K.CREATES_IN, "hidden")]),
    (["grant tests_makers to ME"], [(K.CREATES_ROLES, ""), (K.CREATES_DATABASES, "")]),
    (["alter role ME noinherit", "grant tests_makers to ME"], [(K.CREATES_ROLES, ""), (K.CREATES_DATABASES, "")]),
]  # fmt: skip
TABLES = (
    "create table asked (k text, v text); create table orders (id int, v text); "
    "create view seen as select * from orders; create schema hidden; "
    "create table hidden.log (id int); create sequence numbers; create type mood as enum ('good'); "
    "create function tally() returns int language sql as 'select 1'; create publication news; "
    "create procedure clear() language sql as 'select 1'; create type pair as (a int, b int); "
    'create collation sorted from "C"; create statistics counted on id, v from orders; '
    "create text search configuration words (copy = simple); select lo_create(4711); "
    "create operator === (leftarg = int, rightarg = int, function = int4eq); "
    "create foreign data wrapper far"
)
#: Roles that others may be members of.
GROUPS = {
    "tests_writers": "grant insert on orders to tests_writers; grant create on schema hidden to tests_writers",
    "tests_makers": "alter role tests_makers createrole createdb",
}


@pytest.fixture
def reader(database):
    """What makes a role by statements, reads its rights and takes it away again."""
    name = "tests_powers"
    of_it = psycopg.conninfo.conninfo_to_dict(database)["dbname"]

    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"drop role if exists {name}")
        connection.execute(TABLES)
        for group, rights in GROUPS.items():
            connection.execute(f"drop role if exists {group}")
            connection.execute(f"create role {group}; {rights}")

        def read(statements):
            connection.execute(f"create role {name} login; grant select on asked to {name}")
            try:
                for statement in statements:
                    text = statement.replace("ME", name).replace("DB", f'"{of_it}"')
                    connection.execute(text)
                with psycopg.connect(database.replace("postgres:@", f"{name}:@")) as its:
                    rights = read_rights(its, ["asked"])
            finally:
                connection.execute(f"reassign owned by {name} to postgres; drop owned by {name}")
                connection.execute(f"drop role {name}")
            return rights, of_it

        yield read
        for group in GROUPS:
            connection.execute(f"drop owned by {group}; drop role {group}")


@pytest.mark.slow
def test_each_power_beyond_reading_is_found(reader):
    for statements, expected in ROLES:
        rights, of_it = reader(statements)

        told = {Power(kind, of_it if name == "DB" else name) for kind, name in expected}
        if "grant pg_write_all_data to ME" in statements:  # and by it into every table
            tables = ("public.asked", "public.orders", "public.seen", "hidden.log")
            tables += ("public.numbers",)
            told |= {Power(K.WRITES, name) for name in tables}
        assert set(rights.powers) == told, statements
        on_asked = any(name == "public.asked" for _, name in expected)
        may_write_all = "pg_write_all_data" in str(statements) or "postgres" in str(statements)
        assert rights.tables[0].may_write is (on_asked or may_write_all), statements


def test_the_role_that_is_printed_can_only_read(reader, database):
    with psycopg.connect(database, autocommit=True) as connection:
        statements = role_sql(read_rights(connection, ["asked"]))
    made = [s.replace('"deploy_verifier"', "ME") for s in statements if "create role" not in s]

    rights, _ = reader(made)

    assert rights.powers == ()
