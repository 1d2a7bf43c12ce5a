"""One read-only session with the database: connect, ask everything, leave."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from verifier.database.ledgers import LEDGERS
from verifier.database.ledgers.detect import choose_tool
from verifier.database.ledgers.read import find_tables, read_ledger, tools_there
from verifier.database.ledgers.tool import Ledger
from verifier.errors import (
    ConfigError,
    DeniedError,
    ProviderError,
    UnexpectedAnswerError,
    UnreachableError,
)
from verifier.model.evidence import DatabaseReading, Relation, SqlAnswer
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.ledger import LedgerReading

_CONNECT_S = 5
_STATEMENT_MS = 5000
_LOCK_MS = 1000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Questions:
    """What is to be read."""

    marker_table: str = ""
    """With columns `key` and `value`; empty where no marker is asked for."""
    ledger: Ledger | Unobserved | None = None
    relations: Mapping[str, str] = field(default_factory=dict)
    """"table" or "view" by name."""
    probes: Mapping[str, str] = field(default_factory=dict)
    """SQL by name, each returning one value."""

    @property
    def are_any(self) -> bool:
        """Whether there is anything to read at all."""
        return bool(self.marker_table or self.ledger or self.relations or self.probes)


class Database:
    """
    Reads one database. The session cannot write, whatever it is asked to run.

    Raises:
        ConfigError: `url` is no address of a PostgreSQL database.
    """

    def __init__(self, url: str, questions: Questions) -> None:
        self._url = check_url(url)
        self._questions = questions

    def read(self) -> DatabaseReading:
        """
        Ask everything in one read-only transaction.

        Raises:
            UnreachableError, DeniedError, UnexpectedAnswerError: nothing could be asked. A
            single question that fails is `Unobserved` in the reading.
        """
        questions = self._questions
        with _session(self._url) as connection:
            return DatabaseReading(
                markers=self._markers(connection),
                ledger=self._ledger(connection),
                relations=tuple(
                    Relation(name, kind, _problem(connection, name))
                    for name, kind in questions.relations.items()
                ),
                sql_answers={
                    name: _ask(connection, partial(_answer, connection, text))
                    for name, text in questions.probes.items()
                },
            )

    def _ledger(self, connection: psycopg.Connection) -> LedgerReading | Unobserved | NotAsked:
        ledger = self._questions.ledger
        if ledger is None:
            return NotAsked("no ledger is configured")
        if isinstance(ledger, Unobserved):
            return ledger
        return _ask(
            connection,
            lambda: read_ledger(connection, ledger, find_tables(connection, [ledger])),
        )

    def _markers(self, connection: psycopg.Connection) -> Mapping[str, str] | Unobserved | NotAsked:
        table = self._questions.marker_table
        if not table:
            return NotAsked("no marker table is configured")
        query = sql.SQL("select key, value from {}").format(identifier(table))
        return _ask(connection, lambda: dict(_texts(connection.execute(query).fetchall())))


def check_url(url: str) -> str:
    """
    Return `url`.

    Raises:
        ConfigError: it is no address of a PostgreSQL database.
    """
    try:
        conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        # Not chained: the library's own words hold the address, password and all.
        raise ConfigError(
            "DATABASE_URL is no address of a PostgreSQL database",
            hint="it looks like postgresql://user:password@host:5432/database",
        ) from None
    return url


def read_ledger_alone(
    url: str, signs: Mapping[str, int], tool: str
) -> tuple[Ledger, LedgerReading] | Unobserved:
    """
    Read one ledger in a session of its own; `tool` is a tool's name or "auto".

    `signs` are those of the checkout, which decide for "auto" together with the tables that are
    there.

    Raises:
        UnreachableError, DeniedError, UnexpectedAnswerError: it could not be read.
    """
    with _session(url) as connection:
        if tool != "auto":
            chosen: Ledger | Unobserved = LEDGERS[tool]
            tables = find_tables(connection, [LEDGERS[tool]])
        else:
            tables = find_tables(connection, LEDGERS.values())
            chosen = choose_tool(signs, tools_there(tables))
        if isinstance(chosen, Unobserved):
            return chosen
        ledger = chosen
        found = _ask(connection, lambda: read_ledger(connection, ledger, tables))
        return found if isinstance(found, Unobserved) else (ledger, found)


def identifier(name: str) -> sql.Identifier:
    """Quote a name that may carry its schema ("audit.log")."""
    return sql.Identifier(*name.split("."))


def open_connection(url: str) -> psycopg.Connection:
    """
    Connect, without prepared statements and with each statement by itself.

    Raises:
        UnreachableError, DeniedError.
    """
    try:
        return psycopg.connect(
            url,
            connect_timeout=_CONNECT_S,
            application_name="railway-deploy-verifier",
            prepare_threshold=None,
            autocommit=True,
        )
    except psycopg.Error as error:
        raise _connection_error(error) from error


@contextmanager
def _session(url: str) -> Iterator[psycopg.Connection]:
    """
    Open one connection with one read-only transaction, fit for a transaction pooler.

    Nothing is prepared and nothing set beyond the transaction: a pooler hands the connection
    to somebody else afterwards.
    """
    connection = open_connection(url)
    try:
        with connection, connection.transaction():
            connection.execute("set transaction read only")
            connection.execute(
                f"set local statement_timeout = {_STATEMENT_MS}; "
                f"set local lock_timeout = {_LOCK_MS}"
            )
            yield connection
    except psycopg.Error as error:
        raise UnreachableError(
            f"the database session broke: {first_line(error)}", hint="run it again"
        ) from error


def _connection_error(error: psycopg.Error) -> ProviderError:
    text = first_line(error)
    if "authentication failed" in text or "no pg_hba.conf entry" in text:
        return DeniedError(
            f"the database refused the login: {text}",
            hint="check user and password in DATABASE_URL",
        )
    return UnreachableError(
        f"the database was not reached: {text}", hint="check host and port in DATABASE_URL"
    )


def _ask(connection: psycopg.Connection, question: Callable[[], T]) -> T | Unobserved:
    """Ask one question in a savepoint, so that a failing one does not end the session."""
    try:
        with connection.transaction():
            return question()
    except UnexpectedAnswerError as error:
        return Unobserved(error.message)
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName) as error:
        return Unobserved(f"it is not there: {first_line(error)}")
    except psycopg.errors.InsufficientPrivilege as error:
        return Unobserved(f"this database user may not read it: {first_line(error)}")
    except psycopg.Error as error:
        if connection.closed:
            raise
        return Unobserved(first_line(error))


def _problem(connection: psycopg.Connection, relation: str) -> str:
    query = sql.SQL("select 1 from {} limit 1").format(identifier(relation))
    answer = _ask(connection, lambda: connection.execute(query).fetchall())
    return answer.reason if isinstance(answer, Unobserved) else ""


def _answer(connection: psycopg.Connection, text: str) -> SqlAnswer:
    # The extended protocol takes one statement: no text can end the read-only transaction.
    cursor = connection.cursor(binary=True)
    cursor.execute(text.encode())
    row = cursor.fetchone()
    value = row[0] if row else None
    if not isinstance(value, datetime):
        return SqlAnswer("" if value is None else str(value))
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    now = connection.execute("select clock_timestamp()").fetchone()
    if now is None:
        raise UnexpectedAnswerError("the database did not tell its time")
    return SqlAnswer(aware.isoformat(), (now[0] - aware).total_seconds())


def _texts(rows: Sequence[tuple[object, ...]]) -> list[tuple[str, str]]:
    return [(str(key), str(value)) for key, value in rows if value is not None]


def first_line(error: psycopg.Error) -> str:
    """Return what the database said, on one line."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
