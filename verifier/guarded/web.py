"""The one guarded way to ask over HTTP: bounded in time and size, never led to another host."""

import os
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import httpx

from verifier import __version__
from verifier.errors import (
    LateError,
    NotSentError,
    UnexpectedAnswerError,
    UnknownHostError,
    UnreachableError,
    words_of,
)
from verifier.guarded.deadline import UnknownNameError, bind, ends_within

#: Railway's front refuses the default names of HTTP libraries: we give our own.
USER_AGENT = f"railway-deploy-verifier/{__version__}"

_CONNECT_S = 5.0
_LED_NOWHERE = "the response is a redirect to an invalid address"
#: What building a request raises for an address that is none, or whose host is no host's name.
INVALID_ADDRESS = (httpx.InvalidURL, ValueError)


@dataclass(frozen=True, slots=True)
class Fetched:
    """An HTTP answer, read whole."""

    status_code: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


@cache
def _trust(_file: str | None, _folder: str | None) -> ssl.SSLContext:
    """What httpx trusts in these settings. Reading all certificates takes 50 ms: once is enough."""
    return httpx.create_ssl_context()


def open_client(headers: Mapping[str, str] | None = None) -> httpx.Client:
    """
    Return a client that follows no redirect. A proxy comes from the usual variables alone.

    Raises:
        UnreachableError: the certificates or the proxy that the environment names cannot be used.
    """
    try:
        return bind(
            httpx.Client(
                headers={
                    "User-Agent": USER_AGENT,
                    "Accept-Encoding": "identity",
                    **(headers or {}),
                },
                follow_redirects=False,
                timeout=_CONNECT_S,
                verify=_trust(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")),
            )
        )
    except (OSError, ValueError, ImportError, httpx.InvalidURL) as error:
        raise UnreachableError(
            f"could not set up connections with the settings of this runner: {words_of(error)}",
            hint="check SSL_CERT_FILE, SSL_CERT_DIR and the proxy variables",
        ) from error


def fetch(
    client: httpx.Client,
    request: httpx.Request,
    *,
    limit_s: float,
    limit_bytes: int,
) -> Fetched:
    """
    Send `request` and read the whole answer within both limits.

    `limit_s` is for everything together: the name, the connection, the headers, the body. It
    holds for clients of `open_client`.

    Raises:
        UnknownHostError: there is no such host.
        NotSentError: no connection; not one byte of the request left.
        LateError: a connection, the request sent over it, and no answer in time.
        UnreachableError: no whole answer in time, or a connection that broke.
        UnexpectedAnswerError: the response is larger than `limit_bytes`, or compressed unasked.
    """
    end_s = time.monotonic() + limit_s
    request.extensions["timeout"] = httpx.Timeout(
        limit_s, connect=min(_CONNECT_S, limit_s)
    ).as_dict()
    try:
        with ends_within(limit_s):
            response = client.send(request, stream=True)
            try:
                return _read(response, end_s, limit_s, limit_bytes)
            finally:
                response.close()
    except (httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise NotSentError(f"no connection: {words_of(error)}") from error
    except (httpx.ConnectError, httpx.ProxyError, httpx.InvalidURL, httpx.UnsupportedProtocol) as e:
        if isinstance(e.__cause__, UnknownNameError):
            raise UnknownHostError(f"no connection: no such host {request.url.host}") from e
        raise NotSentError(f"no connection: {words_of(e)}") from e
    except httpx.ReadTimeout as error:
        raise LateError(f"no answer within {limit_s:g} s") from error
    except httpx.TimeoutException as error:
        raise UnreachableError(f"no answer within {limit_s:g} s") from error
    except httpx.RemoteProtocolError as error:
        if "location" in str(error).casefold():
            raise UnexpectedAnswerError(_LED_NOWHERE) from error
        raise UnreachableError(f"no connection: {words_of(error)}") from error
    except UnicodeError as error:
        # httpx reads where a redirect leads although nothing follows it.
        raise UnexpectedAnswerError(_LED_NOWHERE) from error
    except (httpx.HTTPError, ssl.SSLError, OSError) as error:
        raise UnreachableError(f"no connection: {words_of(error)}") from error


def _read(response: httpx.Response, end_s: float, limit_s: float, limit_bytes: int) -> Fetched:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise UnexpectedAnswerError("the response is compressed although that was not accepted")
    body = bytearray()
    late = f"no complete response within {limit_s:g} s"
    try:
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > limit_bytes:
                raise UnexpectedAnswerError(f"the response is larger than {limit_bytes:,} bytes")
            if time.monotonic() > end_s:
                raise UnreachableError(late)
    except httpx.TimeoutException as error:
        raise UnreachableError(late) from error
    except (httpx.ReadError, httpx.RemoteProtocolError) as error:
        raise UnreachableError(f"the response broke off: {words_of(error)}") from error
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Fetched(response.status_code, headers, bytes(body))
