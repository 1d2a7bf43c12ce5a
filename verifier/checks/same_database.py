"""Do two addresses name the same database?"""

from urllib.parse import unquote, urlsplit


def same_database(one: str, other: str) -> bool:
    """Whether both can be read, and have one host, port, database and query."""
    mine, theirs = _database_of(one), _database_of(other)
    return mine is not None and mine == theirs


def _database_of(url: str) -> tuple[str, int, str, str] | None:
    """Host, port, database and query of an address; None where it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname:
        return None
    return parts.hostname.casefold(), port or 5432, unquote(parts.path), parts.query
