"""Opens a websocket to one host. Whoever need not wait does not pay for importing it."""

from collections.abc import Mapping
from contextlib import AbstractContextManager

from websockets.sync.client import ClientConnection, reconnect
from websockets.typing import Subprotocol


class _OneHost(reconnect):
    """Follows no redirect: the token is for this host alone."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


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
    Return a context that connects within `limit_s`; messages hold at most `limit_bytes`.

    Raises on entering:
        OSError, websockets.exceptions.WebSocketException: it did not open.
        ImportError: the environment names a kind of proxy that needs another package.
    """
    return _OneHost(
        url,
        subprotocols=[Subprotocol(protocol)],
        additional_headers=dict(headers),
        user_agent_header=user_agent,
        open_timeout=limit_s,
        close_timeout=1,
        max_size=limit_bytes,
    )
