"""Which databases the variables of a container lead to, by whatever names they have."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs, unquote, urlsplit

from verifier.model.same_database import as_url, is_local, ref_in

_SCHEME = re.compile(r"(?:postgres|postgresql|mysql|mariadb|mongodb)(?:\+\w+)?://", re.IGNORECASE)
_ANY_SCHEME = "DATABASE_URL"
_KEY = re.compile(r"SUPABASE(?:_\w+)?_KEY")
_HOSTS = ("PGHOST", "POSTGRES_HOST", "DB_HOST", "DATABASE_HOST", "MYSQLHOST", "MYSQL_HOST")
_NAMES = ("PGDATABASE", "POSTGRES_DB", "DB_NAME", "DATABASE_NAME", "MYSQLDATABASE")
_USERS = ("PGUSER", "POSTGRES_USER", "DB_USER", "DATABASE_USER", "MYSQLUSER")
#: Beside an address that names no user, as Java has it.
_USERS_BESIDE = (
    "SPRING_DATASOURCE_USERNAME",
    "QUARKUS_DATASOURCE_USERNAME",
    "JDBC_DATABASE_USERNAME",
    "DATABASE_USERNAME",
    "DB_USERNAME",
    "POSTGRES_USERNAME",
    *_USERS,
)
#: Leads to many projects: which one the name of the user says.
_POOLER = ".pooler.supabase.com"
_PORTS = ("PGPORT", "POSTGRES_PORT", "DB_PORT", "DATABASE_PORT", "MYSQLPORT")
#: Each environment of Railway's has a network, and hosts by these names, of its own.
_OF_ONE_NETWORK = (".railway.internal", ".internal", ".local")
_USUAL_PORT = "5432"

Place = tuple[str, ...]


def places_in(variables: Mapping[str, str]) -> frozenset[Place]:
    """
    Return what the variables name of databases that may be asked from another environment too.

    A Supabase project by its reference or its key, any other by host, port and name: schemas and
    settings of a connection divide no database. A host that each network has its own of is none.
    """
    return frozenset(_places(variables))


def _places(variables: Mapping[str, str]) -> Iterator[Place]:
    for name, written in variables.items():
        value = as_url(written)
        if name == "SUPABASE_PROJECT_REF" and value:
            yield "project", value
        elif _KEY.fullmatch(name) and "ANON" not in name and value and "${{" not in value:
            yield "key", value
        elif "://" in value and (ref := ref_in(value)):
            yield "project", ref
        elif _SCHEME.match(value) or (name == _ANY_SCHEME and "://" in value):
            yield from _address(value, _first(variables, _USERS_BESIDE))
    yield from _in_parts(variables)


def _address(url: str, beside: str) -> Iterator[Place]:
    """The place of an address; `beside` is the user that is named elsewhere."""
    try:
        parts = urlsplit(url)
        hosts = (parts.hostname or "", *parse_qs(parts.query).get("host", ()))
        port, user = str(parts.port or _USUAL_PORT), unquote(parts.username or "") or beside
    except ValueError:
        return
    # Without a name the database is that of the role's name.
    name = unquote(parts.path.strip("/")) or user
    if (parts.hostname or "").endswith(_POOLER):
        _, _, ref = user.partition(".")
        if ref:
            yield "project", ref
        return
    yield from _place(next(filter(None, hosts), ""), port, name)


def _in_parts(variables: Mapping[str, str]) -> Iterator[Place]:
    host, name = _first(variables, _HOSTS), _first(variables, _NAMES)
    ref = ref_in(f"postgresql://{_first(variables, _USERS)}@{host}") if host else ""
    if ref:
        yield "project", ref
    else:
        port = _first(variables, _PORTS) or _USUAL_PORT
        yield from _place(host, port, name or _first(variables, _USERS))


def _place(host: str, port: str, name: str) -> Iterator[Place]:
    host = host.casefold().rstrip(".")
    first, _, rest = host.partition(".")
    if not rest or not name or is_local(host) or host.endswith(_OF_ONE_NETWORK):
        return
    # Source: https://neon.com/docs/connect/connection-pooling
    own = first.removesuffix("-pooler") if rest.endswith(".neon.tech") else first
    yield "place", f"{own}.{rest}", port, name


def _first(variables: Mapping[str, str], names: tuple[str, ...]) -> str:
    found = (variables.get(name, "").strip() for name in names)
    return next(filter(None, found), "")
