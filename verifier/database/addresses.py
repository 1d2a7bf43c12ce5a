"""Why an address of a database leads nowhere from here."""

import re
import socket
from collections.abc import Callable, Sequence

from psycopg.conninfo import conninfo_to_dict

_SUPABASE = re.compile(r"^db\.([a-z0-9]+)\.supabase\.co$")

Families = Callable[[str], Sequence[int]]


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
    told = f"{host} has only an IPv6 address, and GitHub's runners have no IPv6"
    match = _SUPABASE.match(host)
    if match is None:
        return f"{told}: use an address that has IPv4"
    pooler = f"postgresql://postgres.{match[1]}:PASSWORD@REGION.pooler.supabase.com:6543/postgres"
    return f"{told}: use the pooler's address, {pooler}, as the project's page shows it"
