"""Whether two addresses name the same database."""

import pytest

from verifier.model.same_database import same_database, uses_database

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
