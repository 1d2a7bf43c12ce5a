"""Where a service is reached from the internet without HTTP: Railway's TCP proxies."""

from collections.abc import Iterator, Mapping, Sequence

from verifier.errors import UnexpectedAnswerError
from verifier.model.deployment import Scope
from verifier.railway import operations
from verifier.railway.transport import Transport


def read_tcp_addresses(
    transport: Transport, scope: Scope, names: Sequence[str]
) -> Mapping[str, tuple[str, ...]]:
    """
    Return host and port of each proxy, by service.

    Raises:
        ProviderError: Railway did not give them.
    """
    aliases = {f"s{index}": name for index, name in enumerate(names)}
    if not aliases:
        return {}
    asked = {alias: scope.service_ids[name] for alias, name in aliases.items()}
    data = transport.read(
        "read the TCP proxies",
        operations.tcp_proxies(len(aliases)),
        {"environment": scope.environment_id, **asked},
    )
    return {name: tuple(_addresses(data.get(alias))) for alias, name in aliases.items()}


def _addresses(listed: object) -> Iterator[str]:
    if not isinstance(listed, list):
        raise UnexpectedAnswerError("Railway's list of TCP proxies is malformed")
    for row in listed:
        match row:
            case {"deletedAt": str()}:
                continue
            case {"domain": str(domain), "proxyPort": int(port)} if not isinstance(port, bool):
                yield f"{domain}:{port}"
            case _:
                raise UnexpectedAnswerError("a TCP proxy of Railway's has no address")
