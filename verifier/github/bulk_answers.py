"""How answers of GitHub's GraphQL API about many repositories are read, and how many to ask for."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from verifier.errors import (
    DeniedError,
    RateLimitedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from verifier.github.json_shapes import JsonObject, entries, mapping
from verifier.guarded import web
from verifier.guarded.rate_limits import is_rate_limit, pause_s
from verifier.model.http_status import Meaning, meaning_of

_BATCH = 50
#: After a page that was too heavy, so many lighter ones are read before heavier ones are tried.
_LIGHT_PAGES = 8
#: Where GitHub does not say how long; twice as long each time.
_PAUSE_S = 60.0
_LIMIT_S = 60.0
_RIGHT = 200
#: Fifty repositories with all their workflow files; of more, half as many are asked for.
_LIMIT_BYTES = 64_000_000
_OF_RIGHTS = ("FORBIDDEN", "NOT_FOUND", "INSUFFICIENT_SCOPES")


@dataclass(slots=True)
class PageSize:
    """How many repositories are asked for at once: as many as GitHub can answer in time."""

    size: int = _BATCH
    _most: int = _BATCH
    _light: int = 0
    """How many pages in a row were answered."""

    def failed(self, asked: int) -> None:
        """Half as many; what was too many is not tried again at once."""
        self.size = self._most = max(1, asked // 2)
        self._light = 0

    def found_broken(self) -> None:
        """It was one repository and not the weight of the page."""
        self.size = self._most = _BATCH

    def succeeded(self) -> None:
        """As many again; more after some time."""
        self._light += 1
        if self._light >= _LIGHT_PAGES:
            self._most, self._light = min(_BATCH, self._most * 2), 0
        self.size = self._most


def cut_nodes(body: JsonObject) -> Iterator[int]:
    """Positions of nodes with an error that is not about the token's rights."""
    for error in entries(body.get("errors")):
        if error.get("type") not in _OF_RIGHTS:
            yield from (index for index, _ in _nodes_of(error, body))


def denied_fields(body: JsonObject) -> Mapping[int, frozenset[str]]:
    """By the position of a node, the fields of it that the token was refused."""
    found: dict[int, frozenset[str]] = {}
    for error in entries(body.get("errors")):
        if error.get("type") in _OF_RIGHTS:
            for index, names in _nodes_of(error, body):
                found[index] = found.get(index, frozenset()) | names
    return found


def _nodes_of(error: JsonObject, body: JsonObject) -> Iterator[tuple[int, frozenset[str]]]:
    """Yield the nodes that an error is about, with the fields; all where it does not say."""
    match error.get("path"):
        case ["nodes", int(index), str(field_name), *_]:
            yield index, frozenset({field_name})
        case ["nodes", int(index), *_]:
            yield index, frozenset()
        case [str(other), *_] if other != "nodes":
            return
        case _:
            nodes = mapping(body.get("data")).get("nodes")
            for index, node in enumerate(nodes if isinstance(nodes, list) else []):
                yield index, frozenset(mapping(node))


def limited(answer: web.Fetched) -> RateLimitedError:
    asked_s = pause_s(answer.headers, datetime.now(UTC), _PAUSE_S)
    return RateLimitedError(
        f"rate-limited by GitHub: retry in {asked_s:.0f} s", retry_after_s=asked_s
    )


def fetched(
    http: httpx.Client, url: str, document: str, variables: Mapping[str, object]
) -> web.Fetched:
    """
    Return whatever GraphQL answers, in time and of bounded size.

    Raises:
        UnreachableError: no answer, or none in time.
        UnexpectedAnswerError: it is too large.
    """
    asked = json.dumps({"query": document, "variables": dict(variables)}).encode("ascii")
    headers = {"Content-Type": "application/json"}
    request = http.build_request("POST", url, content=asked, headers=headers)
    try:
        return web.fetch(http, request, limit_s=_LIMIT_S, limit_bytes=_LIMIT_BYTES)
    except UnreachableError as error:
        text = f"GitHub's GraphQL API did not answer: {error.message}"
        raise UnreachableError(text, hint=error.hint) from error
    except UnexpectedAnswerError as error:
        raise UnexpectedAnswerError(f"GitHub's GraphQL API: {error.message}") from error


def refuse_other_status(answer: web.Fetched) -> None:
    """
    Raise where an answer is none to the question.

    Raises:
        RateLimitedError: GitHub asks to wait.
        DeniedError: no smaller question helps.
        UnreachableError, UnexpectedAnswerError: a smaller question may.
    """
    if is_rate_limit(answer.status_code, answer.headers, answer.body.decode(errors="replace")):
        raise limited(answer)
    match meaning_of(answer.status_code):
        case Meaning.BROKEN:
            raise UnreachableError(f"GitHub's GraphQL API answered HTTP {answer.status_code}")
        case Meaning.DENIED:
            raise DeniedError("GitHub's GraphQL API rejected this token")
        case Meaning.ABSENT:
            # It says so of a field in an answer: of the API itself, no smaller question helps.
            raise DeniedError(
                f"GitHub's GraphQL API answered HTTP {answer.status_code}: there is none at "
                "this address, or not for this token",
                hint="check GITHUB_API_URL and the token",
            )
        case _ if answer.status_code != _RIGHT:
            told = f"GitHub's GraphQL API answered HTTP {answer.status_code}"
            raise UnexpectedAnswerError(told, hint="check GITHUB_API_URL")
        case _:
            return
