"""What each question and order of Railway's API finds and does on the platform."""

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

from graphql import GraphQLError

from verifier.sandbox.railway.auto_deploy import auto_deploy_status, set_auto_deploy
from verifier.sandbox.railway.cancel import cancel
from verifier.sandbox.railway.deployments import PlatformService, SandboxDeployment
from verifier.sandbox.railway.lifecycle import Platform
from verifier.sandbox.railway.platform_status import platform_status
from verifier.sandbox.railway.rows import connection, instance, log_line, meta

_JsonObject = dict[str, object]


class Resolvers:
    """The fields at the root of the schema. A refusal is a `GraphQLError`."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._account = platform.account
        self.mutations: list[datetime] = []
        """When each rollback or redeploy arrived."""

    def roots(self) -> Mapping[str, object]:
        """Return what answers each field, by its name."""
        return {
            "projectToken": self._project_token,
            "apiToken": lambda _: {"workspaces": [{"id": "workspace"}]},
            "projects": lambda _, **__: connection([self._project()]),
            "project": self._find_project,
            "environment": self._find_environment,
            "deployments": self._deployments,
            "deploymentSnapshot": self._snapshot,
            "tcpProxies": lambda _, **__: [],
            "variables": self._variables,
            "httpLogs": self._http_logs,
            "buildLogs": self._build_logs,
            "deploymentLogs": self._deployment_logs,
            "deploymentRollback": self._roll_back,
            "deploymentRedeploy": self._redeploy,
            "deploymentCancel": lambda _, id: cancel(self._find(id)),
            "deployment": lambda _, id: self._row(self._find(id)),
            "platformStatus": lambda _: platform_status(self._platform.scenario.faults),
            "serviceInstanceAutoDeployStatus": self._auto_deploy,
            "serviceInstanceAutoDeployUpdate": self._set_auto_deploy,
            "serviceInstanceDeployV2": self._deploy,
        }

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

    def _deployments(self, _: object, input: Mapping[str, object], **page: object) -> _JsonObject:
        service_id = input.get("serviceId")
        services = [s for s in self._account.services.values() if service_id in (None, s.id)]
        if not services:
            raise GraphQLError("Not Authorized")
        status = input.get("status")
        unwanted = status.get("notIn") or () if isinstance(status, dict) else ()
        newest_first = sorted(
            (d for service in services for d in service.deployments if d.status not in unwanted),
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
            "meta": meta(deployment),
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
