"""The report: one object for every surface, in the shape of `verifier.report/v1`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from typing import Annotated, Literal

from pydantic import Field

from verifier.model.background import Background
from verifier.model.cause import Cause
from verifier.model.check_ids import EXPECTED_VERSION, PENDING, PULL_ROLLBACK
from verifier.model.deployment import Deployment
from verifier.model.exit_code import ExitCode
from verifier.model.expectations import CheckWorth
from verifier.model.finding import Finding
from verifier.model.known_cause import KnownCause
from verifier.model.migration_ledger import LedgerReport
from verifier.model.platform import HoldOutcome
from verifier.model.printable_text import LeftOut, NamingText, OwnWords
from verifier.model.protection import Drift
from verifier.model.timed_answers import ReportedAnswer
from verifier.model.verdict import VerdictWord


class End(Enum):
    """How a run came to its end."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"
    BROKEN = "broken"
    """By an error that nobody foresaw."""


#: How a command ends that can only look: nothing of production was touched.
READ_ONLY_EXIT_CODES = {
    VerdictWord.PASSED: ExitCode.GOOD,
    VerdictWord.FAILED: ExitCode.FAILED_SAFE,
    VerdictWord.INCONCLUSIVE: ExitCode.INCONCLUSIVE,
}


def names_migrations(findings: Iterable[Finding]) -> bool:
    """Whether migrations were compared one by one, and not a schema version alone."""
    checks = {finding.check for finding in findings}
    return EXPECTED_VERSION not in checks or PENDING in checks


def takes_from_live_code(findings: Iterable[Finding]) -> bool:
    """Whether a pending migration of a pull request takes away what the code of its base uses."""
    files: dict[str, set[str]] = {PENDING: set(), PULL_ROLLBACK: set()}
    for finding in findings:
        is_told = finding.outcome.condemns if finding.check == PENDING else bool(finding.hint)
        if finding.file and is_told and finding.check in files:
            files[finding.check].add(finding.file)
    return bool(files[PENDING] & files[PULL_ROLLBACK])


class RestoreOutcome(StrEnum):
    """What became of the rollback of one service, by what Railway then showed."""

    PLANNED = "planned"
    RESTORED = "restored"
    ADOPTED = "adopted"
    """Somebody else had started it already."""
    REFUSED = "refused"
    NOT_SENT = "not sent"
    """The platform's state had changed since the plan."""
    UNKNOWN = "unknown"
    """Sent, and Railway did not show in time what became of it."""

    @classmethod
    def _missing_(cls, value: object) -> "RestoreOutcome | None":
        """Read what reports of before called it, though nothing had been stopped."""
        return cls.NOT_SENT if value == "stopped" else None

    @property
    def is_back(self) -> bool:
        """Whether the target serves again."""
        return self in (RestoreOutcome.RESTORED, RestoreOutcome.ADOPTED)

    @property
    def may_be_made(self) -> bool:
        """Whether the target serves again, or may yet."""
        return self.is_back or self is RestoreOutcome.UNKNOWN

    @property
    def was_tried(self) -> bool:
        """Whether more was done than to plan it."""
        return self is not RestoreOutcome.PLANNED


@dataclass(frozen=True, slots=True)
class JudgedDeployment:
    """The deployment that the verdict is about."""

    id: NamingText
    """Railway's id of it."""
    commit: NamingText
    """Full hash; empty for an upload, which has none."""
    status: OwnWords
    """Railway's word for the state that it was last seen in."""
    created_at: datetime
    """When Railway made it (UTC)."""

    @classmethod
    def of(cls, seen: Deployment) -> "JudgedDeployment":
        """Return what a report tells of a deployment."""
        return cls(seen.id, seen.commit_sha, seen.status_word or seen.status, seen.created_at)


@dataclass(frozen=True, slots=True)
class LiveDeployment:
    """The one deployment that served a service at some moment."""

    id: NamingText
    """Railway's id of it."""
    commit: NamingText
    """Full hash; empty for an upload, which has none."""
    created_at: datetime
    """When Railway made it (UTC)."""

    @classmethod
    def of(cls, seen: Deployment) -> "LiveDeployment":
        """Return what a report tells of a deployment."""
        return cls(seen.id, seen.commit_sha, seen.created_at)


@dataclass(frozen=True, slots=True)
class ReportedCommit:
    """What git knows of a commit that the report names."""

    hash: NamingText
    """Full hash."""
    title: Annotated[str, LeftOut("(title)")]
    """The first line of its message."""
    author: NamingText
    """Name of whoever wrote it."""
    committed_at: datetime
    """When it was committed."""
    url: Annotated[str, LeftOut("")] = ""
    """Its page at GitHub; empty where the repository is not known."""


@dataclass(frozen=True, slots=True)
class RollbackResult:
    """What became of the rollback of one service."""

    to: NamingText
    """The deployment whose image and variables were to be restored."""
    deployment: NamingText
    """The deployment that Railway made for it; empty where none was seen."""
    outcome: RestoreOutcome
    """Whether the target serves again, by what Railway then showed."""
    reason: NamingText = ""
    """Why it ended so; empty where there is nothing to add."""
    from_: Annotated[NamingText, Field(alias="from")] = ""
    """The condemned deployment."""

    @property
    def is_under_way(self) -> bool:
        """Whether Railway had begun it, and not ended it, when it was looked at last."""
        return self.outcome is RestoreOutcome.UNKNOWN and bool(self.deployment)


class StopOutcome(StrEnum):
    """What became of a deployment of the condemned commit that was still on its way."""

    STOPPED = "stopped"
    """Railway shows that it will not go live."""
    REFUSED = "refused"
    """Railway did not cancel it, and it was still on its way when the run ended."""
    WENT_LIVE = "went live"
    """It was not cancelled in time, and was rolled back like the others."""


@dataclass(frozen=True, slots=True)
class StopResult:
    """What became of cancelling one deployment."""

    deployment: NamingText
    """Railway's id of it."""
    outcome: StopOutcome
    """Whether it went live after all."""
    reason: NamingText = ""
    """Why it ended so; empty where there is nothing to add."""


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """One service in the report."""

    name: NamingText
    """As the configuration names it."""
    role: OwnWords
    """The role that the configuration gives it; empty without one."""
    judged: JudgedDeployment | None
    """The deployment that the verdict is about; null where it has none."""
    active_before: NamingText
    """Id of the deployment that served when the run began; empty where none was seen."""
    active_after: NamingText
    """Ids of the deployments that served when it ended; empty where none was seen."""
    rollback: RollbackResult | None = None
    """What became of its rollback; null where none was planned."""
    auto_deploy: HoldOutcome | None = None
    """What became of switching it off after a rollback; null where that was not tried."""
    stopped: StopResult | None = None
    """What became of cancelling what was still on its way; null where nothing was."""
    live_before: LiveDeployment | None = None
    """What served when the run began; null where that was none, or several."""
    live_after: LiveDeployment | None = None
    """What served when it ended; null where that was none, or several."""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """Something that happened, and when (UTC)."""

    at: datetime
    """When it was seen."""
    event: OwnWords
    """What sort of event it is, as one word for programs."""
    service: NamingText
    """Empty where it is about the whole run."""
    text: NamingText
    """What happened, in a sentence."""


@dataclass(frozen=True, slots=True)
class Report:
    """One run of one command."""

    command: OwnWords
    """The command that was run, such as `gate`."""
    verdict: VerdictWord
    """What the run found."""
    reason: NamingText
    """Why, in a sentence."""
    exit_code: ExitCode
    """What the command ends with."""
    commit: NamingText
    """Full hash of the commit that the run was about; empty where it was about none."""
    environment: NamingText
    """Railway's environment; empty where the command looks at none."""
    started_at: datetime
    """When the run began (UTC)."""
    ended_at: datetime
    """When it ended (UTC)."""
    services: tuple[ServiceReport, ...] = ()
    """Each service that the run looked at."""
    findings: tuple[Finding, ...] = ()
    """What every check said of the last look."""
    worth: tuple[CheckWorth, ...] = ()
    """What the configuration made of checks that fail: what it ignored stands in no finding."""
    timeline: tuple[TimelineEntry, ...] = ()
    """What happened, oldest first."""
    ledger: LedgerReport | None = None
    """Migrations against the database; null where no ledger was read."""
    further_ledgers: tuple[LedgerReport, ...] = ()
    """Where several ledgers are configured, all but the first."""
    drift: tuple[Drift, ...] = ()
    """What differs from what should be."""
    audited: tuple[NamingText, ...] = ()
    """Repositories that were read."""
    share: NamingText = ""
    """Of an audit that was split: which share it is, as "OWNER 2/4"; empty for the whole."""
    basis: NamingText = ""
    """Of a share: fingerprint of what it was judged by; shares of one audit have the same."""
    branches: tuple[NamingText, ...] = ()
    """Branches that were audited; empty where only default ones were, or none."""
    not_asked: tuple[NamingText, ...] = ()
    """Kinds of drift that this audit did not look for, by the first word of their setting."""
    changes: tuple[NamingText, ...] = ()
    """What became of the drift since the last report."""
    advice: tuple[NamingText, ...] = ()
    """What the reader should do, first thing first."""
    cause: Cause | None = None
    """The likeliest cause of a red verdict."""
    known_causes: tuple[KnownCause, ...] = ()
    """Causes that are known by a sign, the most telling first."""
    background: tuple[Background, ...] = ()
    """What lies behind a failure, by service."""
    rollback_reason: Annotated[str, LeftOut("(reason)")] = ""
    """Why a person asked for the rollback, in their words; empty where nobody did."""
    commits: tuple[ReportedCommit, ...] = ()
    """The commits that the services' deployments name, as far as the checkout has them."""
    answers: tuple[ReportedAnswer, ...] = ()
    """Every answer that was timed, oldest first; of more than 1,000 a part of the good ones."""
    kept_by_setting: bool | None = None
    """Whether nothing but a setting kept the run from a rollback; null where nothing did."""
    recovered_in_s: float | None = None
    """Seconds from the first condemning answer to the proven recovery."""
    names: tuple[Annotated[str, LeftOut("(name)")], ...] = ()
    """What others have named with several words, as it stands in texts here: no translation."""
    schema: Literal["verifier.report/v1"] = field(default="verifier.report/v1")
    """Which form this is in."""
