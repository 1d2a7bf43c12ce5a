"""Does a database name itself as the one that the configuration guards?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from verifier.database.isolated_queries import limit
from verifier.errors import UnexpectedAnswerError

_ELSEWHERE = "check the DATABASE_URL of this job: it may point at another database"


@dataclass(frozen=True, slots=True)
class OwnMarkers:
    """The table of the markers, and what is expected of each."""

    table: str = ""
    """Empty where there is none."""
    expected: Mapping[str, str] = field(default_factory=dict)


def refuse_another(connection: psycopg.Connection, markers: OwnMarkers) -> None:
    """
    Refuse a database that names another environment or project than the expected one.

    What cannot be read of it refuses nothing: another question tells of that.

    Raises:
        UnexpectedAnswerError: a marker is another's.
        psycopg.Error: the connection broke.
    """
    if not (markers.table and markers.expected):
        return
    name = sql.Identifier(*markers.table.split("."))
    query = sql.SQL("select key, value from {} where key = any(%s)").format(name)
    try:
        with connection.transaction():
            limit(connection)
            rows = connection.execute(query, [list(markers.expected)]).fetchall()
    except psycopg.Error:
        if connection.broken:
            raise
        return
    found: dict[str, set[str]] = {}
    for key, value in rows:
        if value is not None:
            found.setdefault(str(key), set()).add(str(value))
    for key, wanted in markers.expected.items():
        others = found.get(key, set()) - {wanted}
        if others and wanted not in found[key]:
            if {other.strip().casefold() for other in others} == {wanted.strip().casefold()}:
                raise UnexpectedAnswerError(
                    f"the marker {key} of this database is {min(others)}, expected {wanted}: "
                    "the same, spelled otherwise",
                    hint=f'write the row {key} of the database as "{wanted}", or `guards` as it '
                    "stands there",
                )
            raise UnexpectedAnswerError(
                f"this is another database: its marker {key} is {min(others)}, expected {wanted}",
                hint=_ELSEWHERE,
            )
