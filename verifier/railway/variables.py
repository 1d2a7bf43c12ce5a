"""Reads what containers are started with. Whatever is returned here holds secrets."""

from collections.abc import Mapping, Sequence

from verifier.errors import UnexpectedAnswerError
from verifier.model.deployment import Scope
from verifier.model.evidence import Variables
from verifier.railway import operations
from verifier.railway.parse import parse_variables
from verifier.railway.transport import Transport


def read_snapshots(
    transport: Transport, judged: Mapping[str, str], limit_s: float
) -> Mapping[str, Variables]:
    """
    Return what deployments were started with; `judged` are their ids by service name.

    Raises:
        ProviderError: Railway did not give it, or keeps no snapshot of one of them.
    """
    names = {f"s{index}": name for index, name in enumerate(judged)}
    data = transport.read(
        "read the deployments' variables",
        operations.deployment_variables(len(names)),
        {alias: judged[name] for alias, name in names.items()},
        limit_s=limit_s,
    )
    return {
        name: Variables(_snapshot_variables(data.get(alias)), of_this_deployment=True)
        for alias, name in names.items()
    }


def read_kept_snapshots(
    transport: Transport, deployment_ids: Sequence[str], limit_s: float
) -> Mapping[str, Variables]:
    """
    Return what deployments were started with, by their ids, of those that Railway still has it of.

    Raises:
        ProviderError: Railway did not answer.
    """
    aliases = {f"s{index}": id_ for index, id_ in enumerate(deployment_ids)}
    given = transport.read_parts(
        "read what deployments were started with",
        operations.deployment_variables(len(aliases)),
        dict(aliases),
        limit_s=limit_s,
    )
    return {
        id_: Variables(_snapshot_variables(given.data[alias]), of_this_deployment=True)
        for alias, id_ in aliases.items()
        if given.data.get(alias) is not None
    }


def read_service_variables(
    transport: Transport, scope: Scope, services: Sequence[str], limit_s: float
) -> Mapping[str, Mapping[str, str]]:
    """
    Return what services have now, by name.

    Raises:
        ProviderError: Railway did not give it.
    """
    names = {f"s{index}": name for index, name in enumerate(services)}
    data = transport.read(
        "read the services' variables",
        operations.service_variables(len(names)),
        {
            "project": scope.project_id,
            "environment": scope.environment_id,
            **{alias: scope.service_ids[name] for alias, name in names.items()},
        },
        limit_s=limit_s,
    )
    return {name: parse_variables(data.get(alias)) for alias, name in names.items()}


def _snapshot_variables(snapshot: object) -> Mapping[str, str]:
    match snapshot:
        case {"variables": values}:
            return parse_variables(values)
        case _:
            raise UnexpectedAnswerError("Railway keeps no snapshot of the deployment")
