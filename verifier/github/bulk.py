"""
Many repositories by GraphQL, fifty a request, within what GitHub allows.

Source: https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from verifier.errors import (
    DeniedError,
    ProviderError,
    RateLimitedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from verifier.github.bulk_answers import (
    PageSize,
    cut_nodes,
    denied_fields,
    fetched,
    limited,
    refuse_other_status,
)
from verifier.github.bulk_document import LIST, READ, VIEWER
from verifier.github.bulk_keys import WritingKeys, read_writing_keys, with_keys
from verifier.github.bulk_parse import parse_repository
from verifier.github.connection import own_host
from verifier.github.json_shapes import (
    JsonObject,
    count,
    entries,
    is_count,
    mapping,
    time_if_readable,
)
from verifier.guarded.met_names import meet_answer
from verifier.guarded.web import Fetched
from verifier.model.audited_repository import ListedRepository, RepositoryEvidence
from verifier.model.cut_text import cut_to
from verifier.model.finding import Unobserved

_MOST_PAGES = 1000
_MOST_TRIES = 6
#: A pause that GitHub asks for is made where it is no longer than this.
_LONGEST_PAUSE_S = 300.0
#: After an error on GitHub's side, where no half of the question can be asked instead.
_AFTER_ERRORS_S = (2.0, 8.0)
_OWN_SERVERS = "api.github.com"
#: After so many repositories in a row that cannot be read, some far from them are tried.
_MOST_LOST = 5


class ReserveReached(ProviderError):
    """As few points are left as other workflows are to have."""


@dataclass
class Bulk:
    """
    Asks GraphQL at `url` with `http`, which carries the token.

    `reserve` are the points that are left to other workflows; `sleep` waits seconds.
    """

    http: httpx.Client
    url: str
    reserve: int
    sleep: Callable[[float], None]
    requests: int = 0
    remaining: int | None = None
    resets_at: datetime | None = None
    _cut_nodes: frozenset[int] = frozenset()
    """Which nodes of the last answer GitHub could only give a part of."""
    _denied: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """Fields that the token was refused in the last answer, by the node."""
    _read: str = ""
    """What is asked of repositories, as far as the server has it; empty until it is known."""
    _has_rulesets: bool = True

    def viewer(self) -> str:
        """Return whose token it is; raises `ProviderError`."""
        return str(mapping(self._ask_again(VIEWER, {}).get("viewer")).get("login") or "")

    def list_repositories(self, owner: str) -> Iterator[ListedRepository]:
        """
        Yield the repositories of an organisation or a user.

        Raises:
            ProviderError: GitHub did not tell them all; what was yielded stands.
        """
        cursor: object = None
        listed = 0
        for _ in range(_MOST_PAGES):
            found = self._page(owner, cursor)
            nodes = entries(found.get("nodes"))
            for node in nodes:
                yield ListedRepository(
                    str(node.get("id")),
                    str(node.get("nameWithOwner")),
                    node.get("isArchived") is True,
                )
            listed += len(nodes)
            page, before = mapping(found.get("pageInfo")), cursor
            cursor = page.get("endCursor")
            if page.get("hasNextPage") is False:
                total = count(found.get("totalCount"))
                if listed < total:
                    told = f"GitHub listed {listed} of the {total} repositories of {owner}"
                    raise UnexpectedAnswerError(told, hint="run it again")
                return
            if cursor == before:
                break
        raise UnexpectedAnswerError(f"GitHub's list of the repositories of {owner} does not end")

    def _page(self, owner: str, cursor: object) -> JsonObject:
        """A page of the list, asked for once more where an error left a part of it out."""
        found: object = None
        for _ in range(2):
            data = self._ask_again(LIST, {"login": owner, "after": cursor})
            found = mapping(data.get("repositoryOwner")).get("repositories")
            if not isinstance(found, dict):
                raise DeniedError(f"GitHub has no owner {owner}, or hides it from this token")
            nodes = found.get("nodes")
            if isinstance(nodes, list) and None not in nodes:
                break
        return mapping(found)

    def read(
        self, repositories: Sequence[ListedRepository]
    ) -> Iterator[tuple[ListedRepository, RepositoryEvidence | Unobserved]]:
        """
        Yield what was seen of each repository, or why it was not.

        Raises:
            ReserveReached, RateLimitedError: GitHub asks to stop; what was yielded stands.
            ProviderError: nothing can be read at all.
        """
        pages = PageSize()
        start = lost = 0
        while start < len(repositories):
            batch = repositories[start : start + pages.size]
            try:
                data = self._ask_for(batch)
            except (RateLimitedError, DeniedError, ReserveReached):
                raise
            except ProviderError as error:
                # A page that is too heavy ends in a 502 or 504, and one broken repository in a
                # page without data: half of it may not.
                if len(batch) > 1:
                    pages.failed(len(batch))
                    continue
                lost += 1
                if lost > _MOST_LOST:
                    if not self._answers_for(repositories[start + 1 :]):
                        raise
                    lost = 0
                yield batch[0], Unobserved(error.message, error.hint)
                start += 1
                pages.found_broken()
                continue
            nodes = data.get("nodes")
            found = nodes if isinstance(nodes, list) else []
            cut, denied = self._cut_nodes, self._denied
            keys = read_writing_keys(self._ask, found)
            for index, repository in enumerate(batch):
                node = found[index] if index < len(found) else None
                yield (
                    repository,
                    self._once_more(repository)
                    if index in cut
                    else self._parsed(node, denied.get(index, frozenset()), keys),
                )
            start, lost = start + len(batch), 0
            pages.succeeded()

    def _answers_for(self, others: Sequence[ListedRepository]) -> bool:
        """Whether GitHub tells anything of those further on: broken ones may stand side by side."""
        for one in dict.fromkeys((*others[-1:], *others[len(others) // 2 :][:1], *others[:1])):
            try:
                self._ask_for([one])
            except (RateLimitedError, DeniedError, ReserveReached):
                raise
            except ProviderError:
                continue
            return True
        return False

    def _ask_for(self, batch: Sequence[ListedRepository]) -> JsonObject:
        if not self._read:
            self._read = self._fitted_read()
        return self._ask(self._read, {"ids": [repository.id for repository in batch]})

    def _fitted_read(self) -> str:
        """What is asked, without what an own server of an older version does not have."""
        if httpx.URL(self.url).host == _OWN_SERVERS:
            return READ
        from verifier.github.server_types import TYPES, fitted, server_types

        types = server_types(self._ask_again(TYPES, {}))
        self._has_rulesets = types.has_rulesets
        return fitted(READ, types)

    def _parsed(
        self, node: object, denied: frozenset[str], keys: WritingKeys
    ) -> RepositoryEvidence | Unobserved:
        try:
            found = parse_repository(
                node, denied, has_rulesets=self._has_rulesets, host=own_host(self.url)
            )
            return found if isinstance(found, Unobserved) else with_keys(found, node, keys)
        except Exception as error:
            # Whoever may set something in one repository hides no other one by it.
            reason = f"what GitHub tells of it could not be understood ({type(error).__name__})"
            return Unobserved(reason, "report this as a bug")

    def _once_more(self, repository: ListedRepository) -> RepositoryEvidence | Unobserved:
        """Read one repository by itself, of which GitHub gave a part and an error."""
        try:
            data = self._ask_for([repository])
        except (UnreachableError, UnexpectedAnswerError) as error:
            if isinstance(error, RateLimitedError):
                raise
            return Unobserved(error.message, error.hint)
        if self._cut_nodes:
            return Unobserved("GitHub answered with only a part of it, twice")
        nodes = data.get("nodes")
        node = nodes[0] if isinstance(nodes, list) and nodes else None
        denied = self._denied.get(0, frozenset())
        return self._parsed(node, denied, read_writing_keys(self._ask, [node]))

    def _ask_again(self, document: str, variables: Mapping[str, object]) -> JsonObject:
        """Ask, and again after an error on GitHub's side: what no smaller question stands for."""
        for pause in _AFTER_ERRORS_S:
            try:
                return self._ask(document, variables)
            except RateLimitedError:
                raise
            except (UnreachableError, UnexpectedAnswerError):
                self.sleep(pause)
        return self._ask(document, variables)

    def _ask(self, document: str, variables: Mapping[str, object]) -> JsonObject:
        if self.remaining is not None and self.remaining <= self.reserve:
            at = f", {self.resets_at:%H:%M} UTC" if self.resets_at else ""
            raise ReserveReached(
                f"{self.remaining} points of GitHub's rate limit are "
                f"left, reserved by audit.reserve",
                hint=f"run it again with the same --state once the limit resets{at}",
            )
        for attempt in range(_MOST_TRIES):
            try:
                return self._send(document, variables)
            except RateLimitedError as error:
                pause_s = error.retry_after_s * 2**attempt
                if pause_s > _LONGEST_PAUSE_S or attempt == _MOST_TRIES - 1:
                    raise
                self.sleep(pause_s)
        raise UnreachableError("still rate-limited by GitHub after several retries")

    def _send(self, document: str, variables: Mapping[str, object]) -> JsonObject:
        self.requests += 1
        answer = fetched(self.http, self.url, document, variables)
        refuse_other_status(answer)
        try:
            body: object = json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise UnexpectedAnswerError("GitHub's GraphQL API did not return JSON") from error
        meet_answer(body)
        return self._data(mapping(body), answer)

    def _data(self, body: JsonObject, answer: Fetched) -> JsonObject:
        """Errors beside data are what the token may not see: null, which is told where it is."""
        data = body.get("data")
        if not isinstance(data, dict):
            said = [str(error.get("message")) for error in entries(body.get("errors"))]
            kinds = {error.get("type") for error in entries(body.get("errors"))}
            # Both of GitHub's limits may come as an answer that looks right.
            if "RATE_LIMITED" in kinds or any("rate limit" in text.casefold() for text in said):
                raise limited(answer)
            told = cut_to(200, "; ".join(said))
            raise UnexpectedAnswerError(f"GitHub's GraphQL API refused: {told}")
        self._cut_nodes = frozenset(cut_nodes(body))
        self._denied = denied_fields(body)
        limit = mapping(data.get("rateLimit"))
        remaining = limit.get("remaining")
        self.remaining = remaining if is_count(remaining) else self.remaining
        self.resets_at = time_if_readable(limit.get("resetAt"))
        return data
