"""What stays because it is good is looked on at until it has held, beside what else is live."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from verifier.commands.judgements import Judgement, overall_verdict
from verifier.commands.looks import Watched
from verifier.commands.ports import attempt
from verifier.commands.recovery import Recovery
from verifier.commands.run_state import RunState
from verifier.commands.taking_out import TakingOut, ToJudge
from verifier.commands.watch import Watch
from verifier.decide.gate.arrival import Arrival, Stage, Wanted, arrivals_of
from verifier.decide.gate.rollback_plan import is_excused
from verifier.decide.gate.track import Progress
from verifier.decide.gate.tracks import condemned
from verifier.model.deployment import Deployment, Fleet
from verifier.model.evidence import Subject
from verifier.model.finding import Unobserved
from verifier.model.known_before import KnownBefore
from verifier.model.verdict import VerdictWord


@dataclass(frozen=True, slots=True)
class Staying:
    """Looks on at what one run leaves live because it is good."""

    run: RunState
    recovery: Recovery
    taking_out: TakingOut
    wanted: Wanted

    def look_on(self, watch: Watch, begun: Progress, to_judge: ToJudge) -> None:
        """
        Look on at the first that stays, until it has held or anything fails.

        Neither it nor what is live beside it waits for the other: what fails first is taken out
        first, and then this is to be called again. `to_judge` as in `TakingOut.remove`.
        """
        run, stays = self.run, self.taking_out.staying.pop(0)
        good = frozenset(seen for seen in stays.seen.good if seen.service in stays.good)
        watched = self._look(stays, replace(watch, seen=KnownBefore(good)), begun, to_judge)
        is_bad = watched is not None and _is_good_no_more(run, stays, watched)
        if watched is not None and not is_bad and (judged := _beside(stays, watched)):
            stays.seen = stays.seen.with_good(watched.seen)
            run.set_aside()
            run.current.judged = judged
            run.current.come_to(watched, run.past_verdicts)
            run.before = run.before.with_good(watched.seen)
            self._tell(watch, run.current)
            if run.current.verdict.word is VerdictWord.FAILED:
                self.taking_out.staying.insert(0, stays)
                self.taking_out.remove(to_judge)
                return
        if is_bad or (not to_judge() and self.recovery.come_late()):
            latest, run.current = run.current, stays
            self._tell(watch, stays)
            self.taking_out.remove(to_judge)
            self.taking_out.staying = [s for s in self.taking_out.staying if s is not stays]
            run.current = latest

    def _look(
        self, stays: Judgement, watch: Watch, begun: Progress, to_judge: ToJudge
    ) -> Watched | None:
        """Look at what stays and at what else is live; return None if Railway is silent."""

        def arrive(fleet: Fleet) -> Sequence[Arrival]:
            self.run.fleet = fleet
            kept = [a for a in arrivals_of(fleet, self.wanted) if a.service in stays.good]
            rest = [a for a in to_judge() if a.service not in stays.good]
            return [*kept, *(a for a in rest if a.stage is Stage.LIVE)]

        fleet = self.run.fleet
        look = partial(watch.follow, arrive, fleet, Subject.JUDGED, begun, lambda *_: None)
        watched = attempt(look)
        if isinstance(watched, Unobserved):
            return None
        self.run.fleet = watched.fleet
        return watched

    def _tell(self, watch: Watch, judgement: Judgement) -> None:
        verdict = judgement.verdict
        watch.journal.note("verdict", f"{verdict.word}: {verdict.reason}")


def _is_good_no_more(run: RunState, stays: Judgement, watched: Watched) -> bool:
    """Whether what stayed fails after all: its verdict says so then, and spares it no more."""
    found, bad = watched.verdict, condemned(watched.tracks).keys()
    is_anothers = bool(bad) and not bad & stays.good
    if found.word is not VerdictWord.FAILED or is_excused(found) or is_anothers:
        return False
    own = {*stays.good, ""}
    found = replace(
        found,
        findings=tuple(f for f in found.findings if f.service in own),
        condemned_by=tuple(f for f in found.condemned_by if f.service in own),
    )
    stays.verdict = overall_verdict([stays, Judgement(found)])
    stays.good, run.before = frozenset(), run.before.with_good(watched.seen)
    if stays.first_failure_s is None:
        stays.first_failure_s = watched.first_failure_s
    return True


def _beside(stays: Judgement, watched: Watched) -> Mapping[str, Deployment]:
    """
    Return what else a look at what stays has come to a verdict on, by service name.

    Nothing where that may be about what stays, or where a further judgement is about all.
    """
    is_judged = watched.verdict.word in (VerdictWord.FAILED, VerdictWord.PASSED)
    if not stays.condemned or not is_judged:
        return {}
    return {name: d for name, d in watched.judged.items() if name not in stays.good}
