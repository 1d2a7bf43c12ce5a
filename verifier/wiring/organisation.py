"""An audit of all repositories of an owner: in bulk, in shards, and resumable."""

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TextIO
from zlib import crc32

from verifier.config.settings import AuditSettings
from verifier.decide.drift.repository_drift import repository_drift
from verifier.errors import ConfigError, ProviderError, UnreachableError
from verifier.github.bulk import Bulk
from verifier.guarded import web
from verifier.model.audited_repository import ListedRepository
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.protection import Drift
from verifier.report.drift_text import dump_json, parse_json
from verifier.wiring.audit import Audited, audit_request_of, unread

BULK = "audit.bulk"

_FORMAT = "verifier.wiring.audit-state/v1"
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


@dataclass
class State:
    """What a run has found so far, kept line by line so that the next one goes on from there."""

    path: Path | None
    listed: tuple[ListedRepository, ...] | None = None
    drift: dict[str, tuple[Drift, ...]] = field(default_factory=dict)
    """By the id of the repository."""

    @classmethod
    def read(cls, path: Path | None, selection: Selection) -> "State":
        """
        Return what the file has; a half-written last line is left out.

        Raises:
            ConfigError: it is no such file, or of another selection.
        """
        state = cls(path)
        if path is None or not path.exists():
            return state
        try:
            first, *lines = path.read_text("utf-8").splitlines() or [""]
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path}, named by --state, cannot be read: {error}") from error
        if _object(first) != _header(selection):
            text = f"{path} belongs to another audit"
            raise ConfigError(text, hint="name another file with --state, or delete this one")
        for line in lines:
            entry = _object(line)
            match entry:
                case {"listed": list(rows)}:
                    state.listed = tuple(ListedRepository(str(r[0]), str(r[1])) for r in rows)
                case {"id": str(id_), "drift": list(drift)}:
                    state.drift[id_] = parse_json(drift)
                case _:
                    continue
        return state

    def open(self, selection: Selection) -> AbstractContextManager[TextIO | None]:
        """
        Return the file to write on, nothing where nothing is kept.

        Raises:
            ConfigError: it cannot be written.
        """
        if self.path is None:
            return nullcontext()
        try:
            is_new = not self.path.exists()
            file = self.path.open("a", encoding="utf-8")
        except OSError as error:
            text = f"{self.path}, named by --state, cannot be written: {error.strerror}"
            raise ConfigError(text) from error
        if is_new:
            _write(file, _header(selection))
        else:
            file.write("\n")  # what was cut short ends here
        return file


def audit_owner(
    settings: AuditSettings, selection: Selection, state_path: Path | None, now: datetime
) -> tuple[Audited, int]:
    """
    Audit the default branch of every repository that is selected.

    What could not be read stands in the drift as that. The second value tells how many requests
    it took.

    Raises:
        ConfigError: the state is of another audit.
        ProviderError: the repositories could not even be listed.
    """
    state = State.read(state_path, selection)
    token = {"Authorization": f"bearer {settings.token.reveal()}"}
    reserve = settings.config.audit.reserve if settings.config else 0
    with web.open_client(token) as http, state.open(selection) as file:
        bulk = Bulk(http, graphql_url(settings.github_url), reserve, time.sleep)
        return _audit(settings, selection, state, bulk, file, now), bulk.requests


def _audit(
    settings: AuditSettings,
    selection: Selection,
    state: State,
    bulk: Bulk,
    file: TextIO | None,
    now: datetime,
) -> Audited:
    listed = state.listed
    if listed is None:
        everything = bulk.list_repositories(selection.owner)
        listed = tuple(repository for repository in everything if selection.chooses(repository))
        _write(file, {"listed": [[r.id, r.name] for r in listed]})
    policy = audit_request_of(settings).policy
    drift = [row for rows in state.drift.values() for row in rows]
    read = [r.name for r in listed if r.id in state.drift]
    missing = [r for r in listed if r.id not in state.drift]
    done: set[str] = set()
    try:
        for repository, evidence in bulk.read(missing):
            done.add(repository.id)
            if isinstance(evidence, Unobserved):
                drift.append(unread(repository.name, evidence))
                continue
            found = repository_drift(evidence, policy, now)
            _write(file, {"id": repository.id, "drift": dump_json(found)})
            drift += found
            read.append(evidence.facts.name)
    except ProviderError as error:
        left = Unobserved(error.message, error.hint)
        drift += [unread(r.name, left) for r in missing if r.id not in done]
    return Audited(tuple(drift), tuple(read), (_NOT_IN_BULK,))


def graphql_url(api_url: str) -> str:
    """Return the address of GraphQL beside that of REST, of an own server too."""
    root = api_url.rstrip("/")
    return f"{root.removesuffix('/v3')}/graphql"


def _header(selection: Selection) -> Mapping[str, object]:
    return {
        "format": _FORMAT,
        "owner": selection.owner,
        "include": list(selection.include),
        "exclude": list(selection.exclude),
        "shard": f"{selection.shard}/{selection.shards}",
    }


def _write(file: TextIO | None, value: Mapping[str, object]) -> None:
    """
    Keep one line.

    Raises:
        UnreachableError: the disk did not take it.
    """
    if file is None:
        return
    try:
        file.write(json.dumps(value) + "\n")
        file.flush()
    except OSError as error:
        raise UnreachableError(f"could not write the state: {error.strerror}") from error


def _object(line: str) -> object:
    try:
        value: object = json.loads(line)
    except ValueError:
        return None
    return value


def matrix(shards: int) -> str:
    """Return the matrix of a workflow whose jobs audit a share each."""
    entries = [{"shard": f"{number}/{shards}"} for number in range(1, shards + 1)]
    return json.dumps({"include": entries})


def merged(shares: Sequence[Audited]) -> Audited:
    """Return what several shares found together."""
    return Audited(
        tuple(row for share in shares for row in share.drift),
        tuple(name for share in shares for name in share.repositories),
        tuple(dict.fromkeys(finding for share in shares for finding in share.findings)),
    )
