"""
GitHub's REST API as JSON: one answer, all pages, or a change, and what each refusal means.

Only the answer that GitHub documents is one: a question is answered by 200, what is made by 201,
a change by 200, what is taken away by 204. Anything else raises.

Sources: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api,
https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from verifier.errors import (
    AbsentError,
    DeniedError,
    InvalidRequestError,
    ProviderError,
    RateLimitedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from verifier.github.connection import Connection
from verifier.github.json_shapes import JsonObject
from verifier.guarded.rate_limits import is_rate_limit, pause_s
from verifier.guarded.web import Fetched
from verifier.model.http_status import Meaning, meaning_of

_PAGE = 100
_MOST_PAGES = 50
_PAUSE_S = 60.0
_SHORTEST_PAUSE_S = 1.0
#: Of one question that GitHub did not answer, or answered by an error of its own.
_MOST_RETRIES = 2
_RIGHT = {"GET": 200, "POST": 201, "PATCH": 200, "PUT": 200, "DELETE": 204}
_INVALID = 422
_EMPTY = 204


class Api:
    """
    Asks about the repository `name`, which is OWNER/NAME.

    Where GitHub asks for silence it is kept by `sleep`, as long as that takes no more than
    `patience_s` seconds in all. Each call may be given its `purpose`, which completes
    "could not …".
    """

    def __init__(
        self,
        connection: Connection,
        name: str,
        patience_s: float = 0.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._connection = connection
        self._root = f"/repos/{name}"
        self._patience_s = patience_s
        self._sleep = sleep

    def get(self, path: str, permission: str, /, *, purpose: str = "", **query: str) -> object:
        """
        Return the JSON of one answer; `permission` is what it takes.

        Raises:
            AbsentError: 404, which GitHub also says of what a token may not see.
            RateLimitedError, DeniedError, UnreachableError, UnexpectedAnswerError.
        """
        told = purpose or f"read {path or 'the repository'}"
        limited = broken = 0
        while True:
            try:
                return self._send("GET", path, permission, told, query=query)
            except RateLimitedError as error:
                # Who is limited again after having waited as asked is to wait longer each time.
                asked_s = max(error.retry_after_s, _SHORTEST_PAUSE_S) * 2**limited
                limited += 1
                if asked_s > self._patience_s:
                    raise
            except UnreachableError:
                asked_s = _SHORTEST_PAUSE_S * 2**broken
                broken += 1
                if broken > _MOST_RETRIES or asked_s > self._patience_s:
                    raise
            self._patience_s -= asked_s
            self._sleep(asked_s)

    def pages(
        self, path: str, permission: str, key: str = "", *, purpose: str = "", **query: str
    ) -> Iterator[object]:
        """
        Yield the entries of all pages: of a list, or of the list under `key` of an object.

        Raises:
            As `get`; UnexpectedAnswerError where it does not end.
        """
        told = purpose or f"read {path}"
        for page in range(1, _MOST_PAGES + 1):
            asked = {**query, "per_page": str(_PAGE), "page": str(page)}
            answer = self.get(path, permission, purpose=told, **asked)
            entries = answer.get(key) if key and isinstance(answer, dict) else answer
            if not isinstance(entries, list):
                raise UnexpectedAnswerError(f"could not {told}: GitHub's list is malformed")
            yield from entries
            if len(entries) < _PAGE:
                return
        raise UnexpectedAnswerError(f"could not {told}: GitHub's list does not end")

    def change(
        self,
        verb: str,
        path: str,
        permission: str,
        body: Mapping[str, object] | None = None,
        *,
        purpose: str = "",
    ) -> JsonObject:
        """
        Send a change, once, and return the object that it became, none of what is taken away.

        Raises:
            InvalidRequestError: GitHub refused it for what it says.
            As `get`.
        """
        told = purpose or f"change {path}"
        answer = self._send(verb, path, permission, told, body=body)
        if verb == "DELETE":
            return {}
        if not isinstance(answer, dict) or not answer:
            raise UnexpectedAnswerError(f"could not {told}: GitHub's answer is malformed")
        return answer

    def _send(
        self,
        verb: str,
        path: str,
        permission: str,
        purpose: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> object:
        fetched = self._connection.send(verb, self._root + path, query or {}, body, purpose)
        answer = _parsed(fetched.body)
        if fetched.status_code != _RIGHT[verb]:
            raise _refusal(purpose, permission, fetched, answer)
        if answer is None and fetched.status_code != _EMPTY:
            told = f"could not {purpose}: GitHub's API answered HTTP {fetched.status_code}, no JSON"
            raise UnexpectedAnswerError(told, hint="check GITHUB_API_URL")
        return answer


def _parsed(body: bytes) -> object:
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value


def _refusal(purpose: str, permission: str, fetched: Fetched, answer: object) -> ProviderError:
    said = answer.get("message") if isinstance(answer, dict) else None
    said = said if isinstance(said, str) else ""
    status = fetched.status_code
    told = f"could not {purpose}: GitHub's API answered HTTP {status}"
    told += f' "{said}"' if said else ""
    meaning = meaning_of(status)
    if is_rate_limit(status, fetched.headers, said):
        asked_s = pause_s(fetched.headers, datetime.now(UTC), _PAUSE_S)
        return RateLimitedError(told, retry_after_s=asked_s)
    if meaning is Meaning.ABSENT:
        return AbsentError(f"{told}; it does not exist, or the token lacks {permission}", said)
    if meaning is Meaning.DENIED:
        return DeniedError(f"{told}; the token needs {permission}")
    if meaning in (Meaning.BROKEN, Meaning.NOT_NOW):
        return UnreachableError(told)
    if status == _INVALID and said:
        return InvalidRequestError(told)
    return UnexpectedAnswerError(told, hint="check GITHUB_API_URL")
