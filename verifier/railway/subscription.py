"""
Railway's news over a websocket, so that nobody has to ask all the time.

News only say when to look: what counts is what Railway shows when it is asked. Where the socket
does not open, ends, or says nothing, asking goes on as without it.

Source: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md (`graphql-transport-ws`),
Railway's schema, type Subscription.
"""

import json
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING

from websockets.exceptions import WebSocketException

from verifier.railway.operations import FOLLOW_DEPLOYMENT

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

_PROTOCOL = "graphql-transport-ws"
#: One second is known to be missed on busy runners.
_OPEN_S = 10.0
_WELCOME_S = 5.0
_MOST_ATTEMPTS = 3
_LIMIT_BYTES = 1_000_000
#: Words after which a deployment does not change by itself, or serves.
_SETTLED = frozenset(
    {"SUCCESS", "FAILED", "CRASHED", "SKIPPED", "REMOVED", "SLEEPING", "NEEDS_APPROVAL"}
)


class Follower:
    """Follows deployments until they have settled. Never raises: it is open, or it is not."""

    def __init__(
        self, url: str, headers: Mapping[str, str], user_agent: str, now_s: Callable[[], float]
    ) -> None:
        self._url = url.replace("http", "ws", 1)
        self._headers = dict(headers)
        self._user_agent = user_agent
        self._now_s = now_s
        self._opened = ExitStack()
        self._socket: ClientConnection | None = None
        self._followed: set[str] = set()
        self._attempts = 0

    @property
    def is_open(self) -> bool:
        """Whether news can come."""
        return self._socket is not None

    def subscribe(self, deployment_ids: Collection[str]) -> bool:
        """Subscribe to these deployments; return whether any of them is newly followed."""
        if self._socket is None and deployment_ids:
            self._open()
        if self._socket is None:
            return False
        new = set(deployment_ids) - self._followed
        for id_ in new:
            payload = {"query": FOLLOW_DEPLOYMENT, "variables": {"id": id_}}
            self._send({"id": id_, "type": "subscribe", "payload": payload})
        if not self.is_open:  # it broke meanwhile, and nothing is followed any more
            return False
        self._followed |= new
        return bool(new)

    def wait(self, seconds: float) -> bool:
        """Return whether a followed deployment has settled, or the socket ended, in this time."""
        end_s = self._now_s() + seconds
        while self._socket is not None and (left_s := end_s - self._now_s()) > 0:
            if self._is_news(self._receive(left_s)):
                return True
        return self._socket is None

    def close(self) -> None:
        """Stop following."""
        self._opened.close()
        self._socket = None
        self._followed.clear()

    def _open(self) -> None:
        if self._attempts >= _MOST_ATTEMPTS:
            return
        self._attempts += 1
        from verifier.railway.websocket import open_websocket

        try:
            self._socket = self._opened.enter_context(
                open_websocket(
                    self._url,
                    _PROTOCOL,
                    self._headers,
                    self._user_agent,
                    limit_s=_OPEN_S,
                    limit_bytes=_LIMIT_BYTES,
                )
            )
        except (OSError, WebSocketException, ValueError, ImportError):
            self._attempts = _MOST_ATTEMPTS
            return
        self._send({"type": "connection_init", "payload": {}})
        end_s = self._now_s() + _WELCOME_S
        while self._socket is not None and (left_s := end_s - self._now_s()) > 0:
            if self._receive(left_s).get("type") == "connection_ack":
                return
        self.close()
        self._attempts = _MOST_ATTEMPTS

    def _is_news(self, message: Mapping[str, object]) -> bool:
        match message:
            case {"type": "next", "payload": {"data": {"deployment": {"status": str(word)}}}}:
                return word in _SETTLED
            case {"type": "error" | "complete", "id": str(id_)}:
                self._followed.discard(id_)
                if not self._followed:
                    self.close()
                return True
            case _:
                return False

    def _receive(self, seconds: float) -> Mapping[str, object]:
        """Return the next message, an empty one where none came or it was none."""
        if self._socket is None:
            return {}
        try:
            message: object = json.loads(self._socket.recv(timeout=seconds))
        except TimeoutError:
            return {}
        except (OSError, WebSocketException):
            self.close()
            return {}
        except (ValueError, RecursionError):
            return {}
        if not isinstance(message, dict):
            return {}
        if message.get("type") == "ping":
            self._send({"type": "pong"})
        return message

    def _send(self, message: Mapping[str, object]) -> None:
        if self._socket is None:
            return
        try:
            self._socket.send(json.dumps(message))
        except (OSError, WebSocketException):
            self.close()
