"""
GitHub's REST API as JSON: one answer, all pages, or a change, and what each refusal means.

Only the answer that GitHub documents is one: a question is answered by 200, what is made by 201,
a change by 200, what is taken away by 204. Anything else raises.

Sources: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api,
https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

import math
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping

from verifier.errors import (
    DeniedError,
    RateLimitedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from verifier.github.connection import Connection
from verifier.github.json_shapes import JsonObject, count, entries, listed, mapping, parsed
from verifier.github.refusals import MOST_SAID, PAUSE_S, refusal
from verifier.guarded.web import Fetched
from verifier.model.cut_text import cut_to

_PAGE = 100
_MOST_PAGES = 50
_SHORTEST_PAUSE_S = 1.0
#: Of one question that GitHub did not answer, or answered by an error of its own.
_MOST_RETRIES = 2
_RIGHT = {"GET": 200, "POST": 201, "PATCH": 200, "PUT": 200, "DELETE": 204}
_EMPTY = 204
#: Of requests; Python reads no number of any length.
_NUMBER = re.compile(r"[0-9]{1,16}")
_LOGIN = "query Login { viewer { login } }"
#: A workflow's own token has a thousand requests an hour: what is reserved must leave some.
_RESERVED_SHARE = 10


class Api:
    """
    Asks about the repository `name`, which is OWNER/NAME.

    Where GitHub asks for silence it is kept by `sleep`, as long as that takes no more than
    `patience_s` seconds in all. Each call may be given its `purpose`, which completes
    "could not …". `reserve` requests of an hour, at most a tenth of them, are left to others.
    """

    def __init__(
        self,
        connection: Connection,
        name: str,
        patience_s: float = 0.0,
        sleep: Callable[[float], None] = time.sleep,
        reserve: int = 0,
    ) -> None:
        self._connection = connection
        self._root = f"/repos/{name}"
        self._patience_s = patience_s
        self._sleep = sleep
        self._pausing = threading.Lock()
        self._pauses = 0
        self._reserve = reserve
        self._left: int | None = None
        """Requests of this hour beyond what is reserved; None before the first answer."""
        self.missed_answers = False
        """Whether a question was left without an answer that may come another time."""

    @property
    def own_host(self) -> str:
        """Host of the server that is asked, as GitHub's program takes it; empty for github.com."""
        return self._connection.own_host

    def get(self, path: str, permission: str, /, *, purpose: str = "", **query: str) -> object:
        """
        Return the JSON of one answer; `permission` is what it takes.

        Raises:
            AbsentError: 404, which GitHub also says of what a token may not see.
            RateLimitedError, DeniedError, UnreachableError, UnexpectedAnswerError.
        """
        told = purpose or f"read {path or 'the repository'}"
        return self._patiently(lambda: self._send("GET", path, permission, told, query=query))

    def ask(
        self, document: str, permission: str, variables: Mapping[str, object], /, *, purpose: str
    ) -> JsonObject:
        """
        Return what GraphQL says of this repository, which `document` asks for by $owner and $name.

        Raises:
            UnexpectedAnswerError: GraphQL refused a part of it, or does not show the repository.
            As `get`.
        """
        owner, _, name = self._root.removeprefix("/repos/").partition("/")
        asked = {**variables, "owner": owner, "name": name}

        def ask() -> object:
            fetched = self._connection.ask(document, asked, purpose)
            answer = _answer(fetched, _RIGHT["GET"], permission, purpose)
            return _of_graphql(answer, permission, purpose)

        return mapping(self._patiently(ask))

    def viewer(self) -> str:
        """
        Return whose the token is, as GitHub shows an author: "ann", "some-app[bot]".

        Source: https://docs.github.com/en/graphql/reference/queries#viewer

        Raises:
            As `get`.
        """
        told = "read whose the token is"

        def ask() -> object:
            fetched = self._connection.ask(_LOGIN, {}, told)
            answer = _answer(fetched, _RIGHT["GET"], "no permission", told)
            return mapping(mapping(mapping(answer).get("data")).get("viewer")).get("login")

        login = self._patiently(ask)
        if not isinstance(login, str) or not login:
            raise UnexpectedAnswerError(f"could not {told}: GitHub's answer is malformed")
        return login

    def elsewhere(self, path: str, permission: str, purpose: str) -> JsonObject:
        """Return what is at a whole path, such as of the organisation; raises as `get`."""

        def ask() -> object:
            fetched = self._fetch("GET", path, purpose)
            return _answer(fetched, _RIGHT["GET"], permission, purpose)

        return mapping(self._patiently(ask))

    def says_yes(self, path: str, permission: str) -> bool:
        """
        Ask what GitHub answers by a status alone: 204 is yes.

        Raises:
            AbsentError: 404, which is no, and what it also says of what a token may not see.
            As `get`.
        """
        told = f"read {path}"

        def ask() -> object:
            fetched = self._fetch("GET", self._root + path, told)
            return _answer(fetched, _EMPTY, permission, told)

        self._patiently(ask)
        return True

    def _patiently(self, ask: Callable[[], object]) -> object:
        """
        Ask until there is an answer, for as long as patience lasts.

        Where several ask side by side and are limited, one pause is for all of them.
        """
        limited = broken = 0
        while True:
            pauses = self._pauses
            try:
                return ask()
            except RateLimitedError as error:
                # Who is limited again after having waited as asked is to wait longer each time.
                asked_s = max(error.retry_after_s, _SHORTEST_PAUSE_S) * 2**limited
                limited += 1
                with self._pausing:
                    if self._pauses == pauses and not self._pause(asked_s):
                        raise
            except UnreachableError:
                asked_s = _SHORTEST_PAUSE_S * 2**broken if broken < _MOST_RETRIES else math.inf
                broken += 1
                with self._pausing:
                    if not self._pause(asked_s):
                        raise

    def _pause(self, asked_s: float) -> bool:
        """Keep silent, if patience is left for that."""
        if asked_s > self._patience_s:
            self.missed_answers = True
            return False
        self._patience_s -= asked_s
        self._sleep(asked_s)
        self._pauses += 1
        return True

    def pages(
        self, path: str, permission: str, /, key: str = "", *, purpose: str = "", **query: str
    ) -> Iterator[object]:
        """
        Yield the entries of all pages: of a list, or of the list under `key` of an object.

        Raises:
            As `get`; UnexpectedAnswerError where it does not end.
        """
        told = purpose or f"read {path}"
        seen = 0
        for page in range(1, _MOST_PAGES + 1):
            asked = {**query, "per_page": str(_PAGE), "page": str(page)}
            answer = self.get(path, permission, purpose=told, **asked)
            entries = listed(answer, key, told)
            yield from entries
            seen += len(entries)
            # Some lists have shorter pages than were asked for, such as variables: 30 at most.
            total = count(mapping(answer).get("total_count"))
            if total and not seen:
                raise UnexpectedAnswerError(f"could not {told}: GitHub listed 0 of {total}")
            if not entries or (len(entries) < _PAGE and seen >= total):
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
        fetched = self._fetch(verb, self._root + path, purpose, query, body)
        return _answer(fetched, _RIGHT[verb], permission, purpose)

    def _fetch(
        self,
        verb: str,
        path: str,
        purpose: str,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Fetched:
        """What REST answers at a whole path, as long as what is reserved is not touched."""
        if self._reserve and self._left is not None and self._left <= 0:
            self.missed_answers = True
            text = f"could not {purpose}: the rest of GitHub's rate limit is reserved"
            raise DeniedError(text, hint="run it later, or lower audit.reserve")
        fetched = self._connection.send(verb, path, query or {}, body, purpose)
        self._left = _beyond(self._reserve, fetched.headers)
        return fetched


def _beyond(reserve: int, headers: Mapping[str, str]) -> int | None:
    """How many requests are left beyond what is reserved, as far as an answer tells it."""
    left, limit = headers.get("x-ratelimit-remaining", ""), headers.get("x-ratelimit-limit", "")
    if not (_NUMBER.fullmatch(left) and _NUMBER.fullmatch(limit)):
        return None
    return int(left) - min(reserve, int(limit) // _RESERVED_SHARE)


def _answer(fetched: Fetched, right: int, permission: str, purpose: str) -> object:
    """The JSON of the one status that is an answer; everything else raises."""
    answer = parsed(fetched.body)
    if fetched.status_code != right:
        raise refusal(purpose, permission, fetched, answer)
    if answer is None and fetched.status_code != _EMPTY:
        told = f"could not {purpose}: GitHub's API answered HTTP {fetched.status_code}, no JSON"
        raise UnexpectedAnswerError(told, hint="check GITHUB_API_URL")
    return answer


def _of_graphql(answer: object, permission: str, purpose: str) -> object:
    """What it shows of the repository; a refusal comes with HTTP 200, and may come beside data."""
    body = mapping(answer)
    errors = entries(body.get("errors"))
    said = cut_to(MOST_SAID, "; ".join(str(error.get("message")) for error in errors))
    if any(error.get("type") == "RATE_LIMITED" for error in errors):
        raise RateLimitedError(f"could not {purpose}: {said}", retry_after_s=PAUSE_S)
    seen = mapping(body.get("data")).get("repository")
    if errors or not isinstance(seen, dict):
        told = f'GitHub\'s GraphQL API said "{said}"' if said else "GraphQL does not show it"
        raise UnexpectedAnswerError(f"could not {purpose}: {told}; the token needs {permission}")
    return seen
