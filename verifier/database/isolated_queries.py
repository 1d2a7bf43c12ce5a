"""Asks a database many questions in few round trips, each as if it were alone."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import psycopg
from psycopg import sql

from verifier.guarded.met_names import is_heard, meet
from verifier.model.finding import Unobserved

_STATEMENT_MS = 5000
LOCK_MS = 1000
_BEGIN = (
    "begin read only",
    f"set local statement_timeout = {_STATEMENT_MS}",
    f"set local lock_timeout = {LOCK_MS}",
)
#: Locks of the session, which no rollback ends. With a pooler somebody else may have left some on
#: the same connection: those stay, and are noted first.
#: Source: https://www.postgresql.org/docs/current/view-pg-locks.html
_NOTE_LOCKS = b"""
select pg_catalog.set_config('verifier.held', coalesce(pg_catalog.string_agg(
  pg_catalog.concat_ws(' ', classid, objid, objsubid, mode), ','), ''), true)
from pg_catalog.pg_locks
where locktype = 'advisory' and granted and pid = pg_catalog.pg_backend_pid()
"""
_RELEASE = b"""
select case
  when pg_catalog.current_setting('verifier.held') = ''
    then pg_catalog.pg_advisory_unlock_all() is null
  when objsubid = 1 and mode = 'ExclusiveLock'
    then pg_catalog.pg_advisory_unlock((classid::int8 << 32) | objid::int8)
  when objsubid = 1
    then pg_catalog.pg_advisory_unlock_shared((classid::int8 << 32) | objid::int8)
  when mode = 'ExclusiveLock'
    then pg_catalog.pg_advisory_unlock(classid::int4, objid::int4)
  else pg_catalog.pg_advisory_unlock_shared(classid::int4, objid::int4)
  end
from pg_catalog.pg_locks
where locktype = 'advisory' and granted and pid = pg_catalog.pg_backend_pid()
  and pg_catalog.concat_ws(' ', classid, objid, objsubid, mode)
    <> all (pg_catalog.string_to_array(pg_catalog.current_setting('verifier.held'), ','))
"""
#: What a function prepares stays with the session, also with that of a pooler, and only its name
#: would take it away. A pooler's own statements are among them, so they are counted.
#: Source: https://www.postgresql.org/docs/current/view-pg-prepared-statements.html
_NOTE_PREPARED = b"""
select pg_catalog.set_config('verifier.prepared', count(*)::text, true)
from pg_catalog.pg_prepared_statements
"""
_PREPARED = b"""
select 1 from pg_catalog.pg_prepared_statements
having count(*) > pg_catalog.current_setting('verifier.prepared')::int
"""

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
    is_denied: bool = False
    """Whether the user lacks a right for it."""


@dataclass(frozen=True, slots=True)
class Query:
    """One statement that returns rows."""

    text: bytes | sql.Composed
    parameters: Mapping[str, object] | None = None
    is_setting: bool = False
    """Whether what it sets is for the questions after it."""
    is_foreign: bool = False
    """Whether somebody else wrote it: what it sets is undone before the next one is asked."""


_LOCKED = Unobserved(
    "not counted: it took a lock for the whole session, which was released",
    "a probe may only read: let it, and the functions it calls, take no advisory lock",
)
_HAS_PREPARED = Unobserved(
    "not counted: it prepared a statement, which stays with the connection until that is closed",
    "a probe may only read: let it, and the functions it calls, prepare nothing",
)


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
            rows = begin(connection, first).fetchall()
            queries = following(rows)
            note_locks(connection, queries)
            sent = {key: _send(connection, query) for key, query in queries.items()}
            connection.execute(b"rollback")
            return rows, {key: each.rows() for key, each in sent.items()}
    except psycopg.Error:
        if connection.closed:
            raise
        _undo(connection)
    rows = begin(connection, first).fetchall()
    queries = following(rows)
    note_locks(connection, queries)
    found = {key: ask_one(connection, query) for key, query in queries.items()}
    connection.rollback()
    return rows, found


def begin(connection: psycopg.Connection, first: Query) -> psycopg.Cursor:
    """Begin the transaction of `ask_all` with its first question."""
    for statement in _BEGIN:
        connection.execute(statement.encode())
    return _execute(connection, first)


def limit(connection: psycopg.Connection) -> None:
    """Let no statement of the transaction wait for long, for an answer or for a lock."""
    for statement in _BEGIN[1:]:
        connection.execute(statement.encode())


def note_locks(connection: psycopg.Connection, queries: Mapping[K, Query]) -> None:
    """Note which locks are there before questions of others are asked."""
    if any(query.is_foreign for query in queries.values()):
        connection.execute(_NOTE_LOCKS)
        connection.execute(b"savepoint before_foreign")


def _undo(connection: psycopg.Connection) -> None:
    """End a transaction that failed; what it locked for the session is released before."""
    try:
        connection.execute(b"rollback to savepoint before_foreign")
    except (
        psycopg.errors.InvalidSavepointSpecification,
        psycopg.errors.NoActiveSqlTransaction,
    ):
        pass  # nothing foreign was asked
    else:
        connection.execute(_RELEASE)
    connection.rollback()


@dataclass(frozen=True, slots=True)
class _Sent:
    """One question on its way."""

    cursor: psycopg.Cursor
    released: psycopg.Cursor | None = None
    """Locks that it left, where somebody else wrote it."""
    prepared: psycopg.Cursor | None = None
    """A row where it left a prepared statement."""

    def rows(self) -> Rows | Unobserved:
        found = self.cursor.fetchall()
        _meet_names(found)
        if self.released and self.released.fetchall():
            return _LOCKED
        return _HAS_PREPARED if self.prepared and self.prepared.fetchall() else found


def _send(connection: psycopg.Connection, query: Query) -> _Sent:
    if not query.is_foreign:
        return _Sent(_execute(connection, query))
    connection.execute(_NOTE_PREPARED)
    connection.execute(b"savepoint foreign_query")
    cursor = _execute(connection, query)
    connection.execute(b"rollback to savepoint foreign_query")
    return _Sent(cursor, connection.execute(_RELEASE), connection.execute(_PREPARED))


def _execute(connection: psycopg.Connection, query: Query) -> psycopg.Cursor:
    # Binary makes it the extended protocol, which takes one statement: no text can end the
    # read-only transaction and go on.
    return connection.cursor(binary=True).execute(query.text, query.parameters)


def ask_one(connection: psycopg.Connection, query: Query) -> Rows | Unobserved:
    """Ask one question in a savepoint, so that a failing one does not end the session."""
    if query.is_foreign:
        connection.execute(_NOTE_PREPARED)
    try:
        with connection.transaction(force_rollback=query.is_foreign):
            found: Rows | Unobserved = _execute(connection, query).fetchall()
    except psycopg.Error as error:
        if connection.closed:
            raise
        found = _unanswered(error)
    if not isinstance(found, Unobserved):
        _meet_names(found)
    if query.is_foreign and connection.execute(_RELEASE).fetchall():
        return _LOCKED
    if query.is_foreign and connection.execute(_PREPARED).fetchall():
        return _HAS_PREPARED
    return found


def _meet_names(rows: Rows) -> None:
    if is_heard():
        meet(cell for row in rows for cell in row)


def _unanswered(error: psycopg.Error) -> Unanswered:
    said = first_line(error)
    match error:
        case psycopg.errors.QueryCanceled():
            return Unanswered(f"no answer within {_STATEMENT_MS // 1000} s, or somebody stopped it")
        case psycopg.errors.LockNotAvailable():
            return Unanswered(locked(LOCK_MS))
        case psycopg.errors.UndefinedTable() | psycopg.errors.InvalidSchemaName():
            return Unanswered(f"it does not exist: {said}", is_broken=True)
        case psycopg.errors.InsufficientPrivilege():
            # The server's words may be in any language; the place in its source is not.
            is_security = error.diag.source_function == "check_enable_rls"
            named = _QUOTED.search(error.diag.message_primary or "") if is_security else None
            table = named[1] if named else ""
            text = f"this database user may not read it: {said}"
            return Unanswered(text, secured_table=table, is_denied=not is_security)
        case _:
            sqlstate = error.sqlstate or ""
            return Unanswered(said, is_broken=not sqlstate.startswith(_OF_THE_MOMENT))


def locked(lock_ms: int) -> str:
    """Say that a lock of somebody else was waited for."""
    return f"somebody else locks it, for over {lock_ms // 1000} s"


def first_line(error: psycopg.Error) -> str:
    """Return what the database said, on one line."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
