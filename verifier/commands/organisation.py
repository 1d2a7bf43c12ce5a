"""An audit of all repositories of an owner: in bulk, in shares, and resumable."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Protocol
from zlib import crc32

from verifier.commands.audit import AuditRequest, Repository, audit_repository, not_asked
from verifier.commands.ports import attempt
from verifier.decide.drift.audit_report import Audited, unread
from verifier.decide.drift.changes import BULK
from verifier.decide.drift.question import AuditPolicy
from verifier.decide.drift.repository_drift import repository_drift
from verifier.errors import ProviderError
from verifier.model.audited_repository import ListedRepository, RepositoryEvidence
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.phrases import first_of
from verifier.model.protection import Drift, is_named_by

_NOT_IN_BULK = Finding(
    BULK,
    Outcome.SKIP,
    "schedules, secrets, variables, environments, settings, whether GitHub Actions is on, which "
    "actions it lets run, pushes, CODEOWNERS and whether workflows are disabled that the latest "
    "merged pull request did not run are not read in bulk audits",
    hint="name the repositories that matter with --one-by-one",
)


_ARCHIVED = "audit.archived"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which repositories of an owner."""

    owner: str
    include: tuple[str, ...] = ("*",)
    exclude: tuple[str, ...] = ()
    shard: int = 1
    shards: int = 1
    one_by_one: tuple[str, ...] = ()
    """Patterns of those that are read as an audit of them alone would."""

    @property
    def share(self) -> str:
        """Which share it is, for a report; empty where it is the whole."""
        return f"{self.owner} {self.shard}/{self.shards}" if self.shards > 1 else ""

    @property
    def about(self) -> tuple[str, ...]:
        """What its tracked issue is about: some repositories say nothing of the others."""
        chosen = (f"+{p}" for p in self.include if self.include != ("*",))
        return (self.share or self.owner, *chosen, *(f"-{p}" for p in self.exclude))

    def chooses(self, repository: ListedRepository) -> bool:
        """Tell whether a repository is among them; archived ones are told, and not read."""
        return (
            _is_among(self.include, repository)
            and not _is_among(self.exclude, repository)
            # Of the name, so that all shards agree whatever order GitHub lists in.
            and crc32(repository.name.encode()) % self.shards == self.shard - 1
        )

    def reads_alone(self, repository: ListedRepository) -> bool:
        """Tell whether a repository is read by itself, with all that bulk does not show."""
        return _is_among(self.one_by_one, repository)

    def unfit(self, listed: Sequence[ListedRepository]) -> Iterator[Drift]:
        """Yield each pattern that names none of all that an owner has: it may be mistyped."""
        hint = "write the name alone, or OWNER/NAME; * stands for any part of it"
        for option, patterns, severity in (
            ("--include", self.include, Outcome.INCONCLUSIVE),
            ("--one-by-one", self.one_by_one, Outcome.INCONCLUSIVE),
            ("--exclude", self.exclude, Outcome.WARN),
        ):
            for pattern in patterns if listed and self.shard == 1 else ():
                if not any(_is_among([pattern], repository) for repository in listed):
                    told = f"{option} names no repository of {self.owner}"
                    yield Drift(
                        "repository", "found", told, "GitHub", severity, hint, repository=pattern
                    )


def _is_among(patterns: Sequence[str], repository: ListedRepository) -> bool:
    """Tell whether a pattern names it, by its name alone or with its owner."""
    name = repository.name.partition("/")[2]
    return any(
        is_named_by(pattern, repository.name if "/" in pattern else name) for pattern in patterns
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


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one repository is called now, and what differs in it."""

    name: str
    drift: tuple[Drift, ...]
    is_whole: bool = True
    """Whether nothing was missed that may be there the next time."""


@dataclass(frozen=True, slots=True)
class OwnerSources:
    """Where the repositories of an owner are read."""

    in_bulk: Repositories
    alone: Callable[[str], Repository]
    """Returns OWNER/NAME without asking for it."""


def audit_owner(
    sources: OwnerSources,
    state: State,
    selection: Selection,
    request: AuditRequest,
    now: datetime,
    counted: Callable[[int, int], None] = lambda _done, _of: None,
) -> Audited:
    """
    Audit the default branch of every repository that is selected, and all of what is read alone.

    What could not be read stands in the drift as that. `counted` is told after each repository
    how many are done, and of how many.

    Raises:
        ProviderError: the repositories could not even be listed.
    """
    chosen, unlisted = state.listed, tuple[Drift, ...]()
    if chosen is None:
        chosen, unlisted = _listed(sources.in_bulk, selection)
        if not unlisted:  # what is not whole is asked for again by the next run
            state.keep_list(chosen)
    listed = [r for r in chosen if not r.is_archived]
    known = [r for r in listed if r.id in state.drift]
    drift = [*unlisted, *(row for r in known for row in state.drift[r.id])]
    read = [r.name for r in known]
    alone = [r for r in listed if selection.reads_alone(r)]
    missing = [r for r in listed if r.id not in state.drift]
    both = chain(
        _read_in_bulk(sources.in_bulk, [r for r in missing if r not in alone], request.policy, now),
        _read_alone(sources.alone, [r for r in missing if r in alone], request, now),
    )
    before = len(listed) - len(missing)
    # kept one by one, for who goes on from there
    for done, (repository, found) in enumerate(both, before + 1):
        counted(done, len(listed))
        if isinstance(found, Unobserved):
            drift.append(unread(repository.name, found))
            continue
        if found.is_whole:
            state.keep_drift(repository.id, found.drift)
        drift += found.drift
        read.append(found.name)
    findings = [_not_in_bulk(alone)] if len(alone) < len(listed) else []
    findings += _left_out([r for r in chosen if r.is_archived])
    return Audited(
        tuple(drift),
        tuple(read),
        tuple(findings),
        selection.share,
        not_asked=not_asked(request, has_services=False),
    )


def _listed(
    repositories: Repositories, selection: Selection
) -> tuple[tuple[ListedRepository, ...], tuple[Drift, ...]]:
    """The repositories that are selected, and what of the selection may be missing."""
    found: dict[str, ListedRepository] = {}
    missing: tuple[Drift, ...] = ()
    try:
        # One that is renamed meanwhile may come twice.
        for repository in repositories.list_repositories(selection.owner):
            found[repository.id] = repository
    except ProviderError as error:
        if not found:
            raise
        many = len(found)
        named = "repository" if many == 1 else "repositories"
        told = f"the list ended after {many} {named}: {error.message}"
        missing = (unread(selection.owner, Unobserved(told, error.hint)),)
    else:
        missing = tuple(selection.unfit([*found.values()]))
    return tuple(each for each in found.values() if selection.chooses(each)), missing


def _read_in_bulk(
    repositories: Repositories,
    listed: Sequence[ListedRepository],
    policy: AuditPolicy,
    now: datetime,
) -> Iterator[tuple[ListedRepository, _Seen | Unobserved]]:
    done: set[str] = set()
    try:
        for repository, evidence in repositories.read(listed):
            done.add(repository.id)
            if isinstance(evidence, Unobserved):
                yield repository, evidence
            else:
                # Whoever may write a file in one repository hides no other one by it.
                yield repository, attempt(partial(_judged, evidence, policy, now))
    except ProviderError as error:  # what was read before it stands
        left = Unobserved(error.message, error.hint)
        yield from ((repository, left) for repository in listed if repository.id not in done)


def _judged(evidence: RepositoryEvidence, policy: AuditPolicy, now: datetime) -> _Seen:
    return _Seen(evidence.facts.name, repository_drift(evidence, policy, now))


def _read_alone(
    open_one: Callable[[str], Repository],
    listed: Sequence[ListedRepository],
    request: AuditRequest,
    now: datetime,
) -> Iterator[tuple[ListedRepository, _Seen | Unobserved]]:
    for repository in listed:
        opened = open_one(repository.name)
        found = attempt(partial(audit_repository, opened, request, now))
        if isinstance(found, Unobserved):
            yield repository, found
        else:
            yield repository, _Seen(repository.name, found.drift, not opened.missed_answers())


def _not_in_bulk(alone: Sequence[ListedRepository]) -> Finding:
    """What was not looked at; which repositories were read alone stands in it."""
    return replace(_NOT_IN_BULK, objects=tuple(sorted(r.name for r in alone)))


def _left_out(archived: Sequence[ListedRepository]) -> Iterator[Finding]:
    """What nobody can merge or deploy from, so that it is not missed in the report."""
    if archived:
        told = f"archived repositories left out, as they are read-only: {len(archived)}"
        names = tuple(sorted(r.name for r in archived))
        yield Finding(_ARCHIVED, Outcome.SKIP, told, detail=first_of(names, 20), objects=names)


def matrix(shards: int) -> str:
    """Return the matrix of a workflow whose jobs audit a share each."""
    entries = [{"shard": f"{number}/{shards}"} for number in range(1, shards + 1)]
    return json.dumps({"include": entries})
