"""One GraphQL request to Railway: what is sent, and what each kind of answer methods."""

import json
import math
import time
from collections.abc import Callable, Mapping

import httpx

from verifier.errors import (
    DeniedError,
    InvalidRequestError,
    ProviderError,
    RateLimitedError,
    UnexpectedAnswerError,
    UnknownOutcomeError,
    UnreachableError,
)
from verifier.guarded import web

#: Long mutations are known to take more than 30 s.
_LIMIT_S = 60.0
_READ_LIMIT_S = 20.0
_LIMIT_BYTES = 32_000_000
_TOO_MANY = 429
_PAUSE_S = 10.0
_LONGEST_PAUSE_S = 3600.0

_DENIED_HINT = (
    "Railway says the same of an expired token, a token of the wrong kind or environment, and a "
    "wrong id. RAILWAY_TOKEN takes a project token, RAILWAY_API_TOKEN an account or workspace one"
)
_DENIALS = (
    "not authorized",
    "project token not found",
    "unauthenticated",
    "two factor authentication required",
)


def named(url: str) -> str:
    """Say in an address who asks: Railway's front limits addresses without a query much harder."""
    return f"{url}{'&' if '?' in url else '?'}source=railway-deploy-verifier"


class Transport:
    """
    Sends GraphQL documents. `http` carries the token, `now_s` tells seconds that only grow.

    Where Railway asked to be left alone for a while, nothing is sent until then.
    """

    def __init__(
        self, http: httpx.Client, url: str, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._http = http
        self._url = named(url)
        self._now_s = now_s
        self._silent_until_s = -math.inf

    def read(self, purpose: str, document: str, **variables: object) -> Mapping[str, object]:
        """
        Ask a query and return its `data`. `purpose` completes "could not …".

        Raises:
            RateLimitedError, UnreachableError, DeniedError, UnexpectedAnswerError.
        """
        return self._data(purpose, self._send(purpose, document, variables, _READ_LIMIT_S))

    def write(self, purpose: str, document: str, **variables: object) -> Mapping[str, object]:
        """
        Send a mutation, once, and return its `data`.

        Raises:
            RateLimitedError: it was not carried out.
            UnknownOutcomeError: it was sent and no answer tells what became of it.
            DeniedError, UnexpectedAnswerError: Railway refused; nothing was done.
        """
        try:
            return self._data(purpose, self._send(purpose, document, variables, _LIMIT_S))
        except RateLimitedError:
            raise
        except UnreachableError as error:
            raise UnknownOutcomeError(f"{error.message}: nobody knows whether it ran") from error

    def _send(
        self, purpose: str, document: str, variables: Mapping[str, object], limit_s: float
    ) -> web.Fetched:
        silent_s = self._silent_until_s - self._now_s()
        if silent_s > 0:
            text = f"could not {purpose}: Railway's API asks for {silent_s:.0f} s without requests"
            raise RateLimitedError(text, retry_after_s=silent_s)
        request = self._http.build_request(
            "POST", self._url, json={"query": document, "variables": variables}
        )
        try:
            return web.fetch(self._http, request, limit_s=limit_s, limit_bytes=_LIMIT_BYTES)
        except UnreachableError as error:
            raise UnreachableError(
                f"could not {purpose}: Railway's API gave {error.message}",
                hint="check RAILWAY_API_URL and the network of this runner",
            ) from error

    def _data(self, purpose: str, fetched: web.Fetched) -> Mapping[str, object]:
        pause_s = _pause_s(fetched)
        if pause_s is not None:
            self._silent_until_s = self._now_s() + pause_s
        if fetched.status_code == _TOO_MANY:
            text = f"could not {purpose}: Railway's API answered HTTP 429: too many requests"
            raise RateLimitedError(text, retry_after_s=pause_s or 0.0)
        try:
            body: object = json.loads(fetched.body)
        except (ValueError, RecursionError) as error:
            raise _not_graphql(purpose, fetched.status_code) from error
        match body:
            case {"errors": [dict(first), *_]}:
                raise _refusal(purpose, first)
            case {"data": dict(data)} if fetched.status_code == 200:
                return data
            case _:
                raise _not_graphql(purpose, fetched.status_code)


def _pause_s(fetched: web.Fetched) -> float | None:
    """
    How long Railway, or what stands in front of it, asks to be left alone; None if it does not.

    Source: https://docs.railway.com/integrations/api. The front sends a bare 429.
    """
    asked = fetched.headers.get("retry-after", "")
    if asked.isascii() and asked.isdigit():
        return min(float(asked), _LONGEST_PAUSE_S)
    return _PAUSE_S if fetched.status_code == _TOO_MANY else None


def _refusal(purpose: str, error: Mapping[str, object]) -> ProviderError:
    message = str(error.get("message"))
    trace = error.get("traceId")
    told = f'could not {purpose}: Railway says "{message}"'
    told += f" (trace {trace})" if isinstance(trace, str) else ""
    if any(denial in message.casefold() for denial in _DENIALS):
        return DeniedError(told, hint=_DENIED_HINT)
    match error.get("extensions"):
        case {"code": "INTERNAL_SERVER_ERROR"}:
            return UnreachableError(told)
        case {"code": "GRAPHQL_VALIDATION_FAILED" | "GRAPHQL_PARSE_FAILED"}:
            return InvalidRequestError(told)
        case _:
            pass
    return UnexpectedAnswerError(told)


def _not_graphql(purpose: str, status_code: int) -> ProviderError:
    told = f"could not {purpose}: Railway's API answered HTTP {status_code}"
    if status_code in (401, 403):
        return DeniedError(told, hint=_DENIED_HINT)
    if status_code >= 500:
        return UnreachableError(told)
    return UnexpectedAnswerError(f"{told}, no GraphQL answer", hint="check RAILWAY_API_URL")
