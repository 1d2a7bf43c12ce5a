"""Whether an address of a database is one, and why it leads nowhere from here."""

import re
import socket
from collections.abc import Callable, Sequence

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import Conninfo

from verifier.errors import ConfigError
from verifier.model.database_address import DATABASE_URL, address_mistake, is_postgres_url
from verifier.model.same_database import OF_OTHER_DRIVERS

_HOST = re.compile(r"(?:\[[^\]]*\]|[^:\[\]]*)(?::[0-9]*)?")
#: A name, and no part of a password.
_PARAMETER = re.compile(r"[a-z_]{2,30}")
_SUPABASE = re.compile(r"^db\.([a-z0-9]+)\.supabase\.co$")

Families = Callable[[str], Sequence[int]]


def check_url(url: str, variable: str = DATABASE_URL) -> str:
    """
    Return `url`, without what other drivers and poolers alone have written behind it.

    Raises:
        ConfigError: it is no address of a PostgreSQL database; it is not repeated.
    """
    url = _for_this_driver(url)
    if "://" in url and (mistake := address_mistake(url, variable)):
        raise ConfigError(mistake)
    authority, _, path = url.partition("://")[2].partition("?")[0].partition("/")
    hosts = authority.rpartition("@")[2].split(",")
    # The library takes what follows an @, / or ? of the password for host or port, and says it.
    is_whole = authority.count("@") < 2 and "@" not in path and all(map(_HOST.fullmatch, hosts))
    try:
        conninfo_to_dict(url)
    except ProgrammingError:
        is_whole = False  # not told: the library's own words hold the address, password and all
    if not is_whole and (unknown := unknown_parameter(url)):
        raise ConfigError(
            f"PostgreSQL knows no parameter {unknown}, which {variable} has behind its ?",
            hint="take it out of the address that the verifier is given; in the password write ? "
            "as %3F",
        )
    if not is_whole:
        raise ConfigError(
            f"{variable} is not the address of a PostgreSQL database",
            hint="use the form postgresql://user:password@host:5432/database; in the password "
            "write @ as %40, / as %2F and ? as %3F",
        )
    return url


def _for_this_driver(url: str) -> str:
    """
    Drop the parameters that lead nowhere else; a schema that is named stays the one that is read.

    Source: https://www.prisma.io/docs/orm/overview/databases/postgresql#arguments
    """
    start, mark, written = url.partition("?")
    if not mark or not is_postgres_url(url):
        return url
    parts = [part for part in written.split("&") if part.partition("=")[0] not in OF_OTHER_DRIVERS]
    kept = [part for part in parts if part.partition("=")[0] != "schema"]
    schema = next((part.partition("=")[2] for part in parts if part not in kept), "")
    if schema not in ("", "public") and not any(part.startswith("options=") for part in kept):
        kept.append(f"options=-csearch_path%3D{schema}")
    return f"{start}?{'&'.join(kept)}" if kept else start


def unknown_parameter(url: str) -> str:
    """Return a parameter of an address that PostgreSQL's library refuses; empty without one."""
    if "@" in url.partition("?")[2]:
        return ""  # it may be a part of the password
    known = {option.keyword.decode() for option in Conninfo.get_defaults()} | {"ssl"}
    named = (part.partition("=")[0] for part in url.partition("?")[2].split("&"))
    return next((n for n in named if n and n not in known and _PARAMETER.fullmatch(n)), "")


def families_of(host: str) -> Sequence[int]:
    """Return the address families that a host name resolves to; none where it does not."""
    try:
        return [int(found[0]) for found in socket.getaddrinfo(host, None)]
    except OSError:
        return []


def ipv6_hint(url: str, families: Families = families_of) -> str:
    """
    Say what to do where the host has nothing but IPv6, which GitHub's runners do not speak.

    Empty where that is not so. The address is told without its password.
    Source: https://supabase.com/docs/guides/troubleshooting/supabase--your-network-ipv4-and-ipv6-compatibility
    """
    host = str(conninfo_to_dict(url).get("host") or "")
    if not host or "/" in host or set(families(host)) != {int(socket.AF_INET6)}:
        return ""
    problem = f"{host} has only an IPv6 address, and GitHub's runners have no IPv6"
    match = _SUPABASE.match(host)
    if match is None:
        return f"{problem}: use an address with IPv4"
    pooler = f"postgresql://postgres.{match[1]}:PASSWORD@REGION.pooler.supabase.com:6543/postgres"
    return f"{problem}: use the connection pooler, {pooler} (see Connect on the project's page)"
