"""What the process environment must hold, in the light of what the file says."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from verifier.config.fields import Url, is_origin
from verifier.guarded.mistakes import ENVIRONMENT, Problem
from verifier.guarded.yaml_document import Document
from verifier.model.database_address import DATABASE_URL, address_mistake
from verifier.model.host_name import goes_in_the_clear
from verifier.model.secret import Secret

#: Source: https://docs.railway.com/integrations/api
_RAILWAY_API_URL = "https://backboard.railway.com/graphql/v2"
RAILWAY_TOKENS = ("RAILWAY_TOKEN", "RAILWAY_API_TOKEN")


def environment_problems(document: Document, environ: Mapping[str, str]) -> Iterator[Problem]:
    """Judge by what the file says, well-formed or not, so that nothing is told one at a time."""
    for mistake in token_mistakes(environ):
        yield document.key_problem(("railway",), mistake)
    yield from railway_problems(document, environ)
    yield from _header_problems(document, environ)
    yield from _receiver_problems(environ)
    need = next(_database_needs(document.value), None)
    given = environ.get("DATABASE_URL", "").strip()
    if need is not None and not given:
        text = f"found no DATABASE_URL in the environment, expected one: {need} needs it"
        yield document.key_problem((need,), text)
    elif need is not None and (mistake := address_mistake(given)):
        yield document.key_problem((need,), mistake)
    yield from address_problems(document, environ.get("RAILWAY_APP_URL", "").strip())


def address_problems(document: Document, app_url: str) -> Iterator[Problem]:
    """Yield what would leave a service unasked although somebody gave, or needs, its address."""
    services = section(section(document.value).get("services"))
    default = service_with_default_url(services)
    without = [name for name in services if not section(services[name]).get("url")]
    apis = [name for name in without if section(services[name]).get("role") == "api"]
    for name in apis:
        if name != default:
            text = f"found no address for {name}, expected url here"
            several = ": RAILWAY_APP_URL is for one service of role api alone"
            yield document.key_problem(("services", name), text + (several if app_url else ""))
        elif not app_url:
            text = f"found no address for {name}, expected url here or RAILWAY_APP_URL"
            yield document.key_problem(("services", name), text)
    if app_url and default is None and len(without) == len(services) > 0 and not apis:
        text = (
            "found RAILWAY_APP_URL, but no service of role api that it could be the address of: "
            "expected role: api, or url at the service"
        )
        yield document.key_problem(("services",), text)


def token_mistakes(environ: Mapping[str, str]) -> Iterator[str]:
    """Name the tokens that no header can carry; the platform would only say that it is wrong."""
    for name in (*RAILWAY_TOKENS, "GITHUB_TOKEN"):
        if re.search(r"[^\x21-\x7e]", environ.get(name, "").strip()):
            yield (
                f"found more than a token in {name}, expected the token "
                f"alone, without spaces or line breaks"
            )


def railway_problems(document: Document, environ: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what keeps Railway from being asked."""

    value = section(document.value)
    if not (_is_set(environ, "RAILWAY_TOKEN") or _is_set(environ, "RAILWAY_API_TOKEN")):
        yield Problem(
            ENVIRONMENT,
            0,
            0,
            "found no token, expected RAILWAY_TOKEN (a project token, made at Railway under the "
            "project's Settings, Tokens) or RAILWAY_API_TOKEN (of an account or workspace, made "
            "under Account Settings, Tokens)",
        )
    elif not _is_set(environ, "RAILWAY_TOKEN") and not section(value.get("railway")).get("project"):
        text = "found no project, expected its name or id: RAILWAY_API_TOKEN sees several"
        yield document.key_problem(("railway",), text)
    for name in ("RAILWAY_API_URL", "RAILWAY_APP_URL", "GITHUB_API_URL"):
        if _is_set(environ, name) and not _is_url(environ[name].strip()):
            text = f"found no address in {name}, expected one such as https://example.org; "
            text += "http:// is for this machine alone"
            yield document.key_problem(("railway",), text)
    app_url = environ.get("RAILWAY_APP_URL", "").strip()
    if _is_url(app_url) and not is_origin(app_url):
        text = "found a path in RAILWAY_APP_URL, expected the address alone"
        yield document.key_problem(("railway",), text)


def _receiver_problems(environ: Mapping[str, str]) -> Iterator[Problem]:
    """Yield where a report, or an address that is a secret itself, could be read on its way."""
    for name in ("SLACK_WEBHOOK_URL", "SLACK_API_URL", "VERIFIER_WEBHOOK_URL"):
        given = environ.get(name, "").strip()
        if goes_in_the_clear(given):
            text = f"found http:// in {name}, expected https://: http:// is for this machine alone"
            yield Problem(ENVIRONMENT, 0, 0, text)


def _header_problems(document: Document, environ: Mapping[str, str]) -> Iterator[Problem]:
    """Yield the headers for health endpoints whose values are not in the environment."""
    services = section(section(document.value).get("services"))
    of_services: dict[tuple[str, ...], object] = {
        ("services", name, "health"): section(service).get("health")
        for name, service in services.items()
    }
    health: dict[tuple[str, ...], object] = {("health",): section(document.value).get("health")}
    for place, found in (health | of_services).items():
        headers = section(section(found).get("headers"))
        yield from _unset_headers(document, (*place, "headers"), headers, environ)


def _unset_headers(
    document: Document,
    place: tuple[str, ...],
    headers: Mapping[str, object],
    environ: Mapping[str, str],
) -> Iterator[Problem]:
    for name, said in headers.items():
        if not isinstance(said, str) or not said.startswith("env:"):
            continue  # what is no name may be the secret itself; the file's own check tells
        variable = said.removeprefix("env:")
        value = environ.get(variable, "").strip()
        if not value:
            text = f"found no {variable} in the environment, expected the value of this header"
            yield document.key_problem((*place, name), text)
        elif re.search(r"[^\x20-\x7e]", value):
            text = f"found what no header can carry in {variable}, expected one line of ASCII"
            yield document.key_problem((*place, name), text)


def _database_needs(value: object) -> Iterator[str]:
    """Names of the sections that read the database."""
    for name in ("ledger", "guards", "relations", "probes"):
        found = section(value).get(name)
        without_table = name == "guards" and section(found).get("table", "") is None
        if found and not without_table:
            yield name
    if section(section(value).get("pause")).get("when-not-recovered") is True:
        yield "pause"


def service_with_default_url(services: Mapping[str, object]) -> str | None:
    """The service that RAILWAY_APP_URL is for: the only one of role `api`, or the only one."""
    apis = [name for name, service in services.items() if section(service).get("role") == "api"]
    if len(apis) == 1:
        return None if section(services[apis[0]]).get("url") else apis[0]
    only = next(iter(services), None) if len(services) == 1 else None
    return None if only is None or section(services[only]).get("url") else only


def section(value: object) -> Mapping[str, object]:
    """Return a mapping, an empty one where it is none."""
    return value if isinstance(value, dict) else {}


def _is_url(text: str) -> bool:
    try:
        TypeAdapter(Url).validate_python(text)
        return bool(urlsplit(text).hostname)
    except ValidationError:
        return False


def railway_url_of(environ: Mapping[str, str]) -> str:
    """Return the address of Railway's API."""
    return environ.get("RAILWAY_API_URL", "").strip() or _RAILWAY_API_URL


def receivers_of(channel: str, environ: Mapping[str, str]) -> Iterator[str]:
    """Yield the keys of `notify` for which the environment says where to send reports."""

    has_bot = bool(channel) and _is_set(environ, "SLACK_BOT_TOKEN")
    if has_bot:
        yield "slack-channel"
    if has_bot or _is_set(environ, "SLACK_WEBHOOK_URL"):
        yield "slack"
    if _is_set(environ, "VERIFIER_WEBHOOK_URL"):
        yield "webhook"


def railway_headers_of(environ: Mapping[str, str]) -> Mapping[str, str]:
    """Return what tells Railway who asks: a project token goes first; empty without a token."""
    if project_token := environ.get("RAILWAY_TOKEN", "").strip():
        return {"Project-Access-Token": project_token}
    api_token = environ.get("RAILWAY_API_TOKEN", "").strip()
    return {"Authorization": f"Bearer {api_token}"} if api_token else {}


def pause_address(environ: Mapping[str, str]) -> Secret:
    """Return the address for the one write: of a role of its own, or else DATABASE_URL."""
    of_its_own = environ.get("PAUSE_DATABASE_URL", "").strip()
    variable = "PAUSE_DATABASE_URL" if of_its_own else DATABASE_URL
    return Secret(of_its_own or environ.get(DATABASE_URL, "").strip(), variable)


def _is_set(environ: Mapping[str, str], name: str) -> bool:
    return bool(environ.get(name, "").strip())
