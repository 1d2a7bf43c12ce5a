"""Looks at what serves before a deploy, as often as a failure needs to be confirmed."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from verifier.commands.watch import Arrive, Watch
from verifier.commands.witnesses import Witnesses
from verifier.decide.gate.arrival import Stage
from verifier.decide.gate.doubtful_targets import critical_before
from verifier.decide.gate.own_failures import Brought, brought, is_verified_now, without
from verifier.decide.gate.seen_before import (
    confirmed,
    known_from,
    silent_before,
    still_failing,
    unsteady,
)
from verifier.decide.gate.unmoved import Earlier
from verifier.model.check_ids import HEALTH, is_of
from verifier.model.deployment import Deployment, Fleet, ServiceState, sole_active
from verifier.model.doubt import Doubt
from verifier.model.evidence import Subject
from verifier.model.finding import Outcome
from verifier.model.known_before import NOTHING_KNOWN, KnownBefore, SeenFailing
from verifier.model.past_verdict import PastVerdict
from verifier.model.verdict import Sample

#: How old what excuses a deploy is at most, while nothing of the deploy is live.
_AGAIN_S = 30.0
_AGAIN_WITHIN_S = 10.0
#: How soon, and how often, it is looked again for what the first looks did not see.
_UNSEEN_AGAIN_S, _MOST_FOR_UNSEEN = 5.0, 5


#: So often is asked what the gate of what serves has found, while that may end an excuse.
_RECALL_EVERY_S = 10.0


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


@dataclass(slots=True)
class Baseline:
    """
    What is known of what serves before a deploy, kept up to date until something is live.

    `recall` reads the records of earlier gates again; it returns none where they cannot be read.
    """

    watch: Watch
    arrive: Arrive
    recall: Callable[[], Sequence[PastVerdict]]
    known: KnownBefore
    looked_s: float
    """When that was seen, on the run's clock."""
    served: Mapping[str, Deployment]
    """What was looked at, by service name."""
    seen: KnownBefore
    """What the looks themselves saw of it."""
    looks: tuple[KnownBefore, ...]
    """What each of them said, oldest first."""
    records: Sequence[PastVerdict] = ()
    """What earlier gates found, as it was last weighed."""
    doubts: tuple[Brought, ...] = ()
    """What excuses, though it may be the doing of a deployment that no gate verified."""
    _recall_s: float | None = None
    _looks_for_unseen: int = 0
    _witnesses: Witnesses = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing that was asked of what this deploy did not change."""
        self._witnesses = Witnesses(self.watch, self._was_good)

    def latest(self, live: Mapping[str, Deployment], fleet: Fleet) -> KnownBefore:
        """
        Return it, from a new look where the last one is old and there is a reason for that.

        A reason is what has failed in this run, was never seen, or does not answer well now: an
        outage may begin while Railway builds.
        """
        self._witnesses.note(fleet)
        now_s = self.watch.clock.now_s()
        serving = sole_active(fleet)
        unseen = self._unseen(serving)
        if not live and now_s - self.looked_s >= (_UNSEEN_AGAIN_S if unseen else _AGAIN_S):
            if unseen or self.has_failed or self._stumbles(serving, fleet):
                self._look_again(serving, fleet)
            self.looked_s = self.watch.clock.now_s()
        if live and self.doubts:
            self._reconsider(fleet, now_s)
        return replace(self.known, unsteady=unsteady(self.looks))

    def weighed(
        self, sample: Sample, live: Mapping[str, Deployment], fleet: Fleet, earlier: Earlier
    ) -> Sample:
        """Return a look as it counts beside what this deploy did not change."""
        own = frozenset(a.service for a in self.arrive(fleet) if not a.is_taken_on)
        return self._witnesses.weighed(sample, live, fleet, earlier, own)

    def _was_good(self, state: ServiceState, deployment: Deployment) -> bool:
        """Whether this run has seen good what serves before, or a gate has verified it."""
        name = state.service.name
        is_good = any(s.service == name and is_of(s.check, HEALTH) for s in self.seen.good)
        is_seen = is_good and self.served.get(name) == deployment
        return is_seen or is_verified_now(state, deployment, self.records)

    def weigh(self, fleet: Fleet, records: Sequence[PastVerdict]) -> None:
        """Let nothing excuse that a deployment brought itself, by records, and tell of doubts."""
        self.records = records
        judged = {a.service: a.deployment for a in self.arrive(fleet)}
        found = brought(self.known, judged, fleet, records, self.watch.clock.now())
        self.known = without(self.known, found)
        doubts = tuple(one for one in found if not one.is_proven)
        for one in found:
            if one.is_proven or one not in self.doubts:
                self.watch.journal.note("baseline", _told(one), one.failing.seen.service)
        self.doubts = doubts

    def _reconsider(self, fleet: Fleet, now_s: float) -> None:
        """Ask whether the gate of what served has found something since: it may have run beside."""
        limits = self.watch.limits
        if self._recall_s is None:
            # What condemns at first sight waits for no records.
            self._recall_s = now_s + (limits.interval_s if limits.fail_after > 1 else 0.0)
        if now_s < self._recall_s:
            return
        self._recall_s = now_s + _RECALL_EVERY_S
        if records := self.recall():
            self.weigh(fleet, records)
        else:
            self._recall_s = math.inf

    @property
    def has_failed(self) -> bool:
        """Whether anything was seen failing in this run, also where it was good again since."""
        return bool(self.known.failing) or any(look.failing for look in self.looks)

    def _stumbles(self, serving: Mapping[str, Deployment], fleet: Fleet) -> bool:
        """Whether anything that has answered does not now; Railway is not asked for that."""
        answered = {seen.service for seen in self.known.good if is_of(seen.check, HEALTH)}
        asked = {name: d for name, d in serving.items() if name in answered}
        world = self.watch.world
        is_bad = world.stumbling(asked, fleet) or world.failing_in_depth(asked, fleet)
        return bool(asked and is_bad)

    def _unseen(self, serving: Mapping[str, Deployment]) -> frozenset[str]:
        """Return what serves and was not seen good yet, while it is worth looking for that."""
        if self._looks_for_unseen >= _MOST_FOR_UNSEEN:
            return frozenset()
        seen = {s.service for s in (*self.known.good, *(f.seen for f in self.known.failing))}
        return frozenset(serving.keys() - seen)

    def _look_again(self, serving: Mapping[str, Deployment], fleet: Fleet) -> None:
        self._looks_for_unseen += bool(self._unseen(serving))
        sample, after = self.watch.look(serving, fleet, Subject.BEFORE, _AGAIN_WITHIN_S)
        if any(after[name].active != (d.id,) for name, d in serving.items()):
            return  # what was seen across a switch says nothing
        look = known_from((*sample.findings, *silent_before(sample)))
        failed = {f.seen.check for f in self.known.failing}
        self.known = still_failing(self.known, look)
        self.looks = (*self.looks, look)
        if any(not self.known.knows_failing(f.seen) for f in look.failing):
            found = look_before(self.watch, fleet, self.arrive, NOTHING_KNOWN)
            self.looks = (*self.looks, *found.looks)
            new = [f for f in found.seen.failing if not self.known.knows_failing(f.seen)]
            self.known = KnownBefore(self.known.good, (*self.known.failing, *new))
            self._tell_new(new)
        same = [name for name, d in serving.items() if self.served.get(name) == d]
        self.seen = still_failing(self.seen, look.of(same))
        again = sorted(failed - {f.seen.check for f in self.known.failing})
        if again:
            text = f"good again before this deploy, and so no excuse: {', '.join(again)}"
            self.watch.journal.note("baseline", text)

    def _tell_new(self, new: Sequence[SeenFailing]) -> None:
        if new:
            names = ", ".join(sorted({f.seen.check for f in new}))
            text = f"fails by now, before this deploy: {names}"
            self.watch.journal.note("baseline", text)


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
        look = known_from((*sample.findings, *silent_before(sample)))
        looks.append(_settled(look, known, after, arrive))
        fleet, served = after, known
        critical = critical_before(sample, known)
        is_clear = not looks[-1].failing and not _is_unclear(sample)
        if is_clear or len(looks) >= limits.fail_after or _live(fleet, arrive):
            break
        again_s = limits.fail_after * limits.interval_s
        watch.journal.waiting("a second look at what failed before", 0.0, again_s)
        watch.world.wait(limits.interval_s)
    seen = confirmed(looks, limits.fail_after)
    earlier = [failed for failed in recalled.failing if not seen.has_good(failed.seen)]
    known_before = KnownBefore(seen.good | recalled.good, (*seen.failing, *earlier))
    return LookedBefore(known_before, fleet, served, seen, critical, tuple(looks))


def _told(one: Brought) -> str:
    check, by, verified = one.failing.seen.check, one.by.id[:8], one.verified.id[:8]
    if one.is_proven:
        return f"{check} was good on {verified}, which was verified; what {by} broke is no excuse"
    return (
        f"{check} fails on {by}, never verified; whether {verified}, the last verified one, would "
        "fail it too is not known, so it counts as failing before. If the code is to blame, "
        "roll back yourself: verifier rollback"
    )


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
    serving = {n: d for n, d in sole_active(fleet).items() if n not in live}
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
