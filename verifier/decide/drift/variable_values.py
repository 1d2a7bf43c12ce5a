"""What the values of a service's variables give away about themselves. No value is repeated."""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import parse_qs, unquote, urlsplit

from verifier.model.same_database import as_url, is_local

#: Hosts that Railway gives to the databases of a project, within it and to the internet.
_OF_RAILWAY = (".railway.internal", ".proxy.rlwy.net")
_NAMES_A_HOST = re.compile(r"(?:^|_)(?:URL|URI|HOSTS?|ENDPOINTS?|ADDRESS|DSN|BROKERS?|SERVERS?)$")
#: Of a host that is asked; of others, such as HOST, `0.0.0.0` may be what is listened on.
_NAMES_A_SERVER = re.compile(
    r"(?:^|_)(?:PG|REDIS|POSTGRES|DB|DATABASE|MYSQL|MARIADB|MONGO|KAFKA|RABBITMQ|AMQP|SMTP|MAIL)_?"
    r"(?:HOST|BROKERS?|SERVERS?)$"
)
#: Of hosts that may ask, or are asked without a proxy.
_NAMES_CALLERS = re.compile(r"(?:^|_)(?:ALLOWED|TRUSTED|ALLOW|CORS|NO_PROXY|VALID)(?:_|$)")
_LISTENS = ("0.0.0.0", "::")  # noqa: S104  compared, not listened on
_HOST_OF_DSN = re.compile(r"(?:^|[\s?&])host=([^\s&]+)", re.IGNORECASE)
#: What a template leaves for a person to fill in.
_PLACEHOLDER = re.compile(
    # The beginning of a key may stand before it: `sk-ant-your-key-here`.
    r"(?:[a-z]{2,7}[-_]){0,3}"
    r"(?:(?:change|replace)[-_ ]?(?:me|this|it)(?:[-_][a-z0-9_-]{1,40})?|insert[-_ ]?here|todo"
    r"|fixme|xxx+|placeholder|dummy|[a-z0-9_-]*\.\.\.|null|undefined"
    r"|(?:(?:replace|insert|put|fill)[-_](?:with|in)?[-_]?)?your[-_][a-z0-9_-]{2,40}"
    r"|your (?:[a-z0-9_-]{1,20} ){0,3}(?:key|token|secret|password|url|id|value)"
    r"|(?:(?:coloque|insira|cole)[-_ ])?su[ao][-_ ](?:chave|senha|token)[a-z0-9_ -]*"
    # What documentation of Supabase and the template of Django have: everybody knows it.
    r"|super-secret-jwt-token-with-at-least-32-characters-long|django-insecure-.{0,200}"
    r"|<[a-z0-9_ -]{2,40}>|\[[a-z][a-z0-9_ -]{2,40}\])",
    re.IGNORECASE,
)
_EXAMPLE_HOST = re.compile(r"(?:^|\.)(?:example\.(?:com|org|net)|test|invalid)$", re.IGNORECASE)
#: A part of a host that nobody has filled in.
_FILL_IN = re.compile(
    r"(?:your|seu|sua)[-_][a-z0-9_-]{2,40}|xxx+|change[-_]?me|<[a-z0-9_ -]{2,40}>"
)
#: Parts of a path that nobody has filled in, as in the address of a webhook.
_FILL_IN_PATH = re.compile(r"/(?:XXX+|YYY+|ZZZ+)(?:/|$)")
#: An address as it stands in every example.
_EXAMPLE_LOGINS = ("user", "username", "usuario")
_EXAMPLE_PASSWORDS = ("password", "pass", "senha")
_NAMES_A_SECRET = re.compile(r"(?:^|_)(?:KEY|SECRET|TOKEN|PASSWORD)$")
_GUESSED = ("secret", "password", "senha", "postgres", "admin", "none", "test")
_KEYS = {"SUPABASE_SERVICE_KEY": "service_role", "SUPABASE_SERVICE_ROLE_KEY": "service_role"}


def doubt_of(name: str, value: str) -> str:
    """Return what is doubtful about a variable's value, without any of it; else nothing."""
    value = as_url(value)
    if name.startswith("RAILWAY_") or not value:
        return ""
    is_guessed = bool(_NAMES_A_SECRET.search(name)) and value.casefold() in _GUESSED
    if _PLACEHOLDER.fullmatch(value) or is_guessed:
        return "a placeholder"
    if "://" in value:
        host = _host_of(value)
        if is_local(host.rstrip(".")):
            return "this container itself (localhost)"
        if _FILL_IN_PATH.search(value):
            return "a placeholder (its path)"
        if _EXAMPLE_HOST.search(host) or any(map(_FILL_IN.fullmatch, host.split("."))):
            return "a placeholder (an example host)"
        is_example = _user_of(value) in _EXAMPLE_LOGINS and (
            _password_of(value) in _EXAMPLE_PASSWORDS
        )
        if _PLACEHOLDER.fullmatch(_password_of(value)) or is_example:
            return "a placeholder (its password)"
    elif _names_this_container(name, value):
        return "this container itself (localhost)"
    return ""


def _names_this_container(name: str, value: str) -> bool:
    """Whether hosts without a scheme, one or several, have one of the container's own."""
    if dsn := _HOST_OF_DSN.search(value):
        return is_local(dsn[1].casefold())
    if _NAMES_CALLERS.search(name):
        return False
    is_asked = bool(_NAMES_A_SERVER.search(name))
    if name == "HOST" or not (is_asked or _NAMES_A_HOST.search(name)):
        return False
    for part in value.casefold().rstrip("/").split(","):
        host = part.strip() if part.count(":") > 1 else part.strip().partition(":")[0]
        if is_local(host) and (is_asked or host not in _LISTENS):
            return True
    return False


def is_of_railway(value: str) -> bool:
    """Tell whether an address with a password leads to a service of Railway's."""
    url = as_url(value)
    return _host_of(url).endswith(_OF_RAILWAY) and bool(_password_of(url))


def is_unresolved(value: str) -> bool:
    """Tell whether nothing came of a reference: it stays empty, as it is, or without a host."""
    return not value or "${{" in value or ("://" in value and not _host_of(value))


def is_stale(started_with: str, value: str) -> bool:
    """Tell whether a container was given another value; one that is kept unresolved tells not."""
    return (
        bool(started_with.strip()) and "${{" not in started_with and started_with.strip() != value
    )


def doubts_of_keys(
    variables: Mapping[str, str], project_ref: str, now: datetime
) -> Iterator[tuple[str, str, str]]:
    """
    Yield name, expected and actual of keys of Supabase's that are for something else.

    A key says in its own claims which project and role it is for, and until when. Newer keys
    (`sb_secret_…`) have no claims.
    """
    for name, role in _KEYS.items():
        claims = _claims(variables.get(name, ""))
        ref = claims.get("ref")
        if project_ref and isinstance(ref, str) and ref != project_ref:
            yield name, f"a key of project {project_ref}", "a key of another project"
        if "role" in claims and claims["role"] != role:
            yield name, f"a key of role {role}", "a key of another role"
        until = claims.get("exp")
        if isinstance(until, int) and not isinstance(until, bool) and until < now.timestamp():
            yield name, "a key that is valid", "a key that has expired"


def _host_of(url: str) -> str:
    try:
        parts = urlsplit(url)
        said = parts.hostname or next(iter(parse_qs(parts.query).get("host", ())), "")
        return said.casefold()
    except ValueError:
        return ""


def _user_of(url: str) -> str:
    try:
        return (urlsplit(url).username or "").casefold()
    except ValueError:
        return ""


def _password_of(url: str) -> str:
    try:
        return unquote(urlsplit(url).password or "")
    except ValueError:
        return ""


def _claims(token: str) -> Mapping[str, object]:
    parts = token.strip().split(".")
    if len(parts) != 3:
        return {}
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims: object = json.loads(urlsafe_b64decode(padded))
    except (ValueError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}
