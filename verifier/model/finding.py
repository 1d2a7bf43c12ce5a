"""Outcomes and findings: what a check can say, and which of two answers is worse."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from verifier.model.printable_text import LeftOut, NamingText, OwnWords


class Outcome(StrEnum):
    """The outcome of one finding, from the least to the most severe."""

    SKIP = "skip"
    PASS = "pass"  # noqa: S105  the word of the report contract, no password
    WARN = "warn"
    INCONCLUSIVE = "inconclusive"
    FAIL = "fail"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Position in the order of severity, 0 for `skip`."""
        return _RANKS[self]

    @property
    def condemns(self) -> bool:
        """Whether a deployment with such a finding must not stay."""
        return self in (Outcome.FAIL, Outcome.CRITICAL)


_RANKS = {outcome: rank for rank, outcome in enumerate(Outcome)}


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the most severe outcome. Skips do not count; nothing at all is inconclusive."""
    judged = [outcome for outcome in outcomes if outcome is not Outcome.SKIP]
    return max(judged, key=lambda outcome: outcome.rank, default=Outcome.INCONCLUSIVE)


@dataclass(frozen=True, slots=True)
class Unobserved:
    """Stands where a fact could not be read. Never None, never an empty list, never "absent"."""

    reason: str
    hint: str = ""
    """What the reader can do about it."""
    is_final: bool = False
    """Whether no waiting can change it, such as a commit that the checkout does not have."""

    @property
    def explained(self) -> str:
        """The reason and what to do about it, for a line that shows no hint of its own."""
        return f"{self.reason}; {self.hint}" if self.hint else self.reason


@dataclass(frozen=True, slots=True)
class Hidden(Unobserved):
    """What the token may not read: no later try can, and nothing has gone wrong."""


@dataclass(frozen=True, slots=True)
class NotAsked:
    """Stands where a fact does not apply to what is being looked at, or was not configured."""

    reason: str


def hint_of(missing: Unobserved | NotAsked) -> str:
    """Return what can be done about a fact that is missing; nothing where it was not asked for."""
    return missing.hint if isinstance(missing, Unobserved) else ""


def later_of(missing: Unobserved) -> "Later | None":
    """Return that a fact stays unread for good, where no waiting can change that."""
    return FOR_GOOD if missing.is_final else None


class Leniency(StrEnum):
    """Why a finding is worth less than a failure: what else a configuration may say of it."""

    WAIVED = "waived"
    """It failed, and a waiver holds."""
    LESSER = "lesser"
    """It fails in what the configuration says is no failure."""
    NOT_REQUIRED = "not required"
    """It is bad, or is so in components alone that nothing requires."""
    SKIPPED = "skipped"
    """It was not looked at, and nothing requires it."""
    MISSING = "missing"
    """It is not there, and nothing requires it."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a finding comes from."""

    source: NamingText
    """What was asked, such as `railway` or an address."""
    observed_at: datetime
    """When it was observed (UTC)."""
    deployment_proven_by: OwnWords = ""
    """How the answer was tied to the judged deployment; empty where it was not."""
    duration_ms: int = 0
    """How long the answer took."""
    attempts: int = 1
    """How often it was asked before it answered."""
    late_s: float = 0.0
    """How many seconds before its look it was observed: what is learned late counts for then."""


@dataclass(frozen=True, slots=True)
class Later:
    """What a finding is worth once its deployment has been live for so long."""

    outcome: Outcome
    """What it is worth from then on."""
    after_s: float | None = None
    """Seconds; None for the limit of readiness."""
    if_good_before: Outcome | None = None
    """What it is worth instead, where the check was seen good before."""
    due_in_s: float = 0.0
    """How long after the look it may still come in time: waited for even where the limit is
    shorter, if the run is long enough."""


#: Of what no waiting can change: it stays open, from the first second on.
FOR_GOOD = Later(Outcome.INCONCLUSIVE, 0.0)


@dataclass(frozen=True, slots=True)
class ToldComponent:
    """What a health document says of one component, without its own words."""

    name: NamingText
    """As the document calls it."""
    status: OwnWords
    """How that is read: `good`, `warning`, `bad`, `critical`, `skipped`, `pending`, `unknown`."""
    place: NamingText = ""
    """Where it stands in the document: keys, separated by dots."""
    current: NamingText = ""
    """The version that it has; empty where it names none."""
    expected: NamingText = ""
    """The version that it waits for; empty where it names none."""
    id: NamingText = ""
    """The id beside its name; empty where there is none."""
    is_doubtful: bool = False
    """Whether it holds something that speaks against its status."""
    is_incidental: bool = False
    """Whether it may as well be a setting: it counts only where it is required by name."""
    is_dispensable: bool = False
    """Whether the document says that the whole can do without it."""
    calls_itself_critical: bool = False
    """Whether its own word is one for a wrong environment or database."""


@dataclass(frozen=True, slots=True)
class ToldDocument:
    """What a health document says, by which another configuration can judge it."""

    code: int
    """The HTTP code that it came with."""
    status: OwnWords
    """How the document is read as a whole, as `components[].status`."""
    rule: OwnWords
    """How that was found."""
    is_safe: bool | None
    """Whether it calls this deploy safe; null where it does not say."""
    components: tuple[ToldComponent, ...]
    """In the order of the document."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer of one check."""

    check: NamingText
    """Stable id, `family.question`."""
    outcome: Outcome
    """What the answer is worth."""
    summary: NamingText
    """The answer, in a line."""
    service: NamingText = ""
    """Empty where the answer is about the whole environment, such as its database."""
    detail: NamingText = ""
    """What lies behind it, such as the lines of an error; empty where there is no more."""
    hint: NamingText = ""
    """What to do about it; empty where there is nothing to add."""
    evidence: Provenance | None = None
    """Where the answer comes from; null where nothing was observed."""
    file: Annotated[str, LeftOut("(file)")] = ""
    """Path in the checkout that it is about; empty where it is about none."""
    line: int = 0
    """From 1; 0 where there is no file."""
    blameless: NamingText = ""
    """Why its failing is not held against the judged deployment: a reason to be red, and none to
    roll back. Empty where it is held against it."""
    objects: tuple[NamingText, ...] = ()
    """What exactly failed, where a check may fail in several ways: components, relations,
    migrations, the class of a status code."""
    asked: NamingText = ""
    """What exactly was asked, as a short digest: a path, a query; empty where no configuration
    can make that another question."""
    later: Later | None = None
    """What it is worth in the end, where it says, or said, "not yet"; None where time changes
    nothing."""
    is_bare: bool = False
    """Whether it fails without naming what is wrong, as a service that is starting does."""
    is_tolerated: bool = False
    """Whether it only warns because the configuration says so: then it was not seen good."""
    leniency: Leniency | None = None
    """Why it is worth less than a failure; null where it is worth what was found."""
    document: ToldDocument | None = None
    """What a health endpoint's document said; null where it gave none, or one of more than 100
    components."""

    @property
    def late_s(self) -> float:
        """Return how many seconds before its look it was observed."""
        return self.evidence.late_s if self.evidence else 0.0


def tolerated(finding: Finding, reason: Leniency) -> Finding:
    """Return a finding that only warns, with why it does."""
    return replace(finding, outcome=Outcome.WARN, is_tolerated=True, leniency=reason)


def condemning(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that a failing verdict rests on."""
    return [finding for finding in findings if finding.outcome.condemns]
