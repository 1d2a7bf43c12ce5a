"""What the values of a service's variables give away about themselves. No value is repeated."""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import urlsplit

#: Hosts that are the container itself.
_LOCAL = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104  compared, not listened on
#: Hosts that Railway gives to the databases of a project, within it and to the internet.
_OF_RAILWAY = (".railway.internal", ".proxy.rlwy.net")
_BARE_LOCAL = re.compile(r"(?:localhost|127\.0\.0\.1)(?::\d+)?/?", re.IGNORECASE)
_NAMES_A_HOST = re.compile(r"(?:^|_)(?:URL|URI|HOST|ENDPOINT|ADDRESS|DSN)$")
#: What a template leaves for a person to fill in.
_PLACEHOLDER = re.compile(
    # The beginning of a key may stand before it: `sk-ant-your-key-here`.
    r"(?:[a-z]{2,6}[-_]){0,3}"
    r"(?:change[-_ ]?me|replace[-_ ]?me|todo|fixme|xxx+|placeholder|dummy"
    r"|your[-_ ][a-z0-9_ -]{2,40}|sua[-_ ]chave[a-z0-9_ -]*"
    r"|<[a-z0-9_ -]{2,40}>|\[[a-z][a-z0-9_ -]{2,40}\])",
    re.IGNORECASE,
)
_EXAMPLE_HOST = re.compile(r"(?:^|\.)(?:example\.(?:com|org|net)|test|invalid)$", re.IGNORECASE)
#: A part of a host that nobody has filled in.
_FILL_IN = re.compile(r"your[-_][a-z0-9_-]{2,40}|xxx+|change[-_]?me|<[a-z0-9_ -]{2,40}>")
_KEYS = {"SUPABASE_SERVICE_KEY": "service_role", "SUPABASE_SERVICE_ROLE_KEY": "service_role"}


def doubt_of(name: str, value: str) -> str:
    """Return what is doubtful about a variable's value, without any of it; else nothing."""
    value = value.strip()
    if name.startswith("RAILWAY_") or not value:
        return ""
    if _PLACEHOLDER.fullmatch(value):
        return "a placeholder"
    if "://" in value:
        host = _host_of(value)
        if host in _LOCAL:
            return "this container itself (localhost)"
        if _EXAMPLE_HOST.search(host) or any(map(_FILL_IN.fullmatch, host.split("."))):
            return "a placeholder (an example host)"
        if _PLACEHOLDER.fullmatch(_password_of(value)):
            return "a placeholder (its password)"
    elif _NAMES_A_HOST.search(name) and name != "HOST" and _BARE_LOCAL.fullmatch(value):
        return "this container itself (localhost)"
    return ""


def is_of_railway(value: str) -> bool:
    """Tell whether an address with a password leads to a service of Railway's."""
    return _host_of(value).endswith(_OF_RAILWAY) and bool(_password_of(value))


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
        return (urlsplit(url).hostname or "").casefold()
    except ValueError:
        return ""


def _password_of(url: str) -> str:
    try:
        return urlsplit(url).password or ""
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
