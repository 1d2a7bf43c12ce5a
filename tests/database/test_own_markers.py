"""Whether a database names itself as another one than the expected."""

import psycopg
import pytest

from tests.database.test_session import run
from verifier.database.own_markers import OwnMarkers, refuse_another
from verifier.database.postgres_connection import open_connection
from verifier.errors import UnexpectedAnswerError

TABLE = "create table app_settings (key text, value text)"
MARKERS = OwnMarkers("app_settings", {"environment": "production"})


def refused(url, *values):
    for value in values:
        run(url, f"insert into app_settings values ('environment', '{value}')")
    with open_connection(url) as connection:
        try:
            refuse_another(connection, MARKERS)
        except UnexpectedAnswerError as error:
            return f"{error.message} -> {error.hint}"
    return ""


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ((), ""),
        (("production",), ""),
        (("staging", "production"), ""),
        (("staging",), "this is another database: its marker environment is staging"),
        (
            ("Production",),
            "environment of this database is Production, expected production: the same, spelled otherwise",
        ),
        ((" production ",), 'write the row environment of the database as "production"'),
        (("Production", "staging"), "this is another database"),
    ],
)
def test_a_database_that_names_another_is_refused(database, values, told):
    run(database, TABLE)

    found = refused(database, *values)

    assert told in found if told else found == ""


def test_a_lock_on_the_markers_is_not_waited_for(database):
    run(database, TABLE)
    with psycopg.connect(database) as other:
        other.execute("lock table app_settings")

        assert refused(database) == ""
