"""Subscriptions over a websocket, in the protocol `graphql-transport-ws`."""

import asyncio
from collections.abc import Mapping

from aiohttp import WSMsgType, web
from graphql import GraphQLError, GraphQLSchema, parse, validate

from verifier.sandbox.railway.deployments import Account, SandboxDeployment

_EVERY_S = 0.02
_UNAUTHORIZED = 4401
_GREETING = {"type": "connection_init", "payload": {}}


class Newsroom:
    """Tells each change of a deployment's status to whoever follows it."""

    def __init__(self, account: Account, schema: GraphQLSchema, fault: str) -> None:
        self._account = account
        self._schema = schema
        self.fault = fault
        self.told = 0
        """How many statuses were sent."""

    async def serve(self, request: web.Request, *, is_allowed: bool) -> web.StreamResponse:
        """Speak with one client until it leaves."""
        if self.fault == "refused":
            return web.Response(status=404)
        socket = web.WebSocketResponse(protocols=("graphql-transport-ws",))
        await socket.prepare(request)
        following: dict[str, asyncio.Task[None]] = {}
        try:
            async for raw in socket:
                if raw.type is not WSMsgType.TEXT or self.fault == "silent":
                    continue
                message: object = raw.json()
                if self.fault == "mute" and message != _GREETING:
                    continue
                await self._answer(socket, message, following, is_allowed=is_allowed)
        finally:
            for task in following.values():
                task.cancel()
        return socket

    async def _answer(
        self,
        socket: web.WebSocketResponse,
        message: object,
        following: dict[str, "asyncio.Task[None]"],
        *,
        is_allowed: bool,
    ) -> None:
        match message:
            case {"type": "connection_init"} if is_allowed:
                await socket.send_json({"type": "connection_ack"})
                await socket.send_json({"type": "ping"})
            case {"type": "ping"}:
                await socket.send_json({"type": "pong"})
            case {"type": "connection_init"}:
                await socket.close(code=_UNAUTHORIZED, message=b"Unauthorized")
            case {"type": "subscribe", "id": str(id_), "payload": {"query": str(query), **rest}}:
                problem = self._problem(query)
                if problem:
                    errors = [{"message": problem}]
                    await socket.send_json({"type": "error", "id": id_, "payload": errors})
                    return
                wanted = rest.get("variables")
                given: Mapping[str, object] = wanted if isinstance(wanted, dict) else {}
                following[id_] = asyncio.create_task(self._tell(socket, id_, str(given.get("id"))))
            case _:
                return

    def _problem(self, query: str) -> str:
        try:
            invalid = validate(self._schema, parse(query))
        except GraphQLError as error:
            return error.message
        return invalid[0].message if invalid else ""

    async def _tell(self, socket: web.WebSocketResponse, id_: str, deployment_id: str) -> None:
        known: dict[str, object] = {}
        while not socket.closed:
            deployment = self._account.find(deployment_id)
            row = news_of(deployment) if deployment else {}
            if row != known:
                known = row
                payload = {"data": {"deployment": row}}
                await socket.send_json({"type": "next", "id": id_, "payload": payload})
                self.told += 1
                if self.fault == "cut":
                    await socket.close()
            await asyncio.sleep(_EVERY_S)


def news_of(deployment: SandboxDeployment) -> dict[str, object]:
    """Return what news say of a deployment."""
    words = deployment.instances
    is_stopped = bool(words) and "RUNNING" not in words
    return {
        "id": deployment.id,
        "status": deployment.status,
        "deploymentStopped": is_stopped,
    }
