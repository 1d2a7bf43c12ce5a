"""The files of a checkout: of a folder, or of one commit. Nothing of them is run."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import Protocol

from verifier.database.worktree import Worktree
from verifier.errors import UnexpectedAnswerError
from verifier.guarded.checkout_file import MOST_TOGETHER, read_inside
from verifier.guarded.met_names import meet_paths
from verifier.model.finding import Unobserved

#: Folders that hold other people's code, or none.
_LEFT_OUT = frozenset(
    {".git", "node_modules", ".venv", "venv", "__pycache__", ".tox", ".mypy_cache", "target"}
)


class Files(Protocol):
    """What a checkout holds."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Sorted paths from the root, parts separated by `/`."""

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """
        Return the contents by path.

        Raises:
            UnexpectedAnswerError: one of them cannot be read.
        """


@dataclass(frozen=True)
class Folder:
    """A folder on disk. Links that lead out of it are not followed."""

    root: Path

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Sorted paths from the root."""
        if not self.root.is_dir():
            raise UnexpectedAnswerError(f"{self.root} is not a folder")
        meet_paths(self._places)
        return tuple(sorted(self._places))

    @cached_property
    def _places(self) -> Mapping[str, str]:
        """Where each file is, by the path that people are shown: any bytes can be a name."""
        root = Path(os.path.realpath(self.root))
        found: list[str] = []
        for folder, folders, names in os.walk(root, onerror=_refuse):
            folders[:] = [name for name in folders if name not in _LEFT_OUT]
            at = os.path.relpath(folder, root).replace(os.sep, "/")
            prefix = "" if at == "." else f"{at}/"
            found += [prefix + name for name in names if _is_inside(root, folder, name)]
        return {os.fsencode(at).decode("utf-8", "backslashreplace"): at for at in found}

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the contents by path."""
        found: dict[str, bytes] = {}
        together = 0
        for path in paths:
            found[path] = self._read(path)
            together += len(found[path])
            if together > MOST_TOGETHER:
                raise UnexpectedAnswerError(f"these files hold more than {MOST_TOGETHER:,} bytes")
        return found

    def _read(self, path: str) -> bytes:
        return read_inside(self.root, self._places.get(path, path))


@dataclass(frozen=True)
class Commit:
    """One commit of a git checkout."""

    worktree: Worktree
    sha: str

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Sorted paths from the root."""
        return tuple(path for path in self._blobs if _LEFT_OUT.isdisjoint(path.split("/")[:-1]))

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the contents by path."""
        blobs = {path: self._blob(path) for path in paths}
        found = self.worktree.contents(set(blobs.values()))
        if isinstance(found, Unobserved):
            raise UnexpectedAnswerError(found.reason, hint=found.hint)
        return {path: found[blob] for path, blob in blobs.items()}

    def _blob(self, path: str) -> str:
        blob = self._blobs.get(path)
        if blob is None:
            raise UnexpectedAnswerError(f"{path} is not in commit {self.sha[:8]}")
        return blob

    @cached_property
    def _blobs(self) -> Mapping[str, str]:
        found = self.worktree.blobs(self.sha)
        if isinstance(found, Unobserved):
            raise UnexpectedAnswerError(found.reason, hint=found.hint)
        return found


@dataclass(frozen=True)
class Nearby:
    """
    A checkout as it is seen from one folder.

    Of several files of one name only those are there that share most of their path with it: of
    two projects with a configuration each, the one that the folder belongs to.
    """

    files: Files
    folder: str

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Sorted paths from the root."""
        shared = {path: self._shared(path) for path in self.files.paths}
        most: dict[str, int] = {}
        for path, parts in shared.items():
            name = path.rpartition("/")[2]
            most[name] = max(parts, most.get(name, 0))
        return tuple(path for path, n in shared.items() if n == most[path.rpartition("/")[2]])

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the contents by path."""
        return self.files.read(paths)

    def _shared(self, path: str) -> int:
        """How many parts both paths have in common."""
        pairs = zip(path.split("/")[:-1], self.folder.split("/"), strict=False)
        return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))


def _refuse(error: OSError) -> None:
    raise UnexpectedAnswerError(f"{error.filename} cannot be read: {error.strerror}") from error


def _is_inside(root: Path, folder: str, name: str) -> bool:
    path = Path(folder) / name
    return not path.is_symlink() or Path(os.path.realpath(path)).is_relative_to(root)
