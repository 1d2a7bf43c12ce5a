"""Keeps up to date what is known of what serves before a deploy, until something of it is live."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from verifier.commands.look_before import look_before
from verifier.commands.records import Records
from verifier.commands.watch import Arrive, Watch
from verifier.commands.witnesses import Witnesses
from verifier.decide.gate.arrival import Stage
from verifier.decide.gate.history import is_verified_now
from verifier.decide.gate.own_failures import (
    Brought,
    brought,
    crashed_though_verified,
    with_ends,
    without,
)
from verifier.decide.gate.seen_before import (
    known_from,
    recalled,
    silent_before,
    still_failing,
    unsteady,
    without_itself,
)
from verifier.decide.gate.unmoved import Earlier, is_told_by_itself
from verifier.model.check_ids import HEALTH, is_of
from verifier.model.deployment import (
    Deployment,
    DeploymentStatus,
    Fleet,
    ServiceState,
    sole_active,
)
from verifier.model.evidence import Subject
from verifier.model.known_before import KnownBefore, SeenFailing
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.verdict import Sample

#: How old what excuses a deploy is at most, while nothing of the deploy is live.
_AGAIN_S = 30.0
_AGAIN_WITHIN_S = 10.0
#: And once Railway starts the new deployment, after which there is no more time to look.
_STARTING_AGAIN_S = 10.0
#: How soon, and how often, it is looked again for what the first looks did not see.
_SOON_AGAIN_S, _MOST_FOR_UNSEEN = 5.0, 5
#: So often is asked what the gate of what serves has found, while that may end an excuse.
_RECALL_EVERY_S = 10.0
_RECALL_WITHIN_S = 1.5


@dataclass(slots=True)
class Baseline:
    """What is known of what serves before a deploy, kept up to date until something is live."""

    watch: Watch
    arrive: Arrive
    memory: Records
    """The records of earlier gates."""
    known: KnownBefore
    looked_s: float
    """When that was seen, on the run's clock."""
    served: Mapping[str, Deployment]
    """What was looked at, by service name."""
    seen: KnownBefore
    """What the looks themselves saw of it."""
    looks: tuple[KnownBefore, ...]
    """What each of them said, oldest first."""
    early: KnownBefore
    """What failed before anything of the deploy was live."""
    until_s: float
    """When the time for looking ends."""
    heard: dict[str, tuple[KnownBefore, ...]]
    """What looks said of each deployment that served, by its id, oldest first."""
    records: Sequence[PastVerdict] = ()
    """What earlier gates found, as it was last weighed."""
    doubts: tuple[Brought, ...] = ()
    """What excuses, though it may be the doing of a deployment that no gate verified."""
    _crashed: Mapping[str, Deployment] = field(default_factory=dict)
    """What had crashed though a gate had verified it, by service name."""
    _is_taken_in: bool = field(init=False)
    """Whether that was taken in, whoever read it first."""
    _recall_s: float | None = None
    _read_s: float = 0.0
    """When the records were read again last, for what fails."""
    _looks_for_unseen: int = 0
    _witnesses: Witnesses = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing that was asked of what this deploy did not change."""
        self._witnesses = Witnesses(self.watch, self, self.until_s)
        self._is_taken_in = self.memory.is_read

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
        # A failure that has only just begun is looked at more closely: others may feel it later.
        is_new = bool(self.known.failing) and len(self.looks) < 2 * self.watch.limits.fail_after
        again_s = _STARTING_AGAIN_S if self._is_starting(fleet) else _AGAIN_S
        if not live and now_s - self.looked_s >= (_SOON_AGAIN_S if unseen or is_new else again_s):
            if unseen or self.has_failed or self._stumbles(serving, fleet):
                self._look_again(serving, fleet)
            self.looked_s = self.watch.clock.now_s()
        if not self._is_taken_in:
            self._catch_up(live, fleet, now_s)
        elif live and (self.doubts or self.known.failing):
            self._reconsider(fleet, now_s)
        if own := {n for n, d in live.items() if n in self.served and self.served[n].id == d.id}:
            self.known = without_itself(self.known, self._recalled(fleet), own)
        turning = frozenset(seen for seen in unsteady(self.looks) if seen.service not in own)
        known = replace(self.known, unsteady=turning)
        return with_ends(known, self._judged(fleet), fleet, self.records, self._crashed)

    def weighed(
        self, sample: Sample, live: Mapping[str, Deployment], fleet: Fleet, earlier: Earlier
    ) -> Sample:
        """Return a look as it counts beside what this deploy did not change."""
        own = frozenset(a.service for a in self.arrive(fleet) if not a.is_taken_on)
        return self._witnesses.weighed(sample, live, fleet, earlier, own)

    def was_good(self, state: ServiceState, deployment: Deployment) -> bool:
        """Whether this run has seen good what serves before, or a gate has verified it."""
        name = state.service.name
        is_seen = _is_well(name, self.seen) and self.served.get(name) == deployment
        return is_seen or is_verified_now(state, deployment, self.records)

    def was_up(self, service: str, deployment: Deployment) -> bool:
        """Whether the last look at it before the deploy found it good."""
        is_same = self.served.get(service) == deployment
        return is_same and bool(self.looks) and _is_well(service, self.looks[-1])

    def has_been_good(self, service: str, deployment: Deployment) -> bool:
        """Whether an earlier run has seen this very deployment good."""
        own = (service, deployment.id)
        return any(_is_good(r) for r in self.records if (r.service, r.deployment_id) == own)

    @property
    def sound(self) -> frozenset[str]:
        """Services whose latest record of what serves is good."""
        latest = {(r.service, r.deployment_id): r for r in reversed(self.records)}
        told = {n: latest.get((n, d.id)) for n, d in self.served.items()}
        return frozenset(n for n, r in told.items() if r is not None and _is_good(r))

    def condemned(self, live: Mapping[str, Deployment]) -> frozenset[str]:
        """Return the services of which an earlier gate has failed this very deployment."""
        verdicts = [r for r in self.records if r.status is not PastStatus.SEEN]
        latest = {(r.service, r.deployment_id): r.status for r in reversed(verdicts)}
        bad = PastStatus.CONDEMNED
        return frozenset(n for n, d in live.items() if latest.get((n, d.id)) is bad)

    def refresh(self) -> None:
        """Read again what gates have found: one may have verified meanwhile what fails now."""
        if self.watch.clock.now_s() < max(self.looked_s, self._read_s) + _RECALL_EVERY_S:
            return
        self.records = self.memory.read(_RECALL_WITHIN_S) or self.records
        self._read_s = self.watch.clock.now_s()

    def hear(self, told: Sample, serving: Mapping[str, Deployment]) -> None:
        """Keep what a look says of what serves, for when it may be gone back to."""
        look = known_from((*told.findings, *silent_before(told)), self.known)
        for name, d in serving.items():
            self.heard[d.id] = (*self.heard.get(d.id, ()), look.of([name]))

    def weigh(self, fleet: Fleet, records: Sequence[PastVerdict]) -> None:
        """Let nothing excuse that a deployment brought itself, by records, and tell of doubts."""
        self.records = records
        # What this run itself says of one that had crashed is no news of what it was before.
        self._crashed = {**crashed_though_verified(fleet, records), **self._crashed}
        now, judged = self.watch.clock.now(), self._judged(fleet)
        found = brought(self.known, judged, fleet, records, now, self._crashed)
        self.known = without(self.known, found)
        doubts = tuple(one for one in found if not one.is_proven)
        for one in found:
            if one.is_proven or one not in self.doubts:
                self.watch.journal.note("baseline", one.excuse_words, one.failing.seen.service)
        self.doubts = doubts

    def _recalled(self, fleet: Fleet) -> KnownBefore:
        return recalled(self._judged(fleet), self.records, fleet, self.watch.clock.now())

    def _judged(self, fleet: Fleet) -> Mapping[str, Deployment | None]:
        return {a.service: a.deployment for a in self.arrive(fleet)}

    def _catch_up(self, live: Mapping[str, Deployment], fleet: Fleet, now_s: float) -> None:
        """Take in the records that could not be read as the run began."""
        if not self.memory.is_read:
            if self._recall_s is None:
                # What condemns at first sight waits for no records.
                self._recall_s = now_s + self.watch.limits.interval_s if live else now_s
            if now_s < self._recall_s:
                return
            self._recall_s = now_s + _RECALL_EVERY_S
            self.memory.read(_RECALL_WITHIN_S)
        self._is_taken_in, self.records = self.memory.is_read, self.memory.latest
        kept = self._recalled(fleet)
        failing = [f for f in kept.failing if not self.seen.has_good(f.seen)]
        new = [f for f in failing if not self.known.knows_failing(f.seen)]
        known = self.known.with_good(kept)
        self.known = replace(known, failing=(*known.failing, *new))
        self.weigh(fleet, self.records)

    def _reconsider(self, fleet: Fleet, now_s: float) -> None:
        """Ask whether the gate of what served has found something since: it may have run beside."""
        limits = self.watch.limits
        if self._recall_s is None:
            # What condemns at first sight waits for no records.
            self._recall_s = now_s + (limits.interval_s if limits.fail_after > 1 else 0.0)
        if now_s < self._recall_s:
            return
        self._recall_s = now_s + _RECALL_EVERY_S
        if records := self.memory.read(_RECALL_WITHIN_S):
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
        return bool(asked and self.watch.world.failing_in_depth(asked, fleet))

    def _is_starting(self, fleet: Fleet) -> bool:
        """Whether Railway has built what is waited for, and starts it."""
        coming = (a.deployment for a in self.arrive(fleet) if a.stage is Stage.UNDER_WAY)
        return any(d is not None and d.status is DeploymentStatus.DEPLOYING for d in coming)

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
        look = known_from((*sample.findings, *silent_before(sample)), self.known)
        self.hear(sample, serving)
        failed = {f.seen.check for f in self.known.failing}
        self.known = still_failing(self.known, look)
        self.looks = (*self.looks, look)
        if any(not self.known.knows_failing(f.seen) for f in look.failing):
            were_good = KnownBefore(self.known.good)
            found = look_before(self.watch, fleet, self.arrive, were_good)
            self.looks = (*self.looks, *found.looks)
            new = [f for f in found.seen.failing if not self.known.knows_failing(f.seen)]
            self.known = replace(self.known, failing=(*self.known.failing, *new))
            self._tell_new(new)
        if all(arrival.stage is not Stage.LIVE for arrival in self.arrive(after)):
            self.early = KnownBefore(failing=(*self.known.failing, *look.failing))
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


def _is_well(service: str, seen: KnownBefore) -> bool:
    """Whether a check of health was good, and nothing failed that a service says of itself."""
    is_good = any(s.service == service and is_of(s.check, HEALTH) for s in seen.good)
    failing = (f.seen for f in seen.failing if f.seen.service == service)
    return is_good and not any(is_told_by_itself(s.check) for s in failing)


def _is_good(record: PastVerdict) -> bool:
    is_well = record.seen is not None and _is_well(record.service, record.seen)
    return record.status is PastStatus.VERIFIED or is_well
