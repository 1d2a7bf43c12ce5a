"""An environment as an audit compares it: settings of its services, staged changes, variables."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from verifier.errors import DeniedError, ProviderError, UnexpectedAnswerError
from verifier.model.deployment import Scope, Service
from verifier.model.finding import Hidden, Unobserved
from verifier.model.platform import EnvironmentFacts
from verifier.model.service_settings import (
    DeployTrigger,
    ObservedEnvironment,
    ObservedService,
)
from verifier.railway import operations
from verifier.railway.other_environments import read_others
from verifier.railway.parse import mapping, next_page, nodes, parse_variables, time_of
from verifier.railway.references import references_in, with_start
from verifier.railway.transport import Transport

_Fact = TypeVar("_Fact")
_WIDER = "the audit can read them with an account or workspace token of Railway's"
_PAGE = 50
_MOST_PAGES = 50


def read_environment(
    transport: Transport, scope: Scope, names: Sequence[str]
) -> ObservedEnvironment:
    """
    Read the services `names` of an environment; those that it does not have are left out.

    What is returned holds secrets: the services' variables.

    Raises:
        ProviderError: Railway did not give it.
    """
    # Only audits ask for these; a gate loads this room as well.
    from verifier.railway.cron_runs import read_cron_runs
    from verifier.railway.tcp_addresses import read_tcp_addresses

    first, instances = _pages(transport, scope)
    triggers = _triggers(first.get("deploymentTriggers"))
    by_id = {str(node.get("serviceId")): node for node in instances}
    asked = [n for n in names if n in scope.service_ids and scope.service_ids[n] in by_id]
    aliases = {f"s{index}": name for index, name in enumerate(asked)}
    variables, written, auto_deploys = (
        _per_service(transport, scope, aliases) if asked else ({}, {}, {})
    )
    services = {
        name: _service(
            name,
            by_id[scope.service_ids[name]],
            triggers.get(scope.service_ids[name]),
            auto_deploys.get(name),
            variables.get(name),
        )
        for name in asked
    }
    services = {
        name: replace(
            found,
            written_out=_written_out(written.get(name, {})),
            references=references_in(written.get(name, {})),
            cron_runs=_unless_hidden(partial(read_cron_runs, transport, scope, name))
            if found.cron
            else (),
            tcp_addresses=_unless_hidden(partial(read_tcp_addresses, transport, scope, name)),
        )
        for name, found in services.items()
    }
    active = {n: str(_active(by_id[scope.service_ids[n]]).get("id") or "") for n in services}
    services = dict(with_start(transport, services, active))
    changes = first.get("unmergedChangesCount")
    return ObservedEnvironment(
        scope.environment_name,
        changes if isinstance(changes, int) else 0,
        services,
        read_others(transport, scope, asked),
    )


def read_facts(transport: Transport, scope: Scope, services: Sequence[Service]) -> EnvironmentFacts:
    """
    Read what decides whether a deploy to an environment could be undone.

    Raises:
        ProviderError: Railway did not give it.
    """
    data = transport.read(
        "read the environment",
        operations.READINESS,
        {"project": scope.project_id, "environment": scope.environment_id},
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
            names = frozenset(s.name for s in services if s.id in waiting)
            return EnvironmentFacts(subscription, can_access, names)
        case _:
            raise UnexpectedAnswerError("Railway's environment is malformed")


def _pages(
    transport: Transport, scope: Scope
) -> tuple[Mapping[str, object], list[Mapping[str, object]]]:
    first: Mapping[str, object] | None = None
    found: list[Mapping[str, object]] = []
    cursor: str | None = None
    for _ in range(_MOST_PAGES):
        data = transport.read(
            "read the services' settings",
            operations.AUDIT,
            {
                "project": scope.project_id,
                "environment": scope.environment_id,
                "first": _PAGE,
                "after": cursor,
            },
        ).get("environment")
        if not isinstance(data, dict):
            raise UnexpectedAnswerError("Railway's environment is malformed")
        first = first or data
        connection = data.get("serviceInstances")
        found += nodes(connection, "service instances")
        cursor = next_page(connection)
        if cursor is None:
            return first, found
    raise UnexpectedAnswerError("Railway's list of service instances does not end")


def _per_service(
    transport: Transport, scope: Scope, names: Mapping[str, str]
) -> tuple[Mapping[str, Mapping[str, str]], Mapping[str, Mapping[str, object]], Mapping[str, bool]]:
    """Variables, the same as they are written, and auto-deploy of each; `names` are by alias."""
    data = transport.read(
        "read the services' variables",
        operations.audited_services(len(names)),
        {
            "project": scope.project_id,
            "environment": scope.environment_id,
            **{alias: scope.service_ids[name] for alias, name in names.items()},
        },
    )
    variables = {name: parse_variables(data.get(alias)) for alias, name in names.items()}
    written = {name: mapping(data.get(f"raw_{alias}")) for alias, name in names.items()}
    switches: dict[str, bool] = {}
    for alias, name in names.items():
        match data.get(f"auto_{alias}"):
            case {"enabled": bool(enabled)}:
                switches[name] = enabled
            case _:
                continue
    return variables, written, switches


def _written_out(said: Mapping[str, object]) -> frozenset[str]:
    """Names of the variables that are seen to have a value of their own, without a reference."""
    return frozenset(name for name, value in said.items() if value and "${{" not in str(value))


def _unless_hidden(read: Callable[[], tuple[_Fact, ...]]) -> tuple[_Fact, ...] | Unobserved:
    """What an account or workspace token is shown, and a project token may not be."""
    try:
        return read()
    except DeniedError as error:
        return Hidden(error.message, _WIDER)
    except ProviderError as error:
        return Unobserved(error.message, error.hint)


def _triggers(connection: object) -> Mapping[str, DeployTrigger]:
    return {
        str(row.get("serviceId")): DeployTrigger(
            str(row.get("repository") or ""),
            str(row.get("branch") or ""),
            row.get("checkSuites") is True,
        )
        for row in nodes(connection, "deployment triggers")
    }


def _service(
    name: str,
    node: Mapping[str, object],
    trigger: DeployTrigger | None,
    auto_deploys: bool | None,
    variables: Mapping[str, str] | None,
) -> ObservedService:
    active = _active(node)
    meta = mapping(active.get("meta"))
    made_at = active.get("createdAt")
    until = mapping(node.get("edgeConfig")).get("underAttackModeUntil")
    return ObservedService(
        name=name,
        replicas_by_region=_replicas(node, meta),
        sleeps=node.get("sleepApplication") is True,
        cron=str(node.get("cronSchedule") or ""),
        restart=str(node.get("restartPolicyType") or ""),
        health_path=str(node.get("healthcheckPath") or ""),
        config_file=str(meta.get("configFile") or ""),
        trigger=trigger,
        auto_deploys=auto_deploys,
        under_attack_until=_moment(until) if isinstance(until, int) else None,
        variables=variables,
        domains=tuple(_domains(mapping(node.get("domains")))),
        overlap_s=_seconds(node.get("overlapSeconds")),
        draining_s=_seconds(node.get("drainingSeconds")),
        commit_sha=str(meta.get("commitHash") or ""),
        live_since=time_of(made_at) if isinstance(made_at, str) else None,
    )


def _active(node: Mapping[str, object]) -> Mapping[str, object]:
    listed = node.get("activeDeployments")
    return mapping(listed[0]) if isinstance(listed, list) and listed else {}


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UnexpectedAnswerError("a service of Railway's has no readable time") from error


def _domains(listed: Mapping[str, object]) -> Iterator[str]:
    for kind in ("serviceDomains", "customDomains"):
        rows = listed.get(kind)
        for row in rows if isinstance(rows, list) else ():
            yield str(mapping(row).get("domain") or "")


def _seconds(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _replicas(node: Mapping[str, object], meta: Mapping[str, object]) -> Mapping[str, int]:
    """
    What runs, by region.

    The service's own `numReplicas` counts one region of a service in several; the manifest of
    the active deployment has them all.
    """
    deploy = mapping(mapping(meta.get("serviceManifest")).get("deploy"))
    regions = dict(_counts(mapping(deploy.get("multiRegionConfig"))))
    if regions:
        return regions
    for source in (deploy, node):
        count = source.get("numReplicas")
        if isinstance(count, int):
            return {str(source.get("region") or node.get("region") or "its region"): count}
    return {}


def _counts(regions: Mapping[str, object]) -> Iterator[tuple[str, int]]:
    for region, config in regions.items():
        count = mapping(config).get("numReplicas")
        if isinstance(count, int) and not isinstance(count, bool):
            yield region, count
