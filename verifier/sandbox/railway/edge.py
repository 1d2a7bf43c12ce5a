"""The public address of a service: routes to the active deployment, answers when it cannot."""

import uuid
from datetime import UTC, datetime

import aiohttp
from aiohttp import web

from verifier.sandbox.railway.deployments import (
    Account,
    LoggedRequest,
    PlatformService,
    SandboxDeployment,
)

_HOP_HEADERS = frozenset(
    {"connection", "keep-alive", "transfer-encoding", "host", "content-length"}
)
_NOBODY = "00000000-0000-0000-0000-000000000000"


class Edge:
    """
    One port per public service.

    While a replaced deployment is still draining, requests go to it and to the new one in turn.
    """

    def __init__(self, account: Account, service: PlatformService) -> None:
        self._account = account
        self._service = service
        self._http: aiohttp.ClientSession | None = None
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Open the port."""
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._route)
        self._http = aiohttp.ClientSession(auto_decompress=False)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._service.public_port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close the port."""
        if self._http is not None:
            await self._http.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _route(self, request: web.Request) -> web.Response:
        request_id = uuid.uuid4().hex
        serving = self._service.serving()
        if not serving:
            return self._fault(request, request_id, 404, "Application not found")
        deployment = serving[next(self._service.turns) % len(serving)]
        try:
            return await self._forward(request, request_id, deployment)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return self._fault(request, request_id, 502, "Application failed to respond")

    async def _forward(
        self, request: web.Request, request_id: str, deployment: SandboxDeployment
    ) -> web.Response:
        assert self._http is not None  # noqa: S101  it is open while the port is
        headers = {k: v for k, v in request.headers.items() if k.lower() not in _HOP_HEADERS}
        async with self._http.request(
            request.method,
            f"http://127.0.0.1:{deployment.port}{request.path_qs}",
            headers=headers,
            data=await request.read(),
            allow_redirects=False,
        ) as answer:
            body = await answer.read()
            kept = {k: v for k, v in answer.headers.items() if k.lower() not in _HOP_HEADERS}
        self._log(request, request_id, deployment.id, answer.status)
        return web.Response(
            status=answer.status, body=body, headers={**kept, **_edge_headers(request_id)}
        )

    def _fault(
        self, request: web.Request, request_id: str, status: int, message: str
    ) -> web.Response:
        self._log(request, request_id, _NOBODY, status)
        document = {
            "status": "error",
            "code": status,
            "message": message,
            "request_id": request_id,
        }
        headers = {**_edge_headers(request_id), "X-Railway-Fallback": "true"}
        return web.json_response(document, status=status, headers=headers)

    def _log(self, request: web.Request, request_id: str, deployment_id: str, status: int) -> None:
        self._account.requests.append(
            LoggedRequest(
                request_id, deployment_id, request.method, request.path, status, datetime.now(UTC)
            )
        )


def _edge_headers(request_id: str) -> dict[str, str]:
    return {
        "Server": "railway-hikari",
        "X-Railway-Edge": "local1",
        "X-Railway-Request-Id": request_id,
    }
