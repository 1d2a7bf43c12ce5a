"""What a commit ships and expects, by the configured ledger."""

from dataclasses import dataclass

from verifier.database.ledgers import LEDGERS, Ledger, plain, supabase
from verifier.database.worktree import Worktree
from verifier.model.evidence import Migration, ShippedMigrations
from verifier.model.finding import NotAsked, Unobserved
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
        ledger: Ledger | None,
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
        if self._ledger.tool == plain.TOOL:
            return self._ledger.parse_shipped(())
        names = self._worktree.file_names(sha or self._worktree.head(), self._path)
        return names if isinstance(names, Unobserved) else self._ledger.parse_shipped(names)

    def commits_between(self, older_sha: str, sha: str) -> tuple[str, ...] | Unobserved:
        """Return the commits that `sha` has and `older_sha` lacks, newest first."""
        return self._worktree.commits_between(older_sha, sha)

    def losses(self, older_sha: str, sha: str) -> tuple[Loss, ...] | Unobserved | NotAsked:
        """Return what the migrations that only `sha` ships take away from older code."""
        if self._ledger is None or self._ledger.file_name is None:
            return NotAsked("no ledger of SQL files is configured")
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
            sql = self._worktree.read(sha, f"{self._path}/{self._ledger.file_name(migration)}")
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
                self._worktree.names(older_sha, taken.name, self._path)
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


def choose_ledger(
    tool: str, worktree: Worktree, path: str, expected: str | InFile | None
) -> Ledger:
    """Return the ledger of that tool; for `auto` the one that the checkout looks like."""
    if tool != "auto":
        return LEDGERS[tool]
    names = worktree.file_names(worktree.head(), path)
    ships = not isinstance(names, Unobserved) and isinstance(
        supabase.parse_shipped(names), ShippedMigrations
    )
    return LEDGERS[supabase.TOOL if ships or expected is None else plain.TOOL]
