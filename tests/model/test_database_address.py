"""What may be wrong with an address of a database, told without its value."""

import pytest

from verifier.model.database_address import address_mistake

PLACE = "://app:secret@db.test/shop"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        pytest.param(f"postgresql{PLACE}", "", id="good"),
        pytest.param(f"postgres{PLACE}?sslmode=require", "", id="with-tls"),
        pytest.param(f"postgresql+asyncpg{PLACE}", "with postgresql:// before it", id="asyncpg"),
        pytest.param(f"postgres+psycopg2{PLACE}", "with postgresql:// before it", id="psycopg2"),
        pytest.param(f"mysql{PLACE}", "found no PostgreSQL address", id="another-database"),
        pytest.param(f"postgresql{PLACE}?sslmode=secret", "verify-full", id="unknown-sslmode"),
    ],
)
def test_what_is_wrong_with_an_address(url, told):
    found = address_mistake(url)

    assert (told in found, bool(found)) == (True, bool(told))
    assert "secret" not in found
