"""Trouble on the way to and from Railway's API: reads that fail, odd answers to mutations."""

import asyncio
import json
import re

from aiohttp import web
from aiohttp.typedefs import Handler

from verifier.sandbox.railway.lifecycle import Platform

_OPERATION = re.compile(r"\s*(query|mutation)\s+(\w+)")
_HTML = "<html><body>502 Bad Gateway</body></html>"


class OddAnswers:
    """
    Stands before the API. `asked` gets the names of mutations that never reach it.

    The scenario's faults may be replaced at any time; reads and mutations are counted from then.
    """

    def __init__(self, platform: Platform, asked: list[str]) -> None:
        self._platform = platform
        self._asked = asked
        self._faults = platform.scenario.faults
        self._reads = 0
        self._mutations = 0

    @web.middleware
    async def meet(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer as the faults say, or let the request through."""
        if request.method != "POST" or not request.path.startswith("/graphql/"):
            return await handler(request)
        faults = self._platform.scenario.faults
        if faults is not self._faults:
            self._faults, self._reads, self._mutations = faults, 0, 0
        kind, name = _operation(await request.text())
        if kind != "mutation":
            self._reads += 1
            hiccup = faults.reads.get(self._reads)
            return await (_odd(request, hiccup, name) if hiccup else handler(request))
        self._mutations += 1
        if self._mutations > len(faults.mutations):
            return await handler(request)
        told = faults.mutations[self._mutations - 1]
        await asyncio.sleep(told.takes)
        answer = None
        if told.done:
            answer = await handler(request)
        else:
            self._asked.append(name)
        if told.answer == "yes" and answer is not None:
            return answer
        return await _odd(request, told.answer, name)


async def _odd(request: web.Request, kind: str, name: str) -> web.StreamResponse:
    """Return an answer that tells nothing, or something else than what happened."""
    field = f"deployment{name.removesuffix('Deployment').replace('RollBack', 'Rollback')}"
    match kind:
        case "cut":
            return await _cut(request)
        case "empty":
            return web.Response(status=200)
        case "html":
            return web.Response(text=_HTML, content_type="text/html")
        case "null" | "false":
            return web.json_response({"data": {field: None if kind == "null" else False}})
        case "yes":
            return web.json_response({"data": {field: True}})
        case "error":
            return web.json_response({"errors": [_error()], "data": None})
        case "coded-error":
            code = {"extensions": {"code": "INTERNAL_SERVER_ERROR"}}
            return web.json_response({"errors": [{**_error(), **code}], "data": None})
        case "429":
            return web.Response(status=429, headers={"Retry-After": "1"})
        case _:
            return web.Response(status=int(kind), text=_HTML, content_type="text/html")


def _error() -> dict[str, object]:
    return {"message": "Problem processing request", "traceId": "0"}


async def _cut(request: web.Request) -> web.StreamResponse:
    """Send half of a body and end the connection."""
    response = web.StreamResponse(headers={"Content-Length": "100"})
    await response.prepare(request)
    await response.write(b'{"data": ')
    if request.transport is not None:
        request.transport.abort()
    return response


def _operation(body: str) -> tuple[str, str]:
    """Return `query` or `mutation`, and the operation's name; empty where it is none."""
    try:
        document: object = json.loads(body)
    except ValueError:
        return "", ""
    match document:
        case {"query": str(text)} if (found := _OPERATION.match(text)) is not None:
            return found[1], found[2]
        case _:
            return "", ""
