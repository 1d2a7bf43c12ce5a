"""Speaks `model`: where a token points, what is deployed, and the one mutation."""

import json
from collections.abc import Mapping, Sequence

from verifier.errors import (
    DeniedError,
    InvalidRequestError,
    UnexpectedAnswerError,
)
from verifier.model.background import LogLine
from verifier.model.deployment import Deployment, Fleet, Scope, Service, ServiceState
from verifier.model.evidence import Variables
from verifier.model.platform import AutoDeploy, EnvironmentFacts
from verifier.railway import operations
from verifier.railway.parse import nodes, parse_deployment, parse_log, parse_variables, texts
from verifier.railway.transport import Transport

#: Deployments read per service while waiting, and for a plan.
_RECENT = 20
_HISTORY = 100
_REQUEST_IDS = 20
_LINES = 300
_RESOLVED = "RESOLVED"


class RailwayClient:
    """Railway's API for some services of one environment."""

    def __init__(self, transport: Transport, scope: Scope, services: Sequence[Service]) -> None:
        self._transport = transport
        self._scope = scope
        self._services = tuple(services)
        self._may_read_snapshots = True

    @property
    def services(self) -> tuple[Service, ...]:
        """The services that are looked at."""
        return self._services

    def fleet(self) -> Fleet:
        """Read the newest deployments of each service and which are active, at one moment."""
        return self._fleet(_RECENT)

    def history(self) -> Fleet:
        """Read as many deployments of each service as a plan may want."""
        return self._fleet(_HISTORY)

    def _fleet(self, count: int) -> Fleet:
        services, scope = self._services, self._scope
        ids = {f"s{index}": service.id for index, service in enumerate(services)}
        data = self._transport.read(
            "read the deployments",
            operations.fleet(len(services)),
            project=scope.project_id,
            environment=scope.environment_id,
            first=count,
            **ids,
        )
        instances = _instances(data.get("environment"))
        return {
            service.name: ServiceState(
                service,
                _newest_first([parse_deployment(n) for n in nodes(data.get(alias), "deployments")]),
                *instances.get(service.id, ((), ())),
            )
            for alias, service in zip(ids, services, strict=True)
        }

    def variables(self, judged: Mapping[str, str]) -> Mapping[str, Variables]:
        """
        Read what deployments were started with; where this token may not, what services have.

        `judged` are deployment ids by service name. What is returned holds secrets.
        """
        names = {f"s{index}": name for index, name in enumerate(judged)}
        if self._may_read_snapshots:
            try:
                data = self._transport.read(
                    "read the deployments' variables",
                    operations.deployment_variables(len(names)),
                    **{alias: judged[name] for alias, name in names.items()},
                )
                return {
                    name: Variables(_snapshot_variables(data.get(alias)), of_this_deployment=True)
                    for alias, name in names.items()
                }
            except (DeniedError, UnexpectedAnswerError):
                # Which tokens may read snapshots is not documented; the next question is.
                self._may_read_snapshots = False
        return {
            name: Variables(values, of_this_deployment=False)
            for name, values in self.service_variables(list(judged)).items()
        }

    def service_variables(self, services: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Return what services have now, by name. It holds secrets."""
        names = {f"s{index}": name for index, name in enumerate(services)}
        data = self._transport.read(
            "read the services' variables",
            operations.service_variables(len(names)),
            project=self._scope.project_id,
            environment=self._scope.environment_id,
            **{alias: self._scope.service_ids[name] for alias, name in names.items()},
        )
        return {name: parse_variables(data.get(alias)) for alias, name in names.items()}

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
            limit=2 * _REQUEST_IDS,
        )
        rows = data.get("httpLogs")
        served = {
            row.get("requestId")
            for row in (rows if isinstance(rows, list) else [])
            if isinstance(row, dict) and row.get("deploymentId") == deployment_id
        }
        return frozenset(id_ for id_ in asked if id_ in served)

    def build_log(self, deployment_id: str) -> tuple[LogLine, ...]:
        """Return the last lines of a deployment's build, oldest first. They may hold secrets."""
        return self._log("build log", operations.BUILD_LOG, "buildLogs", deployment_id)

    def deploy_log(self, deployment_id: str) -> tuple[LogLine, ...]:
        """Return the last lines of a deployment's instances, oldest first, as `build_log`."""
        return self._log("deploy log", operations.DEPLOY_LOG, "deploymentLogs", deployment_id)

    def _log(self, what: str, document: str, field: str, deployment_id: str) -> tuple[LogLine, ...]:
        data = self._transport.read(f"read the {what}", document, id=deployment_id, limit=_LINES)
        return parse_log(data.get(field))

    def link(self, service: str) -> str:
        """Address of a service's page at Railway, for a person."""
        scope = self._scope
        service_id = scope.service_ids[service]
        page = f"https://railway.com/project/{scope.project_id}/service/{service_id}"
        return f"{page}?environmentId={scope.environment_id}"

    def cancel(self, deployment_id: str) -> None:
        """Ask Railway once to stop a deployment on its way. Raises as `roll_back`."""
        data = self._transport.write("cancel", operations.CANCEL, id=deployment_id)
        if data.get("deploymentCancel") is not True:
            raise UnexpectedAnswerError("could not cancel: Railway did not say yes")

    def roll_back(self, deployment_id: str) -> None:
        """
        Ask Railway once to put a deployment back. Its answer is no proof: read what it shows.

        Raises:
            UnknownOutcomeError: nobody knows whether it ran.
            DeniedError, UnexpectedAnswerError: it was refused.
        """
        write = self._transport.write
        try:
            data = write("roll back", operations.ROLL_BACK, id=deployment_id)
        except InvalidRequestError:
            # Railway's schema and documentation disagree on the form of the answer. What fails
            # validation has not run, so asking in the other form is no second rollback.
            data = write("roll back", operations.ROLL_BACK_OBJECT, id=deployment_id)
        match data.get("deploymentRollback"):
            case True | {"id": str()}:
                return
            case other:
                raise UnexpectedAnswerError(
                    f"could not roll back: Railway answered {json.dumps(other)[:80]}"
                )

    def redeploy(self, deployment_id: str) -> None:
        """
        Ask Railway once to start a deployment's image again, as `roll_back` does.

        Raises:
            UnknownOutcomeError: nobody knows whether it ran.
            DeniedError, UnexpectedAnswerError: it was refused.
        """
        data = self._transport.write("redeploy", operations.REDEPLOY, id=deployment_id)
        match data.get("deploymentRedeploy"):
            case {"id": str()}:
                return
            case other:
                raise UnexpectedAnswerError(
                    f"could not redeploy: Railway answered {json.dumps(other)[:80]}"
                )

    def incident(self) -> str:
        """Return what Railway says is wrong with its platform, empty where nothing is."""
        data = self._transport.read("read the platform's status", operations.PLATFORM)
        match data.get("platformStatus"):
            case {"isStable": True}:
                return ""
            case {"incident": {"status": str(status)}} if status == _RESOLVED:
                return ""
            case {"incident": {"message": str(message), "url": str(url)}}:
                return f"{message} ({url})"
            case _:
                return "it is not stable"

    def auto_deploy(self, service: str) -> AutoDeploy:
        """Whether a push deploys a service."""
        asked = self._transport.read
        data = asked("read auto-deploy", operations.AUTO_DEPLOY, **self._service_ids(service))
        match data.get("serviceInstanceAutoDeployStatus"):
            case {"enabled": bool(enabled), **rest}:
                reason = rest.get("reason")
                return AutoDeploy(enabled, reason if isinstance(reason, str) else "")
            case _:
                raise UnexpectedAnswerError("Railway's word on auto-deploy has another shape")

    def set_auto_deploy(self, service: str, *, enabled: bool) -> None:
        """Have pushes deploy a service, or not. Read afterwards what came of it."""
        self._transport.write(
            "switch auto-deploy",
            operations.SET_AUTO_DEPLOY,
            **self._service_ids(service),
            enabled=enabled,
        )

    def facts(self) -> EnvironmentFacts:
        """Read what decides whether a deploy to this environment could be undone."""
        scope = self._scope
        data = self._transport.read(
            "read the environment",
            operations.READINESS,
            project=scope.project_id,
            environment=scope.environment_id,
        )
        match data:
            case {
                "project": {"subscriptionType": str(subscription)},
                "environment": {"canAccess": bool(can_access), "deploymentTriggers": triggers},
            }:
                waiting = {
                    row.get("serviceId")
                    for row in nodes(triggers, "deployment triggers")
                    if row.get("checkSuites") is True
                }
                names = frozenset(s.name for s in self._services if s.id in waiting)
                return EnvironmentFacts(subscription, can_access, names)
            case _:
                raise UnexpectedAnswerError("Railway's environment has another shape")

    def _service_ids(self, service: str) -> dict[str, str]:
        scope = self._scope
        return {
            "project": scope.project_id,
            "environment": scope.environment_id,
            "service": scope.service_ids[service],
        }


def _snapshot_variables(snapshot: object) -> Mapping[str, str]:
    match snapshot:
        case {"variables": values}:
            return parse_variables(values)
        case _:
            raise UnexpectedAnswerError("Railway keeps no snapshot of the deployment")


def _instances(environment: object) -> Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Active deployments and domains, by service id."""
    found = {}
    match environment:
        case {"serviceInstances": connection}:
            for node in nodes(connection, "service instances"):
                match node:
                    case {"serviceId": str(service_id), "activeDeployments": list(active)}:
                        domains = _domains(node.get("domains"))
                        found[service_id] = (tuple(texts(active, "id")), domains)
                    case _:
                        raise UnexpectedAnswerError("Railway's service instance has another shape")
        case _:
            raise UnexpectedAnswerError("Railway's environment has another shape")
    return found


def _domains(value: object) -> tuple[str, ...]:
    match value:
        case {"serviceDomains": list(own), "customDomains": list(custom)}:
            return (*texts(own, "domain"), *texts(custom, "domain"))
        case _:
            return ()


def _newest_first(deployments: Sequence[Deployment]) -> tuple[Deployment, ...]:
    return tuple(sorted(deployments, key=lambda d: d.created_at, reverse=True))
