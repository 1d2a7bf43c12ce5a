"""A bare `schema_version` row in `app_settings`, kept by the application's own migrations."""

from collections.abc import Sequence

import psycopg

from verifier.errors import UnexpectedAnswerError
from verifier.model.evidence import Migration
from verifier.model.finding import NotAsked

TOOL = "plain"
TABLE = "app_settings"


def parse_shipped(_: Sequence[str]) -> NotAsked:
    """One number tells the newest migration, not which ones were applied."""
    return NotAsked("a bare schema_version is compared with the expected version alone")


def read_applied(connection: psycopg.Connection) -> tuple[Migration, ...]:
    """
    Read the one version that is written down.

    Raises:
        UnexpectedAnswerError: the row is not there, or is there more than once.
    """
    rows = connection.execute(
        "select value from app_settings where key = 'schema_version'"
    ).fetchall()
    match rows:
        case [(value,)] if value is not None:
            return (Migration(str(value).strip()),)
        case _:
            raise UnexpectedAnswerError(
                f"app_settings has {len(rows)} rows schema_version with a value, one is needed"
            )
