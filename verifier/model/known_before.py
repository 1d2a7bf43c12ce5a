"""What is known of a service's checks from before a deploy: what was good, and what failed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from verifier.model.check_ids import DEPLOYMENT, MIGRATIONS, NO_ANSWER, SILENT, is_of
from verifier.model.finding import Finding, Outcome

FAILED_BEFORE = "the same checks failed before this deploy: rolling it back would not help"
NEVER_GOOD = "has never passed on this service"


@dataclass(frozen=True, slots=True)
class SeenCheck:
    """One check of one service; of what all services share, the service is empty."""

    check: str
    """Its id. The checks of migrations are one: each of them speaks only where it is not good."""
    service: str


@dataclass(frozen=True, slots=True)
class SeenFailing:
    """A check that failed, and on what."""

    seen: SeenCheck
    objects: frozenset[str]
    """As in `Finding.objects`."""


@dataclass(frozen=True, slots=True)
class KnownBefore:
    """What was seen of what served before."""

    good: frozenset[SeenCheck] = frozenset()
    failing: tuple[SeenFailing, ...] = ()

    def was_good(self, finding: Finding) -> bool:
        """Whether the check that a finding is of was seen good."""
        return seen_of(finding) in self.good

    def excuses(self, finding: Finding) -> bool:
        """Whether the same failed before, on the same objects."""
        before = [f.objects for f in self.failing if f.seen == seen_of(finding)]
        return bool(before) and set(finding.objects) <= frozenset().union(*before)

    def may_condemn(self, finding: Finding) -> bool:
        """
        Whether a failure speaks against the deployment, and not against how the check is set up.

        It does where the check was seen good on this service, or failing on something else; and
        by itself where it is critical, Railway's own statement, or silence.
        """
        if finding.outcome is Outcome.CRITICAL or finding.check == SILENT:
            return True
        seen = seen_of(finding)
        answered = (f.seen for f in self.failing if f.objects != {NO_ANSWER})
        was_seen = seen in self.good or seen in answered
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
        return KnownBefore(self.good | other.good, self.failing)

    def of(self, services: Iterable[str]) -> "KnownBefore":
        """Return what it knows of some services, and of what all share."""
        names = {*services, ""}
        return KnownBefore(
            frozenset(seen for seen in self.good if seen.service in names),
            tuple(failing for failing in self.failing if failing.seen.service in names),
        )


NOTHING_KNOWN = KnownBefore()


def seen_of(finding: Finding) -> SeenCheck:
    """Return the check that a finding is of."""
    is_migration = is_of(finding.check, MIGRATIONS)
    return SeenCheck(MIGRATIONS if is_migration else finding.check, finding.service)
