"""A local GitHub in a thread of its own, with the repositories that a test gives it."""

import asyncio
import threading
from contextlib import contextmanager

from aiohttp import web

from tests.github.written_bodies import wrong_in
from tests.patience import PATIENCE_S
from verifier.sandbox.github.audited_graphql import AuditedGraphQL
from verifier.sandbox.github.conversations import GuardedTalk
from verifier.sandbox.github.rest_answers import refusal
from verifier.sandbox.github.rest_api import Guarded

TOKEN = "forge-token"


class LocalGitHub:
    def __init__(self, *repositories):
        self.repositories = {repository.name: repository for repository in repositories}
        self.faults = {}
        """By the end of a path: (status, message, headers), used up one request each."""
        self.url = ""
        self.graphql = AuditedGraphQL(self.repositories)
        self.routes = []
        """Called with the application, to add further routes."""

    async def serve(self, started, stop):
        application = web.Application(middlewares=[self._guard])
        Guarded(self.repositories.get).add_to(application)
        GuardedTalk(self.repositories.get).add_to(application)
        self.graphql.add_to(application)
        for add in self.routes:
            add(application)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        started.set()
        await stop.wait()
        await runner.cleanup()

    @web.middleware
    async def _guard(self, request, handler):
        if request.headers.get("Authorization", "").split(" ")[-1] != TOKEN:
            return refusal(401, "Bad credentials")
        for end, waiting in self.faults.items():
            if request.path.endswith(end) and waiting:
                status, message, headers = waiting.pop(0)
                return web.json_response({"message": message}, status=status, headers=headers)
        mistakes = wrong_in(request.method, request.path, await request.read())
        if mistakes:
            answer = {"message": "Validation Failed", "errors": mistakes}
            return web.json_response(answer, status=422)
        try:
            return await handler(request)
        except web.HTTPNotFound:
            return refusal(404, "Not Found")


@contextmanager
def running(github):
    started = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=[github.serve(started, stop)])
    thread.start()
    assert started.wait(PATIENCE_S)
    try:
        yield github
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(PATIENCE_S)
        loop.close()
