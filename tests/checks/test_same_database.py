"""Whether two addresses name the same database."""

import pytest

from verifier.checks.same_database import same_database

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
