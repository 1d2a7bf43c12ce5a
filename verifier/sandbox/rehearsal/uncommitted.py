"""What of a checkout is rehearsed although a gate, which reads a commit, would not find it."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from verifier.config.ledgers import VersionInFile
from verifier.database.worktree import Worktree
from verifier.errors import UnexpectedAnswerError
from verifier.guarded.checkout_file import read_inside
from verifier.model.finding import Unobserved
from verifier.sandbox.rehearsal.checkout_ledger import files_found
from verifier.sandbox.rehearsal.paths_in_code import CODE, files_of, prefix_in_git
from verifier.sandbox.rehearsal.team import Team

#: Beside code, what migrations and their tools' settings are written in.
_READ = CODE | {".sql", ".xml", ".yml", ".yaml", ".prisma", ".ini", ".cfg"}
#: What only runs at GitHub; the configuration lies there too, and is asked for by its name.
_NOT_READ = ".github/"
_MOST_NAMED = 4
_MOST_FILES = 20_000


def uncommitted(team: Team, config: Path) -> Iterator[str]:
    """Yield what differs between the files that are rehearsed and the commit, as a sentence."""
    worktree = Worktree(team.checkout)
    sha = worktree.head()
    if not sha:
        yield (
            f"no commit is checked out in {team.checkout}: its files are rehearsed as they lie "
            "there, while a gate reads a commit"
        )
        return
    blobs = worktree.blobs(sha)
    if isinstance(blobs, Unobserved):
        yield f"whether a gate finds the same files is not known: {blobs.reason}"
        return
    prefix = prefix_in_git(team.checkout)
    committed = {
        path.removeprefix(prefix): blob for path, blob in blobs.items() if path.startswith(prefix)
    }
    named = _named(team, config)
    differing = [
        f"{path} ({how})"
        for path in _asked(team, committed, named)
        if (how := _how(team, committed, path))
    ]
    if not differing:
        return
    more = len(differing) - _MOST_NAMED
    listed = ", ".join(differing[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    if len(differing) == 1:
        yield (
            f"1 file is not as in commit {sha[:8]}, which is checked out and which a gate would "
            f"read: {listed}"
        )
        return
    yield (
        f"{len(differing)} files are not as in commit {sha[:8]}, which is checked out and which a "
        f"gate would read: {listed}"
    )


def _named(team: Team, config: Path) -> set[str]:
    """Files that the configuration leads to, whatever git is told to leave out."""
    found: set[str] = set()
    for ledger in team.config.ledgers.values():
        if isinstance(ledger.expected, VersionInFile):
            found.add(ledger.expected.file)
        found |= files_found(ledger, team.checkout)
    place = config.absolute()
    if place.is_relative_to(team.checkout):
        found.add(place.relative_to(team.checkout).as_posix())
    return found


def _asked(team: Team, committed: Mapping[str, str], named: Collection[str]) -> list[str]:
    both = {*committed, *files_of(team.checkout)}
    by_ending = sorted(path for path in both if _is_read(path))[:_MOST_FILES]
    return sorted({*named, *by_ending})


def _is_read(path: str) -> bool:
    return Path(path).suffix in _READ and not path.startswith(_NOT_READ)


def _how(team: Team, committed: Mapping[str, str], path: str) -> str:
    """Return how a file differs from its commit's; empty where it does not."""
    blob = committed.get(path)
    if not (team.checkout / path).exists():
        return "not there any more" if blob else ""
    if blob is None:
        return "not in it"
    try:
        content = read_inside(team.checkout, path)
    except UnexpectedAnswerError:
        return "cannot be read"
    # Git may have written it with the line ends of this machine.
    same = (content, content.replace(b"\r\n", b"\n"))
    return "" if blob in {_blob_id(each, len(blob)) for each in same} else "changed"


def _blob_id(content: bytes, length: int) -> str:
    """Return what git calls a file of that content, in a repository with names of that length."""
    kind = "sha1" if length == len(hashlib.sha1(usedforsecurity=False).hexdigest()) else "sha256"
    made = hashlib.new(kind, b"blob %d\0" % len(content), usedforsecurity=False)
    made.update(content)
    return made.hexdigest()
