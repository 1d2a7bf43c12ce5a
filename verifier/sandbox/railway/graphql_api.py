"""Railway's GraphQL API over HTTP, from the real schema, with real validation."""

import asyncio
import json
import uuid
from collections.abc import Mapping
from functools import lru_cache

from aiohttp import web
from graphql import ExecutionResult, GraphQLError, build_schema, execute, parse, validate
from graphql.language import DocumentNode

from verifier.sandbox.railway.lifecycle import Platform
from verifier.sandbox.railway.news import Newsroom
from verifier.sandbox.railway.odd_answers import OddAnswers
from verifier.sandbox.railway.resolvers import Resolvers
from verifier.sandbox.railway.snapshot import read_snapshot

_SCHEMA = build_schema(read_snapshot())
_JsonObject = dict[str, object]


class GraphqlApi:
    """Answers as Railway does: 200 with `errors` for refusals, 400 for invalid documents."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._account = platform.account
        self._runner: web.AppRunner | None = None
        self.news = Newsroom(self._account, _SCHEMA, platform.scenario.faults.news)
        self.url = ""
        self.requests: list[str] = []
        """Names of the operations that were asked for, oldest first."""
        self._resolvers = Resolvers(platform)
        self.mutations = self._resolvers.mutations
        """When each rollback arrived."""

    async def start(self, port: int = 0) -> None:
        """Open the port."""
        trouble = OddAnswers(self._platform, self.requests)
        application = web.Application(client_max_size=1_000_000, middlewares=[trouble.meet])
        application.router.add_post("/graphql/v2", self._answer)
        application.router.add_get("/graphql/v2", self._subscribe)
        application.router.add_post("/push/{commit}", self._push)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Close the port."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _push(self, request: web.Request) -> web.Response:
        """Not Railway's: stands for GitHub telling Railway of a push."""
        commit = request.match_info["commit"]
        if commit not in self._platform.scenario.commits:
            known = ", ".join(self._platform.scenario.commits)
            told = f"the sandbox has no commit {commit}: it deploys only those of its scenario"
            return web.json_response({"error": f"{told}, by name: {known}"}, status=404)
        return web.json_response(self._platform.push(commit))

    async def _subscribe(self, request: web.Request) -> web.StreamResponse:
        is_allowed = self._refuse_token(request) is None
        return await self.news.serve(request, is_allowed=is_allowed)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            body: object = json.loads(await request.text())
        except ValueError:
            return _errors(400, "Malformed JSON", "BAD_USER_INPUT")
        match body:
            case {"query": str(text), **rest}:
                variables = rest.get("variables") or {}
            case _:
                return _errors(400, "Must provide query string.", "BAD_USER_INPUT")
        refusal = self._refuse_token(request)
        if refusal is not None:
            return _errors(200, refusal, None)
        try:
            document, invalid = _read(text)
        except GraphQLError as error:
            return _errors(400, error.message, "GRAPHQL_PARSE_FAILED")
        if invalid:
            return _errors(400, invalid[0].message, "GRAPHQL_VALIDATION_FAILED")
        operation = _operation(document)
        self.requests.append(operation)
        result = self._execute(document, variables if isinstance(variables, dict) else {})
        if operation == "RollBack" and self._platform.scenario.faults.rollback == "lost":
            # The mutation ran; nobody hears of it.
            assert request.transport is not None  # noqa: S101
            request.transport.abort()
            await asyncio.sleep(0.05)
        return web.json_response(_json(result), headers={"X-RateLimit-Remaining": "1000"})

    def _refuse_token(self, request: web.Request) -> str | None:
        project_token = request.headers.get("Project-Access-Token")
        bearer = request.headers.get("Authorization", "")
        if project_token is not None:
            return None if project_token == self._account.token else "Project Token not found"
        return None if bearer == f"Bearer {self._account.token}" else "Not Authorized"

    def _execute(self, document: DocumentNode, variables: Mapping[str, object]) -> ExecutionResult:
        result = execute(
            _SCHEMA,
            document,
            root_value=self._resolvers.roots(),
            variable_values=dict(variables),
        )
        assert isinstance(result, ExecutionResult)  # noqa: S101  no resolver is a coroutine
        return result


@lru_cache(maxsize=100)
def _read(text: str) -> tuple[DocumentNode, list[GraphQLError]]:
    document = parse(text)
    return document, validate(_SCHEMA, document)


def _operation(document: DocumentNode) -> str:
    names = [getattr(definition, "name", None) for definition in document.definitions]
    return next((name.value for name in names if name is not None), "")


def _json(result: ExecutionResult) -> _JsonObject:
    answer: _JsonObject = {"data": result.data}
    if result.errors:
        answer["errors"] = [
            {"message": e.message, "path": e.path, "traceId": uuid.uuid4().hex}
            for e in result.errors
        ]
    return answer


def _errors(status: int, message: str, code: str | None) -> web.Response:
    error: _JsonObject = {"message": message, "traceId": uuid.uuid4().hex}
    if code is not None:
        error["extensions"] = {"code": code}
    return web.json_response({"errors": [error], "data": None}, status=status)
