"""Where a service is reached from the internet without HTTP: Railway's TCP proxies."""

from collections.abc import Iterator

from verifier.errors import UnexpectedAnswerError
from verifier.model.deployment import Scope
from verifier.railway import operations
from verifier.railway.transport import Transport


def read_tcp_addresses(transport: Transport, scope: Scope, service: str) -> tuple[str, ...]:
    """
    Return host and port of each proxy of a service.

    Raises:
        ProviderError: Railway did not give them.
    """
    data = transport.read(
        f"read the TCP proxies of {service}",
        operations.TCP_PROXIES,
        {"environment": scope.environment_id, "service": scope.service_ids[service]},
    )
    return tuple(_addresses(data.get("tcpProxies")))


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
