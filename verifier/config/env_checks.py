"""What the process environment must hold, in the light of what the file says."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from verifier.config.fields import Url
from verifier.guarded.yaml_document import Document, Problem

RAILWAY_TOKENS = ("RAILWAY_TOKEN", "RAILWAY_API_TOKEN")


def environment_problems(document: Document, environ: Mapping[str, str]) -> Iterator[Problem]:
    """Judge by what the file says, well-formed or not, so that nothing is told one at a time."""

    value = section(document.value)
    for mistake in token_mistakes(environ):
        yield document.key_problem(("railway",), mistake)
    yield from railway_problems(document, environ)
    need = next(_database_needs(document.value), None)
    given = environ.get("DATABASE_URL", "").strip()
    if need is not None and not given:
        text = f"found no DATABASE_URL in the environment, expected one: {need} needs it"
        yield document.key_problem((need,), text)
    elif need is not None and not given.startswith(("postgres://", "postgresql://")):
        text = "found no PostgreSQL address in DATABASE_URL, expected postgresql://…"
        yield document.key_problem((need,), text)
    services = section(value.get("services"))
    api = service_with_default_url(services)
    has_url = bool(environ.get("RAILWAY_APP_URL", "").strip())
    if api and section(services[api]).get("role") == "api" and not has_url:
        text = f"found no address for {api}, expected url here or RAILWAY_APP_URL"
        yield document.key_problem(("services", api), text)


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

    def is_set(name: str) -> bool:
        return bool(environ.get(name, "").strip())

    value = section(document.value)
    if not (is_set("RAILWAY_TOKEN") or is_set("RAILWAY_API_TOKEN")):
        yield document.key_problem(
            ("railway",),
            "found no token, expected RAILWAY_TOKEN (project token) or RAILWAY_API_TOKEN "
            "(account or workspace token) in the environment",
        )
    elif not is_set("RAILWAY_TOKEN") and not section(value.get("railway")).get("project"):
        text = "found no project, expected its name or id: RAILWAY_API_TOKEN sees several"
        yield document.key_problem(("railway",), text)
    for name in ("RAILWAY_API_URL", "RAILWAY_APP_URL", "GITHUB_API_URL"):
        if is_set(name) and not _is_url(environ[name].strip()):
            text = f"found no address in {name}, expected one such as https://example.org"
            yield document.key_problem(("railway",), text)


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
    """The service RAILWAY_APP_URL is for: the one of role `api`, or the only one."""
    if any(section(service).get("url") for service in services.values()):
        return None
    apis = [name for name, service in services.items() if section(service).get("role") == "api"]
    if len(apis) == 1:
        return apis[0]
    return next(iter(services)) if len(services) == 1 else None


def section(value: object) -> Mapping[str, object]:
    """Return a mapping, an empty one where it is none."""
    return value if isinstance(value, dict) else {}


def _is_url(text: str) -> bool:
    try:
        TypeAdapter(Url).validate_python(text)
        return bool(urlsplit(text).hostname)
    except ValidationError:
        return False
