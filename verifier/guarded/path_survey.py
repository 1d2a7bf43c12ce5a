"""Asks an application at many paths once, to find where it tells its health and who it is."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime

import httpx

from verifier.errors import ProviderError
from verifier.guarded import web
from verifier.guarded.probe import HEADERS, LIMIT_BYTES, IdentityPaths, read_answer
from verifier.health.identity_places import names_identity
from verifier.health.side_document import read_operations
from verifier.model.evidence import HealthDocument
from verifier.model.finding import Unobserved
from verifier.model.health_survey import SurveyedPath

_LIMIT_S = 8.0
_MOST_PLACES = 40
_DEEPEST = 4
#: Bytes; all answers of a survey are kept until one of them is chosen.
_MOST_OF_AN_ECHO = 20_000
#: A commit, at least as short as Git abbreviates it, or an id as Railway gives them.
_ID = re.compile(
    r"[0-9a-f]{7,40}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE
)


def survey(http: httpx.Client, base_url: str, paths: Sequence[str]) -> tuple[SurveyedPath, ...]:
    """Ask each path once, one after the other. Whatever goes wrong is part of the answer."""
    return tuple(_ask(http, base_url, path) for path in paths)


def _ask(http: httpx.Client, base_url: str, path: str) -> SurveyedPath:
    try:
        request = http.build_request("GET", base_url + path, headers=HEADERS)
    except web.INVALID_ADDRESS:
        return SurveyedPath(path, Unobserved("the address is not a valid URL"))
    try:
        fetched = web.fetch(http, request, limit_s=_LIMIT_S, limit_bytes=LIMIT_BYTES)
    except ProviderError as error:
        return SurveyedPath(path, Unobserved(error.message, error.hint))
    answer = read_answer(fetched, IdentityPaths((), ()))
    is_short = len(fetched.body) <= _MOST_OF_AN_ECHO
    body = fetched.body.decode(errors="replace") if is_short else ""
    return SurveyedPath(path, answer, _ids(fetched), _beside(fetched), body)


def _beside(fetched: web.Fetched) -> HealthDocument | Unobserved:
    try:
        return read_operations(json.loads(fetched.body), datetime.now(UTC))
    except (ValueError, RecursionError):
        return Unobserved("the body is no JSON")


def _ids(fetched: web.Fetched) -> Mapping[str, str]:
    """Return what may be a commit or a deployment id: it looks like one, and is called one."""
    found = {f"header:{name}": v for name, v in fetched.headers.items() if names_identity(name)}
    with suppress(ValueError, RecursionError):  # what is no JSON has no places
        found |= _in_document(json.loads(fetched.body), "", 0)
    return dict([(k, v) for k, v in found.items() if _ID.fullmatch(v)][:_MOST_PLACES])


def _in_document(value: object, place: str, depth: int) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict) or depth > _DEEPEST:
        return
    for key, item in value.items():
        at = f"{place}.{key}" if place else key
        if isinstance(item, str) and "." not in key and names_identity(at):
            yield at, item
        else:
            yield from _in_document(item, at, depth + 1)
