"""
GitHub's REST API as JSON: one answer, all pages, or a change, and what each refusal methods.

Sources: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api,
https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping

from github import GithubException
from github.Requester import Requester

from verifier.errors import (
    AbsentError,
    DeniedError,
    ProviderError,
    RateLimitedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from verifier.guarded.web import retry_after_s

_PAGE = 100
_MOST_PAGES = 50
_PAUSE_S = 60.0
_SHORTEST_PAUSE_S = 1.0
_LIMITED = ("rate limit", "abuse detection")


class Api:
    """
    Asks about one repository; `requester` carries address and token.

    Where GitHub asks for silence it is kept by `sleep`, as long as that takes no more than
    `patience_s` seconds in all.
    """

    def __init__(
        self,
        requester: Requester,
        name: str,
        patience_s: float = 0.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._requester = requester
        self._root = f"/repos/{name}"
        self._patience_s = patience_s
        self._sleep = sleep

    def get(self, path: str, permission: str, **query: str) -> object:
        """
        Return the JSON of one answer; `permission` is what it takes.

        Raises:
            AbsentError: 404, which GitHub also says of what a token may not see.
            RateLimitedError, DeniedError, UnreachableError, UnexpectedAnswerError.
        """
        while True:
            try:
                return self._send("GET", path, permission, query, None)
            except RateLimitedError as error:
                pause_s = max(error.retry_after_s, _SHORTEST_PAUSE_S)
                if pause_s > self._patience_s:
                    raise
                self._patience_s -= pause_s
                self._sleep(pause_s)

    def pages(self, path: str, permission: str, key: str = "", **query: str) -> Iterator[object]:
        """
        Yield the entries of all pages: of a list, or of the list under `key` of an object.

        Raises:
            As `get`; UnexpectedAnswerError where it does not end.
        """
        for page in range(1, _MOST_PAGES + 1):
            asked = {**query, "per_page": str(_PAGE), "page": str(page)}
            answer = self.get(path, permission, **asked)
            entries = answer.get(key) if key and isinstance(answer, dict) else answer
            if not isinstance(entries, list):
                raise UnexpectedAnswerError(f"GitHub's list {path} has another shape")
            yield from entries
            if len(entries) < _PAGE:
                return
        raise UnexpectedAnswerError(f"GitHub's list {path} does not end")

    def change(self, verb: str, path: str, permission: str, body: Mapping[str, object]) -> object:
        """
        Send a change and return the JSON of the answer.

        Raises:
            As `get`.
        """
        return self._send(verb, path, permission, {}, body)

    def _send(
        self,
        verb: str,
        path: str,
        permission: str,
        query: Mapping[str, str],
        body: Mapping[str, object] | None,
    ) -> object:
        purpose = f"{'read' if verb == 'GET' else 'change'} {path or 'the repository'}"
        try:
            status, headers, text = self._requester.requestJson(
                verb, self._root + path, dict(query), None, dict(body) if body is not None else None
            )
        except OSError as error:  # of requests, and certificates that are not there
            told = f"could not {purpose}: GitHub's API did not answer ({type(error).__name__})"
            raise UnreachableError(told) from error
        except (GithubException, RuntimeError) as error:
            # PyGithub has no error of its own for a redirect to another host.
            told = f"could not {purpose}: GitHub's API led elsewhere"
            raise UnexpectedAnswerError(told, hint="check GITHUB_API_URL") from error
        answer = _parsed(text)
        if status >= 400:
            raise _refusal(purpose, permission, status, headers, answer)
        if text.strip() and answer is None:
            told = f"could not {purpose}: GitHub's API answered HTTP {status}, no JSON"
            raise UnexpectedAnswerError(told, hint="check GITHUB_API_URL")
        return answer


def _parsed(text: str) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value


def _refusal(
    purpose: str, permission: str, status: int, headers: Mapping[str, object], answer: object
) -> ProviderError:
    said = str(answer.get("message", "")) if isinstance(answer, dict) else ""
    told = f"could not {purpose}: GitHub's API answered HTTP {status}"
    told += f' "{said}"' if said else ""
    by_name = {str(name).casefold(): str(value) for name, value in headers.items()}
    if status == 429 or (status == 403 and _is_limited(said, by_name)):
        asked_s = retry_after_s(by_name)
        return RateLimitedError(told, retry_after_s=_PAUSE_S if asked_s is None else asked_s)
    if status == 404:
        return AbsentError(f"{told}; it is not there, or takes a token with {permission}", said)
    if status in (401, 403):
        return DeniedError(f"{told}; it takes a token with {permission}")
    if status >= 500:
        return UnreachableError(told)
    return UnexpectedAnswerError(told)


def _is_limited(said: str, headers: Mapping[str, str]) -> bool:
    is_told = any(words in said.casefold() for words in _LIMITED)
    return is_told or "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0"
