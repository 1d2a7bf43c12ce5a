"""What a commit ships, read from the checkout's git objects without running any of it."""

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

from verifier.model.finding import Unobserved

_LIMIT_S = 20
_MOST_COMMITS = 20
_HINT = "check out the deployed commit with actions/checkout"


class Worktree:
    """A git checkout. Reads a given commit, never what happens to lie in the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has_commit(self, sha: str) -> bool:
        """Whether the objects of that commit are here; a shallow clone has those of one."""
        return self._git("cat-file", "-e", f"{sha}^{{commit}}") is not None

    def head(self) -> str:
        """Full hash of the commit that is checked out, empty outside of a git checkout."""
        output = self._git("rev-parse", "HEAD")
        return output.decode().strip() if output else ""

    def file_names(self, sha: str, directory: str) -> tuple[str, ...] | Unobserved:
        """Names of the files directly in `directory` at `sha`; not those of its folders."""
        output = self._git("ls-tree", "-z", f"{sha}:{_relative(directory)}")
        if output is None:
            return self._missing(sha, directory)
        entries = [entry.partition(b"\t") for entry in output.split(b"\0") if entry]
        return tuple(
            name.decode("utf-8", "surrogateescape")
            for kind, _, name in entries
            if b" blob " in kind
        )

    def all_files(self, sha: str) -> tuple[str, ...] | Unobserved:
        """Paths of all files at `sha`."""
        output = self._git("ls-tree", "-r", "-z", "--full-tree", sha)
        if output is None:
            return self._missing(sha, ".")
        entries = [entry.partition(b"\t") for entry in output.split(b"\0") if entry]
        return tuple(
            path.decode("utf-8", "surrogateescape")
            for kind, _, path in entries
            if kind.startswith(b"100")  # no links, no submodules
        )

    def read_all(self, sha: str, paths: Sequence[str]) -> Mapping[str, bytes] | Unobserved:
        """Return the contents of files at `sha`, by path."""
        if not paths:
            return {}
        wanted = "".join(f"{sha}:{path}\n" for path in paths if "\n" not in path)
        output = self._git("cat-file", "--batch", given=wanted.encode("utf-8", "surrogateescape"))
        if output is None:
            return self._missing(sha, paths[0])
        found: dict[str, bytes] = {}
        at = 0
        for path in (path for path in paths if "\n" not in path):
            end = output.index(b"\n", at)
            header = output[at:end].split(b" ")
            if header[-2:-1] != [b"blob"]:
                return self._missing(sha, path)
            size = int(header[-1])
            found[path] = output[end + 1 : end + 1 + size]
            at = end + size + 2
        return found

    def read(self, sha: str, file: str) -> str | Unobserved:
        """Return the text of a file at `sha`."""
        output = self._git("cat-file", "blob", f"{sha}:{_relative(file)}")
        return self._missing(sha, file) if output is None else output.decode("utf-8", "replace")

    def commits_between(self, older_sha: str, sha: str) -> tuple[str, ...] | Unobserved:
        """Return what `sha` has and `older_sha` lacks, newest first: short hash and title."""
        for wanted in (older_sha, sha):
            if not self.has_commit(wanted):
                return self._missing(wanted, ".")
        span = f"{older_sha}..{sha}"
        output = self._git("log", f"--max-count={_MOST_COMMITS}", "--format=%h %s", span, "--")
        if output is None:
            return Unobserved(f"git could not list {span}")
        return tuple(output.decode("utf-8", "replace").splitlines())

    def commit_of(self, reference: str) -> str | Unobserved:
        """Return the full hash of what a branch, tag or hash names."""
        for candidate in (f"refs/remotes/origin/{reference}", reference):
            output = self._git("rev-parse", "--verify", "--quiet", f"{candidate}^{{commit}}")
            if output:
                return output.decode().strip()
        return Unobserved(f"{reference} is not in this checkout")

    def changed(self, base_sha: str, sha: str) -> tuple[str, ...] | Unobserved:
        """Return the paths that `sha` changes since it left `base_sha`."""
        output = self._git("diff", "-z", "--name-only", "--no-renames", f"{base_sha}...{sha}")
        if output is None:
            return Unobserved(f"git could not compare {sha[:12]} with {base_sha[:12]}")
        return tuple(p.decode("utf-8", "surrogateescape") for p in output.split(b"\0") if p)

    def names(self, sha: str, word: str, outside: str) -> bool | Unobserved:
        """Whether any file at `sha` that is not in the directory `outside` has this word."""
        if not self.has_commit(sha):
            return self._missing(sha, ".")
        exclude = f":(exclude,top){_relative(outside)}"
        found = self._git("grep", "-q", "-w", "-F", "-e", word, sha, "--", ":/", exclude)
        return found is not None

    def search(self, sha: str, file: str, pattern: str) -> str | Unobserved:
        """Return what the pattern's first group matches in a file at `sha`."""
        text = self.read(sha, file)
        if isinstance(text, Unobserved):
            return text
        match = re.search(pattern, text)
        if match is None:
            return Unobserved(f"nothing in {file} matches {pattern}")
        return match[1] if match.re.groups else match[0]

    def _missing(self, sha: str, path: str) -> Unobserved:
        if shutil.which("git") is None:
            return Unobserved(
                "git, which tells what a commit ships, is not installed on this runner"
            )
        if not self._git("rev-parse", "--git-dir"):
            return Unobserved(f"{self._folder} is not a git checkout", _HINT)
        if not self.has_commit(sha):
            return Unobserved(f"commit {sha[:12]} is not in this checkout", _HINT)
        return Unobserved(f"{path} is not in commit {sha[:12]}")

    def _git(self, *arguments: str, given: bytes | None = None) -> bytes | None:
        try:
            done = subprocess.run(  # noqa: S603  a fixed program, no shell
                ["git", "-c", "safe.directory=*", "-C", str(self._folder), *arguments],  # noqa: S607
                capture_output=True,
                input=given,
                timeout=_LIMIT_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout if done.returncode == 0 else None


def _relative(path: str) -> str:
    return str(PurePosixPath(path))
