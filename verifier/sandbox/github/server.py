"""GitHub's REST API over HTTP, as far as gates keep things there: deployments and references."""

import asyncio
import itertools
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from aiohttp import web
from aiohttp.typedefs import Handler

from verifier.sandbox.github.audited_graphql import AuditedGraphQL
from verifier.sandbox.github.conversations import GuardedTalk
from verifier.sandbox.github.protected_repository import ProtectedRepository
from verifier.sandbox.github.rest_answers import refusal
from verifier.sandbox.github.rest_api import Guarded
from verifier.sandbox.github.runbook_repository import runbook_repository
from verifier.sandbox.host.git_repository import Repository

NAME = "acme/shop"
TOKEN = "sandbox-github-token"  # noqa: S105  it opens nothing but this
_JsonObject = dict[str, object]
#: While it hangs it is seen so often whether it still does.
_HANGS_S = 0.05


class GitHubServer:
    """One repository with the sandbox's commits."""

    def __init__(self, repository: Repository, fault: str) -> None:
        self._repository = repository
        self.fault = fault
        self._runner: web.AppRunner | None = None
        self._ids = itertools.count(1)
        self.deployments: list[_JsonObject] = []
        """Newest first."""
        self.statuses: list[tuple[int, str]] = []
        """Deployment's id and state, oldest first."""
        self.refs: dict[str, str] = {}
        """Commits by the full names of their references."""
        self.protected: dict[str, ProtectedRepository] = {NAME: runbook_repository(NAME)}
        """What audits see, by the repository's name."""
        self.url = ""

    async def start(self) -> None:
        """Open the port."""
        application = web.Application(middlewares=[self._guard])
        root = f"/repos/{NAME}"
        application.router.add_get(f"{root}/deployments", self._list_deployments)
        application.router.add_post(f"{root}/deployments", self._create_deployment)
        application.router.add_post(f"{root}/deployments/{{id}}/statuses", self._create_status)
        application.router.add_post(f"{root}/git/refs", self._create_ref)
        application.router.add_delete(f"{root}/git/refs/{{name:.*}}", self._delete_ref)
        application.router.add_get(f"{root}/git/matching-refs/{{prefix:.*}}", self._match_refs)
        Guarded(self.protected.get).add_to(application)
        GuardedTalk(self.protected.get).add_to(application)
        AuditedGraphQL(self.protected).add_to(application)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Close the port."""
        if self._runner is not None:
            await self._runner.cleanup()

    def forget(self) -> None:
        """Be as new."""
        self.fault = "works"
        self.deployments.clear()
        self.statuses.clear()
        self.refs.clear()
        self.protected[NAME] = runbook_repository(NAME)

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        while self.fault == "hangs":
            await asyncio.sleep(_HANGS_S)
        if self.fault == "down":
            return web.Response(status=502, text="<html>Unicorn!</html>", content_type="text/html")
        if request.headers.get("Authorization", "").split(" ")[-1] != TOKEN:
            return refusal(401, "Bad credentials")
        try:
            return await handler(request)
        except web.HTTPNotFound:
            return refusal(404, "Not Found")

    async def _list_deployments(self, request: web.Request) -> web.Response:
        wanted = {k: v for k, v in request.query.items() if k in ("environment", "task", "sha")}
        size, page = int(request.query.get("per_page", 30)), int(request.query.get("page", 1))
        found = [d for d in self.deployments if all(d[k] == v for k, v in wanted.items())]
        return web.json_response(found[(page - 1) * size : page * size])

    async def _create_deployment(self, request: web.Request) -> web.Response:
        body = await _object(request)
        ref = str(body.get("ref"))
        if ref not in self._repository.shas.values():
            return refusal(422, f"No ref found for: {ref}")
        number = next(self._ids)
        now = _now()
        created: _JsonObject = {
            "url": f"{self.url}/repos/{NAME}/deployments/{number}",
            "id": number,
            "sha": ref,
            "ref": ref,
            "task": body.get("task", "deploy"),
            "payload": body.get("payload", {}),
            "environment": body.get("environment", "production"),
            "description": body.get("description"),
            "created_at": now,
            "updated_at": now,
        }
        self.deployments.insert(0, created)
        return web.json_response(created, status=201)

    async def _create_status(self, request: web.Request) -> web.Response:
        body = await _object(request)
        number, state = int(request.match_info["id"]), str(body.get("state"))
        self.statuses.append((number, state))
        created = {"id": next(self._ids), "state": state, "created_at": _now()}
        return web.json_response(created, status=201)

    async def _create_ref(self, request: web.Request) -> web.Response:
        if self.fault == "read-only":
            return refusal(403, "Resource not accessible by integration")
        body = await _object(request)
        ref, sha = str(body.get("ref")), str(body.get("sha"))
        if re.fullmatch(r"refs/[^/]+/[\w./-]+", ref) is None:
            return refusal(422, f"{ref} is not a valid ref name.")
        if sha not in self._repository.shas.values():
            return refusal(422, "Object does not exist")
        if ref in self.refs:
            return refusal(422, "Reference already exists")
        self.refs[ref] = sha
        return web.json_response(self._ref(ref), status=201)

    async def _delete_ref(self, request: web.Request) -> web.Response:
        if self.fault == "read-only":
            return refusal(403, "Resource not accessible by integration")
        if self.refs.pop(f"refs/{request.match_info['name']}", None) is None:
            return refusal(422, "Reference does not exist")
        return web.Response(status=204)

    async def _match_refs(self, request: web.Request) -> web.Response:
        prefix = f"refs/{request.match_info['prefix']}"
        return web.json_response([self._ref(ref) for ref in self.refs if ref.startswith(prefix)])

    def _ref(self, ref: str) -> _JsonObject:
        return {
            "ref": ref,
            "url": f"{self.url}/repos/{NAME}/git/{ref}",
            "object": {"type": "commit", "sha": self.refs[ref]},
        }


async def _object(request: web.Request) -> Mapping[str, object]:
    value: object = await request.json()
    return value if isinstance(value, dict) else {}


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
