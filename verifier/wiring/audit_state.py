"""What an audit of many repositories keeps in a file, line by line, to go on from there."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

from verifier import __version__
from verifier.commands.organisation import Selection
from verifier.errors import UnreachableError, WrongInputError, words_of
from verifier.model.audited_repository import ListedRepository
from verifier.model.protection import Drift
from verifier.report.drift_text import dump_json, parse_json

_FORMAT = "verifier.audit-state/v1"


@dataclass(frozen=True, slots=True)
class AuditState:
    """What earlier runs found, and the file that takes what this one adds."""

    file: TextIO | None
    """None where nothing is kept."""
    renewed: str = ""
    """Why what an earlier run found does not count any more."""
    listed: tuple[ListedRepository, ...] | None = None
    """None where nothing was kept."""
    drift: Mapping[str, tuple[Drift, ...]] = field(default_factory=dict)
    """By the id of the repository."""
    started_at: datetime | None = None
    """When what was kept was begun."""

    def keep_list(self, listed: Sequence[ListedRepository]) -> None:
        """Keep which repositories there are; raises `UnreachableError` where it cannot."""
        _write(self.file, {"listed": [_row(r) for r in listed]})

    def keep_drift(self, id_: str, drift: tuple[Drift, ...]) -> None:
        """Keep what one repository has; raises `UnreachableError` where it cannot."""
        _write(self.file, {"id": id_, "drift": dump_json(drift)})


@dataclass(frozen=True, slots=True)
class Basis:
    """What makes findings of an earlier run count for this one."""

    selection: Selection
    policy: str
    """A fingerprint of all that is expected."""
    viewer: str
    """Whose token it is, and which: what it may see decides what is found."""
    max_age: timedelta
    now: datetime


@contextmanager
def open_state(path: Path | None, basis: Basis) -> Iterator[AuditState]:
    """
    Read what the file has, a half-written last line left out, and open it to be added to.

    Without a path nothing was kept, and nothing is. What is too old, or was found by another
    version, policy or token, is forgotten.

    Raises:
        WrongInputError: it is no such file, of another selection, or cannot be written.
    """
    if path is None:
        yield AuditState(None)
        return
    lines = _lines(path, basis.selection) if path.exists() else ()
    renewed = _why_renewed(lines[0], basis) if lines else ""
    is_new = not lines or bool(renewed)
    try:
        file = path.open("w" if is_new else "a", encoding="utf-8")
    except OSError as error:
        text = f"{path}, named by --state, cannot be written: {error.strerror}"
        raise WrongInputError(text) from error
    with file:
        if is_new:
            _write(file, _header(basis))
            yield AuditState(file, renewed)
        else:
            file.write("\n")  # what was cut short ends here
            yield _parse(file, lines)


def _lines(path: Path, selection: Selection) -> Sequence[str]:
    """The lines of the file; none where a run was stopped before it had written the first one."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongInputError(
            f"{path}, named by --state, cannot be read: {words_of(error)}"
        ) from error
    lines = text.splitlines()
    if not text.strip() or (len(lines) == 1 and _is_half_a_header(text)):
        return ()
    header = _object(lines[0])
    wanted = _selected(selection)
    if not isinstance(header, dict) or {key: header.get(key) for key in wanted} != wanted:
        text = f"{path} belongs to another audit"
        raise WrongInputError(text, hint="name another file with --state, or delete this one")
    return lines


def _is_half_a_header(text: str) -> bool:
    first = json.dumps({"format": _FORMAT})[:-1]
    return _object(text) is None and text[: len(first)] == first[: len(text)]


def _why_renewed(line: str, basis: Basis) -> str:
    header = _object(line)
    said = header if isinstance(header, dict) else {}
    wanted = _header(basis)
    for key, why in _WHYS.items():
        if said.get(key) != wanted[key]:
            return why
    started_at = _started_at(line)
    if started_at is None or started_at.tzinfo is None:
        return "it does not say when it was made"
    is_fresh = timedelta() <= basis.now - started_at <= basis.max_age
    return "" if is_fresh else f"it was made on {started_at:%Y-%m-%d at %H:%M} UTC"


def _parse(file: TextIO, lines: Sequence[str]) -> AuditState:
    listed: tuple[ListedRepository, ...] | None = None
    found: dict[str, tuple[Drift, ...]] = {}
    for line in lines[1:]:
        match _object(line):
            case {"listed": list(rows)}:
                listed = _listed_repositories(rows)
            case {"id": str(id_), "drift": list(drift)}:
                with suppress(ValueError):  # a bent line: the repository is read again
                    found[id_] = parse_json(drift)
            case _:
                continue
    return AuditState(file, "", listed, found, _started_at(lines[0]))


def _row(repository: ListedRepository) -> list[str]:
    return [repository.id, repository.name, *(["archived"] if repository.is_archived else [])]


def _listed_repositories(rows: Sequence[object]) -> tuple[ListedRepository, ...] | None:
    """The repositories of a line; None where one of them cannot be read: they are listed again."""
    found = []
    for row in rows:
        match row:
            case [str(id_), str(name)]:
                found.append(ListedRepository(id_, name))
            case [str(id_), str(name), "archived"]:
                found.append(ListedRepository(id_, name, is_archived=True))
            case _:
                return None
    return tuple(found)


def _started_at(line: str) -> datetime | None:
    header = _object(line)
    said = header.get("started_at") if isinstance(header, dict) else None
    try:
        return datetime.fromisoformat(str(said))
    except ValueError:
        return None


_WHYS = {
    "version": "another version of the verifier made it",
    "policy": "the configuration was changed",
    "viewer": "another token was used",
}


def _header(basis: Basis) -> Mapping[str, object]:
    return {
        **_selected(basis.selection),
        "version": __version__,
        "policy": basis.policy,
        "viewer": basis.viewer,
        "started_at": basis.now.isoformat(),
    }


def _selected(selection: Selection) -> Mapping[str, object]:
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
    except (ValueError, RecursionError):
        return None
    return value
