"""
What fails in everything at once, where nobody is known who may speak of the environment.

Nobody can tell then whether a deployment is to blame, or which: it is waited for, for a while.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from verifier.decide.gate.remainders import is_of
from verifier.decide.gate.since_live import failed_before
from verifier.decide.gate.unmoved import (
    SILENCE,
    Earlier,
    fails_alike,
    has_not_answered,
    left_open,
    may_fail,
)
from verifier.model.check_ids import HEALTH, NOT_THERE, SILENT
from verifier.model.check_ids import is_of as is_in
from verifier.model.deployment import Deployment
from verifier.model.finding import Finding, Outcome
from verifier.model.known_before import KnownBefore, seen_of
from verifier.model.verdict import Sample

_GOOD = (Outcome.PASS, Outcome.WARN)
#: The first looks take seconds; those after them show that a failure which has begun is not shared.
_MORE_WHERE_SOUND = 2


@dataclass(frozen=True, slots=True)
class LooksBefore:
    """What was said before anything of a deploy was live, and how much of it is enough."""

    looks: Sequence[KnownBefore] = ()
    """Oldest first."""
    enough: int = 1
    """So many of them show that a failure is not shared."""

    lasting: frozenset[str] = frozenset()
    """Services that have failed for so long that one such look is enough."""
    sound: frozenset[str] = frozenset()
    """Services whose latest record is good: what fails in them has only begun, and others may feel
    it later."""
    overdue: frozenset[str] = frozenset()
    """Services that have never been good for so long that one such look is enough, of whomever."""

    def failed_alone(self, finding: Finding, other: str) -> bool:
        """Whether another service failed so while the one of the finding was good."""
        failed_so = [look for look in self.looks if _failed_so(finding, other, look)]
        apart = [look for look in failed_so if _was_good(finding, look)]
        together = any(look.knows_failing(seen_of(finding)) for look in self.looks)
        # What came and goes elsewhere may come here as well.
        there = replace(finding, service=other, asked="")
        is_steady = not any(_was_good(there, look) for look in self.looks)
        is_lasting = finding.service in self.lasting and is_steady
        enough = 1 if is_lasting else self.enough
        if other in self.sound:
            enough = self.enough if is_lasting else self.enough + _MORE_WHERE_SOUND
        enough = 1 if finding.service in self.overdue else enough
        return len(apart) >= enough and not together


@dataclass(frozen=True, slots=True)
class SharedDoubt:
    """What is known beside a look that may be anybody's doing."""

    others: Mapping[str, Deployment] = field(default_factory=dict)
    """What else serves, by service name, whether anybody has seen it good or not."""
    told: Sample | None = None
    """What that said at the same time."""
    held: frozenset[str] = frozenset()
    """Services whose deployments were good for long enough to pass, in this run or an earlier."""
    over: frozenset[str] = frozenset()
    """Services that have failed for so long that it counts, whoever else fails."""
    before: LooksBefore = field(default_factory=LooksBefore)

    def strangers(self, finding: Finding) -> Mapping[str, Deployment]:
        """Return what else serves, but for what failed so while this service was good."""
        return {n: d for n, d in self.others.items() if not self.before.failed_alone(finding, n)}


def _was_good(finding: Finding, look: KnownBefore) -> bool:
    """Whether a check was good before; of silence, whether a response of health was."""
    of_health = (s for s in look.good if is_in(s.check, HEALTH))
    answered = any(s.service == finding.service for s in of_health)
    return answered if finding.check == SILENT else look.was_good(finding)


def _failed_so(finding: Finding, other: str, look: KnownBefore) -> bool:
    """Whether another service failed the same before; where nothing is named, whether it did."""
    names_nothing = finding.is_bare or finding.objects == (NOT_THERE,)
    seen = (f.seen for f in look.failing if f.seen.service == other)
    is_ill = any(is_in(s.check, HEALTH) for s in seen)
    return failed_before(finding, other, look) or (names_nothing and is_ill)


def answering(sample: Sample) -> frozenset[str]:
    """Return the services of which a check of health passes."""
    passing = (f for f in sample.findings if f.outcome is Outcome.PASS and is_in(f.check, HEALTH))
    return frozenset(f.service for f in passing)


def held_good(
    live: Mapping[str, Deployment], earlier: Earlier, stable_for_s: float
) -> frozenset[str]:
    """Return the services whose deployments were all good for so long in this run."""
    return frozenset(
        name for name, d in live.items() if _longest_good_s(name, d, earlier) >= stable_for_s
    )


def while_in_doubt(sample: Sample, live: Mapping[str, Deployment], doubt: SharedDoubt) -> Sample:
    """
    Return a look that condemns nothing for what fails alike in everything else that serves.

    That is all other code, where there is any: nobody has seen it good, or it went live later, so
    that it may be to blame itself. What failed so before, when this service was good, does not
    count. Where all that serves is of one release, it is not blamed for what breaks in all of its
    services at once, once each of them had been good for long enough.
    """
    findings = tuple(
        _left_open(f, alike)
        if f.service in live.keys() - doubt.over
        and may_fail(f)
        and (alike := _alike(f, sample, live, doubt))
        else f
        for f in sample.findings
    )
    if not sample.silent >= live.keys():
        return replace(sample, findings=findings)
    shared = {n for n in sample.silent - doubt.over if _is_shared_silence(n, live, doubt)}
    return replace(sample, findings=findings, silent=sample.silent - shared)


def _alike(
    finding: Finding, sample: Sample, live: Mapping[str, Deployment], doubt: SharedDoubt
) -> Collection[str]:
    """Return who fails as this does, where that is everything else that may be asked."""
    name, told = finding.service, doubt.told
    strangers = [n for n, d in doubt.strangers(finding).items() if not is_of(d, live[name])]
    if strangers and told is not None:
        # Who is down, or not heard of in this look, cannot say whether it is shared.
        speaking = [n for n in strangers if _speaks(finding, n, told)]
        is_alike = all(fails_alike(finding, n, told) for n in speaking)
        return sorted(speaking) if is_alike else ()
    if strangers:
        return ()
    beside = sorted(live.keys() - {name})
    is_at_once = live.keys() <= doubt.held and all(fails_alike(finding, n, sample) for n in beside)
    return beside if is_at_once else ()


def _speaks(finding: Finding, service: str, told: Sample) -> bool:
    is_down = service in told.silent
    return not is_down and not has_not_answered(finding, service, told)


def _left_open(finding: Finding, alike: Collection[str]) -> Finding:
    names = ", ".join(alike)
    text = f"it fails the same way at the same time in all that serves ({names})"
    return left_open(finding, f"{text}: {finding.summary}")


def _is_shared_silence(service: str, live: Mapping[str, Deployment], doubt: SharedDoubt) -> bool:
    """Whether all else is silent as well, where all that is judged is."""
    strangers = doubt.strangers(replace(SILENCE, service=service))
    if strangers:
        return doubt.told is not None and strangers.keys() <= doubt.told.silent
    return len(live) > 1 and live.keys() <= doubt.held


def _longest_good_s(service: str, deployment: Deployment, earlier: Earlier) -> float:
    longest_s, since_s = 0.0, None
    for look in earlier.get(service, ()):
        told = [f.outcome for f in look.about(service) if f.outcome is not Outcome.SKIP]
        is_good = bool(told) and all(outcome in _GOOD for outcome in told)
        if look.deployments.get(service) != deployment.id or not is_good:
            since_s = None
            continue
        since_s = look.at_s if since_s is None else since_s
        longest_s = max(longest_s, look.at_s - since_s)
    return longest_s
