"""What a commit ships and expects, by the configured ledger."""

from dataclasses import dataclass

from verifier.database.files import Commit, Files
from verifier.database.ledgers import LEDGERS, plain
from verifier.database.ledgers.detect import choose_tool, signs_of
from verifier.database.ledgers.listing import folder_of
from verifier.database.ledgers.tool import Ledger
from verifier.database.worktree import Worktree
from verifier.errors import UnexpectedAnswerError
from verifier.model.evidence import ShippedMigrations
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.ledger import Migration
from verifier.model.loss import Loss


@dataclass(frozen=True, slots=True)
class InFile:
    """The expected version stands in a file, in the first group of a pattern."""

    file: str
    pattern: str


class Checkout:
    """Answers for any commit that the checkout holds; an empty one means what is checked out."""

    def __init__(
        self,
        worktree: Worktree,
        ledger: Ledger | Unobserved | None,
        path: str,
        expected: str | InFile | None,
    ) -> None:
        self._worktree = worktree
        self._ledger = ledger
        self._path = path
        self._expected = expected

    def shipped(self, sha: str) -> ShippedMigrations | Unobserved | NotAsked:
        """Return the migrations of a commit."""
        if self._ledger is None:
            return NotAsked("no ledger is configured")
        if isinstance(self._ledger, Unobserved):
            return self._ledger
        if self._ledger.tool == plain.TOOL:
            return NotAsked("a bare schema_version is compared with the expected version alone")
        return shipped_by(
            self._ledger, Commit(self._worktree, sha or self._worktree.head()), self._path
        )

    def commits_between(self, older_sha: str, sha: str) -> tuple[str, ...] | Unobserved:
        """Return the commits that `sha` has and `older_sha` lacks, newest first."""
        return self._worktree.commits_between(older_sha, sha)

    def losses(self, older_sha: str, sha: str) -> tuple[Loss, ...] | Unobserved | NotAsked:
        """Return what the migrations that only `sha` ships take away from older code."""
        if self._ledger is None or isinstance(self._ledger, Unobserved):
            return NotAsked("no ledger is configured")
        if not older_sha or not sha:
            return Unobserved("an upload names no commit")
        older, newer = self.shipped(older_sha), self.shipped(sha)
        if not isinstance(older, ShippedMigrations):
            return older
        if not isinstance(newer, ShippedMigrations):
            return newer
        known = {migration.version for migration in older.migrations}
        found: list[Loss] = []
        for migration in newer.migrations:
            if migration.version in known:
                continue
            if not migration.file.endswith(".sql"):
                found.append(_code(migration))
                continue
            sql = self._worktree.read(sha, migration.file)
            if isinstance(sql, Unobserved):
                return sql
            found += self._losses_of(migration, sql, older_sha)
        return tuple(found)

    def _losses_of(self, migration: Migration, sql: str, older_sha: str) -> list[Loss]:
        from verifier.database.losses import taken_by

        return [
            Loss(
                migration.version,
                taken.what,
                self._worktree.names(older_sha, taken.name, folder_of(migration.file))
                if taken.name
                else Unobserved("look at it yourself"),
            )
            for taken in taken_by(sql)
        ]

    def expected_version(self, sha: str) -> str | Unobserved | NotAsked:
        """Return the schema version that the code of a commit needs."""
        match self._expected:
            case None:
                return NotAsked("no expected version is configured")
            case InFile(file, pattern):
                return self._worktree.search(sha or self._worktree.head(), file, pattern)
            case version:
                return version


def shipped_by(ledger: Ledger, files: Files, path: str) -> ShippedMigrations | Unobserved:
    """Return the migrations that a tool finds in a checkout; `path` is their folder, if given."""
    try:
        migrations = ledger.list_shipped(files, path.strip("/"))
    except UnexpectedAnswerError as error:
        return Unobserved(error.message)
    if not migrations:
        where = path or "this checkout"
        return Unobserved(f"{where} holds no migration of {ledger.tool}")
    return ShippedMigrations(migrations, is_chained=ledger.is_chained)


def _code(migration: Migration) -> Loss:
    told = f"{migration.file} is code, whose effect is not read"
    return Loss(migration.version, told, Unobserved("look at it yourself"))


def choose_ledger(
    tool: str, worktree: Worktree, expected: str | InFile | None
) -> Ledger | Unobserved:
    """Return the ledger of that tool; for `auto` the one that the checkout looks like."""
    if tool != "auto":
        return LEDGERS[tool]
    files = Commit(worktree, worktree.head())
    try:
        found = choose_tool(signs_of(files), ())
    except UnexpectedAnswerError as error:
        found = Unobserved(error.message)
    if isinstance(found, Unobserved) and expected is not None:
        return LEDGERS[plain.TOOL]
    return found
