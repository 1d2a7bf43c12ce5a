"""Speaks `model`: where a token points, what is deployed, and the one mutation."""

import json
from collections.abc import Mapping, Sequence

from verifier.errors import (
    ConfigError,
    DeniedError,
    UnexpectedAnswerError,
)
from verifier.model.deployment import Deployment, Fleet, Scope, Service, ServiceState
from verifier.model.evidence import Variables
from verifier.railway import operations
from verifier.railway.parse import next_page, nodes, parse_deployment, parse_variables
from verifier.railway.transport import Transport

#: Deployments read per service while waiting; a plan reads the whole history.
_RECENT = 20
_PAGE = 100
_HISTORY = 500
_REQUEST_IDS = 20


class RailwayClient:
    """Railway's API for one environment, once `scope` is known."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def token_scope(self) -> Scope:
        """Return the environment that the project token is for."""
        data = self._transport.read("read what this token is for", operations.SCOPE)
        match data:
            case {
                "projectToken": {
                    "projectId": str(project_id),
                    "environmentId": str(environment_id),
                    "project": {"name": str(project), "services": services},
                    "environment": {"name": str(environment)},
                }
            }:
                ids = _service_ids(services)
                return Scope(project_id, project, environment_id, environment, ids)
            case _:
                raise UnexpectedAnswerError("Railway's answer about this token has another shape")

    def find_scope(self, project: str, environment: str) -> Scope:
        """
        Find an environment by the names or ids of project and environment.

        Raises:
            ConfigError: this token sees no such project, several, or no such environment.
        """
        project_id = self._find_project(project)
        data = self._transport.read("read the project", operations.PROJECT, project=project_id).get(
            "project"
        )
        match data:
            case {"name": str(name), "environments": environments, "services": services}:
                found = _by_name(environments, "environments")
                for environment_name, id_ in found.items():
                    if environment in (environment_name, id_):
                        ids = _service_ids(services)
                        return Scope(project_id, name, id_, environment_name, ids)
                raise ConfigError(
                    f"project {name} has no environment {environment}",
                    hint=f"railway.environment can be: {', '.join(sorted(found)) or 'none'}",
                )
            case _:
                raise UnexpectedAnswerError("Railway's project has another shape")

    def _find_project(self, project: str) -> str:
        found: dict[str, str] = {}
        for workspace in self._workspaces():
            cursor: str | None = None
            while True:
                connection = self._transport.read(
                    "list the projects", operations.PROJECTS, workspace=workspace, after=cursor
                ).get("projects")
                for node in nodes(connection, "projects"):
                    if project in (node.get("id"), node.get("name")):
                        found[str(node.get("id"))] = str(node.get("name"))
                cursor = next_page(connection)
                if cursor is None:
                    break
        if len(found) == 1:
            return next(iter(found))
        if found:
            ids = ", ".join(sorted(found))
            raise ConfigError(f"several projects are named {project}", hint=f"use an id: {ids}")
        raise ConfigError(
            f"this token sees no project {project}",
            hint="check railway.project, and the workspace that RAILWAY_API_TOKEN was made in",
        )

    def _workspaces(self) -> Sequence[str | None]:
        data = self._transport.read("list the workspaces", operations.WORKSPACES)
        match data:
            case {"apiToken": {"workspaces": list(workspaces)}}:
                return [w["id"] for w in workspaces if isinstance(w, dict)] or [None]
            case _:
                raise UnexpectedAnswerError("Railway's list of workspaces has another shape")

    def fleet(self, scope: Scope, services: Sequence[Service]) -> Fleet:
        """Read the newest deployments of all services and which of them are active, at once."""
        ids = {f"s{index}": service.id for index, service in enumerate(services)}
        data = self._transport.read(
            "read the deployments",
            operations.fleet(len(services)),
            project=scope.project_id,
            environment=scope.environment_id,
            first=_RECENT,
            **ids,
        )
        active = _active(data.get("environment"))
        return {
            service.name: ServiceState(
                service,
                _newest_first([parse_deployment(n) for n in nodes(data.get(alias), "deployments")]),
                active.get(service.id, ()),
            )
            for alias, service in zip(ids, services, strict=True)
        }

    def history(self, scope: Scope, service: Service) -> tuple[Deployment, ...]:
        """Read all deployments of a service, newest first, the latest 500 at most."""
        found: list[Deployment] = []
        cursor: str | None = None
        while len(found) < _HISTORY:
            connection = self._transport.read(
                f"read the history of {service.name}",
                operations.HISTORY,
                project=scope.project_id,
                environment=scope.environment_id,
                service=service.id,
                first=_PAGE,
                after=cursor,
            ).get("deployments")
            found += [parse_deployment(node) for node in nodes(connection, "deployments")]
            cursor = next_page(connection)
            if cursor is None:
                break
        return _newest_first(found)

    def variables(self, scope: Scope, service: Service, deployment_id: str) -> Variables:
        """
        Read what a deployment was started with; where this token may not, what the service has.

        Both hold secrets.
        """
        try:
            data = self._transport.read(
                "read the deployment's variables", operations.DEPLOYMENT_VARIABLES, id=deployment_id
            )
            match data:
                case {"deploymentSnapshot": {"variables": values}}:
                    return Variables(parse_variables(values), of_this_deployment=True)
                case _:
                    pass
        except (DeniedError, UnexpectedAnswerError):
            # Which tokens may read snapshots is not documented; the next question is.
            pass
        data = self._transport.read(
            f"read the variables of {service.name}",
            operations.SERVICE_VARIABLES,
            project=scope.project_id,
            environment=scope.environment_id,
            service=service.id,
        )
        return Variables(parse_variables(data.get("variables")), of_this_deployment=False)

    def logged_requests(self, deployment_id: str, request_ids: Sequence[str]) -> frozenset[str]:
        """Return those of `request_ids` that Railway's log says this deployment served."""
        asked = [id_ for id_ in request_ids if id_.replace("-", "").replace("_", "").isalnum()]
        if not asked:
            return frozenset()
        data = self._transport.read(
            "read the request log",
            operations.REQUEST_LOG,
            id=deployment_id,
            filter=" OR ".join(f"@requestId:{id_}" for id_ in asked[:_REQUEST_IDS]),
            limit=_PAGE,
        )
        rows = data.get("httpLogs")
        served = {
            row.get("requestId")
            for row in (rows if isinstance(rows, list) else [])
            if isinstance(row, dict) and row.get("deploymentId") == deployment_id
        }
        return frozenset(id_ for id_ in asked if id_ in served)

    def roll_back(self, deployment_id: str) -> None:
        """
        Ask Railway once to put a deployment back. Its answer is no proof: read what it shows.

        Raises:
            UnknownOutcomeError: nobody knows whether it ran.
            DeniedError, UnexpectedAnswerError: it was refused.
        """
        document = operations.ROLL_BACK_OBJECT if self._answers_object() else operations.ROLL_BACK
        data = self._transport.write("roll back", document, id=deployment_id)
        match data.get("deploymentRollback"):
            case True | {"id": str()}:
                return
            case other:
                raise UnexpectedAnswerError(
                    f"could not roll back: Railway answered {json.dumps(other)[:80]}"
                )

    def _answers_object(self) -> bool:
        """
        Whether `deploymentRollback` is an object here, as the documentation has it.

        A field selected wrongly fails validation, and then nothing is rolled back.
        """
        try:
            data = self._transport.read("read the API's schema", operations.MUTATION_FORMS)
        except (DeniedError, UnexpectedAnswerError):
            return False
        return _is_object(data, "deploymentRollback")


def _is_object(data: Mapping[str, object], mutation: str) -> bool:
    match data:
        case {"__type": {"fields": list(fields)}}:
            for field in fields:
                match field:
                    case {"name": str(name), "type": dict(type_)} if name == mutation:
                        inner = type_.get("ofType") or {}
                        return "OBJECT" in (type_.get("kind"), inner.get("kind"))
                    case _:
                        continue
        case _:
            pass
    return False


def _service_ids(connection: object) -> Mapping[str, str]:
    return {
        str(node.get("name")): str(node.get("id"))
        for node in nodes(connection, "services")
        if node.get("deletedAt") is None
    }


def _by_name(connection: object, what: str) -> Mapping[str, str]:
    return {str(node.get("name")): str(node.get("id")) for node in nodes(connection, what)}


def _active(environment: object) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    match environment:
        case {"serviceInstances": connection}:
            for node in nodes(connection, "service instances"):
                match node:
                    case {"serviceId": str(service_id), "activeDeployments": list(active)}:
                        found[service_id] = tuple(d["id"] for d in active if isinstance(d, dict))
        case _:
            raise UnexpectedAnswerError("Railway's environment has another shape")
    return found


def _newest_first(deployments: Sequence[Deployment]) -> tuple[Deployment, ...]:
    return tuple(sorted(deployments, key=lambda d: d.created_at, reverse=True))
