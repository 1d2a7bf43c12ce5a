"""Asks what a deploy did not change, once something fails that it did."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from verifier.commands.known_serving import KnownServing
from verifier.commands.watch import Watch
from verifier.decide.gate.fallen import fallen, was_up, with_falls, without_falls
from verifier.decide.gate.newest_first import after_others, held_for
from verifier.decide.gate.restarts import is_restarting
from verifier.decide.gate.shared_doubt import (
    LooksBefore,
    SharedDoubt,
    answering,
    held_good,
    while_in_doubt,
)
from verifier.decide.gate.since_live import Borne, Patience
from verifier.decide.gate.unmoved import (
    Earlier,
    FailingEverywhere,
    Heard,
    failing_everywhere,
    is_about_to_condemn,
    is_asked,
    is_unclear,
    may_fail,
    suspects,
    unless_all_fail,
)
from verifier.decide.gate.what_was_said import said_of, with_said
from verifier.decide.gate.witness_choice import draining, newcomers, still_speaks, witnesses
from verifier.model.deployment import Deployment, DeploymentStatus, Fleet, sole_active
from verifier.model.evidence import Subject
from verifier.model.finding import Outcome
from verifier.model.verdict import Sample

#: What is about to condemn waits so long for their answers, and what fails for the first time so
#: long: that opens the question, and its answer is taken when something hangs on it.
_WITHIN_S, _SHORT_S = 3.4, 0.25
#: Who was not heard of is asked so often again before something is condemned.
_TIMES_AGAIN = 2
#: Who failed alike so long ago, and does not answer now, may still fail alike.
_UNCLEAR_FOR_S = 15.0
#: Where they are good they are asked again after so many intervals: not at the very next look.
_AGAIN = 1.5
#: Who fell so long ago may be up only until the next time, as what comes and goes with it.
_FALLEN_FOR_S = 10.0


@dataclass(slots=True)
class Witnesses:
    """The services that a deploy left alone, and what they have said of the environment."""

    watch: Watch
    known: KnownServing
    until_s: float
    """When the time for looking ends."""
    _again_s: float = 0.0
    _failing: FailingEverywhere = frozenset()
    _well_s: dict[str, float] = field(default_factory=dict)
    """When what is judged was seen good last, by deployment id."""
    _witnessed_s: float = -math.inf
    """When a witness failed alike last."""
    _active_s: dict[str, float] = field(default_factory=dict)
    """When something was seen active first, by deployment id."""
    _live_s: dict[str, float] = field(default_factory=dict)
    """When what is judged was looked at first, by deployment id."""
    _down_before: dict[str, frozenset[str]] = field(default_factory=dict)
    """What had ended when that went live, by the same id."""
    _first: dict[str, tuple[str, Deployment]] = field(default_factory=dict)
    """What is taken out before something else is, and its service, by the id of the latter."""
    _up: dict[str, str] = field(default_factory=dict)
    """What was seen running in this run, by service name."""
    _fell_s: dict[str, float] = field(default_factory=dict)
    """When one of them was seen ended last, by deployment id."""
    _down: frozenset[str] = frozenset()
    """Ids of what Railway shows ended now."""

    @property
    def _patience(self) -> Patience:
        return Patience(self.watch.limits, self.watch.clock.now_s(), self.until_s)

    def _ill_s(self, deployment: Deployment) -> float:
        """Since when what is judged fails, as far as it does."""
        return self._well_s.get(deployment.id, self._live_s[deployment.id])

    def _before(self, live: Mapping[str, Deployment]) -> LooksBefore:
        """Return what was said before the deploy, as it counts by now."""
        is_over = self._patience.is_over_for_apart
        lasting = frozenset(n for n, d in live.items() if is_over(self._ill_s(d)))
        known, enough = self.known, self.watch.limits.fail_after
        return LooksBefore(known.looks, enough, lasting, known.sound, self._overdue(live))

    def note(self, fleet: Fleet) -> None:
        """Keep what Railway shows of who runs and who has ended."""
        serving, now_s = sole_active(fleet), self.watch.clock.now_s()
        crashed = (d for d in serving.values() if d.status is DeploymentStatus.CRASHED)
        restarting = (d for d in serving.values() if is_restarting(d))
        self._down = frozenset(d.id for d in (*crashed, *restarting))
        self._fell_s |= dict.fromkeys(self._down, now_s)
        for name, d in serving.items():
            self._active_s.setdefault(d.id, now_s)
            if d.instances and d.id not in self._down:
                self._up[name] = d.id

    def weighed(
        self,
        sample: Sample,
        live: Mapping[str, Deployment],
        fleet: Fleet,
        earlier: Earlier,
        own: frozenset[str],
    ) -> Sample:
        """
        Return a look that condemns nothing for what fails alike in what the deploy left alone.

        `live` is what was looked at, of which `own` are the services of this release; `earlier`
        are the looks before. Nothing is asked while all is good, nor where anything is critical:
        that waits for nothing.
        """
        self._note_live(live)
        self.note(fleet)
        sample = self._without_falls(sample, live, fleet, earlier)
        sample = self._newest_first(sample, live, fleet, earlier, own)
        doubted, now_s = suspects(sample), self.watch.clock.now_s()
        self._well_s |= {d.id: now_s for n, d in live.items() if n in answering(sample) - doubted}
        if not doubted:
            self._failing = failing_everywhere(self._failing, sample, sample, None)
        if not doubted or now_s < self._again_s:
            return sample
        self.known.refresh()
        older = {**draining(fleet, live, doubted), **witnesses(fleet, live, doubted)}
        # What nobody has seen good may fail for whatever reason;
        # what failed so before, beside the old code of this service, says nothing of now.
        failing = [f for f in sample.findings if f.service in doubted and may_fail(f)]
        before = self._before(live)
        asked = {
            name: d
            for name, d in older.items()
            if self.known.was_good(fleet[name], d)
            and not (failing and all(before.failed_alone(f, name) for f in failing))
        }
        newer = newcomers(fleet, live, doubted)
        others = {n: d for n, d in sole_active(fleet).items() if n not in live and n not in asked}
        told, moved = self._ask(sample, fleet, live, earlier, ({**asked, **newer}, others))
        if moved & (asked.keys() | newer.keys()):
            return sample  # what was seen across a switch says nothing
        of_known = told and said_of(told, asked.keys() | newer.keys())
        is_open = of_known is not None and is_unclear(sample, of_known)
        since_s = {name: self._active_s[d.id] for name, d in newer.items()}
        borne = Borne(self._overdue(live), self.known.early, {**live, **newer, **asked})
        up = frozenset(n for n in asked.keys() - live.keys() if self.known.was_up(n, asked[n]))
        heard = Heard(of_known, own=own, newer=since_s, borne=borne, was_up=up)
        weighed = self._weigh(sample, live, earlier, replace(heard, is_patient=is_open))
        if asked and weighed == sample and not is_open:
            self._again_s = now_s + _AGAIN * self.watch.limits.interval_s
        serving = {n: d for n, d in {**others, **asked}.items() if n not in moved and n not in live}
        return while_in_doubt(weighed, live, self._doubt(serving, told, live, earlier))

    def _ask(
        self,
        sample: Sample,
        fleet: Fleet,
        live: Mapping[str, Deployment],
        earlier: Earlier,
        asked: tuple[Mapping[str, Deployment], Mapping[str, Deployment]],
    ) -> tuple[Sample | None, frozenset[str]]:
        """Ask those whose answer is waited for, and others; say who was replaced meanwhile."""
        awaited, others = asked
        all_ = {**others, **awaited}
        if not all_:
            return None, frozenset()
        is_due = is_about_to_condemn(sample, earlier, self.watch.limits)
        within_s = _WITHIN_S if awaited and (is_due or sample.silent) else _SHORT_S
        begun_s = self.watch.clock.now_s()
        told, after = self.watch.look(all_, fleet, Subject.BEFORE, within_s)
        if is_due and self.watch.clock.now_s() - begun_s < _SHORT_S:
            told, after = self._ask_again(sample, all_, (told, after))
        there = {n for n, d in all_.items() if still_speaks(d, after[n], live.get(n))}
        self.known.hear(told, {name: all_[name] for name in there})
        return told, frozenset(all_.keys() - there)

    def _ask_again(
        self, sample: Sample, all_: Mapping[str, Deployment], asked: tuple[Sample, Fleet]
    ) -> tuple[Sample, Fleet]:
        """
        Ask those once or twice more of whom nothing has been heard, before anything condemns.

        Beside a deployment that drains every second answer is another's.
        """
        told, fleet = asked
        for _ in range(_TIMES_AGAIN):
            missing = {n: d for n, d in all_.items() if is_unclear(sample, said_of(told, {n}))}
            if not missing:
                break
            again, fleet = self.watch.look(missing, fleet, Subject.BEFORE, _SHORT_S)
            told = with_said(told, again)
        return told, fleet

    def _doubt(
        self,
        serving: Mapping[str, Deployment],
        told: Sample | None,
        live: Mapping[str, Deployment],
        earlier: Earlier,
    ) -> SharedDoubt:
        """Return what else serves, and for whom that counts."""
        known = frozenset(n for n, d in live.items() if self.known.has_been_good(n, d))
        over = {n for n, d in live.items() if self._patience.is_over(self._ill_s(d))}
        others = {n: d for n, d in serving.items() if told is not None and is_asked(n, told)}
        held = held_good(live, earlier, self.watch.limits.stable_for_s) | known
        return SharedDoubt(others, told, held, frozenset(over - known), self._before(live))

    def _note_live(self, live: Mapping[str, Deployment]) -> None:
        """Keep since when what is judged is looked at, and what had ended by then."""
        for d in live.values():
            self._live_s.setdefault(d.id, self.watch.clock.now_s())
            self._down_before.setdefault(d.id, self._down)

    def _newest_first(
        self,
        sample: Sample,
        live: Mapping[str, Deployment],
        fleet: Fleet,
        earlier: Earlier,
        own: frozenset[str],
    ) -> Sample:
        """Return a look in which what fails waits until a newer commit that fails too is gone."""
        if any(f.outcome is Outcome.CRITICAL for f in sample.findings):
            return sample
        bad = self.known.condemned(live)
        first = after_others(sample, live, own, earlier, self._live_s, bad)
        self._first |= {live[name].id: (other, live[other]) for name, other in first.items()}
        overdue, waiting = self._overdue(live), {}
        for name, d in live.items():
            other, newer = self._first.get(d.id, ("", None))
            is_there = newer is not None and newer.id in fleet[other].may_answer
            if newer is not None and is_there and name not in overdue:
                waiting[name] = newer
        return held_for(sample, waiting)

    def _overdue(self, live: Mapping[str, Deployment]) -> frozenset[str]:
        """Return the services that would have been good by now, whatever the environment does."""
        is_over, is_known = self._patience.is_over, self.known.has_been_good
        late = {name: d for name, d in live.items() if is_over(self._live_s[d.id])}
        return frozenset(name for name, d in late.items() if not is_known(name, d))

    def _weigh(
        self, sample: Sample, live: Mapping[str, Deployment], earlier: Earlier, heard: Heard
    ) -> Sample:
        """Return it as it counts, and keep what is the environment's."""
        now_s, is_open = self.watch.clock.now_s(), heard.is_patient
        since_s = now_s - self._witnessed_s
        if since_s > self.watch.limits.ready_within_s / 2:
            # With nobody left to ask, no outage is believed in for good.
            self._failing = frozenset()
        heard = replace(heard, is_patient=is_open and since_s < _UNCLEAR_FOR_S)
        witnessed = unless_all_fail(sample, live, earlier, heard)
        if is_open:
            return witnessed
        if witnessed != sample:
            self._witnessed_s = now_s
        weighed = unless_all_fail(sample, live, earlier, replace(heard, before=self._failing))
        self._failing = failing_everywhere(self._failing, sample, weighed, heard.told)
        return weighed

    def _without_falls(
        self, sample: Sample, live: Mapping[str, Deployment], fleet: Fleet, earlier: Earlier
    ) -> Sample:
        """Return a look without the ends that all have come to, of code that was not changed."""
        now_s = self.watch.clock.now_s()
        overdue = self._overdue(live)
        beside: dict[str, list[str]] = {}
        counted: dict[str, Mapping[str, Deployment]] = {}
        for service in fallen(sample) & live.keys():
            older = witnesses(fleet, live, frozenset({service}))
            were_up = {
                n: d
                for n, d in older.items()
                if self._up.get(n) == d.id and self.known.was_good(fleet[n], d)
            }
            # What stays down has nothing in common with what is up again.
            comes_and_goes = was_up(service, sample, earlier, now_s - _FALLEN_FOR_S)
            since_s = now_s - _FALLEN_FOR_S if comes_and_goes else math.inf
            fell = [
                n
                for n, d in were_up.items()
                if d.id in self._down or self._fell_s.get(d.id, -math.inf) >= since_s
            ]
            if not fell or len(fell) < len(were_up):
                continue
            had_ended = any(were_up[n].id in self._down_before[live[service].id] for n in fell)
            is_new = not had_ended and not was_up(service, sample, earlier, -math.inf)
            if is_new and service in overdue:
                counted[service] = {n: were_up[n] for n in fell}
            else:
                beside[service] = sorted(fell)
        return with_falls(without_falls(sample, beside), counted)
