"""Opens connections to the database: encrypted over a network, each statement by itself."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from verifier.database.addresses import check_url, ipv6_hint
from verifier.database.isolated_queries import first_line
from verifier.errors import DeniedError, ProviderError, UnreachableError

_CONNECT_S = 5
_LOCAL = ("", "localhost", "127.0.0.1", "::1")


def open_connection(url: str) -> psycopg.Connection:
    """
    Connect, without prepared statements and with each statement by itself.

    Raises:
        UnreachableError, DeniedError.
    """
    try:
        return psycopg.connect(
            _encrypted(url),
            connect_timeout=_CONNECT_S,
            application_name="railway-deploy-verifier",
            prepare_threshold=None,
            autocommit=True,
        )
    except psycopg.Error as error:
        raise _connection_error(error, url) from error


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
        with connection:
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
