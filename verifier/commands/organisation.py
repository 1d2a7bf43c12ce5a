"""An audit of all repositories of an owner: in bulk, in shares, and resumable."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Protocol
from zlib import crc32

from verifier.decide.drift.audit_report import Audited, unread
from verifier.decide.drift.repository_drift import AuditPolicy, repository_drift
from verifier.errors import ProviderError
from verifier.model.audited_repository import ListedRepository, RepositoryEvidence
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.protection import Drift

BULK = "audit.bulk"

_NOT_IN_BULK = Finding(
    BULK,
    Outcome.SKIP,
    "schedules, secrets, variables, environments and pushes are not read in bulk audits",
    hint="audit those repositories one by one",
)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which repositories of an owner."""

    owner: str
    include: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ()
    shard: int = 1
    shards: int = 1

    @property
    def share(self) -> str:
        """Which share it is, for a report; empty where it is the whole."""
        return f"{self.owner} {self.shard}/{self.shards}" if self.shards > 1 else ""

    def chooses(self, repository: ListedRepository) -> bool:
        """Tell whether a repository is among them; archived ones never are."""
        name = repository.name.partition("/")[2]
        return (
            not repository.is_archived
            and any(fnmatchcase(name, pattern) for pattern in self.include)
            and not any(fnmatchcase(name, pattern) for pattern in self.exclude)
            # Of the name, so that all shards agree whatever order GitHub lists in.
            and crc32(repository.name.encode()) % self.shards == self.shard - 1
        )


class Repositories(Protocol):
    """The repositories of owners at GitHub, many in one request."""

    def list_repositories(self, owner: str) -> Iterable[ListedRepository]:
        """All of an owner's; raises a `ProviderError`."""

    def read(
        self, repositories: Sequence[ListedRepository]
    ) -> Iterable[tuple[ListedRepository, RepositoryEvidence | Unobserved]]:
        """What was seen of each; raises a `ProviderError`, and what came before it stands."""


class State(Protocol):
    """What earlier runs found, and what this one adds so that the next goes on from there."""

    @property
    def listed(self) -> Sequence[ListedRepository] | None:
        """None where nothing was kept."""

    @property
    def drift(self) -> Mapping[str, tuple[Drift, ...]]:
        """By the id of the repository."""

    def keep_list(self, listed: Sequence[ListedRepository]) -> None: ...
    def keep_drift(self, id_: str, drift: tuple[Drift, ...]) -> None: ...


def audit_owner(
    repositories: Repositories,
    state: State,
    selection: Selection,
    policy: AuditPolicy,
    now: datetime,
) -> Audited:
    """
    Audit the default branch of every repository that is selected.

    What could not be read stands in the drift as that.

    Raises:
        ProviderError: the repositories could not even be listed.
    """
    listed = state.listed
    if listed is None:
        everything = repositories.list_repositories(selection.owner)
        listed = tuple(repository for repository in everything if selection.chooses(repository))
        state.keep_list(listed)
    drift = [row for rows in state.drift.values() for row in rows]
    read = [r.name for r in listed if r.id in state.drift]
    missing = [r for r in listed if r.id not in state.drift]
    done: set[str] = set()
    try:
        for repository, evidence in repositories.read(missing):
            done.add(repository.id)
            if isinstance(evidence, Unobserved):
                drift.append(unread(repository.name, evidence))
                continue
            found = repository_drift(evidence, policy, now)
            state.keep_drift(repository.id, found)
            drift += found
            read.append(evidence.facts.name)
    except ProviderError as error:  # what was read before it stands
        left = Unobserved(error.message, error.hint)
        drift += [unread(r.name, left) for r in missing if r.id not in done]
    return Audited(tuple(drift), tuple(read), (_NOT_IN_BULK,), selection.share)


def matrix(shards: int) -> str:
    """Return the matrix of a workflow whose jobs audit a share each."""
    entries = [{"shard": f"{number}/{shards}"} for number in range(1, shards + 1)]
    return json.dumps({"include": entries})
