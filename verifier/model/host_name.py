"""Host names in one spelling, so that two of them can be compared, and which are this machine."""

import re
from urllib.parse import urlsplit

_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_THIS_MACHINE = re.compile(rf"(?:.*\.)?localhost|127(?:\.{_OCTET}){{3}}|::1|0:0:0:0:0:0:0:1")


def plain_host(netloc: str) -> str:
    """Return the host of an address in one spelling, with its port where that is not the usual."""
    host, colon, port = netloc.rpartition("@")[2].casefold().removesuffix(":443").partition(":")
    return f"{_ascii(host).removesuffix('.')}{colon}{port}"


def is_this_machine(host: str) -> bool:
    """Whether a host is reached without a network, by its name or address."""
    return _THIS_MACHINE.fullmatch(host) is not None


def is_private(url: str) -> bool:
    """Whether nobody on the way can read what is sent: encrypted, or to this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" or is_this_machine(parts.hostname or "")


def goes_in_the_clear(url: str) -> bool:
    """Whether others on the way can read what is sent to an address of the web."""
    return url.lower().startswith("http:") and not is_private(url)


def _ascii(host: str) -> str:
    """Return a host as resolvers know it; one that none of them takes, as it was written."""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
