"""What is known of a service's checks from before a deploy: what was good, and what failed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from verifier.model.check_ids import (
    BY_CODE,
    DEPLOYMENT,
    LEADS_NOWHERE,
    MIGRATIONS,
    NO_ANSWER,
    NOT_LOOKED_AT,
    NOT_THERE,
    REFUSED,
    SILENT,
    is_of,
)
from verifier.model.finding import Finding, Outcome

FAILED_BEFORE = "the same checks failed before this deploy: rolling it back would not help"
NEVER_GOOD = "no record says that it ever passed on this service"
FAILS_AT_THE_END = "also fails in what serves at the end"


class Recall(StrEnum):
    """Whether what earlier runs kept was read."""

    READ = "read"
    MISSED = "missed"
    """It may be there, and was not read this time."""
    IMPOSSIBLE = "impossible"
    """Nothing is kept, or this token may not read it."""


@dataclass(frozen=True, slots=True)
class SeenCheck:
    """One check of one service; of what all services share, the service is empty."""

    check: str
    """Its id. The checks of migrations are one: each of them speaks only where it is not good."""
    service: str
    asked: str = ""
    """As in `Finding.asked`; empty where nobody kept it, as earlier versions."""

    def is_same(self, other: "SeenCheck") -> bool:
        """Whether both asked the same, as far as that was kept."""
        is_alike = self.asked == other.asked or not (self.asked and other.asked)
        return is_alike and (self.check, self.service) == (other.check, other.service)


@dataclass(frozen=True, slots=True)
class SeenFailing:
    """A check that failed, and on what."""

    seen: SeenCheck
    objects: frozenset[str]
    """As in `Finding.objects`; empty where nobody kept on what, as earlier versions."""

    @property
    def is_statement(self) -> bool:
        """
        Whether it says what is wrong, as only what is set up rightly can.

        A path that leads nowhere says no more than a code of 4xx, in words that change with a
        framework; and a code alone names nothing.
        """
        nothing = {NO_ANSWER, NOT_THERE, NOT_LOOKED_AT}
        is_refused = any(o.startswith(REFUSED) for o in self.objects)
        return not is_refused and any(
            o not in nothing and not o.startswith(BY_CODE) for o in self.objects
        )

    def covers(self, object_: str) -> bool:
        """Whether it failed on that; earlier versions kept of a component its name alone."""
        return object_ in self.objects or object_.partition(": ")[0] in self.objects


@dataclass(frozen=True, slots=True)
class KnownBefore:
    """What was seen of what served before."""

    good: frozenset[SeenCheck] = frozenset()
    failing: tuple[SeenFailing, ...] = ()
    unsteady: frozenset[SeenCheck] = frozenset()
    """What failed more than once and was good in between."""

    def was_unsteady(self, finding: Finding) -> bool:
        """Whether the check that a finding is of was good and failing in turns."""
        return any(seen.is_same(seen_of(finding)) for seen in self.unsteady)

    def was_good(self, finding: Finding) -> bool:
        """Whether the check that a finding is of was seen good."""
        return self.has_good(seen_of(finding))

    def has_good(self, seen: SeenCheck) -> bool:
        """Whether a check was seen good that asked the same."""
        return any(seen.is_same(good) for good in self.good)

    def knows_failing(self, seen: SeenCheck) -> bool:
        """Whether a check failed before that asked the same."""
        return any(failed.seen.is_same(seen) for failed in self.failing)

    def excuses(self, finding: Finding) -> bool:
        """Whether the same failed before, on the same objects."""
        before = [f for f in self.failing if f.seen.is_same(seen_of(finding))]
        if any(not f.objects for f in before):
            return True
        return bool(finding.objects) and all(
            any(f.covers(object_) for f in before) for object_ in finding.objects
        )

    def may_condemn(self, finding: Finding) -> bool:
        """
        Whether a failure speaks against the deployment, and not against how the check is set up.

        It does where the check was seen good on this service, or saying that something else is
        wrong; and by itself where it is critical, Railway's own statement, or silence.
        """
        if finding.outcome is Outcome.CRITICAL or finding.check == SILENT:
            return True
        seen = seen_of(finding)
        was_seen = self.has_good(seen) or any(
            f.seen.is_same(seen) and f.is_statement for f in self.failing
        )
        return is_of(finding.check, DEPLOYMENT) or was_seen

    def weighed(self, finding: Finding) -> Finding:
        """Return a failure that does not speak against this deploy as blameless, with why."""
        is_held = finding.outcome is Outcome.CRITICAL or not finding.outcome.condemns
        if is_held or finding.blameless:
            return finding
        if self.excuses(finding):
            return replace(finding, blameless=FAILED_BEFORE)
        return finding if self.may_condemn(finding) else replace(finding, blameless=NEVER_GOOD)

    def with_good(self, other: "KnownBefore") -> "KnownBefore":
        """Return it with what else was seen good."""
        return replace(self, good=self.good | other.good)

    def of(self, services: Iterable[str]) -> "KnownBefore":
        """Return what it knows of some services, and of what all share."""
        names = {*services, ""}
        return KnownBefore(
            frozenset(seen for seen in self.good if seen.service in names),
            tuple(failing for failing in self.failing if failing.seen.service in names),
        )


NOTHING_KNOWN = KnownBefore()


def leads_nowhere(finding: Finding) -> bool:
    """Whether the application answers that it has no such path."""
    return finding.objects == (LEADS_NOWHERE,)


def seen_of(finding: Finding) -> SeenCheck:
    """Return the check that a finding is of."""
    is_migration = is_of(finding.check, MIGRATIONS)
    check = MIGRATIONS if is_migration else finding.check
    return SeenCheck(check, finding.service, finding.asked)
