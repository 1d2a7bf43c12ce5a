"""Asks a database many questions in few round trips, each as if it were alone."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import psycopg
from psycopg import sql

from verifier.model.finding import Unobserved

_STATEMENT_MS = 5000
_LOCK_MS = 1000
_BEGIN = (
    "begin read only",
    f"set local statement_timeout = {_STATEMENT_MS}",
    f"set local lock_timeout = {_LOCK_MS}",
)

#: Classes of errors that say nothing of what is asked for: the server has too little or is
#: stopped, a lock or a time-out, a broken line, and what a read-only transaction cannot do.
_OF_THE_MOMENT = ("08", "25", "40", "53", "54", "55", "57", "58", "XX")
_QUOTED = re.compile(r"[\"«„“]\s*([^\"»“”]+?)\s*[\"»“”]")

K = TypeVar("K")
Rows = Sequence[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Unanswered(Unobserved):
    """One question that the database did not answer."""

    is_broken: bool = False
    """Whether it would fail whoever asks, and whenever: what it names is not there, or no good."""
    secured_table: str = ""
    """Table whose row level security would have kept rows back, without its schema."""


@dataclass(frozen=True, slots=True)
class Query:
    """One statement that returns rows."""

    text: bytes | sql.Composed
    parameters: Mapping[str, object] | None = None
    is_foreign: bool = False
    """Whether somebody else wrote it: what it sets is undone before the next one is asked."""


def ask_all(
    connection: psycopg.Connection,
    first: Query,
    following: Callable[[Rows], Mapping[K, Query]],
) -> tuple[Rows, Mapping[K, Rows | Unobserved]]:
    """
    Ask `first`, then what follows from its rows, in one read-only transaction.

    `connection` is in autocommit mode. All goes in two round trips and one for the end. Where
    something fails, all is asked again one by one, so that only what fails is `Unobserved`.

    The transaction is rolled back: a pooler hands the connection to somebody else afterwards, and
    what a query set for the whole session would stay with it.

    Raises:
        psycopg.Error: `first` failed, or the connection broke.
    """
    try:
        with connection.pipeline():
            rows = _begin(connection, first).fetchall()
            sent = {key: _send(connection, query) for key, query in following(rows).items()}
            connection.execute(b"rollback")
            return rows, {key: cursor.fetchall() for key, cursor in sent.items()}
    except psycopg.Error:
        if connection.closed:
            raise
        connection.rollback()
    rows = _begin(connection, first).fetchall()
    found = {key: _ask(connection, query) for key, query in following(rows).items()}
    connection.rollback()
    return rows, found


def _begin(connection: psycopg.Connection, first: Query) -> psycopg.Cursor:
    """
    Nothing is prepared and nothing set beyond the transaction.

    A transaction pooler hands the connection to somebody else afterwards.
    """
    for statement in _BEGIN:
        connection.execute(statement.encode())
    return _send(connection, first)


def _send(connection: psycopg.Connection, query: Query) -> psycopg.Cursor:
    # Binary makes it the extended protocol, which takes one statement: no text can end the
    # read-only transaction and go on.
    cursor = connection.cursor(binary=True)
    if not query.is_foreign:
        return cursor.execute(query.text, query.parameters)
    connection.execute(b"savepoint foreign_query")
    cursor.execute(query.text, query.parameters)
    connection.execute(b"rollback to savepoint foreign_query")
    return cursor


def _ask(connection: psycopg.Connection, query: Query) -> Rows | Unobserved:
    """Ask one question in a savepoint, so that a failing one does not end the session."""
    try:
        with connection.transaction(force_rollback=query.is_foreign):
            return _send(connection, replace(query, is_foreign=False)).fetchall()
    except psycopg.Error as error:
        if connection.closed:
            raise
        return _unanswered(error)


def _unanswered(error: psycopg.Error) -> Unanswered:
    said = first_line(error)
    match error:
        case psycopg.errors.UndefinedTable() | psycopg.errors.InvalidSchemaName():
            return Unanswered(f"it does not exist: {said}", is_broken=True)
        case psycopg.errors.InsufficientPrivilege():
            # The server's words may be in any language; the place in its source is not.
            is_security = error.diag.source_function == "check_enable_rls"
            named = _QUOTED.search(error.diag.message_primary or "") if is_security else None
            table = named[1] if named else ""
            return Unanswered(f"this database user may not read it: {said}", secured_table=table)
        case _:
            sqlstate = error.sqlstate or ""
            return Unanswered(said, is_broken=not sqlstate.startswith(_OF_THE_MOMENT))


def first_line(error: psycopg.Error) -> str:
    """Return what the database said, on one line."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
