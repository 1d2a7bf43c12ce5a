"""Looks at deployments, each from its first second live, until one verdict can be given."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from verifier.checks import run_checks
from verifier.checks.answers import silent_services
from verifier.commands.looks import Looks, Watched
from verifier.commands.ports import Clock, Journal, World, attempt
from verifier.decide.gate.arrival import Arrival, Stage
from verifier.decide.gate.hidden import Stake, is_given_up, with_known
from verifier.decide.gate.polling import LONGEST_S
from verifier.decide.gate.seen_before import known_from
from verifier.decide.gate.shared_findings import while_moving
from verifier.decide.gate.still_live import still_live
from verifier.decide.gate.track import Progress, Track
from verifier.decide.gate.tracks import advance, condemned, fold, moving
from verifier.decide.gate.unmoved import Earlier
from verifier.decide.migrations.comparison import report_ledgers
from verifier.errors import ProviderError
from verifier.model.check_ids import RAILWAY
from verifier.model.deployment import Deployment, Fleet
from verifier.model.evidence import Subject
from verifier.model.expectations import Expectations
from verifier.model.finding import Finding, Outcome, Unobserved, condemning
from verifier.model.known_before import KnownBefore
from verifier.model.verdict import Limits, Sample, Verdict, Wait

_ALL_GOOD = ("good",)
#: A look that begins at the very end still has the time for an answer.
_SHORTEST_LOOK_S = 1.0
#: What is asked between looks that shortly before the next one learns nothing of its own.
_APART_S = 0.25

#: What a service may have that Railway does not show; of one that was never shown nothing is known.
_STAKES = {
    Stage.LIVE: Stake.RUNS_IT,
    Stage.UNDER_WAY: Stake.RUNS_IT,
    Stage.MISSING: Stake.MAY_COME,
    Stage.GONE: Stake.MAY_COME,
}

Arrive = Callable[[Fleet], Sequence[Arrival]]
Notice = Callable[[Mapping[str, Track], Fleet], None]


class Before(Protocol):
    """What was seen of the checks before a deploy, as it is known at a moment."""

    def latest(self, live: Mapping[str, Deployment], fleet: Fleet) -> KnownBefore:
        """Return it; `live` is what is being judged already, by service name."""

    def weighed(
        self, sample: Sample, live: Mapping[str, Deployment], fleet: Fleet, earlier: Earlier
    ) -> Sample:
        """Return a look as it counts beside what the deploy did not change."""


class Beside(Protocol):
    """What a run does beside looking: the rollbacks of what it has condemned before."""

    @property
    def moving(self) -> frozenset[str]:
        """Services whose rollbacks have not ended yet."""

    def go_on(self, fleet: Fleet) -> bool:
        """Do what is due by what Railway shows now; return whether more may be due soon."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Everything that stays the same while one looks."""

    world: World
    clock: Clock
    journal: Journal
    limits: Limits
    expected: Expectations
    before: Before | None = None
    """What was seen of the checks before a deploy; None where nothing is excused by that."""
    beside: Beside | None = None
    earlier: Watched | None = None
    """What this run has seen before, where this is a further judgement of it."""

    def run(
        self, judged: Mapping[str, Deployment], fleet: Fleet, subject: Subject, until_s: float
    ) -> Watched:
        """Look at what serves, first `judged`, until there is a verdict or `until_s` is there."""

        def arrive(shown: Fleet) -> Sequence[Arrival]:
            return [still_live(shown[name], deployment) for name, deployment in judged.items()]

        progress = Progress(self.clock.now_s(), self.clock.now_s(), until_s)
        return self.follow(arrive, fleet, subject, progress, lambda _tracks, _fleet: None)

    def follow(
        self, arrive: Arrive, fleet: Fleet, subject: Subject, begun: Progress, notice: Notice
    ) -> Watched:
        """
        Look at every service as soon as it is live, until there is a verdict on all.

        What is condemned waits for nobody; any other verdict waits for a service that Railway does
        not show at the moment, for a while.

        `notice` is called with each new state of the tracks.

        Raises:
            ProviderError: Railway was silent when the time for looking was up.
        """
        moving = frozenset[str]() if self.beside is None else self.beside.moving
        looks = Looks.after(self.earlier, begun.until_s, moving)
        tracks, looks.begun_s = looks.tracks, self.clock.now_s()
        if subject is Subject.RESTORED:
            looks.awaited = "the verdict on what is live now"
        fleet = self._known(fleet, fleet, looks)
        while True:
            tracks = advance(tracks, arrive(fleet), self.clock.now_s())
            notice(tracks, fleet)
            looks.stakes = _stakes(tracks) if subject is Subject.JUDGED else {}
            live = {name: t.live for name, t in tracks.items() if t.live is not None}
            if live:
                rest_s = max(0.0, begun.until_s - self.clock.now_s())
                sample, after = self.look(live, fleet, subject, max(rest_s, _SHORTEST_LOOK_S))
                if self.before is not None:
                    sample = self.before.weighed(sample, live, after, looks.samples)
                fleet = self._take_in(sample, fleet, after, looks)
            self._go_on(fleet, looks)
            if live:
                tracks = advance(tracks, arrive(fleet), self.clock.now_s())
            before = None
            if self.before is not None:
                before = self.before.latest(live, fleet).with_good(looks.known_good)
            tracks = {
                name: track.judged(looks.samples.get(name, ()), self.limits, begun.until_s, before)
                for name, track in tracks.items()
            }
            notice(tracks, fleet)
            now = Progress(self.clock.now_s(), begun.started_s, begun.until_s, begun.usual_s)
            decision = fold(list(tracks.values()), now, self.limits)
            if isinstance(decision, Verdict) and (condemned(tracks) or not looks.borne):
                return looks.end(decision, tracks, fleet)
            if isinstance(decision, Verdict):
                # A service that Railway does not show at the moment is part of the verdict too.
                if now.rest_s <= 0:
                    fleet = self._read(fleet, looks)
                    continue
                decision = self._until_shown(looks, now.rest_s)
            if live and any(t.live is not None and name not in live for name, t in tracks.items()):
                continue  # what went live during this look is looked at from its first second
            looks.stumbled = frozenset()
            has_news = self._wait(decision, tracks, now, looks, fleet)
            if has_news or not live:
                fleet = self._read(fleet, looks)

    def look(
        self,
        judged: Mapping[str, Deployment],
        fleet: Fleet,
        subject: Subject,
        within_s: float = math.inf,
    ) -> tuple[Sample, Fleet]:
        """Observe once, in so many seconds, and ask all checks."""
        observation = attempt(lambda: self.world.observe(judged, fleet, subject, within_s))
        ids = {name: deployment.id for name, deployment in judged.items()}
        if isinstance(observation, Unobserved):
            finding = Finding(
                RAILWAY, Outcome.INCONCLUSIVE, observation.reason, hint=observation.hint
            )
            return Sample(self.clock.now_s(), (finding,), deployments=ids), fleet
        evidence = observation.evidence
        sample = Sample(
            self.clock.now_s(),
            run_checks(evidence, self.expected),
            silent_services(evidence),
            report_ledgers(evidence),
            ids,
        )
        return sample, observation.after

    def _take_in(self, sample: Sample, fleet: Fleet, after: Fleet, looks: Looks) -> Fleet:
        """Keep a look; return what Railway shows after it, as far as that is believed."""
        if after is not fleet:
            after = self._known(fleet, after, looks)
        if looks.moving:
            sample = while_moving(sample, looks.moving, self.limits)
        for name, own in replace(sample, stumbled=looks.stumbled).by_service().items():
            looks.add(name, own)
        looks.ledgers = sample.ledgers or looks.ledgers
        looks.seen = looks.seen.with_good(known_from(sample.findings))
        self.journal.looked(sample.findings)
        looks.told = self._tell(sample, looks.told)
        if condemning(sample.findings) and looks.first_failure_s is None:
            looks.first_failure_s = sample.at_s
        return after

    def _go_on(self, fleet: Fleet, looks: Looks) -> None:
        if self.beside is not None:
            looks.is_busy = self.beside.go_on(fleet)
            looks.moving = self.beside.moving

    def _wait(
        self, wait: Wait, tracks: Mapping[str, Track], now: Progress, looks: Looks, fleet: Fleet
    ) -> bool:
        """
        Wait until it is time to look again, or there are news; return whether there are.

        What is good is asked cheaply meanwhile, though not right before a look: where it stumbles
        it is time to look. So it is once what was still hidden behind another deployment answers,
        and no rollback is under way.
        """
        self.world.subscribe(
            [deployment for track in tracks.values() for deployment in track.arrival.followed]
        )
        what = next((t.arrival.text for t in tracks.values() if t.live is None), looks.awaited)
        end_s = self.clock.now_s() + self.world.patience_s(wait)
        good, unproven = looks.all_good(tracks), looks.unproven(tracks)
        while (left_s := end_s - self.clock.now_s()) > 0:
            now = replace(now, now_s=self.clock.now_s())
            services = moving(list(tracks.values()), now, self.limits)
            self.journal.waiting(what, now.waited_s, now.until_s - now.started_s, services)
            if self.world.wait(min(left_s, looks.pause_s(self.limits, good, unproven))):
                return True
            if unproven and self.world.answering_for_themselves(unproven, fleet):
                return False
            if good and end_s - self.clock.now_s() >= _APART_S:
                looks.stumbled = self.world.stumbling(good, fleet)
            if looks.stumbled:
                return False
            if looks.is_busy:
                was_moving, read = looks.moving, attempt(self.world.fleet)
                if not isinstance(read, Unobserved):
                    fleet = self._known(fleet, read, looks)
                    self._go_on(fleet, looks)
                if was_moving and not looks.moving:
                    return True
        return False

    def _read(self, fleet: Fleet, looks: Looks) -> Fleet:
        """Read Railway again; its silence says nothing, and is waited out while there is time."""
        read = attempt(self.world.fleet)
        if not isinstance(read, Unobserved):
            return self._known(fleet, read, looks)
        self.journal.note("inconclusive", read.explained)
        if self.clock.now_s() >= looks.until_s:
            raise ProviderError(read.reason, hint=read.hint)
        return fleet

    def _known(self, known: Fleet, read: Fleet, looks: Looks) -> Fleet:
        """Bear for a while that Railway does not show a service: one answer decides nothing."""
        now_s = self.clock.now_s()
        looks.unread_since_s = {
            name: looks.unread_since_s.get(name, now_s) for name in _unread(read)
        }
        looks.borne = frozenset(
            name
            for name, since_s in looks.unread_since_s.items()
            if not is_given_up(
                looks.stakes.get(name, Stake.UNKNOWN),
                now_s - since_s,
                looks.until_s - now_s,
                self.limits,
            )
        )
        return with_known(read, {name: known[name] for name in looks.borne})

    def _until_shown(self, looks: Looks, rest_s: float) -> Wait:
        """Look again soon after a service was hidden, then less and less often."""
        hidden_s = self.clock.now_s() - min(looks.unread_since_s[name] for name in looks.borne)
        interval_s = min(rest_s, max(self.limits.interval_s, min(LONGEST_S, hidden_s / 4)))
        return Wait(interval_s, interval_s)

    def _tell(self, sample: Sample, previous: tuple[str, ...]) -> tuple[str, ...]:
        """Note what is not good, once as long as it stays the same."""
        bad = [f for f in sample.findings if f.outcome.rank >= Outcome.INCONCLUSIVE.rank]
        keys = tuple(f"{f.check} {f.service} {f.outcome}" for f in bad) or _ALL_GOOD
        if keys != previous:
            for finding in bad:
                text = f"{finding.check}: {finding.summary}"
                self.journal.note(finding.outcome, text, finding.service)
            if not bad:
                count = sum(f.outcome is not Outcome.SKIP for f in sample.findings)
                stable_for_s = self.limits.stable_for_s
                passing = "the one check passes" if count == 1 else f"all {count} checks pass"
                holding = f"{passing}; must hold for {stable_for_s:g} s"
                self.journal.note("pass", holding if stable_for_s else passing)
        return keys


def _unread(fleet: Fleet) -> list[str]:
    return sorted(name for name, state in fleet.items() if state.unread)


def _stakes(tracks: Mapping[str, Track]) -> Mapping[str, Stake]:
    return {
        name: _STAKES[t.arrival.stage] for name, t in tracks.items() if t.arrival.stage in _STAKES
    }
