"""Looks at what serves before a deploy, as often as a failure needs to be confirmed."""

from collections.abc import Mapping

from verifier.commands.watch import Watch
from verifier.decide.gate.arrival import Stage, Wanted, arrivals_of
from verifier.decide.gate.judge import silent_before
from verifier.decide.gate.seen_before import confirmed, known_from
from verifier.model.deployment import Deployment, Fleet, sole_active
from verifier.model.evidence import Subject
from verifier.model.finding import Outcome
from verifier.model.known_before import KnownBefore
from verifier.model.verdict import Sample


def look_before(watch: Watch, fleet: Fleet, wanted: Wanted) -> tuple[KnownBefore, Fleet]:
    """
    Ask the checks about what serves, and again while something fails or was not seen.

    A failure excuses the deploy only if it is confirmed as one that condemns is, and not across a
    switch. Returns Railway's latest statement as well.
    """
    limits = watch.limits
    looks: list[KnownBefore] = []
    while known := sole_active(fleet):
        sample, after = watch.look(known, fleet, Subject.BEFORE)
        if not _serve(after, known):
            return confirmed(looks, limits.fail_after), after
        looks.append(known_from((*sample.findings, *silent_before(sample))))
        fleet = after
        is_clear = not looks[-1].failing and not _is_unclear(sample)
        if is_clear or len(looks) >= limits.fail_after or _is_live(fleet, wanted):
            break
        again_s = limits.fail_after * limits.interval_s
        watch.journal.waiting("a second look at what failed before", 0.0, again_s)
        watch.world.wait(limits.interval_s)
    return confirmed(looks, limits.fail_after), fleet


def _is_unclear(sample: Sample) -> bool:
    return any(finding.outcome is Outcome.INCONCLUSIVE for finding in sample.findings)


def _serve(fleet: Fleet, known: Mapping[str, Deployment]) -> bool:
    """Whether what was looked at is still all that serves."""
    return all(fleet[name].active == (deployment.id,) for name, deployment in known.items())


def _is_live(fleet: Fleet, wanted: Wanted) -> bool:
    return any(arrival.stage is Stage.LIVE for arrival in arrivals_of(fleet, wanted))
