import socket

import pytest

from tests.patience import PATIENCE_S
from verifier.sandbox.host.process import reserve_port


def listen(port, *options):
    listener = socket.socket()
    for option in options:
        listener.setsockopt(socket.SOL_SOCKET, option, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def test_a_reserved_port_is_listened_on_only_by_who_shares_it():
    with reserve_port() as holder:
        port = holder.getsockname()[1]

        with pytest.raises(OSError, match="in use"):
            listen(port, socket.SO_REUSEADDR)
        with (
            listen(port, socket.SO_REUSEADDR, socket.SO_REUSEPORT),
            socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as connection,
        ):
            assert connection.getpeername()[1] == port
