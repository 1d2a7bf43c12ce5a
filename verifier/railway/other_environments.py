"""What the other environments of a project give to the same services."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from verifier.errors import DeniedError, ProviderError, UnexpectedAnswerError
from verifier.model.deployment import Scope
from verifier.model.finding import Hidden, Unobserved
from verifier.model.service_settings import OtherEnvironment
from verifier.railway import operations
from verifier.railway.parse import nodes, parse_variables
from verifier.railway.transport import Transport

#: A project with more has an environment for each pull request: their newest are enough.
_MOST = 20
_WIDER = "the audit can compare them with an account or workspace token of Railway's"


def read_others(
    transport: Transport, scope: Scope, names: Sequence[str]
) -> tuple[OtherEnvironment, ...]:
    """
    Read the variables of services by these names in every other environment of the project.

    A project token sees its own alone. What could not be read says so: nothing is known of it.

    Raises:
        ProviderError: which environments there are could not be read.
    """
    return tuple(_others(transport, scope, names)) if names else ()


def _others(transport: Transport, scope: Scope, names: Sequence[str]) -> Iterator[OtherEnvironment]:
    try:
        listed = _listed(transport, scope)
    except DeniedError:
        unread = Hidden("the token sees one environment alone", _WIDER)
        yield OtherEnvironment("", {}, unread)
        return
    for environment_id, environment in listed:
        place = replace(scope, environment_id=environment_id, environment_name=environment)
        try:
            found = _variables(transport, place, names)
        except DeniedError as error:
            yield OtherEnvironment(environment, {}, Hidden(str(error), _WIDER))
        except UnexpectedAnswerError:
            found = _one_by_one(transport, place, names)
            if found:
                yield OtherEnvironment(environment, found)
        except ProviderError as error:
            yield OtherEnvironment(environment, {}, Unobserved(str(error), error.hint))
        else:
            yield OtherEnvironment(environment, found)


def _one_by_one(
    transport: Transport, scope: Scope, names: Sequence[str]
) -> Mapping[str, Mapping[str, str]]:
    """Railway refuses them all where one service is not in that environment."""
    found: dict[str, Mapping[str, str]] = {}
    for name in names if len(names) > 1 else ():
        try:
            found |= _variables(transport, scope, [name])
        except ProviderError:
            continue
    return found


def _variables(
    transport: Transport, scope: Scope, names: Sequence[str]
) -> Mapping[str, Mapping[str, str]]:
    aliases = {f"s{index}": name for index, name in enumerate(names)}
    data = transport.read(
        f"read the variables of environment {scope.environment_name}",
        operations.service_variables(len(names)),
        {
            "project": scope.project_id,
            "environment": scope.environment_id,
            **{alias: scope.service_ids[name] for alias, name in aliases.items()},
        },
    )
    return {
        name: parse_variables(data[alias])
        for alias, name in aliases.items()
        if isinstance(data.get(alias), Mapping)
    }


def _listed(transport: Transport, scope: Scope) -> list[tuple[str, str]]:
    data = transport.read(
        "list the environments", operations.PROJECT, {"project": scope.project_id}
    )
    match data.get("project"):
        case {"environments": listed}:
            found = [(str(n.get("id")), str(n.get("name"))) for n in nodes(listed, "environments")]
            return [row for row in found if row[0] != scope.environment_id][-_MOST:]
        case _:
            raise UnexpectedAnswerError("Railway's list of environments is malformed")
