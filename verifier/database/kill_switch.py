"""The one write to the application's database: the status by which it is paused and resumed."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from verifier.database.isolated_queries import first_line
from verifier.database.postgres_connection import (
    OF_THE_MOMENT,
    ending,
    is_lost,
    open_connection,
    read_only_connection,
)
from verifier.errors import (
    DeniedError,
    UnexpectedAnswerError,
    UnknownOutcomeError,
    UnreachableError,
)
from verifier.model.database_address import DATABASE_URL
from verifier.model.secret import Secret

#: For the transaction alone; a shorter limit of the role or the database stays as it is.
_LIMIT = b"""
select set_config(name, least(nullif(setting::int8, 0), most)::text, true)
from pg_catalog.pg_settings join (
  values ('lock_timeout', %(lock)s::int8), ('statement_timeout', %(statement)s)) w (name, most)
using (name)
"""
#: So many times its patience a server may be silent: what takes longer it was told to end itself.
_SILENT = 3
#: A role without the right, and one whose sessions only read, such as the verifier's own.
_MAY_NOT = (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)
#: Who looks at what is live waits no longer for this.
_WITHIN_S = 15.0
#: Of which the database says how many rows they wrote.
_COUNTED = re.compile(r"(?:INSERT|UPDATE|DELETE|MERGE)\b")


@dataclass(frozen=True, slots=True)
class Switch:
    """
    Writes and reads a status with the configured SQL.

    Both statements take the parameters `%(status)s`, `%(reason)s` and `%(actor)s`, which travel
    apart from the SQL.
    """

    url: Secret
    write_sql: str
    read_sql: str
    patience_s: float = 10.0
    """How long it waits for somebody else's lock, and twice as long for an answer."""

    def write(self, values: Mapping[str, str]) -> bool:
        """
        Write the status in one transaction; return whether the database says that a row was.

        Raises:
            UnreachableError, DeniedError, UnexpectedAnswerError: nothing was written.
            UnknownOutcomeError: the connection broke, and nobody knows.
        """
        with self._connected() as connection:
            try:
                with connection.transaction():
                    self._limit(connection)
                    done = connection.execute(self.write_sql.encode(), values)
                # A statement that returns rows may have written in a part of it, uncounted.
                return done.rowcount != 0 or not _COUNTED.match(done.statusmessage or "")
            except _MAY_NOT as error:
                text = f"this database user may not write it: {first_line(error)}"
                hint = "grant it INSERT, or give PAUSE_DATABASE_URL the address of one that may"
                raise DeniedError(text, hint=hint) from error
            except psycopg.Error as error:
                if is_lost(error):
                    text = f"the connection was lost while writing: {first_line(error)}"
                    hint = "check the table before you try again"
                    raise UnknownOutcomeError(text, hint=hint) from error
                text = (
                    f"the database rejected the statement, nothing was written: {first_line(error)}"
                )
                raise UnexpectedAnswerError(text, hint=_mending(error)) from error

    def read(self, values: Mapping[str, str]) -> str:
        """
        Return the status as a new connection sees it, empty where there is none.

        Raises:
            UnreachableError, UnexpectedAnswerError.
        """
        with self._connected() as connection:
            try:
                with connection.transaction():
                    self._limit(connection)
                    row = connection.execute(self.read_sql.encode(), values).fetchone()
            except psycopg.Error as error:
                text = f"the status could not be read: {first_line(error)}"
                if is_lost(error) or (error.sqlstate or "").startswith(OF_THE_MOMENT):
                    raise UnreachableError(text, hint="run it again") from error
                raise UnexpectedAnswerError(text, hint="fix pause.read") from error
        return str(row[0]) if row and row[0] is not None else ""

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection]:
        """A connection that ends where the server says nothing at all."""
        url, variable = self.url.reveal(), self.url.variable or DATABASE_URL
        with (
            open_connection(url, variable) as connection,
            ending(connection, _SILENT * self.patience_s),
        ):
            yield connection

    def _limit(self, connection: psycopg.Connection) -> None:
        patience_ms = int(self.patience_s * 1000)
        connection.execute(_LIMIT, {"lock": patience_ms, "statement": 2 * patience_ms})


def status_now(url: Secret, sql: str) -> str:
    """
    Return the status that a statement tells, empty where there is none; nothing can be written.

    Raises:
        UnreachableError, DeniedError, UnexpectedAnswerError.
    """
    variable = url.variable or DATABASE_URL
    with read_only_connection(url.reveal(), _WITHIN_S, variable) as connection:
        connection.execute(b"begin read only")
        row = connection.execute(sql.encode()).fetchone()
    return str(row[0]) if row and row[0] is not None else ""


def _mending(error: psycopg.Error) -> str:
    """Return what helps after the database has refused a write, by the kind of its error."""
    code = error.sqlstate or ""
    if code.startswith(("23", "P0")):  # a constraint, or code of the table's own
        return "give a --reason that the table allows, or fix pause; verifier doctor names the rule"
    if code.startswith(OF_THE_MOMENT):
        return "run it again; nothing is wrong with pause.write"
    return "fix pause.write"
