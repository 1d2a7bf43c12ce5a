"""Asks the health endpoints of an application from outside."""

import json
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from urllib.parse import urlsplit

import httpx

from verifier.errors import LateError, ProviderError, UnexpectedAnswerError, UnknownHostError
from verifier.guarded import web
from verifier.guarded.caches import is_cached
from verifier.guarded.met_names import meet
from verifier.health.json_in_text import KeyTwiceError, decoded
from verifier.health.reader import IdentityKeys, is_no_id, parse_health
from verifier.health.side_document import read_operations
from verifier.model.cut_text import CUT, cut_to
from verifier.model.evidence import (
    OWN_STATUS,
    Answer,
    Component,
    Endpoint,
    HealthDocument,
    HealthStatus,
    Origin,
    Probe,
)
from verifier.model.extra_endpoint import Extra, Found
from verifier.model.finding import Unobserved
from verifier.model.host_name import is_private
from verifier.model.http_status import Meaning, meaning_of
from verifier.model.secret import Secret

_LIMIT_S = 10.0
LIMIT_BYTES = 1_000_000
_MOST_TEXT = 2000
_UNASKED = Unobserved("it was not asked")

#: Ask for an answer of the application itself: no cache on the way may give its own.
HEADERS = {"Accept": "application/json, */*;q=0.5", "Cache-Control": "no-cache"}


@dataclass(frozen=True, slots=True)
class IdentityPaths:
    """Where an answer says who gave it: paths into the document, or names of headers."""

    sha: tuple[str, ...]
    deployment: tuple[str, ...]


class Prober:
    """Sends probes with one HTTP client, and tells time by `now` (aware UTC)."""

    def __init__(
        self,
        http: httpx.Client,
        identity: IdentityPaths,
        now: Callable[[], datetime],
        secret_headers: Mapping[str, Secret] = MappingProxyType({}),
        of_hosts: Mapping[str, Mapping[str, Secret]] = MappingProxyType({}),
    ) -> None:
        self._secret_headers = secret_headers
        self._of_hosts = of_hosts
        """In the place of these, by host and port in lower case."""
        self._http = http
        self._identity = identity
        self._now = now
        self._seen: set[str] = set()
        """Railway's ids of requests that were answered."""

    def probe(self, endpoint: Endpoint, url: str, domains: Collection[str] = ()) -> Probe:
        """
        Ask one endpoint. Whatever goes wrong is part of the probe, nothing is raised.

        What is secret is sent only where `url` is on one of `domains`, which are the service's.
        """
        read = partial(read_answer, identity=self._identity)
        return self._ask(Probe(endpoint, url, _UNASKED, self._now(), 0), domains, read)

    def probe_extra(self, extra: Extra, url: str, domains: Collection[str] = ()) -> Probe:
        """Ask an endpoint beside health, and find in its answer what is expected of it."""
        asked_at = self._now()
        read = partial(read_extra, identity=self._identity, extra=extra, now=asked_at)
        asked = Probe(Endpoint.EXTRA, url, _UNASKED, asked_at, 0, extra=extra.name)
        return self._ask(asked, domains, read)

    def _ask(
        self, asked: Probe, domains: Collection[str], read: Callable[[web.Fetched], Answer]
    ) -> Probe:
        url = asked.url
        started_s = time.monotonic()
        answer: Answer | Unobserved
        is_late = False
        try:
            request = self._request(url, domains)
            fetched = web.fetch(self._http, request, limit_s=_LIMIT_S, limit_bytes=LIMIT_BYTES)
            answer = self._first_of_its_request(read(fetched))
        except UnknownHostError as error:
            answer = Unobserved(error.message, "check the url of the service", is_final=True)
        except ProviderError as error:
            answer = Unobserved(error.message, error.hint)
            is_late = isinstance(error, LateError)
        duration_ms = round((time.monotonic() - started_s) * 1000)
        return replace(asked, answer=answer, duration_ms=duration_ms, is_late=is_late)

    def _request(self, url: str, domains: Collection[str]) -> httpx.Request:
        try:
            headers = {**HEADERS, **self._secrets_for(url, domains)}
            return self._http.build_request("GET", url, headers=headers)
        except web.INVALID_ADDRESS as error:
            # The error quotes what is wrong in it, which may be a part of a password.
            told, hint = "the address is not a valid URL", "check the url of the service"
            raise UnexpectedAnswerError(told, hint=hint) from error

    def _secrets_for(self, url: str, domains: Collection[str]) -> Mapping[str, str]:
        """Return the secret headers where the address is the service's own, else none."""
        address = urlsplit(url).netloc.casefold().removesuffix(":443")
        if not is_private(url) or address not in {domain.casefold() for domain in domains}:
            return {}
        headers = self._of_hosts.get(urlsplit(url).netloc.casefold(), self._secret_headers)
        return {name: secret.reveal() for name, secret in headers.items()}

    def _first_of_its_request(self, answer: Answer) -> Answer:
        """Call an answer a cache's where Railway's id of its request was there before."""
        if answer.request_id in self._seen and answer.origin is Origin.APPLICATION:
            return replace(answer, origin=Origin.CACHE)
        if answer.request_id:
            self._seen.add(answer.request_id)
        return answer


def read_answer(fetched: web.Fetched, identity: IdentityPaths) -> Answer:
    """Tell who gave an HTTP answer, and what its document says."""
    headers = fetched.headers
    document = parse_health(
        fetched.body,
        content_type=headers.get("content-type", ""),
        status_code=fetched.status_code,
        identity=IdentityKeys(_paths(identity.sha), _paths(identity.deployment)),
    )
    own = document if isinstance(document, HealthDocument) else None
    meet(component.name for component in (own.components if own else ()))
    commit_sha = _header(identity.sha, headers) or (own.commit_sha if own else "")
    deployment_id = _header(identity.deployment, headers) or (own.deployment_id if own else "")
    return Answer(
        status_code=fetched.status_code,
        origin=_origin(fetched),
        document=document,
        content_type=headers.get("content-type", ""),
        text=_text(fetched.body) if isinstance(document, Unobserved) else "",
        leads_to=_leads_to(headers.get("location", "")),
        request_id=headers.get("x-railway-request-id", ""),
        commit_sha=commit_sha,
        deployment_id=deployment_id,
        unnamed_at=(
            *(() if commit_sha else identity.sha),
            *(() if deployment_id else identity.deployment),
        ),
    )


def read_extra(
    fetched: web.Fetched, identity: IdentityPaths, extra: Extra, now: datetime
) -> Answer:
    """Read what an extra endpoint says: where JSONPaths lead, else breakers, limits and jobs."""
    answer = read_answer(fetched, identity)
    value: object = None
    reason = ""
    try:
        value = decoded(fetched.body)
    except KeyTwiceError as error:
        reason = f'the document has the key "{error}" twice, with different values'
    except (ValueError, RecursionError):
        reason = "the body is no JSON"
    if isinstance(answer.document, Unobserved) and reason:
        reason = answer.document.reason
    if extra.expect:
        found = {
            path: Unobserved(reason) if reason else _find(path, value) for path in extra.expect
        }
        own = Unobserved("only what health.extra expects of it counts")
        return replace(answer, document=own, found=found)
    told = Unobserved(reason) if reason else read_operations(value, now)
    return replace(answer, document=_with_own_status(told, answer.document))


def _find(path: str, value: object) -> Found | Unobserved:
    from verifier.guarded.json_path import find

    try:
        return find(path, value)
    except ValueError as error:
        return Unobserved(str(error))


def _with_own_status(
    told: HealthDocument | Unobserved, own: HealthDocument | Unobserved
) -> HealthDocument | Unobserved:
    """Return what was read, and beside it that the document says itself that it is not well."""
    if isinstance(told, Unobserved) or isinstance(own, Unobserved):
        return told if isinstance(own, Unobserved) else own
    is_well = own.status in (HealthStatus.GOOD, HealthStatus.UNKNOWN)
    if own.rule != OWN_STATUS or is_well:
        return told
    status = Component("status", own.status, own.word, f'its status is "{cut_to(80, own.word)}"')
    return replace(told, components=(status, *told.components))


def _origin(fetched: web.Fetched) -> Origin:
    headers = fetched.headers
    if headers.get("x-railway-fallback", "").casefold() == "true" or _is_edge_error(fetched):
        return Origin.EDGE
    if meaning_of(fetched.status_code) is Meaning.REDIRECT:
        return Origin.REDIRECT
    return Origin.CACHE if is_cached(headers) else Origin.APPLICATION


def _is_edge_error(fetched: web.Fetched) -> bool:
    """
    Recognise the JSON error of Railway's edge by its shape, for when its header is stripped.

    Source: https://docs.railway.com/networking/troubleshooting/application-failed-to-respond
    """
    if fetched.status_code < 400:
        return False
    try:
        value: object = json.loads(fetched.body)
    except (ValueError, RecursionError):
        return False
    match value:
        case {"status": "error", "code": int(), "message": str(message), "request_id": str()}:
            return message in ("Application failed to respond", "Application not found")
        case _:
            return False


def _text(body: bytes) -> str:
    """Return what a body says; a page says it in markup, which nobody wants to read here."""
    said = " ".join(body[: 4 * _MOST_TEXT].decode("utf-8", "replace").split())
    said = cut_to(_MOST_TEXT, said + CUT if len(body) > 4 * _MOST_TEXT else said)
    return "" if said.startswith("<") else said


def _leads_to(location: str) -> str:
    try:
        parts = urlsplit(location)
    except ValueError:
        return ""
    return cut_to(200, f"{parts.hostname or ''}{parts.path}")


def _paths(places: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(place for place in places if not place.startswith("header:"))


def _header(places: tuple[str, ...], headers: Mapping[str, str]) -> str:
    names = [place.removeprefix("header:").lower() for place in places if ":" in place]
    said = (headers.get(name, "").strip() for name in names)
    return next((value for value in said if not is_no_id(value)), "")
