"""What stays because it is good is looked on at until it has held, beside what else is live."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from verifier.commands.judgements import Judgement, overall_verdict
from verifier.commands.looks import Watched
from verifier.commands.ports import attempt
from verifier.commands.recovery import Recovery
from verifier.commands.run_state import RunState
from verifier.commands.taking_out import TakingOut, ToJudge, is_live
from verifier.commands.watch import Notice, Watch
from verifier.decide.gate.arrival import Arrival, Stage, Wanted, arrivals_of
from verifier.decide.gate.rollback_plan import is_excused
from verifier.decide.gate.track import Progress
from verifier.model.deployment import Fleet
from verifier.model.evidence import Subject
from verifier.model.finding import Unobserved
from verifier.model.verdict import VerdictWord


class Hands(NamedTuple):
    """What the run does with a verdict on what else is live."""

    to_judge: ToJudge
    """As in `TakingOut.remove`."""
    notice: Notice
    """Keeps for the report what the current judgement is about."""
    come_to: Callable[[Watched], None]
    """Makes it the verdict of the current judgement."""
    tell: Callable[[], VerdictWord]
    """Tells the verdict of the current judgement, and returns it."""


@dataclass(frozen=True, slots=True)
class Staying:
    """Looks on at what one run leaves live because it is good."""

    run: RunState
    recovery: Recovery
    taking_out: TakingOut
    wanted: Wanted
    hands: Hands

    def look_on(self, watch: Watch, begun: Progress) -> Watched | None:
        """
        Look on at the first that stays, until it has held, and judge what else is live beside it.

        Neither waits for the other: what is condemned is taken out at once, and the rest is looked
        at on. Return what was seen last, to go on from there.
        """
        stays = self.taking_out.staying[0]
        kept = stays.good & (stays.condemned or stays.judged).keys()
        found, is_open = None, True
        while found is None and is_open:
            watched = self._look(kept, watch, begun)
            if watched is None:
                break
            self.run.fleet = watched.fleet
            watch = replace(watch, earlier=watched)
            now = Progress(watch.clock.now_s(), begun.started_s, begun.until_s)
            found = watched.of(kept, now, watch.limits)
            rest = watched.of(watched.tracks.keys() - kept, now, watch.limits)
            if found is not None and _is_good_no_more(self.run, stays, found):
                self._take_out(stays)
            is_open = rest is not None and self._judge(rest)
        if stays in self.taking_out.staying:
            self._end(stays)
        return watch.earlier

    def _look(self, kept: Collection[str], watch: Watch, begun: Progress) -> Watched | None:
        """Look at what stays and at what else is live; return None if Railway is silent."""

        def arrive(fleet: Fleet) -> Sequence[Arrival]:
            self.run.fleet = fleet
            stays = [a for a in arrivals_of(fleet, self.wanted) if a.service in kept]
            rest = [a for a in self.hands.to_judge() if a.service not in kept]
            return [*stays, *(a for a in rest if a.stage is Stage.LIVE)]

        fleet = self.run.fleet
        look = partial(watch.follow, arrive, fleet, Subject.JUDGED, begun, lambda *_: None)
        watched = attempt(look)
        return None if isinstance(watched, Unobserved) else watched

    def _judge(self, rest: Watched) -> bool:
        """Take the verdict on what else is live; return whether anything of it is taken out."""
        self.run.set_aside()
        self.hands.notice(rest.tracks, rest.fleet)
        self.hands.come_to(rest)
        if self.hands.tell() in (VerdictWord.FAILED, VerdictWord.INCONCLUSIVE):
            self.taking_out.remove(self.hands.to_judge)
        return bool(self.run.current.condemned)

    def _end(self, stays: Judgement) -> None:
        """Plan once more for what has held, where records come late that may say more."""
        if self.taking_out.moving:
            self.taking_out.finish(self.hands.to_judge)
        if not is_live(self.hands.to_judge()) and self.recovery.come_late():
            self._take_out(stays)
        else:
            self.taking_out.staying.remove(stays)

    def _take_out(self, stays: Judgement) -> None:
        """Carry out what its verdict asks for by now."""
        self.taking_out.staying.remove(stays)
        latest, self.run.current = self.run.current, stays
        self.hands.tell()
        self.taking_out.remove(self.hands.to_judge)
        self.taking_out.staying = [one for one in self.taking_out.staying if one is not stays]
        self.run.current = latest


def _is_good_no_more(run: RunState, stays: Judgement, found: Watched) -> bool:
    """Whether what stayed fails after all: its verdict says so then, and spares it no more."""
    if found.verdict.word is not VerdictWord.FAILED or is_excused(found.verdict):
        return False
    stays.verdict = overall_verdict([stays, Judgement(found.verdict)])
    stays.good, run.before = frozenset(), run.before.with_good(found.known_good)
    if stays.first_failure_s is None:
        stays.first_failure_s = found.first_failure_s
    return True
