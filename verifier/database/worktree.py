"""What a commit ships, read from the checkout's git objects without running any of it."""

import re
import subprocess
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from verifier.guarded import child_process
from verifier.guarded.checkout_file import MOST_BYTES, MOST_TOGETHER
from verifier.guarded.met_names import meet, meet_paths
from verifier.model.finding import Unobserved
from verifier.model.report import ReportedCommit

_LIMIT_S = 20
_MOST_COMMITS = 20
#: In bytes: what is kept of files that several commits of a run have.
_SMALL = 65_536
_MOST_KEPT = 64_000_000
#: Of one pattern: an argument of a program has its limits.
_MOST_WORDS = 1000
#: A query's list of columns is mostly shorter.
_LINES_BEHIND = 6
_HASH = re.compile(r"[0-9a-f]{40}")
_HINT = "check out the deployed commit with actions/checkout"


class Worktree:
    """A git checkout. Reads a given commit, never what happens to lie in the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._blobs: dict[str, Mapping[str, str]] = {}
        self._contents: dict[str, bytes] = {}
        self._kept_bytes = 0

    def has_commit(self, sha: str) -> bool:
        """Whether the objects of that commit are here; a shallow clone has those of one."""
        return self._git("cat-file", "-e", f"{sha}^{{commit}}") is not None

    def head(self) -> str:
        """Full hash of the commit that is checked out, empty outside of a git checkout."""
        output = self._git("rev-parse", "HEAD")
        return output.decode().strip() if output else ""

    def default_branch(self) -> str:
        """Name of the branch that the clone began with; empty where it does not say."""
        output = self._git("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
        return output.decode("utf-8", "replace").strip().removeprefix("origin/") if output else ""

    def blobs(self, sha: str) -> Mapping[str, str] | Unobserved:
        """
        Return the blob ids of all files at `sha` by path, sorted; asked of git once a commit.

        Submodules are left out, and links but those to a shared migration. Bytes of a path that
        are not UTF-8 are written as `\\xff`: it is for people, and its file is read by the id.
        """
        if sha not in self._blobs:
            output = self._git("ls-tree", "-r", "-z", "--full-tree", sha)
            if output is None:
                return self._missing(sha, ".")
            rows = [entry.partition(b"\t") for entry in output.split(b"\0") if entry]
            files, links = (
                {
                    _text(at): kind.split(b" ")[2].decode()
                    for kind, _, at in rows
                    if kind[:3] == mode
                }
                for mode in (b"100", b"120")
            )
            if links:
                from verifier.database.shared_files import shared_files  # few have any

                files.update(shared_files(files, links, self._read))
            self._blobs[sha] = dict(sorted(files.items()))
            meet_paths(self._blobs[sha])
        return self._blobs[sha]

    def contents(self, ids: Collection[str]) -> Mapping[str, bytes] | Unobserved:
        """Return what the blobs hold, by id; small ones are read once a run."""
        wanted = [blob for blob in ids if blob not in self._contents]
        found = self._read(wanted)
        if isinstance(found, Unobserved):
            return found
        for blob, content in found.items():
            if len(content) <= _SMALL and self._kept_bytes <= _MOST_KEPT:
                self._contents[blob] = content
                self._kept_bytes += len(content)
        return {blob: found[blob] if blob in found else self._contents[blob] for blob in ids}

    def _read(self, ids: Collection[str]) -> dict[str, bytes] | Unobserved:
        if not ids:
            return {}
        given = "".join(f"{blob}\n" for blob in ids).encode()
        sizes = self._git("cat-file", "--batch-check=%(objectsize)", given=given)
        if sizes is not None and (told := _too_large(sizes.split(b"\n"))):
            return Unobserved(told, is_final=True)
        output = self._git("cat-file", "--batch", given=given)
        if output is None:
            return Unobserved("git could not read the files of this checkout", _HINT)
        found: dict[str, bytes] = {}
        at = 0
        for blob in ids:
            end = output.index(b"\n", at)
            header = output[at:end].split(b" ")
            if header[1:2] != [b"blob"]:
                return Unobserved(f"object {blob[:8]} is not in this checkout", _HINT)
            size = int(header[2])
            found[blob] = output[end + 1 : end + 1 + size]
            at = end + size + 2
        return found

    def read(self, sha: str, file: str) -> str | Unobserved:
        """Return the text of a file at `sha`."""
        blobs = self.blobs(sha)
        if isinstance(blobs, Unobserved):
            return blobs
        blob = blobs.get(str(PurePosixPath(file)))
        if blob is None:
            return self._missing(sha, file)
        found = self.contents([blob])
        return found if isinstance(found, Unobserved) else found[blob].decode("utf-8", "replace")

    def commits_between(self, older_sha: str, sha: str) -> tuple[str, ...] | Unobserved:
        """Return what `sha` has and `older_sha` lacks, newest first: short hash and title."""
        for wanted in (older_sha, sha):
            if not self.has_commit(wanted):
                return self._missing(wanted, ".")
        span = f"{older_sha}..{sha}"
        most = f"--max-count={_MOST_COMMITS}"
        output = self._git("log", "-z", most, "--abbrev=8", "--format=%h %s", span, "--")
        if output is None:
            return Unobserved(f"git could not list {span}")
        return tuple(line for line in output.decode("utf-8", "replace").split("\0") if line)

    def describe(self, shas: Collection[str]) -> Mapping[str, ReportedCommit | Unobserved]:
        """Return what those of the commits are that this checkout has, by hash."""
        asked = sorted({sha for sha in shas if _HASH.fullmatch(sha)})
        if not asked:
            return {}
        # As a number: who commits says in which zone it was, and git takes any.
        form = "--format=%H%x00%ct%x00%an%x00%s"
        output = self._git(
            "log", "-z", "--no-walk=unsorted", "--ignore-missing", form, *asked, "--"
        )
        fields = (output or b"").decode("utf-8", "replace").split("\0")
        rows = [fields[start : start + 4] for start in range(0, len(fields) - 3, 4)]
        return {sha: _commit(sha, at_s, author, title) for sha, at_s, author, title in rows}

    def commit_of(self, reference: str) -> str | Unobserved:
        """Return the full hash of what a branch, tag or hash names."""
        for candidate in (f"refs/remotes/origin/{reference}", reference):
            output = self._git("rev-parse", "--verify", "--quiet", f"{candidate}^{{commit}}")
            if output:
                return output.decode().strip()
        return Unobserved(f"{reference} is not in this checkout")

    def changed(self, base_sha: str, sha: str) -> tuple[str, ...] | Unobserved:
        """Return the paths that `sha` changes since it left `base_sha`."""
        output = self._git(
            "diff",
            "-z",
            "--name-only",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
            f"{base_sha}...{sha}",
        )
        if output is None:
            return Unobserved(f"git could not compare {sha[:8]} with {base_sha[:8]}")
        return tuple(_text(path) for path in output.split(b"\0") if path)

    def fitting(self, patterns: Sequence[str]) -> tuple[str, ...] | Unobserved:
        """Return the paths of this checkout that patterns as those of .gitignore take in."""
        given = [part for pattern in patterns for part in ("-x", pattern)]
        output = self._git("ls-files", "-z", "--cached", "--ignored", "--full-name", *given)
        if output is None:
            return Unobserved("git could not compare the patterns with the checkout's files")
        return tuple(_text(path) for path in output.split(b"\0") if path)

    def words_in(
        self, sha: str, words: Collection[str], left_out: Collection[str]
    ) -> frozenset[str] | Unobserved:
        """
        Return those of the words, in lower case, that files at `sha` have, in any case of letters.

        `left_out` are patterns of paths, from the root, whose files do not count.
        """
        # One pattern for many words: git tries patterns of their own one after the other.
        given = [re.sub(r"(\W)", r"\\\1", word) for word in sorted(words) if "\n" not in word]
        found: set[str] = set()
        for start in range(0, len(given), _MOST_WORDS):
            pattern = f"({'|'.join(given[start : start + _MOST_WORDS])})"
            lines = self._matches(sha, ["-w", "-e", pattern], left_out)
            if isinstance(lines, Unobserved):
                return lines
            found |= lines
        return frozenset(found)

    def have_both(
        self, sha: str, pattern: str, words: Collection[str], left_out: Collection[str]
    ) -> bool | Unobserved:
        """Return whether a file at `sha` has a word that fits a pattern, and one of the words."""
        given = [re.sub(r"(\W)", r"\\\1", word) for word in sorted(words) if "\n" not in word]
        both = ["-e", f"({pattern})", *(["-e", f"({'|'.join(given)})"] if given else [])]
        found = self._grep(sha, ["-l", "-i", "-E", "-I", "-w", "--all-match", *both], left_out)
        return found if isinstance(found, Unobserved) else bool(found)

    def matches(
        self, sha: str, pattern: str, left_out: Collection[str]
    ) -> frozenset[str] | Unobserved:
        """Return what an extended regular expression matches in files at `sha`, in lower case."""
        return self._matches(sha, ["-e", pattern], left_out)

    def blocks(
        self, sha: str, pattern: str, left_out: Collection[str]
    ) -> tuple[str, ...] | Unobserved:
        """Return the lines in files at `sha` that fit, in lower case, each with some behind it."""
        arguments = ["-h", "-i", "-E", "-I", f"-A{_LINES_BEHIND}", "-e", pattern]
        found = self._grep(sha, arguments, left_out)
        if isinstance(found, Unobserved):
            return found
        return tuple(found.decode("utf-8", "replace").lower().split("\n--\n"))

    def _matches(
        self, sha: str, arguments: Sequence[str], left_out: Collection[str]
    ) -> frozenset[str] | Unobserved:
        found = self._grep(sha, ["-h", "-o", "-i", "-E", "-I", *arguments], left_out)
        if isinstance(found, Unobserved):
            return found
        return frozenset(found.decode("utf-8", "replace").lower().splitlines())

    def _grep(
        self, sha: str, arguments: Sequence[str], left_out: Collection[str]
    ) -> bytes | Unobserved:
        if not self.has_commit(sha):
            return self._missing(sha, ".")
        paths = [":/", *(f":(exclude,top,glob){pattern}" for pattern in left_out)]
        done = self._run("grep", *arguments, sha, "--", *paths)
        if done is None or done.returncode > 1:  # 1 is that nothing was found
            return Unobserved(f"git could not search commit {sha[:8]}")
        return done.stdout

    def _missing(self, sha: str, path: str) -> Unobserved:
        if child_process.program("git") is None:
            text = (
                "git is not installed on this runner; it is needed to read what a commit contains"
            )
            return Unobserved(text, is_final=True)
        if self._is_foreign():
            told = f"{self._folder} belongs to another user, so git does not read it"
            hint = f"git config --global --add safe.directory {self._folder}"
            return Unobserved(told, hint, is_final=True)
        if not self._git("rev-parse", "--git-dir"):
            return Unobserved(f"{self._folder} is not a git checkout", _HINT, is_final=True)
        if not self.has_commit(sha):
            return Unobserved(f"commit {sha[:8]} is not in this checkout", _HINT, is_final=True)
        return Unobserved(f"{path} is not in commit {sha[:8]}")

    def _git(self, *arguments: str, given: bytes = b"") -> bytes | None:
        done = self._run(*arguments, given=given)
        return done.stdout if done is not None and done.returncode == 0 else None

    def _run(
        self, *arguments: str, given: bytes = b""
    ) -> subprocess.CompletedProcess[bytes] | None:
        try:
            return child_process.git(arguments, self._folder, _LIMIT_S, given=given)
        except (OSError, ValueError, subprocess.TimeoutExpired):
            return None

    def _is_foreign(self) -> bool:
        """Whether git leaves the folder alone because somebody else owns it."""
        done = self._run("rev-parse", "--git-dir")
        return done is not None and b"dubious ownership" in done.stderr


def _too_large(sizes: Sequence[bytes]) -> str:
    known = [int(size) for size in sizes if size.isdigit()]
    if any(size > MOST_BYTES for size in known):
        return f"a file of this commit is larger than {MOST_BYTES:,} bytes, and was not read"
    if sum(known) > MOST_TOGETHER:
        return f"the files of this commit hold more than {MOST_TOGETHER:,} bytes, and were not read"
    return ""


def _commit(sha: str, at_s: str, author: str, title: str) -> ReportedCommit | Unobserved:
    try:
        at = datetime.fromtimestamp(int(at_s), UTC)
    except (ValueError, OverflowError, OSError):
        return Unobserved(f"the date of commit {sha[:8]} is none: {at_s[:20]}")
    meet((author, title))
    return ReportedCommit(sha, title, author, at)


def _text(path: bytes) -> str:
    return path.decode("utf-8", "backslashreplace")
