"""The files of a checkout that configure Railway, and what the checkout has of what they name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from verifier.database.worktree import Worktree
from verifier.decide.questions.railway_file_drift import health_words
from verifier.errors import UnexpectedAnswerError
from verifier.guarded.checkout_file import MOST_CONFIG, read_inside
from verifier.model.finding import Unobserved
from verifier.model.railway_file import FileMistake, RailwayFile
from verifier.railway.config_file import parse_railway_file

#: A service may be given a file of any name: these are the usual ones.
_NAME = re.compile(
    r"railway(?:-[\w-]+)?(?:\.[\w-]+)*\.(?:json|toml)|[\w-]+\.railway\.(?:json|toml)"
)
_NOT_OURS = frozenset(
    {"docs", "examples", "fixtures", "node_modules", "templates", "test", "tests"}
)
_MOST_FILES = 50
#: What a path names, with underscores; and its parts, such as those of HealthController.
_NAMED = re.compile(r"\w+")
_PART = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")
#: What tells of a route without serving it.
_LEFT_OUT = ("**/*.md", "**/*.lock", "**/package-lock.json", "**/railway*.json", "**/railway*.toml")


def read_railway_files(checkout: Path) -> Iterator[RailwayFile]:
    """Yield each of them; what git does not tell of this checkout is `Unobserved` in it."""
    worktree = Worktree(checkout)
    head = worktree.head()
    blobs = worktree.blobs(head)
    tracked = blobs if isinstance(blobs, Unobserved) else tuple(blobs)
    for path in _candidates(checkout, tracked):
        file = _read(checkout, path)
        if not (file.settings or file.mistakes):
            continue
        words = {w for of_it in file.settings.values() for w in health_words(of_it.health_path)}
        yield replace(
            file,
            tracked=tracked,
            watched={
                keys: worktree.fitting(of_it.watch_patterns)
                for keys, of_it in file.settings.items()
                if of_it.watch_patterns
            },
            known_words=_known(worktree, head, words, tracked) if words else frozenset(),
        )


def _candidates(checkout: Path, tracked: Sequence[str] | Unobserved) -> Sequence[str]:
    if isinstance(tracked, Unobserved):
        return [name for name in ("railway.json", "railway.toml") if (checkout / name).is_file()]
    paths = [PurePosixPath(path) for path in tracked]
    ours = [p for p in paths if _NAME.fullmatch(p.name) and not _NOT_OURS & {*p.parts[:-1]}]
    return [str(path) for path in ours[:_MOST_FILES]]


def _read(checkout: Path, path: str) -> RailwayFile:
    try:
        text = read_inside(checkout, path, MOST_CONFIG).decode("utf-8-sig")
    except UnexpectedAnswerError as error:
        return RailwayFile(path, (FileMistake("", "readable", error.message),), {})
    except UnicodeDecodeError:
        return RailwayFile(path, (FileMistake("", "readable", "it is not text"),), {})
    return parse_railway_file(path, text)


def _known(
    worktree: Worktree, head: str, words: set[str], tracked: Sequence[str] | Unobserved
) -> frozenset[str] | Unobserved:
    """Those of the words that code, or the name of a file that is a route, has."""
    if isinstance(tracked, Unobserved):
        return tracked
    named = {word.lower() for path in tracked for word in _NAMED.findall(path)}
    named |= {part.lower() for path in tracked for part in _PART.findall(path)}
    named &= words
    found = worktree.words_in(head, words - named, _LEFT_OUT) if words - named else frozenset()
    return found if isinstance(found, Unobserved) else frozenset(found | named)
