"""What an audit of many repositories keeps in a file, line by line, to go on from there."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from verifier.commands.organisation import Selection
from verifier.errors import ConfigError, UnreachableError
from verifier.model.audited_repository import ListedRepository
from verifier.model.protection import Drift
from verifier.report.drift_text import dump_json, parse_json

_FORMAT = "verifier.audit-state/v1"


@dataclass(frozen=True, slots=True)
class AuditState:
    """What earlier runs found, and the file that takes what this one adds."""

    file: TextIO | None
    """None where nothing is kept."""
    listed: tuple[ListedRepository, ...] | None = None
    """None where nothing was kept."""
    drift: Mapping[str, tuple[Drift, ...]] = field(default_factory=dict)
    """By the id of the repository."""

    def keep_list(self, listed: Sequence[ListedRepository]) -> None:
        """Keep which repositories there are; raises `UnreachableError` where it cannot."""
        _write(self.file, {"listed": [[r.id, r.name] for r in listed]})

    def keep_drift(self, id_: str, drift: tuple[Drift, ...]) -> None:
        """Keep what one repository has; raises `UnreachableError` where it cannot."""
        _write(self.file, {"id": id_, "drift": dump_json(drift)})


@contextmanager
def open_state(path: Path | None, selection: Selection) -> Iterator[AuditState]:
    """
    Read what the file has, a half-written last line left out, and open it to be added to.

    Without a path nothing was kept, and nothing is.

    Raises:
        ConfigError: it is no such file, of another selection, or cannot be written.
    """
    if path is None:
        yield AuditState(None)
        return
    is_new = not path.exists()
    lines = [] if is_new else _lines(path, selection)
    try:
        file = path.open("a", encoding="utf-8")
    except OSError as error:
        text = f"{path}, named by --state, cannot be written: {error.strerror}"
        raise ConfigError(text) from error
    with file:
        if is_new:
            _write(file, _header(selection))
        else:
            file.write("\n")  # what was cut short ends here
        yield _parse(file, lines)


def _lines(path: Path, selection: Selection) -> Sequence[str]:
    try:
        first, *lines = path.read_text("utf-8").splitlines() or [""]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}, named by --state, cannot be read: {error}") from error
    if _object(first) != _header(selection):
        text = f"{path} belongs to another audit"
        raise ConfigError(text, hint="name another file with --state, or delete this one")
    return lines


def _parse(file: TextIO, lines: Sequence[str]) -> AuditState:
    listed: tuple[ListedRepository, ...] | None = None
    found: dict[str, tuple[Drift, ...]] = {}
    for line in lines:
        match _object(line):
            case {"listed": list(rows)}:
                listed = tuple(ListedRepository(str(r[0]), str(r[1])) for r in rows)
            case {"id": str(id_), "drift": list(drift)}:
                found[id_] = parse_json(drift)
            case _:
                continue
    return AuditState(file, listed, found)


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
