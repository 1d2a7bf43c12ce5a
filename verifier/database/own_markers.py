"""Does a database name itself as the one that the configuration guards?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from verifier.database.isolated_queries import first_line, limit
from verifier.database.postgres_connection import read_only_connection
from verifier.errors import UnexpectedAnswerError
from verifier.model.database_address import DATABASE_URL
from verifier.model.finding import Unobserved
from verifier.model.secret import Secret
from verifier.model.switch_answer import SwitchPlace

_ELSEWHERE = "check the DATABASE_URL of this job: it may point at another database"
#: Whoever is about to pause waits no longer for this.
_WITHIN_S = 5.0


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
    found = _read(connection, markers)
    if not isinstance(found, Unobserved):
        _refuse(found, markers.expected)


def place_of(url: Secret, markers: OwnMarkers) -> SwitchPlace:
    """
    Tell whose database it is that the kill switch writes to, and refuse nothing.

    Raises:
        UnreachableError, DeniedError, UnexpectedAnswerError: it could not be asked.
    """
    if not (markers.table and markers.expected):
        return SwitchPlace()
    variable = url.variable or DATABASE_URL
    with read_only_connection(url.reveal(), _WITHIN_S, variable) as connection:
        found = _read(connection, markers)
        if isinstance(found, Unobserved):
            return SwitchPlace(unread=found)
        if not found:
            return SwitchPlace(unread=Unobserved(f"{markers.table} shows no marker to this role"))
        try:
            _refuse(found, markers.expected)
        except _SpelledOtherwiseError as error:
            return SwitchPlace(unread=Unobserved(error.message, error.hint))
        except UnexpectedAnswerError as error:
            return SwitchPlace(Unobserved(error.message, f"check {variable}"))
    return SwitchPlace()


class _SpelledOtherwiseError(UnexpectedAnswerError):
    """The marker is the expected one to a person, and not to a program."""


def _read(
    connection: psycopg.Connection, markers: OwnMarkers
) -> Mapping[str, set[str]] | Unobserved:
    found: dict[str, set[str]] = {}
    if not (markers.table and markers.expected):
        return found
    name = sql.Identifier(*markers.table.split("."))
    query = sql.SQL("select key, value from {} where key = any(%s)").format(name)
    try:
        with connection.transaction():
            limit(connection)
            rows = connection.execute(query, [list(markers.expected)]).fetchall()
    except psycopg.Error as error:
        if connection.broken:
            raise
        hint = f"let this role select from {markers.table}"
        return Unobserved(f"its markers could not be read: {first_line(error)}", hint)
    for key, value in rows:
        if value is not None:
            found.setdefault(str(key), set()).add(str(value))
    return found


def _refuse(found: Mapping[str, set[str]], expected: Mapping[str, str]) -> None:
    for key, wanted in expected.items():
        others = found.get(key, set()) - {wanted}
        if others and wanted not in found[key]:
            if {other.strip().casefold() for other in others} == {wanted.strip().casefold()}:
                raise _SpelledOtherwiseError(
                    f"the marker {key} of this database is {min(others)}, expected {wanted}: "
                    "the same, spelled otherwise",
                    hint=f'write the row {key} of the database as "{wanted}", or `guards` as it '
                    "stands there",
                )
            raise UnexpectedAnswerError(
                f"this is another database: its marker {key} is {min(others)}, expected {wanted}",
                hint=_ELSEWHERE,
            )
