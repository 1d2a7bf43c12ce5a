"""Railway's GraphQL API over HTTP, from the real schema, with real validation."""

import asyncio
import json
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from aiohttp import web
from graphql import ExecutionResult, GraphQLError, build_schema, execute, parse, validate
from graphql.language import DocumentNode

from verifier.sandbox.railway.auto_deploy import (
    auto_deploy_status,
    platform_status,
    set_auto_deploy,
)
from verifier.sandbox.railway.cancel import cancel
from verifier.sandbox.railway.deployments import PlatformService, SandboxDeployment
from verifier.sandbox.railway.lifecycle import Platform
from verifier.sandbox.railway.news import Newsroom
from verifier.sandbox.railway.rows import connection, instance, log_line, meta

_SCHEMA = build_schema((Path(__file__).parent / "schema.graphql").read_text("utf-8"))
_JsonObject = dict[str, object]


class Api:
    """Answers as Railway does: 200 with `errors` for refusals, 400 for invalid documents."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._account = platform.account
        self._runner: web.AppRunner | None = None
        self.news = Newsroom(self._account, _SCHEMA, platform.scenario.faults.news)
        self.url = ""
        self.requests: list[str] = []
        """Names of the operations that were asked for, oldest first."""
        self.mutations: list[datetime] = []
        """When each rollback arrived."""

    async def start(self, port: int = 0) -> None:
        """Open the port."""
        application = web.Application(client_max_size=1_000_000)
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
            return web.json_response({"error": f"no commit {commit}"}, status=404)
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
        roots = {
            "projectToken": self._project_token,
            "apiToken": lambda _: {"workspaces": [{"id": "workspace"}]},
            "projects": lambda _, **__: connection([self._project()]),
            "project": self._find_project,
            "environment": self._find_environment,
            "deployment": lambda _, id: self._row(self._find(id)),
            "deployments": self._deployments,
            "deploymentSnapshot": self._snapshot,
            "variables": self._variables,
            "httpLogs": self._http_logs,
            "buildLogs": self._build_logs,
            "deploymentLogs": self._deployment_logs,
            "deploymentRollback": self._roll_back,
            "deploymentRedeploy": self._redeploy,
            "deploymentCancel": lambda _, id: cancel(self._find(id)),
            "platformStatus": lambda _: platform_status(self._platform.scenario.faults),
            "serviceInstanceAutoDeployStatus": self._auto_deploy,
            "serviceInstanceAutoDeployUpdate": self._set_auto_deploy,
            "serviceInstanceDeployV2": self._deploy,
        }
        result = execute(_SCHEMA, document, root_value=roots, variable_values=dict(variables))
        assert isinstance(result, ExecutionResult)  # noqa: S101  no resolver is a coroutine
        return result

    def _project(self) -> _JsonObject:
        services = [
            {"id": s.id, "name": s.name, "deletedAt": None} for s in self._account.services.values()
        ]
        environment = {"id": self._account.environment_id, "name": self._account.environment}
        return {
            "id": self._account.project_id,
            "name": self._account.project,
            "subscriptionType": "pro",
            "services": connection(services),
            "environments": connection([environment]),
        }

    def _project_token(self, _: object) -> _JsonObject:
        return {
            "projectId": self._account.project_id,
            "environmentId": self._account.environment_id,
            "project": self._project(),
            "environment": {"id": self._account.environment_id, "name": self._account.environment},
        }

    def _find_project(self, _: object, id: str) -> _JsonObject:
        if id != self._account.project_id:
            raise GraphQLError("Not Authorized")
        return self._project()

    def _find_environment(self, _: object, id: str, **__: object) -> _JsonObject:
        if id != self._account.environment_id:
            raise GraphQLError("Not Authorized")
        instances = [self._instance(service) for service in self._account.services.values()]
        return {
            "id": id,
            "name": self._account.environment,
            "serviceInstances": connection(instances),
            "canAccess": True,
            "unmergedChangesCount": 0,
            "deploymentTriggers": connection([]),
        }

    def _instance(self, service: PlatformService) -> _JsonObject:
        return {
            **instance(service),
            "environmentId": self._account.environment_id,
            "activeDeployments": [self._row(service.active)] if service.active else [],
            "latestDeployment": self._row(service.deployments[-1]) if service.deployments else None,
        }

    def _deployments(self, _: object, input: Mapping[str, str], **page: object) -> _JsonObject:
        service_id = input.get("serviceId")
        services = [s for s in self._account.services.values() if service_id in (None, s.id)]
        if not services:
            raise GraphQLError("Not Authorized")
        newest_first = sorted(
            (d for service in services for d in service.deployments),
            key=lambda d: d.created_at,
            reverse=True,
        )
        return connection([self._row(d) for d in newest_first], **page)

    def _row(self, deployment: SandboxDeployment) -> _JsonObject:
        updated_at = deployment.updated_at.isoformat()
        instances = [{"id": str(uuid.uuid4()), "status": word} for word in deployment.instances]
        words = deployment.instances
        return {
            "id": deployment.id,
            "status": deployment.status,
            "createdAt": deployment.created_at.isoformat(),
            "updatedAt": updated_at,
            "statusUpdatedAt": updated_at,
            "projectId": self._account.project_id,
            "environmentId": self._account.environment_id,
            "serviceId": deployment.service.id,
            "canRollback": deployment.can_rollback,
            "canRedeploy": deployment.can_rollback,
            "deploymentStopped": bool(words) and "RUNNING" not in words,
            "instances": instances,
            "meta": meta(deployment, self._platform.scenario.project),
        }

    def _snapshot(self, _: object, deploymentId: str) -> _JsonObject:
        return {"variables": self._find(deploymentId).variables}

    def _variables(self, _: object, serviceId: str = "", **__: object) -> object:
        for service in self._account.services.values():
            if service.id == serviceId and service.deployments:
                return service.deployments[-1].variables
        raise GraphQLError("Not Authorized")

    def _http_logs(
        self, _: object, deploymentId: str, filter: str = "", **__: object
    ) -> list[_JsonObject]:
        wanted = set(re.findall(r"@requestId:(\w+)", filter))
        return [
            {
                "requestId": line.request_id,
                "deploymentId": line.deployment_id,
                "timestamp": line.at.isoformat(),
                "deploymentInstanceId": line.deployment_id,
                "httpStatus": line.status,
                "method": line.method,
                "path": line.path,
            }
            for line in self._account.requests
            if line.deployment_id == deploymentId and (not wanted or line.request_id in wanted)
        ]

    def _build_logs(self, _: object, deploymentId: str, **__: object) -> list[_JsonObject]:
        deployment = self._find(deploymentId)
        lines = ["unpacking the commit", "building the image"]
        if deployment.status == "FAILED" and not deployment.digest:
            lines.append('ERROR: failed to build: process "/bin/sh -c make" exit code: 2')
        return [log_line(line, deployment) for line in lines]

    def _deployment_logs(
        self, _: object, deploymentId: str, limit: int = 100, **__: object
    ) -> list[_JsonObject]:
        deployment = self._find(deploymentId)
        lines = self._platform.log_of(deployment).splitlines()[-limit:]
        return [log_line(line, deployment) for line in lines]

    def _roll_back(self, _: object, id: str) -> bool:
        self.mutations.append(datetime.now(UTC))
        fault = self._platform.scenario.faults.rollback
        target = self._find(id)
        if self._platform.scenario.faults.rights == "no-rollback":
            raise GraphQLError("Not Authorized")
        if fault == "refused" or not target.can_rollback:
            raise GraphQLError("Problem processing request")
        if fault == "false":
            return False
        if fault != "ignored":
            self._platform.put_back(target, "rollback")
        return True

    def _redeploy(self, _: object, id: str, **__: object) -> _JsonObject:
        self.mutations.append(datetime.now(UTC))
        return self._row(self._platform.put_back(self._find(id), "redeploy"))

    def _auto_deploy(self, _: object, serviceId: str, **__: object) -> _JsonObject:
        return auto_deploy_status(self._service(serviceId))

    def _set_auto_deploy(self, _: object, input: Mapping[str, object]) -> _JsonObject:
        service = self._service(str(input.get("serviceId")))
        return set_auto_deploy(service, input, self._platform.scenario.faults)

    def _service(self, service_id: str) -> PlatformService:
        for service in self._account.services.values():
            if service.id == service_id:
                return service
        raise GraphQLError("Not Authorized")

    def _deploy(self, _: object, serviceId: str, commitSha: str = "", **__: object) -> str:
        deployment = self._platform.deploy(self._service(serviceId), commitSha)
        if deployment is None:
            raise GraphQLError("Commit not found")
        return deployment.id

    def _find(self, deployment_id: str) -> SandboxDeployment:
        deployment = self._account.find(deployment_id)
        if deployment is None:
            raise GraphQLError("Not Authorized")
        return deployment


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
