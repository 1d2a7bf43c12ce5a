"""One GraphQL request to Railway: when it may be sent, how long it may take, what came of it."""

import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import httpx

from verifier.errors import (
    NotSentError,
    RateLimitedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from verifier.guarded import web
from verifier.guarded.rate_limits import ahead_s, asked_pause_s, pause_s, rate_budget
from verifier.model.http_status import TOO_MANY
from verifier.model.platform import RateBudget
from verifier.railway.answer import Parts, data_of, lost_answer, parts_of, written_data_of

#: Total seconds of a query, where the caller has no other limit.
READ_LIMIT_S = 20.0
#: Total seconds of a mutation: long ones are known to take more than 30 s.
WRITE_LIMIT_S = 60.0
_LIMIT_BYTES = 32_000_000
#: Where a 429 does not say for how long.
_PAUSE_S = 10.0
#: With nothing left, a query tries its luck so often: the headers may have been misread.
_SPENT_S = 60.0
_HINT = "check RAILWAY_API_URL and the network of this runner"
_NONE: Mapping[str, object] = {}


def named(url: str) -> str:
    """Say in an address who asks: Railway's front limits addresses without a query much harder."""
    return f"{url}{'&' if '?' in url else '?'}source=railway-deploy-verifier"


class Transport:
    """
    Sends GraphQL documents. `http` carries the token, `now_s` tells seconds that only grow.

    Where Railway asked to be left alone for a while, nothing is sent until then; where its
    headers say that no requests are left, no query is. A limit in seconds holds for the whole
    call: resolving the name, connecting, and the last byte of the answer.
    """

    def __init__(
        self, http: httpx.Client, url: str, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._http = http
        self._url = named(url)
        self._now_s = now_s
        self._silent_until_s = -math.inf
        self._budget: RateBudget | None = None
        self._budget_at_s = -math.inf
        self.ahead_s: float | None = None
        """By how much Railway's clock is ahead of this one, at the least; None while untold."""

    def budget(self) -> RateBudget | None:
        """Return what Railway still takes, None where it has not said so or its count is over."""
        if self._budget is None:
            return None
        left_s = self._budget.reset_s - (self._now_s() - self._budget_at_s)
        return replace(self._budget, reset_s=left_s) if left_s > 0 else None

    def read(
        self,
        purpose: str,
        document: str,
        variables: Mapping[str, object] = _NONE,
        *,
        limit_s: float = READ_LIMIT_S,
    ) -> Mapping[str, object]:
        """
        Ask a query and return its `data`. `purpose` completes "could not …".

        Raises:
            RateLimitedError, UnreachableError, DeniedError, UnexpectedAnswerError.
        """
        return data_of(purpose, self._read(purpose, document, variables, limit_s))

    def read_parts(
        self,
        purpose: str,
        document: str,
        variables: Mapping[str, object] = _NONE,
        *,
        limit_s: float = READ_LIMIT_S,
    ) -> Parts:
        """
        Ask a query of several fields, of which some may be refused. Otherwise as `read`.

        Raises:
            RateLimitedError, UnreachableError, DeniedError, UnexpectedAnswerError.
        """
        return parts_of(purpose, self._read(purpose, document, variables, limit_s))

    def write(
        self,
        purpose: str,
        document: str,
        variables: Mapping[str, object] = _NONE,
        *,
        limit_s: float = WRITE_LIMIT_S,
    ) -> Mapping[str, object]:
        """
        Send a mutation, once, and return its `data`.

        Raises:
            RateLimitedError, NotSentError, DeniedError, InvalidRequestError: not carried out.
            LostAnswerError: no answer of Railway's own; UnknownOutcomeError: any other one. What
                Railway shows decides.
        """
        try:
            fetched = self._send(purpose, document, variables, limit_s)
        except (RateLimitedError, NotSentError):
            raise
        except (UnreachableError, UnexpectedAnswerError) as error:
            raise lost_answer(error.message) from error
        return written_data_of(purpose, fetched)

    def _read(
        self, purpose: str, document: str, variables: Mapping[str, object], limit_s: float
    ) -> web.Fetched:
        budget = self.budget()
        if budget is not None and budget.remaining == 0:
            spent_s = min(budget.reset_s, self._budget_at_s + _SPENT_S - self._now_s())
            if spent_s > 0:
                text = f"could not {purpose}: this hour's requests to Railway are used up"
                raise RateLimitedError(text, retry_after_s=spent_s)
        return self._send(purpose, document, variables, limit_s)

    def _send(
        self, purpose: str, document: str, variables: Mapping[str, object], limit_s: float
    ) -> web.Fetched:
        silent_s = self._silent_until_s - self._now_s()
        if silent_s > 0:
            text = f"could not {purpose}: rate-limited by Railway; retry in {silent_s:.0f} s"
            raise RateLimitedError(text, retry_after_s=silent_s)
        request = self._http.build_request(
            "POST",
            self._url,
            headers={"Content-Type": "application/json"},
            # Letters that travel whatever an id holds, half a character among it.
            content=json.dumps({"query": document, "variables": variables}).encode("ascii"),
        )
        failed = f"could not {purpose}: Railway's API gave "
        try:
            fetched = web.fetch(self._http, request, limit_s=limit_s, limit_bytes=_LIMIT_BYTES)
        except NotSentError as error:
            raise NotSentError(failed + error.message, hint=_HINT) from error
        except UnreachableError as error:
            raise UnreachableError(failed + error.message, hint=_HINT) from error
        except UnexpectedAnswerError as error:
            raise UnexpectedAnswerError(f"could not {purpose}: {error.message}") from error
        pause = self._learn(fetched)
        if fetched.status_code == TOO_MANY:
            text = f"could not {purpose}: Railway's API answered HTTP 429: too many requests"
            raise RateLimitedError(text, retry_after_s=pause)
        return fetched

    def _learn(self, fetched: web.Fetched) -> float:
        """Keep what the headers say of the limits; return for how many seconds to be silent."""
        now_s, now = self._now_s(), datetime.now(UTC)
        budget = rate_budget(fetched.headers, now)
        if budget is not None:
            self._budget, self._budget_at_s = budget, now_s
        told_s = ahead_s(fetched.headers, now)
        self.ahead_s = self.ahead_s if told_s is None else told_s
        if fetched.status_code == TOO_MANY:
            pause: float | None = pause_s(fetched.headers, now, _PAUSE_S)
        else:
            pause = asked_pause_s(fetched.headers, now)
        if pause is not None:
            self._silent_until_s = now_s + pause
        return pause or 0.0
