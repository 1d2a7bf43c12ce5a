"""What a commit ships and expects, by the configured ledger."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from verifier.database.files import Commit, Files
from verifier.database.ledger_tool import Ledger
from verifier.database.ledgers import LEDGERS, plain
from verifier.database.settings_files import read_text
from verifier.database.tool_detection import choose_tool, signs_of
from verifier.database.worktree import Worktree
from verifier.database.written_version import named_in, version_in
from verifier.errors import UnexpectedAnswerError
from verifier.model.breaking_change import BreakingChange
from verifier.model.evidence import ShippedMigrations
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.migration_ledger import ExpectedVersion

_MOST_NAMED = 4
#: Files that are looked through for what a file had that is gone.
_MOST_LIKE_IT = 1_000


@dataclass(frozen=True, slots=True)
class InFile:
    """The expected version stands in a file, in the first group of a pattern."""

    file: str
    pattern: str


@dataclass(frozen=True, slots=True)
class Project:
    """One ledger, and where a checkout keeps the migrations of it."""

    ledger: Ledger | Unobserved
    """`Unobserved` where its tool could not be recognised."""
    path: str = ""
    expected: str | InFile | None = None
    """The schema version that the code needs."""
    ignores_files: bool = False
    """Whether only that version is compared."""


class Checkout:
    """Answers for any commit that the checkout holds; an empty one means what is checked out."""

    def __init__(self, worktree: Worktree, projects: Mapping[str, Project]) -> None:
        self._worktree = worktree
        self._projects = projects
        self._shipped: dict[str, Mapping[str, ShippedMigrations | Unobserved | NotAsked]] = {}

    def shipped(self, sha: str) -> Mapping[str, ShippedMigrations | Unobserved | NotAsked]:
        """Return the migrations of a commit, by the name of their ledger; read once, if it can."""
        sha = sha or self._worktree.head()
        if sha in self._shipped:
            return self._shipped[sha]
        commit = Commit(self._worktree, sha)
        found = {name: _shipped(project, commit) for name, project in self._projects.items()}
        if not any(isinstance(shipped, Unobserved) for shipped in found.values()):
            self._shipped[sha] = found
        return found

    def commits_between(self, older_sha: str, sha: str) -> tuple[str, ...] | Unobserved:
        """Return the commits that `sha` has and `older_sha` lacks, newest first."""
        return self._worktree.commits_between(older_sha, sha)

    def breaking_changes(
        self, older_sha: str, sha: str
    ) -> tuple[BreakingChange, ...] | Unobserved | NotAsked:
        """Return what the migrations that only `sha` ships take away from older code."""
        known_tools = [p for p in self._projects.values() if isinstance(p.ledger, Ledger)]
        if not known_tools:
            return NotAsked("no ledger is configured")
        if not older_sha or not sha:
            return Unobserved("an upload has no commit")
        from verifier.database.code_breaks import code_breaks

        older, newer = self.shipped(older_sha), self.shipped(sha)
        found: list[BreakingChange] = []
        for name, shipped in newer.items():
            before, ledger = older[name], self._projects[name].ledger
            if not isinstance(before, ShippedMigrations):
                return before
            if not isinstance(shipped, ShippedMigrations) or not isinstance(ledger, Ledger):
                return shipped if not isinstance(shipped, ShippedMigrations) else NotAsked("")
            known = {migration.version for migration in before.migrations}
            new = [m for m in shipped.migrations if m.version not in known]
            changes = code_breaks(
                ledger.tool, (self._at(older_sha), before.migrations), (self._at(sha), new)
            )
            if isinstance(changes, Unobserved):
                return changes
            found += changes
        return tuple(found)

    def _at(self, sha: str) -> Commit:
        return Commit(self._worktree, sha)

    def expected_versions(self, sha: str) -> Mapping[str, str | Unobserved | NotAsked]:
        """Return the schema versions that the code of a commit needs, by ledger."""
        return {name: self._expected(p.expected, sha) for name, p in self._projects.items()}

    def _expected(self, expected: str | InFile | None, sha: str) -> str | Unobserved | NotAsked:
        match expected:
            case None:
                return NotAsked("no expected version is configured")
            case InFile(file, pattern):
                text = self._worktree.read(sha or self._worktree.head(), file)
                if isinstance(text, Unobserved):
                    return self._moved(text, file, pattern, sha)
                try:
                    found = version_in(text, file, pattern)
                except UnexpectedAnswerError as error:
                    return Unobserved(error.message, error.hint)
                return found if isinstance(found, Unobserved) else found.version
            case version:
                return version

    def _moved(self, unread: Unobserved, file: str, pattern: str, sha: str) -> Unobserved:
        """Return why a file was not read; where another one has what it had, that is the hint."""
        blobs = self._worktree.blobs(sha or self._worktree.head())
        named = named_in(pattern)
        if isinstance(blobs, Unobserved) or file in blobs or not named:
            return unread
        suffix = PurePosixPath(file).suffix
        alike = [path for path in blobs if path.endswith(suffix)][:_MOST_LIKE_IT]
        texts = self._worktree.contents([blobs[path] for path in alike])
        if isinstance(texts, Unobserved):
            return unread
        holders = [path for path in alike if named.encode() in texts[blobs[path]]]
        for path in holders[:_MOST_NAMED]:
            text = texts[blobs[path]].decode("utf-8", "replace")
            try:
                found = version_in(text, path, pattern)
            except UnexpectedAnswerError:
                continue
            if not isinstance(found, Unobserved):
                return replace(unread, hint=f"set ledger.expected.file to {path}, which has it now")
        return replace(unread, hint="set ledger.expected.file to the file that has it now")


def expected_in(
    files: Files, expected: str | InFile | None
) -> ExpectedVersion | Unobserved | NotAsked:
    """
    Return the schema version that the code of a checkout expects, and where it stands.

    Raises:
        UnexpectedAnswerError: its file cannot be read.
    """
    match expected:
        case None:
            return NotAsked("no expected version is configured")
        case InFile(file, pattern):
            return version_in(read_text(files, file), file, pattern)
        case version:
            return ExpectedVersion(version)


def _shipped(project: Project, commit: Commit) -> ShippedMigrations | Unobserved | NotAsked:
    ledger = project.ledger
    if isinstance(ledger, Unobserved):
        return ledger
    if ledger.is_one_row and project.expected is not None:
        return NotAsked("a bare schema_version is only compared with the expected version")
    if project.ignores_files:
        return NotAsked("only the expected version is compared (ledger.files: ignore)")
    return shipped_by(ledger, commit, project.path)


def shipped_by(ledger: Ledger, files: Files, path: str) -> ShippedMigrations | Unobserved:
    """Return the migrations that a tool finds in a checkout; `path` is their folder, if given."""
    try:
        migrations = ledger.list_shipped(files, path.strip("/"))
    except UnexpectedAnswerError as error:
        return Unobserved(error.message, error.hint)
    if not migrations:
        where = path or "this checkout"
        # A commit does not change: no later look finds any.
        return Unobserved(f"{where} has no {ledger.tool} migrations", is_final=True)
    return ShippedMigrations(migrations, is_chained=ledger.is_chained)


def choose_ledger(
    tool: str,
    worktree: Worktree,
    expected: str | InFile | None,
    tools_there: Callable[[], Collection[str]] = tuple,
) -> Ledger | Unobserved:
    """
    Return the ledger of that tool; for `auto` the one that the checkout looks like.

    Where it looks like several, that one whose table is there.
    """
    if tool != "auto":
        return LEDGERS[tool]
    files = Commit(worktree, worktree.head())
    try:
        signs = signs_of(files)
        found = choose_tool(signs, ())
        if isinstance(found, Unobserved) and len(signs) > 1:
            found = choose_tool(signs, tools_there())
    except UnexpectedAnswerError as error:
        found = Unobserved(error.message, error.hint)
    if isinstance(found, Unobserved) and expected is not None:
        return LEDGERS[plain.TOOL]
    return found
