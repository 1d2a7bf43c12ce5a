"""Looks at what serves before a deploy, as often as a failure needs to be confirmed."""

from collections.abc import Mapping

from verifier.commands.watch import Arrive, Watch
from verifier.decide.gate.arrival import Stage
from verifier.decide.gate.seen_before import confirmed, known_from, silent_before
from verifier.model.deployment import Deployment, Fleet, ServiceState, sole_active
from verifier.model.evidence import Subject
from verifier.model.finding import Outcome
from verifier.model.known_before import KnownBefore
from verifier.model.verdict import Sample


def look_before(
    watch: Watch, fleet: Fleet, arrive: Arrive, recalled: KnownBefore
) -> tuple[KnownBefore, Fleet]:
    """
    Ask the checks about what serves, and again while something fails or was not seen.

    Once anything to be judged is live, it waits for one look at most, and at nothing but services
    of which `recalled`, which is what earlier runs kept, knows nothing good. Of one that has
    switched that is what still drains: it shows what was good, and excuses nothing.

    A failure excuses the deploy only if it is confirmed as one that condemns is, and not
    across a switch. What failed earlier stands where this run did not see it good. Returns
    Railway's latest statement as well.
    """
    limits = watch.limits
    looks: list[KnownBefore] = []
    while known := _served_before(fleet, arrive, recalled):
        sample, after = watch.look(known, fleet, Subject.BEFORE)
        look = known_from((*sample.findings, *silent_before(sample)))
        looks.append(_settled(look, known, after, arrive))
        fleet = after
        is_clear = not looks[-1].failing and not _is_unclear(sample)
        if is_clear or len(looks) >= limits.fail_after or _live(fleet, arrive):
            break
        again_s = limits.fail_after * limits.interval_s
        watch.journal.waiting("a second look at what failed before", 0.0, again_s)
        watch.world.wait(limits.interval_s)
    seen = confirmed(looks, limits.fail_after)
    earlier = [failed for failed in recalled.failing if failed.seen not in seen.good]
    return KnownBefore(seen.good | recalled.good, (*seen.failing, *earlier)), fleet


def _is_unclear(sample: Sample) -> bool:
    return any(finding.outcome is Outcome.INCONCLUSIVE for finding in sample.findings)


def _live(fleet: Fleet, arrive: Arrive) -> Mapping[str, Deployment]:
    """What is to be judged and live already, by service name."""
    return {
        arrival.service: arrival.deployment
        for arrival in arrive(fleet)
        if arrival.stage is Stage.LIVE and arrival.deployment
    }


def _served_before(fleet: Fleet, arrive: Arrive, recalled: KnownBefore) -> Mapping[str, Deployment]:
    """What served before the deploy and may still answer, by service name."""
    live = _live(fleet, arrive)
    known = {seen.service for seen in recalled.good} if live else ()
    serving = {name: d for name, d in sole_active(fleet).items() if name not in live}
    draining = {n: d for n, judged in live.items() if (d := _draining(fleet[n], judged))}
    return {name: d for name, d in (serving | draining).items() if name not in known}


def _draining(state: ServiceState, judged: Deployment) -> Deployment | None:
    """What alone may answer beside what has just gone live."""
    older = [
        d
        for d in state.deployments
        if d.id in state.may_answer and d.created_at < judged.created_at
    ]
    return older[0] if len(older) == 1 and not older[0].same_code_as(judged) else None


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
