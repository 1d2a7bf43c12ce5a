"""What may be wrong with an address of a database, before anybody connects."""

import re
from urllib.parse import parse_qs

#: Where the address of the database stands, unless something has one of its own.
DATABASE_URL = "DATABASE_URL"
_DRIVER = re.compile(r"^postgres(?:ql)?\+[a-z0-9_]+://", re.IGNORECASE)
#: Source: https://www.postgresql.org/docs/current/libpq-ssl.html
_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


def address_mistake(url: str, variable: str = DATABASE_URL) -> str:
    """Say what was found and what was expected; empty where nothing is wrong. No value is shown."""
    if _DRIVER.match(url):
        return (
            f"found the name of a driver in {variable} (postgresql+driver://), which SQLAlchemy "
            "alone understands: expected the same address with postgresql:// before it"
        )
    if not is_postgres_url(url):
        return f"found no PostgreSQL address in {variable}, expected one that begins with postgresql://"
    modes = parse_qs(url.partition("?")[2]).get("sslmode", [])
    if any(mode not in _SSL_MODES for mode in modes):
        return f"found an unknown sslmode in {variable}, expected one of {', '.join(_SSL_MODES)}"
    return ""


def is_postgres_url(url: str) -> bool:
    """Whether it begins as an address of PostgreSQL does."""
    return url.startswith(("postgres://", "postgresql://"))
