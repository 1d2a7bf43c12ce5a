"""Host names in one spelling, so that two of them can be compared."""


def plain_host(netloc: str) -> str:
    """Return the host of an address in one spelling, with its port where that is not the usual."""
    host, colon, port = netloc.rpartition("@")[2].casefold().removesuffix(":443").partition(":")
    return f"{_ascii(host).removesuffix('.')}{colon}{port}"


def _ascii(host: str) -> str:
    """Return a host as resolvers know it; one that none of them takes, as it was written."""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
