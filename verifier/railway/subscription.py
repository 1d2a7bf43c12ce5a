"""
Railway's news over a websocket, so that nobody has to ask all the time.

News only say when to look: what counts is what Railway shows when it is asked. Where the socket
does not open, ends, or no longer answers a ping, asking goes on as without it.

Source: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md (`graphql-transport-ws`),
Railway's schema, type Subscription.
"""

import json
import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING

from websockets.exceptions import (
    ConnectionClosed,
    InvalidMessage,
    InvalidStatus,
    WebSocketException,
)

from verifier.model.deployment import Deployment
from verifier.model.http_status import Meaning, meaning_of
from verifier.railway.operations import FOLLOW_DEPLOYMENT

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

_PROTOCOL = "graphql-transport-ws"
#: One second is known to be missed on busy runners.
_OPEN_S = 10.0
_WELCOME_S = 5.0
#: A connection may die without a word. So a quiet one is asked for a sign of life this often, and
#: given up where none comes in time.
_PING_EVERY_S = 4.0
_PONG_WITHIN_S = 5.0
_MOST_ATTEMPTS = 5
#: After an attempt that failed; twice as long after each further one.
_PAUSE_S = 15.0
_LIMIT_BYTES = 1_000_000
#: Words between which a deployment moves by itself: nothing to look at yet.
_UNDER_WAY = frozenset({"INITIALIZING", "QUEUED", "BUILDING", "DEPLOYING"})
#: What is told of a deployment: its status, and whether all its instances have stopped.
_SERVES, _STOPPED = ("SUCCESS", False), ("SUCCESS", True)


class Follower:
    """
    Follows deployments, before they serve and while they do.

    Never raises: it is open, or it is not. Signs of life are asked for while `wait` runs.
    """

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
        self._shown: dict[str, tuple[str, bool]] = {}
        self._stops: Counter[str] = Counter()
        self._attempts = 0
        self._not_before_s = -math.inf
        self._heard_s = -math.inf
        self._pinged_s: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether news can come."""
        return self._socket is not None and self._socket.close_code is None

    def subscribe(self, deployments: Collection[Deployment], *, limit_s: float = _OPEN_S) -> bool:
        """
        Subscribe to these deployments; return whether any of them is newly followed.

        What Railway has shown of them already is no news, however it is told.
        A socket that is not open is opened, within `limit_s` in all. After one that died this is
        tried a few times, with growing pauses after those that failed.
        """
        if self._socket is None and deployments:
            self._open(limit_s)
        if self._socket is None:
            return False
        new = {d.id: d for d in deployments if d.id not in self._followed}
        for id_, deployment in new.items():
            self._shown.setdefault(id_, (deployment.status_word, deployment.has_ended))
            payload = {"query": FOLLOW_DEPLOYMENT, "variables": {"id": id_}}
            self._send({"id": id_, "type": "subscribe", "payload": payload})
        if not self.is_open:  # it broke meanwhile, and nothing is followed any more
            self.close()
            return False
        self._followed |= new.keys()
        return bool(new)

    def wait(self, seconds: float) -> bool:
        """
        Return whether there is news of a followed deployment, or the socket ended, in this time.

        News is any change after which a look is worth while: it settled, or it served and no
        longer does as before. What came since the last call counts at once.
        """
        end_s = self._now_s() + seconds
        while self._socket is not None:
            if self._is_news(self._receive(min(end_s, self._due_s()) - self._now_s())):
                return True
            now_s = self._now_s()
            self._keep_alive(now_s)
            if now_s >= end_s:
                break
        return self._socket is None

    def stops(self, deployment_id: str) -> int:
        """Return how often a deployment that served was told to have stopped."""
        return self._stops[deployment_id]

    def close(self) -> None:
        """Stop following."""
        self._opened.close()
        self._socket = None
        self._followed.clear()

    def _due_s(self) -> float:
        """When the next ping is to be sent, or the last one should have been answered."""
        if self._pinged_s is None:
            return self._heard_s + _PING_EVERY_S
        return self._pinged_s + _PONG_WITHIN_S

    def _keep_alive(self, now_s: float) -> None:
        if self._socket is None or now_s < self._due_s():
            return
        if self._pinged_s is None:
            self._pinged_s = now_s
            self._send({"type": "ping"})
        else:
            # A peer that is gone takes no part in closing: do not wait for it.
            self._socket.close_socket()
            self.close()

    def _open(self, limit_s: float) -> None:
        started_s = self._now_s()
        if self._attempts >= _MOST_ATTEMPTS or started_s < self._not_before_s:
            return
        self._attempts += 1
        self._not_before_s = started_s + _PAUSE_S * 2 ** (self._attempts - 1)
        from verifier.railway.websocket import open_websocket

        try:
            self._socket = self._opened.enter_context(
                open_websocket(
                    self._url,
                    _PROTOCOL,
                    self._headers,
                    self._user_agent,
                    limit_s=min(_OPEN_S, limit_s),
                    limit_bytes=_LIMIT_BYTES,
                )
            )
        except OSError:
            return
        except (WebSocketException, ValueError, ImportError) as error:
            if not _is_passing(error):
                self._attempts = _MOST_ATTEMPTS
            return
        self._heard_s, self._pinged_s = self._now_s(), None
        self._send({"type": "connection_init", "payload": {}})
        end_s = min(self._now_s() + _WELCOME_S, started_s + limit_s)
        while self._socket is not None and (left_s := end_s - self._now_s()) > 0:
            if self._receive(left_s).get("type") == "connection_ack":
                self._not_before_s = -math.inf
                return
        if not self.is_open:  # it was shown the door
            self._attempts = _MOST_ATTEMPTS
        self.close()

    def _is_news(self, message: Mapping[str, object]) -> bool:
        match message:
            case {
                "type": "next",
                "id": str(id_),
                "payload": {"data": {"deployment": {"status": str(word), **rest}}},
            }:
                shown = (word, rest.get("deploymentStopped") is True)
                is_new = self._shown.get(id_) != shown
                self._stops[id_] += shown == _STOPPED and self._shown.get(id_) == _SERVES
                self._shown[id_] = shown
                return is_new and word not in _UNDER_WAY
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
            raw = self._socket.recv(timeout=max(seconds, 0.0))
        except TimeoutError:
            return {}
        except (OSError, WebSocketException):
            self.close()
            return {}
        self._heard_s, self._pinged_s = self._now_s(), None
        try:
            message: object = json.loads(raw)
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


def _is_passing(error: Exception) -> bool:
    """Whether another attempt may fare better."""
    if isinstance(error, InvalidStatus):
        return meaning_of(error.response.status_code) in (Meaning.BROKEN, Meaning.NOT_NOW)
    return isinstance(error, InvalidMessage | ConnectionClosed)  # it was cut
