"""Speaks `model`: where a token points, what is deployed, and the few mutations."""

from collections.abc import Collection, Mapping, Sequence

from verifier.errors import (
    DeniedError,
    InvalidRequestError,
    UnexpectedAnswerError,
)
from verifier.guarded.deadline import ends_within
from verifier.model.background import LogLine
from verifier.model.deployment import Fleet, Scope, Service
from verifier.model.evidence import Variables
from verifier.model.platform import AutoDeploy, EnvironmentFacts, RateBudget
from verifier.railway import operations
from verifier.railway.answer import odd_value
from verifier.railway.environment import read_facts
from verifier.railway.fleet import FleetReader
from verifier.railway.logs import read_build_log, read_deploy_log, read_logged_requests
from verifier.railway.push_deploys import read_auto_deploy, switch_auto_deploy
from verifier.railway.token_scope import check_owner
from verifier.railway.transport import READ_LIMIT_S, WRITE_LIMIT_S, Transport
from verifier.railway.variables import (
    read_kept_snapshots,
    read_service_variables,
    read_snapshots,
)

#: Deployments read per service while waiting, and for a plan.
_RECENT = 20
_HISTORY = 100
_RESOLVED = "RESOLVED"


class RailwayClient:
    """Railway's API for some services of one environment."""

    def __init__(self, transport: Transport, scope: Scope, services: Sequence[Service]) -> None:
        self._transport = transport
        self._scope = scope
        self._services = tuple(services)
        self._reader = FleetReader(transport, scope)
        self._may_read_snapshots = True

    @property
    def services(self) -> tuple[Service, ...]:
        """The services that are looked at."""
        return self._services

    def budget(self) -> RateBudget | None:
        """Return how many requests Railway still takes, None where it has not said so."""
        return self._transport.budget()

    def ahead_s(self) -> float | None:
        """Return by how many seconds Railway's clock is ahead of this one, None while untold."""
        return self._transport.ahead_s

    def fleet(self, *, partial: bool = False, limit_s: float = READ_LIMIT_S) -> Fleet:
        """
        Read the newest deployments of each service and which are active, at one moment.

        A service that Railway does not show makes this fail; with `partial` only its own state
        says so, in `unread`.
        """
        return _whole(self._reader.states(self._services, _RECENT, limit_s), partial=partial)

    def states(
        self,
        names: Collection[str],
        *,
        rows: int = _RECENT,
        partial: bool = False,
        limit_s: float = READ_LIMIT_S,
    ) -> Fleet:
        """Read the services `names` alone, `rows` deployments each, as `fleet` reads all."""
        read = self._reader.states(self._services_called(names), rows, limit_s)
        return _whole(read, partial=partial)

    def history(
        self,
        names: Collection[str] | None = None,
        *,
        rows: int = _HISTORY,
        partial: bool = False,
        limit_s: float = READ_LIMIT_S,
    ) -> Fleet:
        """
        Read as many deployments of each service as a plan may want; of `names` alone if given.

        That is `rows` which were not skipped, where there are so many. Otherwise as `fleet`.
        """
        services = self._services if names is None else self._services_called(names)
        return _whole(self._reader.history(services, rows, limit_s), partial=partial)

    def _services_called(self, names: Collection[str]) -> Sequence[Service]:
        return [service for service in self._services if service.name in names]

    def check_owner(
        self, service: str, deployment_id: str, *, limit_s: float = READ_LIMIT_S
    ) -> None:
        """
        Make sure that a deployment is one of `service` in this environment.

        Raises:
            ConfigError: it is another service's, or of another environment.
            DeniedError, UnexpectedAnswerError: Railway shows this token no such deployment.
        """
        check_owner(self._transport, self._scope, service, deployment_id, limit_s)

    def variables(
        self, judged: Mapping[str, str], *, limit_s: float = READ_LIMIT_S
    ) -> Mapping[str, Variables]:
        """
        Read what deployments were started with; where this token may not, what services have.

        `judged` are deployment ids by service name. What is returned holds secrets.
        """
        with ends_within(limit_s):
            if self._may_read_snapshots:
                try:
                    return read_snapshots(self._transport, judged, limit_s)
                except (DeniedError, UnexpectedAnswerError):
                    # Which tokens may read snapshots is not documented; the next question is.
                    self._may_read_snapshots = False
            own = self.service_variables(list(judged), limit_s=limit_s)
        return {name: Variables(values, of_this_deployment=False) for name, values in own.items()}

    def variables_at_start(
        self, deployment_ids: Sequence[str], *, limit_s: float = READ_LIMIT_S
    ) -> Mapping[str, Variables]:
        """
        Return what any deployments were started with, by their ids. It holds secrets.

        One that Railway has no snapshot of, or shows this token none of, is left out.
        """
        return read_kept_snapshots(self._transport, deployment_ids, limit_s)

    def service_variables(
        self, services: Sequence[str], *, limit_s: float = READ_LIMIT_S
    ) -> Mapping[str, Mapping[str, str]]:
        """Return what services have now, by name. It holds secrets."""
        return read_service_variables(self._transport, self._scope, services, limit_s)

    def logged_requests(
        self,
        deployment_id: str,
        request_ids: Sequence[str],
        *,
        limit_s: float = READ_LIMIT_S,
    ) -> frozenset[str]:
        """Return those of `request_ids` that Railway's log says this deployment served."""
        return read_logged_requests(self._transport, deployment_id, request_ids, limit_s)

    def build_log(self, deployment_id: str) -> tuple[LogLine, ...]:
        """Return the last lines of a deployment's build, oldest first. They may hold secrets."""
        return read_build_log(self._transport, deployment_id)

    def deploy_log(self, deployment_id: str) -> tuple[LogLine, ...]:
        """Return the last lines of a deployment's instances, oldest first, as `build_log`."""
        return read_deploy_log(self._transport, deployment_id)

    def link(self, service: str) -> str:
        """Address of a service's page at Railway, for a person."""
        scope = self._scope
        service_id = scope.service_ids[service]
        page = f"https://railway.com/project/{scope.project_id}/service/{service_id}"
        return f"{page}?environmentId={scope.environment_id}"

    def roll_back(self, deployment_id: str, *, limit_s: float = WRITE_LIMIT_S) -> None:
        """
        Ask Railway once to put a deployment back. Its answer is no proof: read what it shows.

        Raises:
            DeniedError, InvalidRequestError, NotSentError, RateLimitedError: it was not done.
            UnknownOutcomeError: any answer but a clean yes, and none.
        """
        with ends_within(limit_s):
            try:
                self._order("roll back", operations.ROLL_BACK, deployment_id, limit_s)
            except InvalidRequestError:
                # Railway's schema and documentation disagree on the form of the answer. What
                # fails validation has not run, so the other form is no second rollback.
                document = operations.ROLL_BACK_OBJECT
                self._order("roll back", document, deployment_id, limit_s)

    def redeploy(self, deployment_id: str, *, limit_s: float = WRITE_LIMIT_S) -> None:
        """
        Ask Railway once to start a deployment's image again, as `roll_back` does.

        Raises:
            As `roll_back`.
        """
        self._order("redeploy", operations.REDEPLOY, deployment_id, limit_s)

    def cancel(self, deployment_id: str, *, limit_s: float = WRITE_LIMIT_S) -> None:
        """
        Ask Railway once to end a deployment that does not serve yet, which leaves it REMOVED.

        Raises:
            As `roll_back`.
        """
        self._order("cancel the deployment", operations.CANCEL, deployment_id, limit_s)

    def _order(self, purpose: str, document: str, deployment_id: str, limit_s: float) -> None:
        data = self._transport.write(purpose, document, {"id": deployment_id}, limit_s=limit_s)
        match list(data.values()):
            case [True] if document in operations.ANSWERED_BY_TRUE:
                return
            case [{"id": str()}] if document not in operations.ANSWERED_BY_TRUE:
                return
            case values:
                raise odd_value(purpose, values[0] if values else None)

    def incident(self, *, limit_s: float = READ_LIMIT_S) -> str:
        """Return what Railway says is wrong with its platform, empty where nothing is."""
        document = operations.PLATFORM
        data = self._transport.read("read the platform's status", document, limit_s=limit_s)
        match data.get("platformStatus"):
            case {"isStable": True}:
                return ""
            case {"incident": {"status": str(status)}} if status == _RESOLVED:
                return ""
            case {"incident": {"message": str(message), "url": str(url)}}:
                return f"{message} ({url})"
            case {"isStable": False}:
                return "it is not stable"
            case _:
                raise UnexpectedAnswerError("Railway's status of its platform is malformed")

    def auto_deploy(self, service: str, *, limit_s: float = READ_LIMIT_S) -> AutoDeploy:
        """Whether a push deploys a service."""
        return read_auto_deploy(self._transport, self._scope, service, limit_s)

    def set_auto_deploy(
        self, service: str, *, enabled: bool, limit_s: float = WRITE_LIMIT_S
    ) -> None:
        """
        Have pushes deploy a service, or not. Read afterwards what came of it.

        Raises:
            As `roll_back`.
        """
        switch_auto_deploy(self._transport, self._scope, service, enabled=enabled, limit_s=limit_s)

    def facts(self) -> EnvironmentFacts:
        """Read what decides whether a deploy to this environment could be undone."""
        return read_facts(self._transport, self._scope, self._services)


def _whole(fleet: Fleet, *, partial: bool) -> Fleet:
    unread = [state.unread for state in fleet.values() if state.unread]
    if unread and not partial:
        raise DeniedError("; ".join(unread), hint="correct the services in the configuration")
    return fleet
