"""Whether two addresses name the same database."""

import pytest

from verifier.model.same_database import ref_in, same_database, uses_database

URL = "postgresql://app:secret@db.test:5432/shop"


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        pytest.param(URL, True, id="itself"),
        pytest.param("postgresql://reader:other@DB.test/shop", True, id="another-role"),
        pytest.param("postgresql://app:secret@db.test:6543/shop", False, id="another-port"),
        pytest.param("postgresql://app:secret@db.test/other", False, id="another-database"),
        pytest.param("", False, id="empty"),
    ],
)
def test_same_database(other, is_same):
    assert same_database(URL, other) is is_same


@pytest.mark.parametrize("unreadable", ["", "no address", "postgresql://[half/shop"])
def test_what_cannot_be_read_is_the_same_as_nothing(unreadable):
    assert not same_database(unreadable, unreadable)


DIRECT = "postgresql://postgres:x@db.abc.supabase.co:5432/postgres"
POOLER = "postgresql://reader.abc:y@aws-0-eu-central-1.pooler.supabase.com:6543/postgres"


@pytest.mark.parametrize(
    ("variables", "ours", "is_used"),
    [
        pytest.param({"DATABASE_URL": DIRECT}, POOLER, True, id="one-project-by-its-pooler"),
        pytest.param(
            {"DATABASE_URL": DIRECT},
            POOLER.replace("reader.abc", "reader.xyz"),
            False,
            id="another",
        ),
        pytest.param(
            {"DATABASE_URL": DIRECT},
            POOLER.replace("/postgres", "/x"),
            False,
            id="its-other-database",
        ),
        pytest.param({"SUPABASE_URL": "https://abc.supabase.co"}, POOLER, True, id="by-its-api"),
        pytest.param(
            {"SUPABASE_URL": "https://abc.supabase.co"},
            POOLER.replace("/postgres", "/staging"),
            False,
            id="what-its-api-does-not-serve",
        ),
        pytest.param({"SUPABASE_URL": "https://xyz.supabase.co"}, POOLER, False, id="another-api"),
        pytest.param({"SUPABASE_URL": "https://abc.supabase.co"}, URL, False, id="no-supabase"),
        pytest.param({"DATABASE_URL": URL + "?sslmode=require"}, URL, True, id="tls-leads-nowhere"),
        pytest.param({"DATABASE_URL": URL + "?schema=x"}, URL, False, id="another-schema"),
        pytest.param({}, URL, False, id="nothing"),
    ],
)
def test_what_shows_that_a_container_uses_the_database(variables, ours, is_used):
    assert uses_database(variables, ours) is is_used


REF = "kdwmzqhvtrpyxbnacfle"
POOLED = "aws-0-sa-east-1.pooler.supabase.com"


@pytest.mark.parametrize(
    ("written", "ref"),
    [
        pytest.param(f"jdbc:postgresql://db.{REF}.supabase.co:5432/postgres", REF, id="jdbc"),
        pytest.param(
            f"jdbc:postgresql://{POOLED}:6543/postgres?user=postgres.{REF}&password=p%40",
            REF,
            id="jdbc-with-its-user",
        ),
        pytest.param(f"jdbc:postgresql://{POOLED}/postgres", "", id="jdbc-without-a-user"),
        pytest.param(f"r2dbc:pool:postgresql://db.{REF}.supabase.co/postgres", REF, id="r2dbc"),
        pytest.param(
            f"Host=db.{REF}.supabase.co;Port=5432;Database=postgres;Username=postgres;Password=a;",
            REF,
            id="of-dot-net",
        ),
        pytest.param(
            f"User Id=postgres.{REF};Password=p;Server={POOLED};Port=6543;Database=postgres",
            REF,
            id="of-dot-net-by-a-pooler",
        ),
        pytest.param(f"host=db.{REF}.supabase.co dbname=postgres user=postgres", REF, id="a-dsn"),
        pytest.param(
            f"host={POOLED} user='postgres.{REF}' password='a b'", REF, id="a-dsn-with-quotes"
        ),
        pytest.param("jdbc:h2:mem:test", "", id="in-memory"),
        pytest.param("a=b;c=d", "", id="settings"),
        pytest.param("jdbc:", "", id="nothing"),
        pytest.param("jdbc:postgresql://[half/x?user=a", "", id="no-address"),
    ],
)
def test_the_project_in_an_address_of_another_form(written, ref):
    assert ref_in(written) == ref


@pytest.mark.parametrize(
    "other",
    [
        "jdbc:postgresql://db.test:5432/shop?user=app&password=secret",
        "Host=db.test;Database=shop;Username=app;Password=x",
        "host=db.test dbname=shop user=app port=5432",
    ],
)
def test_one_database_in_another_form(other):
    assert same_database(URL, other)
    assert not same_database(URL, other.replace("shop", "staging"))
