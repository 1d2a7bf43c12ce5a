"""Opens a websocket to one host. Whoever need not wait does not pay for importing it."""

import queue
import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager

from websockets.sync.client import ClientConnection, reconnect
from websockets.typing import Subprotocol


class _OneHost(reconnect):
    """Follows no redirect: the token is for this host alone."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class _InTime(AbstractContextManager[ClientConnection]):
    """
    Opens in a thread that is left behind when the time is over.

    The library's own limit begins once the host's name is resolved, and the resolver has none.
    """

    def __init__(self, opening: reconnect, limit_s: float) -> None:
        self._opening = opening
        self._limit_s = limit_s
        self._opened: queue.SimpleQueue[ClientConnection | Exception] = queue.SimpleQueue()
        self._socket: ClientConnection | None = None
        self._lock = threading.Lock()
        self._is_late = False

    def __enter__(self) -> ClientConnection:
        threading.Thread(target=self._open, name="open a websocket", daemon=True).start()
        try:
            opened = self._opened.get(timeout=max(0.0, self._limit_s))
        except queue.Empty as error:
            with self._lock:
                self._is_late = True
            raise TimeoutError("it did not open in time") from error
        if isinstance(opened, Exception):
            raise opened
        self._socket = opened
        return opened

    def __exit__(self, *_: object) -> None:
        if self._socket is not None:
            self._socket.close()

    def _open(self) -> None:
        try:
            opened = self._opening.__enter__()
        except Exception as error:
            self._opened.put(error)
            return
        with self._lock:
            if not self._is_late:
                self._opened.put(opened)
                return
        opened.close()


def open_websocket(
    url: str,
    protocol: str,
    headers: Mapping[str, str],
    user_agent: str,
    *,
    limit_s: float,
    limit_bytes: int,
) -> AbstractContextManager[ClientConnection]:
    """
    Return a context that connects within `limit_s`, the host's name included.

    Messages hold at most `limit_bytes`.

    Raises on entering:
        OSError, websockets.exceptions.WebSocketException: it did not open.
        ImportError: the environment names a kind of proxy that needs another package.
    """
    opening = _OneHost(
        url,
        subprotocols=[Subprotocol(protocol)],
        additional_headers=dict(headers),
        user_agent_header=user_agent,
        open_timeout=limit_s,
        close_timeout=1,
        max_size=limit_bytes,
    )
    return _InTime(opening, limit_s)
