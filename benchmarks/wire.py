"""A line to a local database that takes its time and counts the round trips."""

import selectors
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

_NAME = ".s.PGSQL.5432"


@dataclass
class Wire:
    """Passes on what one client and the server say to each other."""

    url: str
    """The address to connect to instead of the server's."""
    trips: int = 0
    """How often the server answered."""


@contextmanager
def slow_wire(url: str, folder: Path, one_way_s: float = 0.0) -> Iterator[Wire]:
    """Open a line in `folder` to the server of `url`, which listens on a local socket."""
    (host,) = parse_qs(urlsplit(url).query)["host"]
    target = str(Path(host) / _NAME)
    wire = Wire(url.replace(host, str(folder)))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / _NAME))
        listener.listen()
        thread = threading.Thread(
            target=_serve, args=(listener, target, wire, one_way_s), daemon=True
        )
        thread.start()
        yield wire
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(listener: socket.socket, target: str, wire: Wire, one_way_s: float) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(target)
            _pass_on(client, server, wire, one_way_s)


def _pass_on(client: socket.socket, server: socket.socket, wire: Wire, one_way_s: float) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(client, selectors.EVENT_READ, server)
        selector.register(server, selectors.EVENT_READ, client)
        last = server
        while True:
            for key, _ in selector.select():
                speaker = client if key.data is server else server
                if speaker is not last:
                    # What is said meanwhile crosses with it: one trip, however it was cut.
                    time.sleep(one_way_s)
                data = speaker.recv(1 << 20)
                if not data:
                    return
                if speaker is not last:
                    wire.trips += speaker is server
                    last = speaker
                key.data.sendall(data)
