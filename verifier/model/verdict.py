"""Samples, verdicts and plans: what is decided, and on what."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from verifier.model.breaking_change import ChangeKind
from verifier.model.deployment import Deployment, Service
from verifier.model.finding import Finding, Outcome
from verifier.model.known_before import NOTHING_KNOWN, KnownBefore, Recall
from verifier.model.migration_ledger import LedgerReport
from verifier.model.past_verdict import PastVerdict
from verifier.model.target_doubt import Doubt


class VerdictWord(StrEnum):
    """The verdict of a run."""

    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    SUPERSEDED = "superseded"
    UNAFFECTED = "unaffected"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how often to look. All in seconds."""

    interval_s: float
    fail_after: int
    """Consecutive failing answers that condemn."""
    stable_for_s: float
    ready_within_s: float
    """From active to the first proven answer, and the longest silence after one."""
    appear_within_s: float
    build_within_s: float
    deploy_within_s: float
    restore_within_s: float
    deadline_s: float
    """For the whole run."""
    flap_bad: int = 3
    flap_of: int = 8
    """So many failing answers of a check among so many condemn as well, in whatever order."""
    reach_within_s: float = 60.0
    """How long Railway may be out of reach when the run begins."""
    warm_up_s: float = 20.0
    """How long an unnamed cause is "not yet" if Railway's check passed; else `ready_within_s`."""

    @property
    def reserve_s(self) -> float:
        """Time kept back for a rollback and its verification."""
        return min(self.deadline_s / 2, self.restore_within_s + self.stable_for_s + 30)

    @property
    def verify_s(self) -> float:
        """Time kept back for the verification alone, once something was put back."""
        return self.stable_for_s + 20


@dataclass(frozen=True, slots=True)
class Sample:
    """What all checks said of one evidence."""

    at_s: float
    """Seconds on the run's own clock."""
    findings: tuple[Finding, ...]
    silent: frozenset[str] = frozenset()
    """Services whose judged deployment is the only active one and which, so Railway's edge
    says, do not answer."""
    ledgers: tuple[LedgerReport, ...] = ()
    deployments: Mapping[str, str] = field(default_factory=dict)
    """Ids of the deployments that were looked at, by service name."""
    stumbled: frozenset[str] = frozenset()
    """Services that did not answer well, to a question without proof, since the look before."""
    is_after_pause: bool = False
    """Whether nobody looked for a while before it: how long all was good is not known then."""

    def about(self, service: str) -> tuple[Finding, ...]:
        """Return what was found of a service, and of what all services share."""
        return tuple(f for f in self.findings if f.service in (service, ""))

    def by_service(self) -> "Mapping[str, Sample]":
        """Return for each service that was looked at the part of it that is about it."""
        own: dict[str, list[Finding]] = {name: [] for name in self.deployments}
        for finding in self.findings:
            for name in own if not finding.service else own.keys() & {finding.service}:
                own[name].append(finding)
        return {name: replace(self, findings=tuple(found)) for name, found in own.items()}


@dataclass(frozen=True, slots=True)
class Wait:
    """Look again after so many seconds, at most so many where news would tell of a change."""

    seconds: float
    at_most_s: float = math.inf
    good_since_s: float | None = field(default=None, compare=False)  # None: not all is good
    is_calm: bool = field(default=False, compare=False)
    """Whether nothing of it has failed lately, so that a later look serves as well."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement, and the findings it rests on."""

    word: VerdictWord
    reason: str
    findings: tuple[Finding, ...] = ()
    condemned_by: tuple[Finding, ...] = ()
    """Those of the findings that a failure of one service rests on."""
    limit: str = ""
    """The limit that they reached; empty where one answer was enough."""
    held_s: float = field(default=0.0, compare=False)
    """For how long all checks of one service passed, where they did."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A deployment that a service could have gone back to, and why it may not."""

    service: str
    deployment: Deployment
    reason: str


class RestoreMethod(StrEnum):
    """How Railway is asked to put a deployment back."""

    ROLLBACK = "rollback"
    """Restores its image and its variables."""
    REDEPLOY = "redeploy"
    """Starts its image again; sources disagree on whether with its own variables or today's."""


@dataclass(frozen=True, slots=True)
class Move:
    """Put `target` back in the place of `condemned`."""

    service: Service
    condemned: Deployment
    target: Deployment
    methods: tuple[RestoreMethod, ...] = (RestoreMethod.ROLLBACK,)
    """The first is used; the second where this token is denied the first."""
    is_into_the_unknown: bool = False  # No verdict, no good look, and no hour that it served.


@dataclass(frozen=True, slots=True)
class RollBackTo:
    """The moves of a rollback, in the order in which they are to be made."""

    moves: tuple[Move, ...]
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[str, ...] = ()
    """What speaks against it, without forbidding it."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Touch nothing, and why."""

    reason: str
    refusals: tuple[Refusal, ...] = ()
    is_condemned: bool = False
    """True where the judged deployments are to blame, although they stay."""
    is_excused: bool = False
    """True where something else is to blame, or may be: then nothing is cancelled either."""
    may_pass: bool = False
    """True where the reason may be gone in a moment, so that it is worth planning again."""
    is_by_setting: bool = False
    """True where nothing but a setting forbids to touch it."""
    is_misnamed: bool = False
    """True where what a person named is not there, or is several: the call was wrong."""


@dataclass(frozen=True, slots=True)
class Past:
    """What is known from before this deploy."""

    before: KnownBefore = NOTHING_KNOWN
    """What was seen of the checks, of what served before and, where good, of any deployment."""
    records: tuple[PastVerdict, ...] = ()
    """What earlier gates found, newest first."""
    incident: str = ""
    """What Railway says is wrong with its platform, where this could be the cause."""
    doubtful: Mapping[str, Doubt] = field(default_factory=dict)
    """What speaks against going back to a deployment, by its id."""
    recall: Recall = Recall.READ  # Of `before`, what earlier runs kept.
    seen_good: frozenset[str] = frozenset()  # Ids of what served as the run began, and was good.
    good: frozenset[str] = frozenset()  # Services that were good when last heard of.


class RollbackMode(StrEnum):
    """What a failing verdict may do."""

    AUTO = "auto"
    OFF = "off"
    PLAN = "plan"


class InconclusiveMode(StrEnum):
    """What an inconclusive verdict may do."""

    KEEP = "keep"
    ROLLBACK = "rollback"


class DestructiveMode(StrEnum):
    """What to do where migrations took away what the older code needs."""

    WARN = "warn"
    REFUSE = "refuse"


class Prefer(StrEnum):
    """Which of two good deployments is gone back to."""

    VERIFIED = "verified"
    """The one that a gate verified, where it does not lie too far back."""
    RECENT = "recent"
    """The newer one, if it served for long."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the team decided beforehand about rollbacks."""

    mode: RollbackMode
    on_inconclusive: InconclusiveMode
    order: tuple[str, ...]
    """Roles or service names, first to go back first."""
    on_destructive_migration: DestructiveMode = DestructiveMode.REFUSE
    tolerated: frozenset[ChangeKind] = frozenset()
    """Of what migrations do to older code, the kinds that only warn."""
    is_in_order: bool = False
    """Whether one service goes back only after the one before was asked for."""
    cancels: bool = True
    """Whether deployments of a condemned commit that are still on their way are cancelled."""
    judges_live: bool = True
    """Whether a live deployment that no gate has judged is judged by a run that passes it by."""
    redeploys: bool = False
    """Whether an old image may be redeployed where Railway does not roll back to it."""
    holds: bool = False
    """Whether auto-deploy is switched off after a rollback."""
    prefer: Prefer = Prefer.VERIFIED
    verified_within_s: float = 72 * 3600.0
    """How much older a verified deployment may be than one that served without complaint."""
    drill_every_s: float | None = None
    """How old the last proven rollback of a service may be; None for as old as it is."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """A check that is known to be wrong and condemns nobody for a while."""

    check: str
    reason: str
    until: date
    """The last day of it, in UTC."""


class NotifyMode(StrEnum):
    """Which verdicts are told."""

    NEVER = "never"
    FAILURE = "failure"
    ON_CHANGE = "on-change"
    ALWAYS = "always"


class Reaction(StrEnum):
    """What a difference between checkout and ledger is worth."""

    FAIL = "fail"
    WARN = "warn"
    IGNORE = "ignore"


#: What a finding of each reaction is; None where there is to be none.
OUTCOMES: Mapping[Reaction, Outcome | None] = {
    Reaction.FAIL: Outcome.FAIL,
    Reaction.WARN: Outcome.WARN,
    Reaction.IGNORE: None,
}


@dataclass(frozen=True, slots=True)
class LedgerPolicy:
    """What each kind of difference between checkout and ledger is worth."""

    pending: Reaction = Reaction.FAIL
    failed: Reaction = Reaction.FAIL
    modified: Reaction = Reaction.WARN
    unknown: Reaction = Reaction.IGNORE
    out_of_order: Reaction = Reaction.WARN
    heads: Reaction = Reaction.WARN
    applied_within_s: float = 0.0
    """How long what is pending may still be applied by somebody else, after the deploy."""
