"""What one watch has seen so far."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from verifier.decide.gate.arrival import Stage
from verifier.decide.gate.hidden import Stake
from verifier.decide.gate.track import Progress, Track
from verifier.decide.gate.tracks import fold
from verifier.model.check_ids import HEALTH, is_of
from verifier.model.deployment import Deployment, Fleet
from verifier.model.finding import Outcome, condemning
from verifier.model.known_before import NOTHING_KNOWN, KnownBefore
from verifier.model.migration_ledger import LedgerReport
from verifier.model.verdict import Limits, Sample, Verdict, Wait

#: What is good is asked cheaply so often within `stable_for_s`, at least.
_GLANCES = 8
_SHORTEST_GLANCE_S, _LONGEST_GLANCE_S = 0.5, 5.0
_TELL_EVERY_S = 5.0
#: What is done beside looking is gone on with so often.
_BUSY_S = 2.0
#: Whether the judged deployment answers by now is asked so often.
_ARRIVAL_S = 0.25
_AT_ONCE_MS = 1000
#: Not evenly, so that nothing that comes and goes is in step with it.
_UNEVEN = (0.75, 1.0, 0.625, 0.875, 0.5, 1.0, 0.75, 0.625)


@dataclass(slots=True)
class Looks:
    """The looks of one watch, oldest first."""

    until_s: float
    """When the looking must end."""
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    """By service name: what each look said of it."""
    ledgers: tuple[LedgerReport, ...] = ()
    """The ledgers as they were read last."""
    first_failure_s: float | None = None
    told: tuple[str, ...] = ()
    """What was noted of the look before."""
    seen: KnownBefore = NOTHING_KNOWN
    """The checks that were good in any look."""
    seen_earlier: KnownBefore = NOTHING_KNOWN
    """Those of earlier watches of the same run, of any deployment."""
    unread_since_s: dict[str, float] = field(default_factory=dict)
    """Services that Railway does not show, and since when."""
    borne: frozenset[str] = frozenset()
    """Those of them that are still waited for."""
    stumbled: frozenset[str] = frozenset()
    """Services that did not answer well between the last look and the next."""
    glances: int = 0
    """How often was asked between looks."""
    is_busy: bool = False
    """Whether something is done beside looking that may be due soon."""
    moving: frozenset[str] = frozenset()
    """Services that were being rolled back meanwhile."""
    stakes: Mapping[str, Stake] = field(default_factory=dict)
    """What a service that Railway does not show may have, by name, where anything."""
    begun_s: float = 0.0
    """When this watch began."""
    awaited: str = "a verdict"
    """What is waited for once everything is live, as in "waiting: …"."""
    tracks: Mapping[str, Track] = field(default_factory=dict)
    """How far the services were when an earlier watch of the same run ended."""

    @classmethod
    def after(cls, earlier: "Watched | None", until_s: float, moving: frozenset[str]) -> "Looks":
        """
        Begin a watch, or go on from an earlier one of the same run.

        What was seen of each deployment and since when it is live stays known. What all services
        share does not: it may have been the doing of what was taken out since.
        """
        if earlier is None:
            return cls(until_s, moving=moving)
        samples = {
            name: [replace(s, findings=tuple(f for f in s.findings if f.service)) for s in own]
            for name, own in earlier.samples.items()
        }
        good = frozenset(seen for seen in earlier.known_good.good if seen.service)
        looks = cls(until_s, samples, moving=moving, tracks=earlier.tracks)
        looks.seen_earlier = KnownBefore(good)
        return looks

    @property
    def known_good(self) -> KnownBefore:
        """Return the checks that this run has seen good so far."""
        return self.seen_earlier.with_good(self.seen)

    def add(self, service: str, sample: Sample) -> None:
        """Keep a look; one that an earlier watch did not go over into comes after a pause."""
        kept = self.samples.setdefault(service, [])
        is_after_pause = bool(kept) and kept[-1].at_s < self.begun_s
        kept.append(replace(sample, is_after_pause=is_after_pause))

    def end(self, verdict: Verdict, tracks: Mapping[str, Track], fleet: Fleet) -> "Watched":
        """Return the verdict of the watch, and what it was given on."""
        seen = (self.first_failure_s, self.ledgers, self.seen, self.samples)
        return Watched(verdict, tracks, fleet, *seen, self.seen_earlier)

    def all_good(self, tracks: Mapping[str, Track]) -> dict[str, Deployment]:
        """Return what holds, and of which the latest look has nothing but good of its health."""
        return {
            name: track.live
            for name, track in tracks.items()
            if track.live is not None
            and isinstance(track.decision, Wait)
            and track.decision.good_since_s is not None
            and all(
                f.outcome is Outcome.PASS
                for f in self.samples[name][-1].findings
                if is_of(f.check, HEALTH)
            )
        }

    def unproven(self, tracks: Mapping[str, Track]) -> dict[str, Deployment]:
        """Return what is live and waited for, and of whose health the latest look told nothing."""
        return {
            name: track.live
            for name, track in tracks.items()
            if track.live is not None
            and isinstance(track.decision, Wait)
            and name not in self.samples[name][-1].silent
            and _answers_for_another(self.samples[name][-1])
        }

    def pause_s(
        self, limits: Limits, good: Mapping[str, Deployment], unproven: Mapping[str, Deployment]
    ) -> float:
        """Return how long to wait at most for what is asked or done between two looks."""
        pauses = [_TELL_EVERY_S]
        pauses += [self._take_glance_s(limits)] if good else []
        pauses += [_ARRIVAL_S] if unproven else []
        pauses += [_BUSY_S] if self.is_busy else []
        return min(pauses)

    def _take_glance_s(self, limits: Limits) -> float:
        """Take the next glance, which is counted; return how long to wait for it."""
        evenly_s = max(_SHORTEST_GLANCE_S, min(_LONGEST_GLANCE_S, limits.stable_for_s / _GLANCES))
        self.glances += 1
        return evenly_s * _UNEVEN[self.glances % len(_UNEVEN)]


def _answers_for_another(sample: Sample) -> bool:
    """
    Whether health was not told and came at once, as where another deployment answers.

    What is slow may be busy with the question for longer: it is asked no second one.
    """
    found = [f for f in sample.findings if is_of(f.check, HEALTH)]
    took_ms = max((f.evidence.duration_ms for f in found if f.evidence), default=0)
    return took_ms < _AT_ONCE_MS and any(f.outcome is Outcome.INCONCLUSIVE for f in found)


def _is_good(service: str, deployment: Deployment, samples: Sequence[Sample]) -> bool:
    """Whether nothing fails in looks at a deployment, and one of them heard nothing but good."""
    own = [s for s in samples if s.deployments.get(service) == deployment.id]
    is_bad = any(condemning(s.findings) or service in s.silent for s in own)
    return not is_bad and any(_is_healthy(sample) for sample in own)


def _is_healthy(sample: Sample) -> bool:
    unclear = [f for f in sample.findings if f.outcome is Outcome.INCONCLUSIVE]
    is_heard = any(f.outcome is Outcome.PASS for f in sample.findings)
    return is_heard and not any(is_of(f.check, HEALTH) for f in unclear)


@dataclass(frozen=True, slots=True)
class Watched:
    """A verdict, and what it was given on."""

    verdict: Verdict
    tracks: Mapping[str, Track]
    """By service name."""
    fleet: Fleet
    """Railway's latest statement."""
    first_failure_s: float | None
    """When the first condemning answer came; None where none did."""
    ledgers: tuple[LedgerReport, ...]
    """As they were read last."""
    seen: KnownBefore
    """The checks that were good in any look."""
    samples: Mapping[str, Sequence[Sample]]
    """All looks, oldest first, by service name."""
    seen_earlier: KnownBefore = NOTHING_KNOWN
    """The checks that were good in earlier watches of the same run, of any deployment."""

    @property
    def known_good(self) -> KnownBefore:
        """Return the checks that this run has seen good so far."""
        return self.seen_earlier.with_good(self.seen)

    def of(self, services: Collection[str], now: Progress, limits: Limits) -> "Watched | None":
        """Return the verdict on these services alone; None where there is none yet."""
        tracks = {name: t for name, t in self.tracks.items() if name in services}
        verdict = fold(list(tracks.values()), now, limits)
        if not tracks or isinstance(verdict, Wait):
            return None
        looks = (s for name in tracks for s in self.samples.get(name, ()))
        failing_s = [look.at_s for look in looks if condemning(look.findings)]
        first_failure_s = min(failing_s, default=None)
        return replace(self, verdict=verdict, tracks=tracks, first_failure_s=first_failure_s)

    @property
    def judged(self) -> Mapping[str, Deployment]:
        """What was looked at in the end: Railway may have moved a deployment meanwhile."""
        return {name: t.live for name, t in self.tracks.items() if t.live is not None}

    @property
    def good(self) -> frozenset[str]:
        """
        Return the services of which what is live was good when it was last heard of.

        One look that could not read everything takes nothing from that, where it saw no failure.
        """
        return frozenset(
            name
            for name, d in self.judged.items()
            if _is_good(name, d, self.samples.get(name, ())[-2:])
        )

    @property
    def awaited(self) -> frozenset[str]:
        """Services whose deployment was on its way, and not waited for any longer."""
        stages = {name: track.arrival.stage for name, track in self.tracks.items()}
        return frozenset(name for name, stage in stages.items() if stage is Stage.UNDER_WAY)
