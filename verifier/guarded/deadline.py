"""Connections that end at a moment, however slowly and for however long the other side speaks."""

import math
import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias

import httpcore
import httpx

from verifier.errors import words_of

#: Options as `socket.setsockopt` takes them.
_SocketOption: TypeAlias = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)

#: The moment, by `time.monotonic`, at which every exchange of this thread ends.
_END_S: ContextVar[float] = ContextVar("end_s", default=math.inf)
#: So much is sent between two looks at the time.
_PIECE_BYTES = 16_384
#: Other errors of a look-up are those of a name server, and may pass.
_NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


@contextmanager
def ends_within(limit_s: float) -> Iterator[None]:
    """
    End whatever connections do inside this block after `limit_s` in all.

    A block inside another one ends with the outer at the latest.
    """
    token = _END_S.set(min(_END_S.get(), time.monotonic() + limit_s))
    try:
        yield
    finally:
        _END_S.reset(token)


def bind(client: httpx.Client) -> httpx.Client:
    """
    Have the connections of `client`, and those through its proxies, obey `ends_within`.

    httpx limits the time between two bytes, and has no limit for the whole of an exchange. What
    it builds on takes a backend for that, but httpx has no argument for passing one on.
    """
    backend = _Backend()
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx.HTTPTransport):
            transport._pool._network_backend = backend
    return client


class _Backend(httpcore.NetworkBackend):
    """Opens connections that obey the limit, from the name's resolution on."""

    def __init__(self) -> None:
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        end_s = time.monotonic() + _left_s(timeout, httpcore.ConnectTimeout)
        addresses = _resolve(host, port, end_s - time.monotonic())
        refusal: Exception = httpcore.ConnectError(f"{host} has no address")
        for index, address in enumerate(addresses):
            left_s = end_s - time.monotonic()
            if left_s <= 0:
                break
            try:
                # An address that swallows everything leaves time for the next one.
                stream = self._plain.connect_tcp(
                    address,
                    port,
                    timeout=left_s / (len(addresses) - index),
                    local_address=local_address,
                    socket_options=socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                refusal = error
            else:
                return _Stream(stream)
        raise refusal


class _Stream(httpcore.NetworkStream):
    """A connection on which each step gets no more than what is left of the whole."""

    def __init__(self, plain: httpcore.NetworkStream) -> None:
        self._plain = plain

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._plain.read(max_bytes, _left_s(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _PIECE_BYTES):
            piece = buffer[start : start + _PIECE_BYTES]
            self._plain.write(piece, _left_s(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._plain.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left_s = _left_s(timeout, httpcore.ConnectTimeout)
        return _Stream(self._plain.start_tls(ssl_context, server_hostname, left_s))

    def get_extra_info(self, info: str) -> object:
        return self._plain.get_extra_info(info)


class UnknownNameError(httpcore.ConnectError):
    """The name servers say that there is no such name."""


def _left_s(timeout: float | None, late: type[httpcore.TimeoutException]) -> float:
    left_s = _END_S.get() - time.monotonic()
    if left_s <= 0:
        raise late("the time for the whole exchange is over")
    return left_s if timeout is None else min(timeout, left_s)


def _resolve(host: str, port: int, limit_s: float) -> list[str]:
    """
    Return the addresses of `host`, in the resolver's order.

    The resolver cannot be told how long it may take, so it is left behind when the time is over.

    Raises:
        UnknownNameError: there is no such name.
        httpcore.ConnectTimeout, httpcore.ConnectError: no answer, or none in time.
    """
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put(list(dict.fromkeys(str(entry[4][0]) for entry in found)))
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError(str(error)))

    threading.Thread(target=ask, name=f"resolve {host}", daemon=True).start()
    try:
        answer = answers.get(timeout=limit_s)
    except queue.Empty as error:
        raise httpcore.ConnectTimeout(f"the name {host} was not resolved in time") from error
    if isinstance(answer, socket.gaierror) and answer.errno in _NO_SUCH_NAME:
        raise UnknownNameError(str(answer)) from answer
    if isinstance(answer, OSError):
        raise httpcore.ConnectError(words_of(answer)) from answer
    return answer
