"""What the other environments of a project give to the same services."""

from collections.abc import Iterator, Mapping, Sequence

from verifier.errors import DeniedError, ProviderError, UnexpectedAnswerError
from verifier.model.deployment import Scope
from verifier.model.service_settings import OtherEnvironment
from verifier.railway import operations
from verifier.railway.parse import nodes, parse_variables
from verifier.railway.transport import Transport

#: A project with more has an environment for each pull request: their newest are enough.
_MOST = 20


def read_others(
    transport: Transport, scope: Scope, names: Sequence[str]
) -> tuple[OtherEnvironment, ...]:
    """
    Read the variables of services by these names in every other environment that the token sees.

    A project token sees its own alone. What is hidden from the token is left out.

    Raises:
        ProviderError: which environments there are could not be read.
    """
    return tuple(_others(transport, scope, names)) if names else ()


def _others(transport: Transport, scope: Scope, names: Sequence[str]) -> Iterator[OtherEnvironment]:
    aliases = {f"s{index}": name for index, name in enumerate(names)}
    for environment_id, environment in _listed(transport, scope):
        try:
            data = transport.read(
                f"read the variables of environment {environment}",
                operations.service_variables(len(names)),
                {
                    "project": scope.project_id,
                    "environment": environment_id,
                    **{alias: scope.service_ids[name] for alias, name in aliases.items()},
                },
            )
        except DeniedError:
            return
        except ProviderError:
            # One of the services is not in it, perhaps: it says nothing of the others.
            continue
        found = {
            name: parse_variables(data[alias])
            for alias, name in aliases.items()
            if isinstance(data.get(alias), Mapping)
        }
        yield OtherEnvironment(environment, found)


def _listed(transport: Transport, scope: Scope) -> list[tuple[str, str]]:
    try:
        data = transport.read(
            "list the environments", operations.PROJECT, {"project": scope.project_id}
        )
    except DeniedError:
        return []
    match data.get("project"):
        case {"environments": listed}:
            found = [(str(n.get("id")), str(n.get("name"))) for n in nodes(listed, "environments")]
            return [row for row in found if row[0] != scope.environment_id][-_MOST:]
        case _:
            raise UnexpectedAnswerError("Railway's list of environments is malformed")
