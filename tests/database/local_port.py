"""A port of this machine that leads to a server's socket: not every tool speaks to a file."""

import socket
import socketserver
import threading
from contextlib import contextmanager, suppress
from urllib.parse import parse_qs, urlsplit


@contextmanager
def local_port(url):
    """The address of a server's database by a port, while this is open; `url` names its socket."""
    (folder,) = parse_qs(urlsplit(url).query)["host"]

    class Line(socketserver.BaseRequestHandler):
        def handle(self):
            with socket.socket(socket.AF_UNIX) as server:
                server.connect(f"{folder}/.s.PGSQL.5432")
                back = threading.Thread(target=pass_on, args=(server, self.request), daemon=True)
                back.start()
                pass_on(self.request, server)
                back.join()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Line) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        name = urlsplit(url).path
        yield f"postgres://postgres:x@127.0.0.1:{listening.server_address[1]}{name}?sslmode=disable"
        listening.shutdown()


def pass_on(speaker, listener):
    """Pass on what is said until nothing more is."""
    with suppress(OSError):
        while data := speaker.recv(1 << 16):
            listener.sendall(data)
    with suppress(OSError):
        listener.shutdown(socket.SHUT_WR)
