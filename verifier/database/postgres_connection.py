"""Opens connections to the database: encrypted over a network, each statement by itself."""

import os
import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from verifier.database.addresses import check_url, ipv6_hint
from verifier.database.isolated_queries import first_line
from verifier.errors import DeniedError, ProviderError, UnreachableError

_CONNECT_S = 5
#: For the name, all its addresses, TLS and the login together.
_LOGIN_S = 15.0
#: For everything that one session asks, however slowly its answers come.
_SESSION_S = 120.0
_LOCAL = ("", "localhost", "127.0.0.1", "::1")


def open_connection(url: str) -> psycopg.Connection:
    """
    Connect, without prepared statements and with each statement by itself.

    The library limits the time between two bytes; a login that takes longer in all is left behind.

    Raises:
        UnreachableError, DeniedError.
    """
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
        raise UnreachableError(text, hint="check host and port in DATABASE_URL") from error
    match answer:
        case psycopg.Error():
            raise _connection_error(answer, url) from answer
        case UnicodeError():
            text = "could not reach the database: its host is not a name that can be looked up"
            raise UnreachableError(text, hint="check the host in DATABASE_URL") from answer
        case Exception():
            raise answer
        case _:
            return answer


@contextmanager
def _ending(connection: psycopg.Connection, limit_s: float) -> Iterator[None]:
    """
    Cut the line after `limit_s`: a server may speak for ever, a byte at a time.

    Raises:
        UnreachableError: it had to.
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
        raise UnreachableError(text, hint="see what it is busy with, and run it again") from error
    finally:
        timer.cancel()


def _encrypted(url: str) -> str:
    """With TLS, unless the address says otherwise or the server is on this machine."""
    given = conninfo_to_dict(check_url(url))
    host = str(given.get("host") or given.get("hostaddr") or "")
    if "sslmode" in given or "PGSSLMODE" in os.environ or host.startswith("/") or host in _LOCAL:
        return url
    return make_conninfo(url, sslmode="require")


@contextmanager
def read_only_connection(url: str) -> Iterator[psycopg.Connection]:
    """
    Open one connection.

    Raises:
        UnreachableError, DeniedError: it did not open, or broke.
    """
    connection = open_connection(url)
    try:
        with _ending(connection, _SESSION_S), connection:
            yield connection
    except psycopg.Error as error:
        raise UnreachableError(
            f"the database connection was lost: {first_line(error)}", hint="run it again"
        ) from error


def _connection_error(error: psycopg.Error, url: str) -> ProviderError:
    text = first_line(error)
    if "authentication failed" in text or "no pg_hba.conf entry" in text:
        return DeniedError(
            f"the database rejected the login: {text}",
            hint="check user and password in DATABASE_URL",
        )
    if "does not support SSL" in text:
        return UnreachableError(
            f"could not reach the database: {text}",
            hint="on a private network add ?sslmode=disable to DATABASE_URL, else turn TLS on",
        )
    return UnreachableError(
        f"could not reach the database: {text}",
        hint=ipv6_hint(url) or "check host and port in DATABASE_URL",
    )
