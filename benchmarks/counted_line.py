"""A line to a server on this machine that counts the requests and the bytes on it."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_REQUEST = re.compile(rb"(?:GET|POST|PUT|PATCH|DELETE) \S{1,2000} HTTP/1\.1\r\n")
_AT_ONCE = 65536


@dataclass
class CountedLine:
    """Passes on what clients and the server say to each other; TLS would be on top of it."""

    url: str
    """The address to ask instead of the server's."""
    requests: int = 0
    """One that opens a subscription is one of them."""
    sent: int = 0
    """Bytes from clients, heads included."""
    received: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count_sent(self, data: bytes) -> None:
        """Count what a client says."""
        with self._lock:
            self.sent += len(data)
            self.requests += len(_REQUEST.findall(data))

    def count_received(self, data: bytes) -> None:
        """Count what the server says."""
        with self._lock:
            self.received += len(data)


@contextmanager
def counted(url: str) -> Iterator[CountedLine]:
    """Open a line to the server of an address, whose path it keeps."""
    parts = urlsplit(url)
    server = (str(parts.hostname), parts.port or 80)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        own = parts._replace(netloc=f"127.0.0.1:{listener.getsockname()[1]}")
        line = CountedLine(own.geturl())
        threading.Thread(target=_accept, args=(listener, server, line), daemon=True).start()
        try:
            yield line
        finally:
            with suppress(OSError):  # some systems know this of connections only
                listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, server: tuple[str, int], line: CountedLine) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return  # it was closed
        threading.Thread(target=_carry, args=(client, server, line), daemon=True).start()
        del client


def _carry(client: socket.socket, server: tuple[str, int], line: CountedLine) -> None:
    with client, socket.create_connection(server) as upstream:
        answers = (upstream, client, line.count_received)
        back = threading.Thread(target=_pass_on, args=answers, daemon=True)
        back.start()
        _pass_on(client, upstream, line.count_sent)
        back.join()


def _pass_on(source: socket.socket, target: socket.socket, count: Callable[[bytes], None]) -> None:
    with suppress(OSError):
        while data := source.recv(_AT_ONCE):
            count(data)
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
