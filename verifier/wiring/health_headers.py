"""The secret headers for health endpoints: whose they are, and that they are hidden."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from verifier.config.settings import Settings
from verifier.model.secret import Secret


def header_values(settings: Settings) -> Iterator[str]:
    """Yield every value, to be hidden in whatever is shown."""
    for headers in (settings.health_headers, *settings.own_headers.values()):
        yield from (secret.reveal() for secret in headers.values())


def headers_by_host(settings: Settings) -> Mapping[str, Mapping[str, Secret]]:
    """Return the headers of services that have their own, by host and port of their `url`."""
    return {
        urlsplit(settings.service_url(name)).netloc.casefold(): headers
        for name, headers in settings.own_headers.items()
    }
