"""What a preflight is given: a git checkout, its base, and the production database."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from verifier.commands.ports import attempt
from verifier.commands.preflight import Requirements
from verifier.commands.pull_effects import Effects
from verifier.config.gate_terms import policy_of
from verifier.config.ledgers import LedgerSection
from verifier.config.sections import Config
from verifier.database.addresses import check_url
from verifier.database.checkout import InFile, expected_in, shipped_by
from verifier.database.code_breaks import code_breaks
from verifier.database.effects import present_effects, sought_effects
from verifier.database.files import Commit
from verifier.database.ledgers import LEDGERS
from verifier.database.migration_lint import CONFIG, lint_sql
from verifier.database.migration_reading import read_migration
from verifier.database.own_markers import OwnMarkers
from verifier.database.versions_alike import versions_alike
from verifier.database.versions_elsewhere import versions_elsewhere
from verifier.database.worktree import Worktree
from verifier.errors import UnexpectedAnswerError
from verifier.github.json_shapes import mapping
from verifier.github.workflows import FOLDER, parse_workflow
from verifier.model.breaking_change import BreakingChange
from verifier.model.evidence import ShippedMigrations
from verifier.model.finding import Unobserved, hint_of
from verifier.model.lint_remark import LintRemark
from verifier.model.migration_ledger import ExpectedVersion, Migration, VersionSetting
from verifier.model.pull_files import BaseBranch
from verifier.model.workflow import Workflow
from verifier.wiring.base_config import PullPolicy
from verifier.wiring.ledger import OpenLedger, markers_of, open_ledgers
from verifier.wiring.ledger_projects import ledger_of, wanted_version


@dataclass(frozen=True, slots=True)
class OpenPullLedger(OpenLedger):
    """A ledger that the base of a pull request is compared with, too."""

    base: Commit | Unobserved

    @property
    def uncompared_folder(self) -> str | None:
        """Where files lie that are not compared; empty where not said, None to say nothing."""
        if self.section.files == "ignore":
            return None
        return (self.section.path or "").partition("*")[0].strip("/")

    def migrations_of_base(self, tool: str) -> tuple[Migration, ...] | Unobserved:
        """Return what the base ships for this tool."""
        if isinstance(self.base, Unobserved):
            return self.base
        ledger = ledger_of(LEDGERS[tool], self.section, self.base)
        shipped = shipped_by(ledger, self.base, self.section.path)
        return shipped.migrations if isinstance(shipped, ShippedMigrations) else shipped

    def breaking_changes(
        self, tool: str, base: Sequence[Migration], new: Sequence[Migration]
    ) -> tuple[BreakingChange, ...] | Unobserved:
        """Return what migrations that are new in the branch do to the code of its base."""
        if isinstance(self.base, Unobserved) or not isinstance(self.files, Commit):
            return Unobserved("there is no commit to compare with")
        return code_breaks(tool, (self.base, base), (self.files, new))

    def own_part(self, tool: str, migration: Migration, content: bytes) -> tuple[int, bytes]:
        """Return the line in which a migration begins in its file, and what it consists of."""
        return LEDGERS[tool].own_part(migration, content)

    def version_of_base(self) -> str | Unobserved:
        """Return the schema version that the base's code expects; raises `ProviderError`."""
        if isinstance(self.base, Unobserved):
            return self.base
        found = expected_in(self.base, wanted_version(self.section))
        if isinstance(found, ExpectedVersion):
            return found.version
        return Unobserved(found.reason, hint_of(found))

    def versions_elsewhere(self, changed: Sequence[str]) -> tuple[VersionSetting, ...]:
        """
        Return what other files of the branch set the expected version to, unlike its base.

        Raises:
            UnexpectedAnswerError: they could not be read.
        """
        wanted = wanted_version(self.section)
        if not isinstance(wanted, InFile) or isinstance(self.base, Unobserved):
            return ()
        return versions_elsewhere(self.files, self.base, wanted, changed)

    def versions_alike(self, changed: Sequence[str]) -> tuple[VersionSetting, ...]:
        """
        Return what the branch newly writes that looks like a later version than the expected one.

        Raises:
            UnexpectedAnswerError: the files could not be read.
        """
        wanted = wanted_version(self.section)
        if not isinstance(wanted, InFile) or isinstance(self.base, Unobserved):
            return ()
        folder = self.uncompared_folder or ""
        return versions_alike(self.files, self.base, wanted, changed, folder)

    def effects(
        self, tool: str, migrations: Sequence[Migration], contents: Mapping[str, bytes]
    ) -> Effects:
        """
        Return what these migrations of a tool create, and what of it the database has.

        `contents` are those of their files, by path.

        Raises:
            UnexpectedAnswerError: the catalogue is malformed.
            psycopg.Error: it could not be asked.
        """
        sought = sought_effects(
            {m.version: read_migration(tool, m, contents[m.file]) for m in migrations}
        )
        wanted = [effect for effects in sought.values() for effect in effects.objects]
        return Effects(sought, present_effects(self.connection, wanted))


@dataclass(frozen=True, slots=True)
class GitPullRequest:
    """The commit that is checked out in `folder`, and its base as far as it was fetched."""

    folder: Path
    worktree: Worktree
    files: Commit
    base: Commit | Unobserved
    url: str
    """Of the database."""
    sections: Sequence[LedgerSection]
    markers: OwnMarkers
    """What the database says of itself."""

    @property
    def head(self) -> str:
        """Full hash of the commit, empty outside of a git checkout."""
        return self.files.sha

    def changed(self) -> tuple[str, ...] | Unobserved:
        """Return the paths that the branch changes since it left its base."""
        if isinstance(self.base, Unobserved):
            return self.base
        return self.worktree.changed(self.base.sha, self.head)

    def workflows(self) -> list[Workflow | Unobserved]:
        """Return the branch's workflows; raises `UnexpectedAnswerError`."""
        return _workflows(self.files)

    def workflows_of_base(self) -> list[Workflow | Unobserved] | Unobserved:
        """Return the base's workflows; raises `UnexpectedAnswerError`."""
        return self.base if isinstance(self.base, Unobserved) else _workflows(self.base)

    def workflows_of(self, branch: str) -> list[Workflow | Unobserved] | Unobserved:
        """Return the workflows of another branch, where it was fetched; raises as `workflows`."""
        sha = self.worktree.commit_of(branch)
        return sha if isinstance(sha, Unobserved) else _workflows(Commit(self.worktree, sha))

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return contents by path; raises `UnexpectedAnswerError`."""
        return self.files.read(paths)

    def read_of_base(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """Return the base's contents by path; raises `UnexpectedAnswerError`."""
        if isinstance(self.base, Unobserved):
            raise UnexpectedAnswerError(self.base.reason, hint=self.base.hint)
        return self.base.read(paths)

    def lint(self, sql: Mapping[str, bytes]) -> tuple[LintRemark, ...] | Unobserved:
        """
        Return the linter's remarks on these files, as the base of the branch has it judge them.

        A branch could switch off in its own settings what it is judged by.
        """
        settings = attempt(self._lint_settings)
        return settings if isinstance(settings, Unobserved) else lint_sql(sql, settings)

    def _lint_settings(self) -> bytes | None:
        """What the base says in the linter's own file; None where it has none, or was not read."""
        if isinstance(self.base, Unobserved) or CONFIG not in self.base.paths:
            return None
        return self.base.read([CONFIG])[CONFIG]

    @contextmanager
    def open_ledgers(self) -> Iterator[list[OpenPullLedger]]:
        """Open one session with the database; raises `UnreachableError`, `DeniedError`."""
        with open_ledgers(self.files, self.url, self.sections, self.markers) as ledgers:
            yield [
                OpenPullLedger(each.section, each.files, each.connection, self.base)
                for each in ledgers
            ]


def open_pull_request(config: Config, checkout: Path, base: str, url: str) -> GitPullRequest:
    """
    Return the pull request that is checked out, to be merged into the branch `base`.

    Raises:
        ConfigError: `url` is not the address of a database.
    """
    worktree = Worktree(checkout)
    base_sha = worktree.commit_of(base)
    return GitPullRequest(
        folder=checkout,
        worktree=worktree,
        files=Commit(worktree, worktree.head()),
        base=base_sha if isinstance(base_sha, Unobserved) else Commit(worktree, base_sha),
        url=check_url(url),
        sections=tuple(config.ledgers.values()) or (LedgerSection(),),
        markers=markers_of(config),
    )


def base_of(name: str, checkout: Path, event: object) -> BaseBranch:
    """Return the branch with the default one, of the job's event or else of the clone."""
    said = mapping(mapping(event).get("repository")).get("default_branch")
    default = said if isinstance(said, str) else Worktree(checkout).default_branch()
    return BaseBranch(name, default=default)


def requirements_of(policy: PullPolicy, base: BaseBranch) -> Requirements:
    """Return what the configuration wants of a pull request into the branch `base`."""
    config = policy.config
    is_allowed = config.preflight.migration_only == "allow"
    return Requirements(
        base, config.protection.checks, is_allowed, policy_of(config), policy.findings
    )


def _workflows(files: Commit) -> list[Workflow | Unobserved]:
    paths = [
        path for path in files.paths if path.startswith(FOLDER) and path.endswith((".yml", ".yaml"))
    ]
    texts = files.read(paths)
    return [parse_workflow(path, texts[path].decode("utf-8", "replace")) for path in paths]
