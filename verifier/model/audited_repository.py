"""What an audit saw of one repository."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from verifier.model.finding import NotAsked, Unobserved
from verifier.model.merging import ReportedCheck
from verifier.model.named_values import GitHubEnvironment, StoredNames
from verifier.model.protection import Protection
from verifier.model.pull_files import BaseBranch, PullFiles
from verifier.model.security_settings import RepositorySecurity
from verifier.model.workflow import Schedule, WaitingRun, Workflow

_NOT_IN_BULK = NotAsked("it is not read in bulk")


@dataclass(frozen=True, slots=True)
class RepositoryFacts:
    """What a repository is."""

    name: str
    """OWNER/NAME as GitHub has it now."""
    default_branch: str
    """Empty where it has none."""
    is_private: bool
    is_archived: bool
    is_empty: bool
    """Whether nothing was ever pushed to it."""
    pushed_at: datetime | None
    host: str = ""
    """Of its server; empty for github.com."""

    @property
    def place(self) -> str:
        """How GitHub's program is told which repository is meant."""
        return f"{self.host}/{self.name}" if self.host else self.name


@dataclass(frozen=True, slots=True)
class ListedRepository:
    """A repository of an organisation, before anything else is known of it."""

    id: str
    """GraphQL's."""
    name: str
    """OWNER/NAME."""
    is_archived: bool = False


@dataclass(frozen=True, slots=True)
class DirectPush:
    """A push onto a branch that no merged pull request explains."""

    sha: str
    actor: str
    at: datetime
    is_forced: bool = False


@dataclass(frozen=True, slots=True)
class CodeOwners:
    """The file that says whose approval a change takes."""

    path: str
    """Empty where the branch has none."""
    names_somebody: bool = False
    """Whether a line of it names an owner."""


@dataclass(frozen=True, slots=True)
class RepositoryEvidence:
    """Everything that was observed of one repository."""

    facts: RepositoryFacts
    protections: Mapping[str, Protection | Unobserved]
    """By branch."""
    workflows: tuple[Workflow | Unobserved, ...] | Unobserved
    """Files of the default branch."""
    merged_heads: Mapping[str, tuple[frozenset[ReportedCheck], ...] | Unobserved]
    """By branch: what was reported on the latest pull requests merged into it, newest first."""
    schedules: tuple[Schedule, ...] | Unobserved | NotAsked
    secrets: StoredNames | Unobserved | NotAsked
    variables: StoredNames | Unobserved | NotAsked
    environments: tuple[GitHubEnvironment, ...] | Unobserved | NotAsked
    pushes: Mapping[str, tuple[DirectPush, ...] | Unobserved]
    """What came onto each branch without a pull request."""
    security: RepositorySecurity | Unobserved | NotAsked = _NOT_IN_BULK
    waiting_runs: tuple[WaitingRun, ...] | Unobserved | NotAsked = _NOT_IN_BULK
    """Runs that wait for an approval, where a workflow has a gate."""
    other_workflows: Mapping[str, tuple[Workflow | Unobserved, ...] | Unobserved] = field(
        default_factory=dict
    )
    """Files of further branches: a pull request runs those of the branch that it goes into."""

    code_owners: Mapping[str, CodeOwners | Unobserved] = field(default_factory=dict)
    """By branch, where their approval is wanted."""

    unfit_branches: tuple[str, ...] = ()
    """Patterns of branches that none fits."""
    writing_keys: tuple[str, ...] | Unobserved | NotAsked = _NOT_IN_BULK
    """Deploy keys that may write, where `security` was not asked for."""

    @property
    def deploy_keys(self) -> tuple[str, ...] | Unobserved | NotAsked:
        """Those that may write, wherever they were read."""
        match self.security:
            case RepositorySecurity(writing_keys=keys):
                return keys
            case Unobserved() as unread:
                return unread
            case NotAsked():
                return self.writing_keys

    @property
    def has_actions(self) -> bool | Unobserved | NotAsked:
        """Whether GitHub Actions runs anything there."""
        seen = self.security
        return seen.has_actions if isinstance(seen, RepositorySecurity) else seen

    def files_of(self, branch: str) -> PullFiles | Unobserved:
        """Return the files that count for pull requests into a branch."""
        own = self.other_workflows.get(branch)
        if own is None:
            files = self.workflows
            return files if isinstance(files, Unobserved) else PullFiles(files)
        return own if isinstance(own, Unobserved) else PullFiles(own, self.workflows)

    def base(self, branch: str) -> BaseBranch:
        """Return a branch as what pull requests are merged into."""
        return BaseBranch(branch, self.facts.name, self.facts.default_branch, self.facts.place)
