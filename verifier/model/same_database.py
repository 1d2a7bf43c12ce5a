"""Do two addresses name the same database?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from urllib.parse import parse_qsl, quote, unquote, urlsplit

#: Of a project, of its read replicas, and of what spreads requests over these.
#: Source: https://supabase.com/docs/guides/platform/read-replicas
_SUPABASE_HOST = re.compile(r"^(?:db\.)?([a-z0-9]+)(?:-rr-[a-z0-9-]+|-all)?\.supabase\.(?:co|in)$")
_LOCAL_HOST = re.compile(r"(?:.*\.)?localhost|127\.[0-9.]+|0\.0\.0\.0|::1|host\.docker\.internal")
#: Settings of Prisma's, of asyncpg's and of poolers, which PostgreSQL's own library refuses.
OF_OTHER_DRIVERS = frozenset(
    {
        "connection_limit",
        "pgbouncer",
        "pool_timeout",
        "prepare_threshold",
        "prepared_statement_cache_size",
        "socket_timeout",
        "statement_cache_size",
        "supa",
        "workaround",
    }
)
#: Settings of a connection that lead to no other database.
_OF_THE_CONNECTION = OF_OTHER_DRIVERS | frozenset(
    {
        "application_name",
        "channel_binding",
        "connect_timeout",
        "gssencmode",
        "ssl",
        "sslmode",
        "sslrootcert",
        "target_session_attrs",
    }
)


#: What stands before an address of Java's.
_AROUND = re.compile(r"(?:jdbc|r2dbc):(?:pool:)?(?=[a-z0-9+]{1,30}://)", re.IGNORECASE)
_LOGIN = re.compile(r"(?<=://)[^/?#@]*(?=@)")
_SETTING = re.compile(
    r"(?:^|\s)([a-z]{1,20})\s{0,9}=\s{0,9}('(?:[^'\\]|\\.)*'|[^\s']\S*)", re.IGNORECASE
)
#: By which names, without blanks, .NET and PostgreSQL's own library say what in an address.
_SETTINGS = {
    "host": ("host", "server", "datasource"),
    "port": ("port",),
    "database": ("database", "dbname", "initialcatalog"),
    "user": ("user", "username", "userid", "uid"),
    "password": ("password", "pwd"),
}
_LONGEST = 4_000


class Kinship(Enum):
    """How the databases of two containers are related, as far as their variables tell."""

    SAME = "same"
    OTHER = "other"
    """Both name a Supabase project, and not the same one."""
    UNCLEAR = "unclear"
    """The addresses differ, which a pooler's or a replica's do as well."""
    UNKNOWN = "unknown"
    """One of them names no database."""


@dataclass(frozen=True, slots=True)
class NamedDatabase:
    """What an address says of the database that it leads to."""

    project: str
    """Of Supabase; empty where it names none."""
    place: tuple[str, int, str] | None
    """Host, port and database: schemas and settings of the session divide no database."""


def named_database(variables: Mapping[str, str]) -> NamedDatabase | None:
    """Return what the variables of a container name: DATABASE_URL, or else SUPABASE_URL."""
    url = variables.get("DATABASE_URL", "") or variables.get("SUPABASE_URL", "")
    found = _database_of(url)
    return NamedDatabase(ref_in(url), found[:3] if found is not None else None) if url else None


def kinship(one: NamedDatabase | None, other: NamedDatabase | None) -> Kinship:
    """Compare what two containers name; None is a container that names no database."""
    if one is None or other is None:
        return Kinship.UNKNOWN
    if one.project and other.project:
        return Kinship.SAME if one.project == other.project else Kinship.OTHER
    if one.place is None or other.place is None:
        return Kinship.UNKNOWN
    return Kinship.SAME if one.place == other.place else Kinship.UNCLEAR


def same_database(one: str, other: str) -> bool:
    """Whether both can be read, and have one host, port and database, or one Supabase project."""
    mine, theirs = _database_of(one), _database_of(other)
    if mine is None or theirs is None:
        return False
    return mine == theirs or (mine[2:] == theirs[2:] and is_same_project(one, other))


def uses_database(variables: Mapping[str, str], url: str) -> bool:
    """Whether the variables of a container name the database at `url`, or its project's API."""
    project = project_read_at(url)
    is_of_api = bool(project) and ref_in(variables.get("SUPABASE_URL", "")) == project
    return is_of_api or same_database(variables.get("DATABASE_URL", ""), url)


def project_read_at(url: str) -> str:
    """
    Return the project whose API serves the database at `url`, empty where none is known to.

    A project has one such database. What else stands on its server is no part of its API.
    """
    found = _database_of(url)
    is_served = found is not None and found[2].strip("/") in ("", "postgres")
    return ref_in(url) if is_served else ""


def is_same_project(one: str, other: str) -> bool:
    """Whether both addresses, of a database, its pooler or its API, name one Supabase project."""
    return bool(ref_in(one)) and ref_in(one) == ref_in(other)


def ref_in(url: str) -> str:
    """Return the project that an address of Supabase's names, empty where it names none."""
    try:
        parts = urlsplit(as_url(url))
        host, user = parts.hostname or "", parts.username or ""
    except ValueError:
        return ""
    match = _SUPABASE_HOST.match(host)
    if match:
        return match[1]
    is_pooler = host.endswith(".pooler.supabase.com")
    return user.partition(".")[2] if is_pooler else ""


def as_url(written: str) -> str:
    """Return as a URL an address that Java, .NET or a DSN has in a form of its own, else itself."""
    value = written.strip()
    if len(value) > _LONGEST:
        return value
    if around := _AROUND.match(value):
        return _with_login(value[around.end() :])
    if "://" in value:
        return _LOGIN.sub(lambda login: login[0].replace("[", "%5B").replace("]", "%5D"), value)
    return _of_settings(value) if "=" in value else value


def _with_login(url: str) -> str:
    """A login that stands behind the address, where an address of Java's has it."""
    address, _, query = url.partition("?")
    options = dict(parse_qsl(query, keep_blank_values=True))
    user, password = options.pop("user", ""), options.pop("password", "")
    if user and "@" not in address:
        login = f"{quote(user, safe='')}:{quote(password, safe='')}@"
        address = address.replace("://", f"://{login}", 1)
    rest = "&".join(f"{quote(name)}={quote(said)}" for name, said in options.items())
    return f"{address}?{rest}" if rest else address


def _of_settings(value: str) -> str:
    if ";" in value:
        pairs = [each.partition("=")[::2] for each in value.split(";")]
    else:
        pairs = _SETTING.findall(value)
    given = {"".join(name.split()).casefold(): said.strip().strip("'\"") for name, said in pairs}
    said = {
        what: next((given[name] for name in names if given.get(name)), "")
        for what, names in _SETTINGS.items()
    }
    host, _, behind = said["host"].removeprefix("tcp:").partition(",")
    if not host or not (said["database"] or said["user"]):
        return value
    port = said["port"] or behind
    login = f"{quote(said['user'], safe='')}:{quote(said['password'], safe='')}@"
    place = f"{host}:{port}" if port else host
    return f"postgresql://{login if said['user'] else ''}{place}/{quote(said['database'], safe='')}"


def host_of(url: str) -> str:
    """Return the host of an address in lower case, empty where it has none."""
    try:
        return urlsplit(as_url(url)).hostname or ""
    except ValueError:
        return ""


def is_local(host: str) -> bool:
    """Whether a host is the machine itself."""
    return bool(_LOCAL_HOST.fullmatch(host))


def _database_of(url: str) -> tuple[str, int, str, tuple[tuple[str, str], ...]] | None:
    """Host, port, database and what else may lead elsewhere; None where it is no address."""
    try:
        parts = urlsplit(as_url(url))
        port = parts.port
        options = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return None
    if not parts.hostname:
        return None
    leading = tuple(sorted((k, v) for k, v in options if k not in _OF_THE_CONNECTION))
    return parts.hostname.casefold(), port or 5432, unquote(parts.path), leading
