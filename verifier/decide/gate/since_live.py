"""A failure since the first second live, beside older code that was good until then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from verifier.model.check_ids import HEALTH, SILENT, is_of
from verifier.model.deployment import Deployment
from verifier.model.finding import Finding, Outcome
from verifier.model.known_before import NOTHING_KNOWN, KnownBefore, SeenCheck
from verifier.model.verdict import Limits, Sample

#: Who failed before beside good old code, though seen less often than it takes to confirm that, is
#: believed to share a failure for so long: what is shared is felt everywhere within seconds.
_APART_S = 20.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long what fails alike elsewhere is waited for; times are on the clock of the run."""

    limits: Limits
    now_s: float
    until_s: float
    """When the time for looking ends."""

    def is_over(self, since_s: float) -> bool:
        """
        Whether what has failed since then counts, whoever fails alike.

        A run that ends before that still says so, once it has waited for half as long.
        """
        limits = self.limits
        borne_s = max(0.0, limits.ready_within_s - limits.fail_after * limits.interval_s)
        end_s = min(since_s + borne_s, max(since_s + borne_s / 2, self._last_s))
        return self.now_s >= end_s

    def is_over_for_apart(self, since_s: float) -> bool:
        """Whether it counts beside what failed before, when the code before was good."""
        is_long = self.now_s >= min(since_s + _APART_S, self._last_s)
        return is_long or self.is_over(since_s)

    @property
    def _last_s(self) -> float:
        """When a failure has to count at the latest, to be confirmed in this run."""
        return self.until_s - (self.limits.fail_after + 2) * self.limits.interval_s


def named(others: Mapping[str, Deployment]) -> str:
    """Say who fails as well, which was good before."""
    names = [f"{name} ({d.named_by_commit})" for name, d in sorted(others.items())]
    if len(names) == 1:
        return f"it has failed since it went live, and so has {names[0]}, which was good before"
    all_ = ", ".join(names)
    return f"it has failed since it went live, and so have {all_}, which were good before"


def naming_others(finding: Finding, others: Mapping[str, Deployment]) -> Finding:
    """Return a failure with who fails alike."""
    return replace(finding, summary=f"{finding.summary}; {named(others)}")


def has_passed(finding: Finding, sample: Sample, earlier: Sequence[Sample]) -> bool:
    """Whether what is looked at has passed the check of a finding in this run."""
    service = finding.service
    id_ = sample.deployments.get(service)
    is_silence = finding.check == SILENT
    return any(
        f.outcome is Outcome.PASS
        and f.service == service
        and (is_of(f.check, HEALTH) if is_silence else f.check == finding.check)
        for look in reversed(earlier)
        if look.deployments.get(service) == id_
        for f in look.findings
    )


def failed_before(finding: Finding, service: str, before: KnownBefore) -> bool:
    """Whether another service failed the same check before, on all that fails here."""
    if finding.check == SILENT:
        return before.knows_failing(SeenCheck(SILENT, service))
    return before.excuses(replace(finding, service=service, asked=""))


@dataclass(frozen=True, slots=True)
class Borne:
    """
    How long a failure is borne that older code shares.

    It may be the environment's, or what broke all of them. What failed in the older code before is
    the environment's. What was good until the deployment went live is not believed for ever: for
    one that has never been good, only until it is overdue.
    """

    overdue: frozenset[str] = frozenset()
    """Services whose deployments have been live for too long without being good."""
    before: KnownBefore = NOTHING_KNOWN
    """What failed before anything of this deploy was live."""
    serving: Mapping[str, Deployment] = field(default_factory=dict)
    """What else serves, by service name."""

    def is_over(self, finding: Finding, others: Iterable[str], *, was_good: bool) -> bool:
        """Whether a failure counts by now, though it is the same in other services."""
        if was_good or finding.service not in self.overdue:
            return False
        return not any(failed_before(finding, name, self.before) for name in others)

    def naming_others(self, finding: Finding, others: Iterable[str]) -> Finding:
        """Return it with who fails alike, as far as that is known."""
        known = {name: self.serving[name] for name in others if name in self.serving}
        return naming_others(finding, known) if known else finding
