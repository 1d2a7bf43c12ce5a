"""Reads what is deployed: states of services at one moment, a few requests for any number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from verifier.errors import DeniedError, UnexpectedAnswerError
from verifier.guarded.deadline import ends_within
from verifier.model.deployment import (
    MAY_ANSWER,
    Deployment,
    DeploymentStatus,
    Fleet,
    Scope,
    Service,
    ServiceState,
)
from verifier.railway import operations
from verifier.railway.parse import (
    has_next_page,
    mapping,
    next_page,
    nodes,
    parse_deployment,
    texts,
)
from verifier.railway.transport import Transport

#: Railway documents no limit for the size of a query. With rows of a few kilobytes these keep an
#: answer to some megabytes, and a fleet of a hundred services to one request.
_MOST_ROWS = 1000
_MOST_SERVICES = 100
_FEWEST_ROWS = 10
#: A history is mostly skipped commits where services watch paths. They are not asked for; where
#: they are given all the same they do not count, and are not read without end either.
_SKIPPED = (DeploymentStatus.SKIPPED,)
_MOST_PAGES = 10
_MOST_INSTANCE_PAGES = 20


@dataclass(frozen=True, slots=True)
class _Instance:
    """What an environment shows of one service."""

    active: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """One service so far, and where its list goes on."""

    state: ServiceState
    after: str | None


class FleetReader:
    """Reads services of one environment."""

    def __init__(self, transport: Transport, scope: Scope) -> None:
        self._transport = transport
        self._scope = scope

    def states(self, services: Sequence[Service], rows: int, limit_s: float) -> Fleet:
        """
        Read the newest `rows` deployments of each service, fewer where there are many services.

        A service that Railway does not show has its state say so; the others are not lost.

        Raises:
            DeniedError: it shows none of them.
            RateLimitedError, UnreachableError, UnexpectedAnswerError.
        """
        with ends_within(limit_s):
            return {name: read.state for name, read in self._read(services, rows, limit_s).items()}

    def history(self, services: Sequence[Service], rows: int, limit_s: float) -> Fleet:
        """
        Read on, page by page, until `rows` deployments of each service were not skipped.

        Raises:
            As `states`.
        """
        with ends_within(limit_s):
            reads = self._read(services, rows, limit_s, _SKIPPED)
            for _ in range(_MOST_PAGES):
                due = {name: read for name, read in reads.items() if _goes_on(read, rows)}
                if not due:
                    break
                reads |= self._next_pages(due, rows, limit_s)
            return {
                name: replace(read.state, has_older=read.after is not None)
                for name, read in reads.items()
            }

    def _read(
        self,
        services: Sequence[Service],
        rows: int,
        limit_s: float,
        without: Sequence[DeploymentStatus] = (),
    ) -> dict[str, _Read]:
        reads: dict[str, _Read] = {}
        count = _page_rows(len(services), rows)
        for start in range(0, len(services), _MOST_SERVICES):
            batch = services[start : start + _MOST_SERVICES]
            reads |= self._with_active(self._read_batch(batch, count, limit_s, without), limit_s)
        if services and all(read.state.unread for read in reads.values()):
            raise DeniedError(next(iter(reads.values())).state.unread)
        return reads

    def _read_batch(
        self,
        services: Sequence[Service],
        count: int,
        limit_s: float,
        without: Sequence[DeploymentStatus],
    ) -> dict[str, _Read]:
        """Ask for a batch, and again for those that the refusal of another took with it."""
        unread: dict[str, str] = {}
        shown: Mapping[str, _Read | None] = {}
        while asked := [service for service in services if service.name not in unread]:
            aliases = {f"s{index}": service for index, service in enumerate(asked)}
            parts = self._transport.read_parts(
                "read the deployments",
                operations.fleet(len(asked), without),
                {**self._where(), "first": count, **{a: s.id for a, s in aliases.items()}},
                limit_s=limit_s,
            )
            for field, words in parts.refused.items():
                alias = field.removeprefix("up_")
                if alias not in aliases:
                    raise DeniedError(f'could not read the {field}: Railway says "{words}"')
                unread[aliases[alias].name] = f'it says "{words}"'
            if parts.data or not parts.refused:
                shown = self._shown(aliases, parts.data, limit_s)
                missing = {name: "it gives nothing for it" for name in shown if not shown[name]}
                unread = missing | unread
                break
        return {s.name: shown.get(s.name) or _unread(s, unread[s.name]) for s in services}

    def _shown(
        self, aliases: Mapping[str, Service], data: Mapping[str, object], limit_s: float
    ) -> Mapping[str, _Read | None]:
        """Return what the data has of each service, None where that is nothing."""
        instances = self._instances(data.get("environment"), limit_s)
        return {
            service.name: None
            if data.get(alias) is None
            else _read_of(
                service,
                data.get(alias),
                data.get(f"up_{alias}"),
                instances.get(service.id, _Instance()),
            )
            for alias, service in aliases.items()
        }

    def _with_active(self, reads: Mapping[str, _Read], limit_s: float) -> dict[str, _Read]:
        """Read what is active and older than what was listed; such is rare."""
        older = {
            id_: name
            for name, read in reads.items()
            for id_ in read.state.active
            if read.state.find(id_) is None
        }
        if not older:
            return dict(reads)
        aliases = {f"s{index}": id_ for index, id_ in enumerate(older)}
        document = operations.deployments(len(aliases))
        purpose = "read the active deployments"
        parts = self._transport.read_parts(purpose, document, aliases, limit_s=limit_s)
        if not parts.refused and not aliases.keys() <= parts.data.keys():
            raise UnexpectedAnswerError(f"could not {purpose}: Railway left some of them out")
        found = dict(reads)
        for alias, id_ in aliases.items():
            row = parts.data.get(alias)
            if isinstance(row, dict):
                read = found[older[id_]]
                found[older[id_]] = replace(read, state=_with(read.state, [parse_deployment(row)]))
        return found

    def _next_pages(self, due: Mapping[str, _Read], rows: int, limit_s: float) -> dict[str, _Read]:
        reads: dict[str, _Read] = {}
        names = list(due)
        count = _page_rows(len(names), rows)
        for start in range(0, len(names), _MOST_SERVICES):
            aliases = {
                f"s{i}": name for i, name in enumerate(names[start : start + _MOST_SERVICES])
            }
            data = self._transport.read(
                "read more deployments",
                operations.more_deployments(len(aliases), _SKIPPED),
                {
                    **self._where(),
                    "first": count,
                    **{alias: due[name].state.service.id for alias, name in aliases.items()},
                    **{f"after_{alias}": due[name].after for alias, name in aliases.items()},
                },
                limit_s=limit_s,
            )
            reads |= {name: _longer(due[name], data.get(alias)) for alias, name in aliases.items()}
        return reads

    def _instances(self, environment: object, limit_s: float) -> Mapping[str, _Instance]:
        """Return what the environment shows, by service id, all its pages."""
        connection = mapping(environment).get("serviceInstances")
        found = dict(map(_instance, nodes(connection, "service instances")))
        for _ in range(_MOST_INSTANCE_PAGES):
            cursor = next_page(connection)
            if cursor is None:
                break
            data = self._transport.read(
                "read the environment's services",
                operations.INSTANCES,
                {**self._where(), "after": cursor},
                limit_s=limit_s,
            )
            connection = mapping(data.get("environment")).get("serviceInstances")
            found |= dict(map(_instance, nodes(connection, "service instances")))
        return found

    def _where(self) -> Mapping[str, object]:
        return {"project": self._scope.project_id, "environment": self._scope.environment_id}


def _page_rows(services: int, rows: int) -> int:
    """Return how many rows of each service one query asks for."""
    return min(rows, max(_FEWEST_ROWS, _MOST_ROWS // max(services, 1)))


def _goes_on(read: _Read, rows: int) -> bool:
    ran = [d for d in read.state.deployments if d.status is not DeploymentStatus.SKIPPED]
    return read.after is not None and len(ran) < rows


def _unread(service: Service, words: str) -> _Read:
    reason = f"Railway does not show service {service.name} to this token ({words})"
    return _Read(ServiceState(service, (), (), unread=f"{reason}: it may have been deleted"), None)


def _read_of(service: Service, connection: object, running: object, instance: _Instance) -> _Read:
    """Read a service from its newest deployments and those that may answer."""
    listed = [parse_deployment(node) for node in nodes(connection, "deployments")]
    after = next_page(connection)
    up = [parse_deployment(node) for node in nodes(running, "deployments")] if running else []
    # Whoever does not know the filter gives a page of all: that is no list of those that answer.
    is_filtered = running is not None and all(d.status in MAY_ANSWER for d in up)
    is_whole = after is None or (is_filtered and not has_next_page(running))
    state = ServiceState(
        service,
        _newest_first([*up, *listed]),
        instance.active,
        instance.domains,
        may_hide=not is_whole,
    )
    return _Read(state, after)


def _longer(read: _Read, connection: object) -> _Read:
    more = [parse_deployment(node) for node in nodes(connection, "deployments")]
    return _Read(_with(read.state, more), next_page(connection))


def _with(state: ServiceState, more: Sequence[Deployment]) -> ServiceState:
    return replace(state, deployments=_newest_first([*state.deployments, *more]))


def _instance(node: Mapping[str, object]) -> tuple[str, _Instance]:
    match node:
        case {"serviceId": str(service_id), "activeDeployments": list(active)}:
            return service_id, _Instance(tuple(texts(active, "id")), _domains(node.get("domains")))
        case _:
            raise UnexpectedAnswerError("Railway's service instance is malformed")


def _domains(value: object) -> tuple[str, ...]:
    match value:
        case {"serviceDomains": list(own), "customDomains": list(custom)}:
            return (*texts(own, "domain"), *texts(custom, "domain"))
        case _:
            return ()


def _newest_first(deployments: Sequence[Deployment]) -> tuple[Deployment, ...]:
    """Return them without repetitions; of two rows of one id the later one counts."""
    by_id = {deployment.id: deployment for deployment in deployments}
    return tuple(sorted(by_id.values(), key=lambda d: d.created_at, reverse=True))
