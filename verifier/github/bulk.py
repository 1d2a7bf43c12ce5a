"""
Many repositories by GraphQL, fifty a request, within what GitHub allows.

Source: https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from verifier.errors import (
    DeniedError,
    ProviderError,
    RateLimitedError,
    UnexpectedAnswerError,
    UnreachableError,
)
from verifier.github.bulk_parse import parse_repository
from verifier.github.json_shapes import JsonObject, count, entries, mapping, time
from verifier.guarded.rate_limits import is_rate_limit, pause_s
from verifier.model.audited_repository import ListedRepository, RepositoryEvidence
from verifier.model.finding import Unobserved
from verifier.model.http_status import Meaning, meaning_of

VIEWER = "query Viewer { rateLimit { remaining resetAt } viewer { login } }"

LIST = """
query List($login: String!, $after: String) {
  rateLimit { remaining resetAt }
  repositoryOwner(login: $login) {
    repositories(first: 100, after: $after, ownerAffiliations: OWNER) {
      nodes { id nameWithOwner isArchived isFork }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""

_PROTECTION = """
      requiresApprovingReviews requiredApprovingReviewCount dismissesStaleReviews
      requiresCodeOwnerReviews requireLastPushApproval requiresConversationResolution
      requiresStatusChecks requiresStrictStatusChecks
      requiredStatusChecks { context app { databaseId } }
      isAdminEnforced allowsForcePushes allowsDeletions requiresLinearHistory
      requiresCommitSignatures lockBranch restrictsPushes requiresDeployments
      bypassPullRequestAllowances(first: 20) { totalCount nodes { actor { __typename
        ... on User { databaseId login } ... on Team { databaseId slug }
        ... on App { databaseId slug }
      } } }
      bypassForcePushAllowances(first: 20) { totalCount nodes { actor { __typename
        ... on User { databaseId login } ... on Team { databaseId slug }
        ... on App { databaseId slug }
      } } }
"""

READ = f"""
query Read($ids: [ID!]!) {{
  rateLimit {{ remaining resetAt }}
  nodes(ids: $ids) {{ ... on Repository {{
    id nameWithOwner isPrivate isArchived isEmpty pushedAt viewerPermission
    defaultBranchRef {{
      name branchProtectionRule {{ {_PROTECTION} }}
    }}
    pullRequests(states: MERGED, first: 1, orderBy: {{ field: UPDATED_AT, direction: DESC }}) {{
      nodes {{ baseRefName commits(last: 1) {{ nodes {{ commit {{ statusCheckRollup {{
        contexts(first: 50) {{ nodes {{
          ... on CheckRun {{ name checkSuite {{ app {{ databaseId slug }} }} }}
          ... on StatusContext {{ context }}
        }} }}
      }} }} }} }} }}
    }}
    rulesets(first: 20, includeParents: true) {{ nodes {{
      name enforcement target
      source {{ ... on Repository {{ nameWithOwner }} ... on Organization {{ login }} }}
      conditions {{ refName {{ include exclude }} }}
      bypassActors(first: 20) {{ totalCount nodes {{
        bypassMode deployKey organizationAdmin enterpriseOwner
        repositoryRoleName repositoryRoleDatabaseId
        actor {{ __typename ... on Team {{ databaseId slug }}
          ... on App {{ databaseId slug }} ... on User {{ databaseId login }} }}
      }} }}
      rules(first: 50) {{ nodes {{ type parameters {{
        ... on PullRequestParameters {{
          requiredApprovingReviewCount dismissStaleReviewsOnPush requireCodeOwnerReview
          requireLastPushApproval requiredReviewThreadResolution
        }}
        ... on RequiredStatusChecksParameters {{
          strictRequiredStatusChecksPolicy requiredStatusChecks {{ context integrationId }}
        }}
      }} }} }}
    }} }}
    object(expression: "HEAD:.github/workflows") {{ ... on Tree {{ entries {{
      path object {{ ... on Blob {{ text isTruncated }} }}
    }} }} }}
  }} }}
}}
"""

_LIMIT_S = 60.0
_BATCH = 50
_MOST_PAGES = 1000
_MOST_TRIES = 6
#: A pause that GitHub asks for is made where it is no longer than this.
_LONGEST_PAUSE_S = 120.0
_PAUSE_S = 5.0
#: After so many repositories in a row that cannot be read, nothing can.
_MOST_LOST = 5
_OF_RIGHTS = ("FORBIDDEN", "NOT_FOUND", "INSUFFICIENT_SCOPES")


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

    def viewer(self) -> str:
        """Return whose token it is; raises `ProviderError`."""
        return str(mapping(self._ask(VIEWER, {}).get("viewer")).get("login") or "")

    def list_repositories(self, owner: str) -> Iterator[ListedRepository]:
        """
        Yield the repositories of an organisation or a user.

        Raises:
            ProviderError: GitHub did not tell, or there is no such owner.
        """
        cursor: object = None
        for _ in range(_MOST_PAGES):
            data = self._ask(LIST, {"login": owner, "after": cursor})
            found = mapping(data.get("repositoryOwner")).get("repositories")
            if not isinstance(found, dict):
                raise DeniedError(f"GitHub has no owner {owner}, or hides it from this token")
            for node in entries(found.get("nodes")):
                yield ListedRepository(
                    str(node.get("id")),
                    str(node.get("nameWithOwner")),
                    node.get("isArchived") is True,
                    node.get("isFork") is True,
                )
            page = mapping(found.get("pageInfo"))
            if page.get("hasNextPage") is not True:
                return
            cursor = page.get("endCursor")
        raise UnexpectedAnswerError(f"GitHub's list of the repositories of {owner} does not end")

    def read(
        self, repositories: Sequence[ListedRepository]
    ) -> Iterator[tuple[ListedRepository, RepositoryEvidence | Unobserved]]:
        """
        Yield what was seen of each repository, or why it was not.

        Raises:
            ReserveReached, RateLimitedError: GitHub asks to stop; what was yielded stands.
            ProviderError: nothing can be read at all.
        """
        size, start, lost = _BATCH, 0, 0
        while start < len(repositories):
            batch = repositories[start : start + size]
            try:
                data = self._ask(READ, {"ids": [repository.id for repository in batch]})
            except (RateLimitedError, DeniedError, ReserveReached):
                raise
            except ProviderError as error:
                # A page that is too heavy ends in a 502 or 504, and one broken repository in a
                # page without data: half of it may not.
                if size > 1:
                    size = max(1, size // 2)
                    continue
                lost += 1
                if lost > _MOST_LOST:
                    raise
                yield batch[0], Unobserved(error.message, error.hint)
                start += 1
                continue
            nodes = data.get("nodes")
            found = nodes if isinstance(nodes, list) else []
            cut = self._cut_nodes
            for index, repository in enumerate(batch):
                node = found[index] if index < len(found) else None
                yield (
                    repository,
                    self._once_more(repository) if index in cut else parse_repository(node),
                )
            start, lost = start + len(batch), 0
            size = min(_BATCH, size * 2)

    def _once_more(self, repository: ListedRepository) -> RepositoryEvidence | Unobserved:
        """Read one repository by itself, of which GitHub gave a part and an error."""
        try:
            data = self._ask(READ, {"ids": [repository.id]})
        except (UnreachableError, UnexpectedAnswerError) as error:
            if isinstance(error, RateLimitedError):
                raise
            return Unobserved(error.message, error.hint)
        if self._cut_nodes:
            return Unobserved("GitHub answered with only a part of it, twice")
        nodes = data.get("nodes")
        return parse_repository(nodes[0] if isinstance(nodes, list) and nodes else None)

    def _ask(self, document: str, variables: Mapping[str, object]) -> JsonObject:
        if self.remaining is not None and self.remaining <= self.reserve:
            at = f" at {self.resets_at:%H:%M} UTC" if self.resets_at else ""
            raise ReserveReached(
                f"{self.remaining} points of GitHub's rate limit are "
                f"left, reserved by audit.reserve",
                hint=f"run it again with the same --state once the limit resets{at}",
            )
        for attempt in range(_MOST_TRIES):
            try:
                return self._send(document, variables)
            except RateLimitedError as error:
                if error.retry_after_s > _LONGEST_PAUSE_S or attempt == _MOST_TRIES - 1:
                    raise
                self.sleep(error.retry_after_s)
        raise UnreachableError("still rate-limited by GitHub after several retries")

    def _send(self, document: str, variables: Mapping[str, object]) -> JsonObject:
        self.requests += 1
        try:
            answer = self.http.post(
                self.url, json={"query": document, "variables": dict(variables)}, timeout=_LIMIT_S
            )
        except httpx.HTTPError as error:
            text = f"GitHub's GraphQL API did not answer ({type(error).__name__})"
            raise UnreachableError(text) from error
        if is_rate_limit(answer.status_code, answer.headers, answer.text):
            raise _limited(answer)
        match meaning_of(answer.status_code):
            case Meaning.BROKEN:
                raise UnreachableError(f"GitHub's GraphQL API answered HTTP {answer.status_code}")
            case Meaning.DENIED:
                raise DeniedError("GitHub's GraphQL API rejected this token")
            case _:
                pass
        try:
            body: object = json.loads(answer.content)
        except (ValueError, RecursionError) as error:
            raise UnexpectedAnswerError("GitHub's GraphQL API did not return JSON") from error
        return self._data(mapping(body))

    def _data(self, body: JsonObject) -> JsonObject:
        """Errors beside data are what the token may not see: null, which is told where it is."""
        data = body.get("data")
        if not isinstance(data, dict):
            said = [str(error.get("message")) for error in entries(body.get("errors"))]
            kinds = {error.get("type") for error in entries(body.get("errors"))}
            if "RATE_LIMITED" in kinds:
                raise RateLimitedError(
                    "GitHub's GraphQL rate limit is used up", retry_after_s=_LONGEST_PAUSE_S * 10
                )
            raise UnexpectedAnswerError(f"GitHub's GraphQL API refused: {'; '.join(said)[:200]}")
        self._cut_nodes = frozenset(_cut(body))
        limit = mapping(data.get("rateLimit"))
        if limit:
            self.remaining = count(limit.get("remaining"))
            self.resets_at = time(limit.get("resetAt"))
        return data


def _cut(body: JsonObject) -> Iterator[int]:
    """Positions of nodes with an error that is not about the token's rights."""
    for error in entries(body.get("errors")):
        match error.get("path"):
            case ["nodes", int(index), *_] if error.get("type") not in _OF_RIGHTS:
                yield index
            case _:
                continue


def _limited(answer: httpx.Response) -> RateLimitedError:
    asked_s = pause_s(answer.headers, datetime.now(UTC), _PAUSE_S)
    return RateLimitedError(
        f"rate-limited by GitHub: retry in {asked_s:.0f} s", retry_after_s=asked_s
    )
