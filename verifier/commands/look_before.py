"""One look at what serves before a deploy, repeated as often as a failure needs to be confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from verifier.commands.watch import Arrive, Watch
from verifier.decide.gate.arrival import Stage
from verifier.decide.gate.doubtful_targets import critical_before
from verifier.decide.gate.seen_before import (
    confirmed,
    is_told_enough,
    known_from,
    silent_before,
)
from verifier.model.deployment import Deployment, Fleet, sole_active
from verifier.model.evidence import Subject
from verifier.model.finding import Outcome
from verifier.model.known_before import KnownBefore
from verifier.model.target_doubt import Doubt
from verifier.model.verdict import Sample


@dataclass(frozen=True, slots=True)
class LookedBefore:
    """What is known of what serves before a deploy, and what of it was seen just now."""

    known: KnownBefore
    fleet: Fleet
    """Railway's latest statement."""
    served: Mapping[str, Deployment]
    """What was looked at, by service name."""
    seen: KnownBefore
    """What the looks themselves saw."""
    critical: Mapping[str, Doubt]
    """What was CRITICAL in the latest of them, by deployment id."""
    looks: tuple[KnownBefore, ...]
    """What each of them said, oldest first."""
    early: KnownBefore
    """What failed before anything to be judged was live."""


def look_before(watch: Watch, fleet: Fleet, arrive: Arrive, recalled: KnownBefore) -> LookedBefore:
    """
    Ask the checks about what serves, and again while something fails or was not seen.

    Once anything to be judged is live, it waits for one look at most, and at nothing but services
    of which `recalled`, which is what earlier runs kept, knows nothing good. Of one that has
    switched that is what still drains: it shows what was good, and excuses nothing.

    A failure excuses the deploy only if it is confirmed as one that condemns is, and not
    across a switch. What failed earlier stands where this run did not see it good.
    """
    limits = watch.limits
    looks: list[KnownBefore] = []
    served: Mapping[str, Deployment] = {}
    critical: Mapping[str, Doubt] = {}
    while known := _served_before(fleet, arrive, recalled):
        sample, after = watch.look(known, fleet, Subject.BEFORE)
        were_good = KnownBefore(recalled.good.union(*(one.good for one in looks)))
        look = known_from((*sample.findings, *silent_before(sample)), were_good)
        looks.append(_settled(look, known, after, arrive))
        fleet, served = after, known
        critical = critical_before(sample, known, after)
        is_clear = not looks[-1].failing and not _is_unclear(sample)
        if is_clear or is_told_enough(looks, limits.fail_after) or _live(fleet, arrive):
            break
        again_s = limits.fail_after * limits.interval_s
        watch.journal.waiting("a second look at what failed before", 0.0, again_s)
        watch.world.wait(limits.interval_s)
    seen = confirmed(looks, limits.fail_after)
    earlier = [failed for failed in recalled.failing if not seen.has_good(failed.seen)]
    failing = (*seen.failing, *earlier)
    known_before = replace(seen, good=seen.good | recalled.good, failing=failing)
    early = tuple(earlier)
    if looks and not _live(fleet, arrive):
        early = (*known_before.failing, *looks[-1].failing)
    of_early = KnownBefore(failing=early)
    return LookedBefore(known_before, fleet, served, seen, critical, tuple(looks), of_early)


def _is_unclear(sample: Sample) -> bool:
    return any(finding.outcome is Outcome.INCONCLUSIVE for finding in sample.findings)


def _live(fleet: Fleet, arrive: Arrive) -> Mapping[str, Deployment]:
    """
    What is to be judged and live already, by service name.

    What had crashed before this deploy is judged as well, and nobody waits for that.
    """
    return {
        arrival.service: arrival.deployment
        for arrival in arrive(fleet)
        if arrival.stage is Stage.LIVE and arrival.deployment and not arrival.had_crashed
    }


def _served_before(fleet: Fleet, arrive: Arrive, recalled: KnownBefore) -> Mapping[str, Deployment]:
    """What served before the deploy and may still answer, by service name."""
    live = _live(fleet, arrive)
    known = {seen.service for seen in recalled.good} if live else ()
    judged = {a.service for a in arrive(fleet) if a.stage is Stage.LIVE}
    serving = {n: d for n, d in sole_active(fleet).items() if n not in judged}
    draining = {n: d for n, own in live.items() if (d := fleet[n].draining_beside(own))}
    return {name: d for name, d in (serving | draining).items() if name not in known}


def _settled(
    look: KnownBefore, known: Mapping[str, Deployment], after: Fleet, arrive: Arrive
) -> KnownBefore:
    """
    Return what a look counts for, by what Railway shows after it.

    Nothing of a service that has changed, and no failure of one that drains. Once anything to be
    judged is live, what all services share may fail because of that.
    """
    live = _live(after, arrive)
    same = [name for name, d in known.items() if d.id in after[name].may_answer]
    alone = [name for name in same if after[name].active == (known[name].id,)]
    shared = () if live else ("",)
    failing = [f for f in look.failing if f.seen.service in (*alone, *shared)]
    good = look.of(name for name in same if name in alone or name in live).good
    return KnownBefore(good, tuple(failing))
