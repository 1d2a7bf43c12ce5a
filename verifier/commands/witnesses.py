"""Asks what a deploy did not change, once something fails that it did."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from verifier.commands.watch import Watch
from verifier.decide.gate.restarts import is_restarting
from verifier.decide.gate.unmoved import (
    Earlier,
    Environment,
    environment,
    fallen,
    is_unclear,
    suspects,
    unless_all_fail,
    without_falls,
    witnesses,
)
from verifier.model.deployment import Deployment, DeploymentStatus, Fleet, ServiceState, sole_active
from verifier.model.evidence import Subject
from verifier.model.verdict import Sample

#: What fails waits so long for their answers, and once they are slow so long.
_WITHIN_S, _SLOW_WITHIN_S = 2.0, 5.0
#: What has not answered may still fail alike, until it has been asked for so long.
_UNCLEAR_FOR_S = 15.0
#: Where they are good they are asked again after so many intervals: not at the very next look.
_AGAIN = 1.5
#: Who fell so long ago may be up only until the next time.
_FALLEN_FOR_S = 30.0


@dataclass(slots=True)
class Witnesses:
    """The services that a deploy left alone, and what they have said of the environment."""

    watch: Watch
    was_good: Callable[[ServiceState, Deployment], bool]
    _again_s: float = 0.0
    _environment: Environment = frozenset()
    _witnessed_s: float = -math.inf
    """When a witness failed alike last."""
    _unclear_since_s: float | None = None
    _up: dict[str, str] = field(default_factory=dict)
    """What was seen running in this run, by service name."""
    _fell_s: dict[str, float] = field(default_factory=dict)
    """When one of them was seen ended last, by deployment id."""

    def note(self, fleet: Fleet) -> None:
        """Keep what Railway shows of who runs and who has ended."""
        for name, d in sole_active(fleet).items():
            if d.status is DeploymentStatus.CRASHED or is_restarting(d):
                self._fell_s[d.id] = self.watch.clock.now_s()
            elif d.instances:
                self._up[name] = d.id

    def weighed(
        self, sample: Sample, live: Mapping[str, Deployment], fleet: Fleet, earlier: Earlier
    ) -> Sample:
        """
        Return a look that condemns nothing for what fails alike in what the deploy left alone.

        `live` is what was looked at, and `earlier` are the looks before. Nothing is asked while
        all is good, nor where anything is critical: that waits for nothing.
        """
        self.note(fleet)
        sample = self._without_falls(sample, live, fleet)
        doubted, now_s, told = suspects(sample), self.watch.clock.now_s(), None
        if not doubted:
            self._environment = environment(self._environment, sample, sample, None)
            self._unclear_since_s = None
        if not doubted or now_s < self._again_s:
            return sample
        older = witnesses(fleet, live, doubted)
        # What nobody has seen good may fail for whatever reason.
        asked = {name: d for name, d in older.items() if self.was_good(fleet[name], d)}
        if asked:
            within_s = _WITHIN_S if self._unclear_since_s is None else _SLOW_WITHIN_S
            told, after = self.watch.look(asked, fleet, Subject.BEFORE, within_s)
            if any(after[name].active != (d.id,) for name, d in asked.items()):
                return sample  # what was seen across a switch says nothing
        weighed = self._weigh(sample, live, earlier, told, now_s)
        if asked and weighed == sample:
            self._again_s = now_s + _AGAIN * self.watch.limits.interval_s
        return weighed

    def _weigh(
        self,
        sample: Sample,
        live: Mapping[str, Deployment],
        earlier: Earlier,
        told: Sample | None,
        now_s: float,
    ) -> Sample:
        is_open = told is not None and is_unclear(sample, told)
        if not is_open:
            self._unclear_since_s = None
        elif self._unclear_since_s is None:
            self._unclear_since_s = now_s
        since_s = now_s if self._unclear_since_s is None else self._unclear_since_s
        is_patient = now_s - since_s < _UNCLEAR_FOR_S
        if now_s - self._witnessed_s > self.watch.limits.ready_within_s / 2:
            # With nobody left to ask, no outage is believed in for good.
            self._environment = frozenset()
        witnessed = unless_all_fail(sample, live, earlier, told, is_patient=is_patient)
        if is_open:
            return witnessed
        if witnessed != sample:
            self._witnessed_s = now_s
        weighed = unless_all_fail(sample, live, earlier, told, self._environment)
        self._environment = environment(self._environment, sample, weighed, told)
        return weighed

    def _without_falls(
        self, sample: Sample, live: Mapping[str, Deployment], fleet: Fleet
    ) -> Sample:
        """Return a look without the ends that all have come to, of code that was not changed."""
        now_s = self.watch.clock.now_s()
        beside: dict[str, list[str]] = {}
        for service in fallen(sample) & live.keys():
            older = witnesses(fleet, live, frozenset({service}))
            were_up = {
                n: d
                for n, d in older.items()
                if self._up.get(n) == d.id and self.was_good(fleet[n], d)
            }
            fell = [
                n
                for n, d in were_up.items()
                if now_s - self._fell_s.get(d.id, -math.inf) <= _FALLEN_FOR_S
            ]
            if fell and len(fell) == len(were_up):
                beside[service] = sorted(fell)
        return without_falls(sample, beside) if beside else sample
