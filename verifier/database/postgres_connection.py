"""Opens connections to the database: encrypted over a network, each statement by itself."""

import os
import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import PGconn

from verifier.database.addresses import check_url, ipv6_hint
from verifier.database.isolated_queries import first_line
from verifier.errors import (
    DeniedError,
    ProviderError,
    SessionEndedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from verifier.model.database_address import DATABASE_URL

_CONNECT_S = 5
#: For the name, all its addresses, TLS and the login together.
_LOGIN_S = 15.0
#: For everything that one session asks, however slowly its answers come.
SESSION_S = 120.0
#: Codes with which a server ends a session: it was stopped, crashed, or the session was idle.
#: Source: https://www.postgresql.org/docs/current/errcodes-appendix.html
_ENDED = ("57P01", "57P02", "57P03", "57P05", "25P03", "25P04")
#: Classes of what passes: conflicts, resources, locks, and a server that is stopped or in trouble.
OF_THE_MOMENT = ("40", "53", "55", "57", "58", "XX")
#: How a session of `SQL_ASCII` is called, in which a text comes as bytes that name no letters.
_BYTES = "ascii"
_LOCAL = ("", "localhost", "127.0.0.1", "::1")


def open_connection(url: str, variable: str = DATABASE_URL) -> psycopg.Connection:
    """
    Connect, without prepared statements and with each statement by itself.

    The library limits the time between two bytes; a login that takes longer in all is left behind.

    Raises:
        UnreachableError, DeniedError.
        ConfigError: `url`, of that variable, is no address of a PostgreSQL database.
    """
    url = check_url(url, variable)
    answers: queue.SimpleQueue[psycopg.Connection | Exception] = queue.SimpleQueue()
    is_late = threading.Event()

    def connect() -> None:
        try:
            connection = psycopg.connect(
                _encrypted(url),
                connect_timeout=_CONNECT_S,
                application_name="railway-deploy-verifier",
                prepare_threshold=None,
                autocommit=True,
            )
            if connection.info.encoding == _BYTES:
                connection.execute(b"set client_encoding to 'UTF8'")
        except Exception as error:
            # Whoever asked raises it: in this thread nobody would hear of it.
            answers.put(error)
            return
        answers.put(connection)
        if is_late.is_set():
            connection.close()

    threading.Thread(target=connect, name="database login", daemon=True).start()
    try:
        answer = answers.get(timeout=_LOGIN_S)
    except queue.Empty as error:
        is_late.set()
        text = f"could not reach the database: no login within {_LOGIN_S:.0f} s"
        raise UnreachableError(text, hint=f"check host and port in {variable}") from error
    match answer:
        case psycopg.Error():
            raise _connection_error(answer, url, variable) from answer
        case UnicodeError():
            text = "could not reach the database: its host is not a name that can be looked up"
            raise UnreachableError(text, hint=f"check the host in {variable}") from answer
        case Exception():
            raise answer
        case _:
            return answer


@contextmanager
def ending(connection: psycopg.Connection, limit_s: float) -> Iterator[None]:
    """
    Cut the line after `limit_s`: a server may speak for ever, a byte at a time.

    Raises:
        SessionEndedError: it had to.
    """
    is_cut = threading.Event()

    def cut() -> None:
        is_cut.set()
        with (
            suppress(OSError, psycopg.Error),
            socket.socket(fileno=os.dup(connection.fileno())) as s,
        ):
            s.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(limit_s, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    except psycopg.Error as error:
        if not is_cut.is_set():
            raise
        text = f"the database did not answer everything within {limit_s:.0f} s"
        raise SessionEndedError(text, hint="see what it is busy with, and run it again") from error
    finally:
        timer.cancel()


def _encrypted(url: str) -> str:
    """With TLS, unless somebody says otherwise or the server is on this machine."""
    said = _settings_of(url)
    # Where a service, or a certificate, asks for more, that stays. "prefer" is what nobody said.
    is_chosen = "sslmode" in conninfo_to_dict(url) or "PGSSLMODE" in os.environ
    if is_chosen or said.get("sslmode", "prefer") != "prefer":
        return url
    # Of several the next one is asked where one does not answer; an address counts before a name.
    hosts = ",".join((said.get("host", ""), said.get("hostaddr", ""))).split(",")
    if all(host.startswith("/") or host in _LOCAL for host in hosts):
        return url
    return make_conninfo(url, sslmode="require")


def _settings_of(url: str) -> dict[str, str]:
    """
    Return what PostgreSQL's library takes from `url`, variables and services together.

    It says so of a connection alone, which is why one is begun that leads nowhere.
    """
    begun = PGconn.connect_start(make_conninfo(url, port="0").encode())
    try:
        found = {option.keyword.decode(): option.val for option in begun.info}
    finally:
        begun.finish()
    return {name: value.decode() for name, value in found.items() if value is not None}


@contextmanager
def read_only_connection(
    url: str, limit_s: float = SESSION_S, variable: str = DATABASE_URL
) -> Iterator[psycopg.Connection]:
    """
    Open one connection, for so many seconds.

    Raises:
        UnreachableError: it did not open, broke, or the database has no means to answer now.
        DeniedError: the login, or what was asked, is not allowed.
        UnexpectedAnswerError: the database answered with another error.
    """
    connection = open_connection(url, variable)
    try:
        with ending(connection, limit_s), connection:
            yield connection
    except psycopg.Error as error:
        raise _error_of(error, variable) from error


def is_lost(error: psycopg.Error) -> bool:
    """Return whether the line broke; else the database answered, and undid what it was asked."""
    if error.sqlstate is None:
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return error.sqlstate.startswith("08") or error.sqlstate in _ENDED


def _error_of(error: psycopg.Error, variable: str) -> ProviderError:
    """Return an error of a session as what it is, by its SQLSTATE."""
    said, code = first_line(error), error.sqlstate or ""
    if is_lost(error):
        return UnreachableError(f"the database connection was lost: {said}", hint="run it again")
    if code == "57014":
        text = f"the database stopped before it had answered: {said}"
        hint = "see what it is busy with, and its statement_timeout; run it again"
        return UnreachableError(text, hint=hint)
    if code.startswith(OF_THE_MOMENT):
        text = f"the database could not answer now (SQLSTATE {code}): {said}"
        return UnreachableError(text, hint="see what it is busy with, and run it again")
    if code.startswith(("28", "42501")):
        text = f"this database user is not allowed to ask that: {said}"
        return DeniedError(text, hint="run verifier doctor, which prints the SQL for its rights")
    text = f"the database answered with an error (SQLSTATE {code or 'unknown'}): {said}"
    return UnexpectedAnswerError(text, hint=f"check {variable}, and the settings that name tables")


def _connection_error(error: psycopg.Error, url: str, variable: str) -> ProviderError:
    text = first_line(error)
    if "authentication failed" in text or "no pg_hba.conf entry" in text:
        return DeniedError(
            f"the database rejected the login: {text}",
            hint=f"check user and password in {variable}",
        )
    if "FATAL:" in text:
        return UnreachableError(
            f"the database refused the connection: {text}",
            hint=f"check user and database in {variable}, and how many connections they may have",
        )
    if "does not support SSL" in text:
        return UnreachableError(
            f"could not reach the database: {text}",
            hint=f"on a private network add ?sslmode=disable to {variable}, else turn TLS on",
        )
    return UnreachableError(
        f"could not reach the database: {text}",
        hint=ipv6_hint(url) or f"check host and port in {variable}",
    )
