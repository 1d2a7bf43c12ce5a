"""The configuration that a pull request is judged by: the one of its base branch."""

import os
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from verifier.commands.ports import attempt
from verifier.config.sections import Config
from verifier.config.settings import load_file, load_text
from verifier.database.files import Commit
from verifier.database.worktree import Worktree
from verifier.decide.migrations.pull_policy import check_changes, check_own_policy
from verifier.errors import ConfigError
from verifier.model.finding import Finding, Unobserved

#: In a row, as many as systems follow.
_MOST_LINKS = 40


@dataclass(frozen=True, slots=True)
class PullPolicy:
    """A configuration, and what there is to say of where it comes from."""

    config: Config
    findings: tuple[Finding, ...]


def policy_of(path: Path, checkout: Path, base: str) -> PullPolicy:
    """
    Return what the branch `base` says at `path`; the checkout's own where that is not usable.

    Raises:
        InvalidConfigError: the branch's own is needed, and has mistakes.
    """
    inside = _inside(path, checkout)
    if not inside:
        # Whoever starts the command keeps it outside of what the branch can change.
        return PullPolicy(load_file(path), ())
    of_base = _of_base(Worktree(checkout), base, inside)
    if isinstance(of_base, Unobserved):
        return PullPolicy(load_file(path), tuple(check_own_policy(of_base)))
    found = check_changes(_document(of_base), _of_branch(path), inside[0])
    return PullPolicy(of_base, tuple(found))


def _inside(path: Path, checkout: Path) -> tuple[str, ...]:
    """
    Return where it lies in the checkout: as it is called, and where links of folders lead.

    The branch may have made these links: what the base has by the first name is meant.
    """
    root = Path(os.path.realpath(checkout))
    called = Path(os.path.abspath(path))  # noqa: PTH100  links in it are not to be followed yet
    real = Path(os.path.realpath(called.parent)) / called.name
    found = [
        place.relative_to(top).as_posix()
        for place, top in ((called, Path(os.path.abspath(checkout))), (called, root), (real, root))  # noqa: PTH100
        if place.is_relative_to(top)
    ]
    return tuple(dict.fromkeys(found))


def _of_base(worktree: Worktree, base: str, paths: Sequence[str]) -> Config | Unobserved:
    sha = worktree.commit_of(base)
    if isinstance(sha, Unobserved):
        return Unobserved(sha.reason, sha.hint or "set fetch-depth: 0 for actions/checkout")
    commit = Commit(worktree, sha)
    path = attempt(lambda: _file_of(commit, base, paths))
    if isinstance(path, Unobserved):
        return path
    content = attempt(lambda: commit.read([path]))
    if isinstance(content, Unobserved):
        return content
    try:
        return load_text(content[path].decode("utf-8-sig", "replace"), path)
    except ConfigError as error:
        return Unobserved(f"the configuration of {base} has mistakes: {error}")


def _file_of(commit: Commit, base: str, paths: Sequence[str]) -> str | Unobserved:
    """The path of the first file that one of `paths` is, or leads to as a link."""
    why = f"{base} has no {paths[0]}"
    for path in paths:
        at = path
        for _ in range(_MOST_LINKS):
            if at in commit.paths:
                return at
            if at.startswith(("/", "../")) or "\n" in at:
                break
            # Git gives a link's own text: a path from where it lies.
            link = commit.worktree.contents([f"{commit.sha}:{at}"])
            if isinstance(link, Unobserved):
                break
            (text,) = link.values()
            target = text.decode("utf-8", "backslashreplace")
            at = posixpath.normpath(posixpath.join(posixpath.dirname(at), target))
            why = f"{path} of {base} is a link that leads to no file of it"
    return Unobserved(why)


def _of_branch(path: Path) -> Mapping[str, object] | Unobserved:
    try:
        return _document(load_file(path))
    except ConfigError as error:
        return Unobserved(str(error), "correct it before the merge")


def _document(config: Config) -> Mapping[str, object]:
    # Of a union of text and section the serializer warns for each, and writes both as they are.
    found: Mapping[str, object] = config.model_dump(mode="json", by_alias=True, warnings=False)
    return found
