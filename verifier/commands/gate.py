"""After a deploy: find it, look, judge, and if the verdict asks for it undo it and look again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from verifier.commands.baseline import Baseline
from verifier.commands.judgements import adopted, overall_verdict
from verifier.commands.last_look import look_once_more
from verifier.commands.look_before import look_before
from verifier.commands.looks import Watched
from verifier.commands.pause import Emergency
from verifier.commands.ports import Clock, Journal, Memory, Tools, World, attempt
from verifier.commands.recovery import Recovery
from verifier.commands.retries import once_let_in, persist
from verifier.commands.run_state import RunState, Task, is_lost, report_of
from verifier.commands.taking_out import TakingOut
from verifier.commands.watch import Beside, Watch
from verifier.decide.gate.arrival import Arrival, Stage, arrivals_of
from verifier.decide.gate.doubtful_targets import as_heard, crashed_before, failing_when_heard
from verifier.decide.gate.misplaced import misplaced
from verifier.decide.gate.named_services import narrowed
from verifier.decide.gate.passed_by import take_on
from verifier.decide.gate.polling import usual_duration_s
from verifier.decide.gate.remainders import beside, sparing
from verifier.decide.gate.seen_before import recalled
from verifier.decide.gate.track import Progress, Track
from verifier.decide.gate.tracks import condemned
from verifier.decide.gate.unjudged import came_late
from verifier.errors import ProviderError
from verifier.model.deployment import Fleet, sole_active
from verifier.model.evidence import Subject
from verifier.model.finding import Unobserved
from verifier.model.report import End, Report
from verifier.model.verdict import Verdict, VerdictWord

_NO_BASELINE = (
    "this deployment was already live when the run began, and no earlier run recorded which checks "
    "pass: only a critical finding, a crash or no response can roll it back"
)


class Gate:
    """One run of the gate. `run` does it, `report` tells it, even after an interruption."""

    def __init__(
        self,
        world: World,
        memory: Memory,
        task: Task,
        clock: Clock,
        journal: Journal,
        emergency: Emergency | None = None,
    ) -> None:
        self._task = task
        self._world = world
        self._emergency = emergency
        self._clock = clock
        self._journal = journal
        self._run = RunState(clock.now())
        self._start_s = clock.now_s()
        self._tools = Tools(world, memory, clock, journal)
        self._watch = Watch(world, clock, journal, task.limits, task.expected)
        self._recovery = Recovery(self._tools, self._task, self._run)
        self._until_s = self._start_s + task.limits.deadline_s - task.limits.reserve_s

    def run(self) -> None:
        """Locate, wait, verify, decide, roll back, verify again."""
        run = self._run
        baseline: Baseline | None = None
        try:
            self._read_start()
            baseline = self._take_baseline()
            self._judge(baseline)
            self._judge_by_records(baseline)
        except ProviderError as error:
            run.current.verdict = Verdict(VerdictWord.INCONCLUSIVE, error.explained)
        self._take_out(baseline)
        self._look_at_the_rest()
        self._recovery.records.remember()
        if self._emergency is not None and is_lost(run):
            self._pause(self._emergency)
        if (verdict := overall_verdict(run.judgements)).word is VerdictWord.FAILED:
            # What only helps a person is loaded once there is something to look behind.
            from verifier.commands.look_behind import look_behind

            look_behind(self._tools, run, verdict, self._recovery.until_s)

    def report(self, end: End = End.COMPLETED) -> Report:
        """Return the report of what has happened so far."""
        links = {name: self._world.link(name) for name in self._run.fleet}
        now = self._clock.now()
        return report_of(self._run, self._task, self._journal, now, links, end=end)

    def _read_start(self) -> None:
        """
        Read what serves, and what earlier gates found.

        Raises:
            ProviderError: Railway could not be reached.
        """
        limit_s = min(self._task.limits.reach_within_s, self._task.limits.deadline_s)
        fleet = persist(once_let_in(self._world.fleet), self._clock, limit_s, self._journal)
        if isinstance(fleet, Unobserved):
            raise ProviderError(fleet.reason, hint=fleet.hint)
        if problem := misplaced(fleet, self._task.wanted):
            raise ProviderError(problem, hint="check --deployment")
        wanted = self._task.wanted.asked(self._run.started_at, self._world.ahead_s())
        self._task = replace(self._task, wanted=wanted)
        self._run.fleet = fleet
        self._run.active_before = {name: ", ".join(s.active) for name, s in fleet.items()}
        self._run.known_at_start = self._run.past_verdicts = self._recovery.records.read()

    def _take_baseline(self) -> Baseline:
        """Ask the checks about what serves now, and is not itself what is to be judged."""
        run = self._run
        arrivals = self._arrive(run.fleet)
        judged = {a.service: a.deployment for a in arrivals}
        kept = recalled(judged, run.past_verdicts, run.fleet, self._clock.now())
        run.before = kept
        under_way = [a.deployment for a in arrivals if a.stage is Stage.UNDER_WAY and a.deployment]
        self._world.subscribe(under_way)
        crashed = crashed_before(run.fleet)
        looked = look_before(self._watch, run.fleet, self._arrive, kept)
        crashed = {**crashed, **crashed_before(looked.fleet)}
        served = {**sole_active(run.fleet), **looked.served}
        heard = {d.id: tuple(look.of([n]) for look in looked.looks) for n, d in served.items()}
        unwell = failing_when_heard(heard, self._task.limits.fail_after)
        run.doubtful = {**unwell, **crashed, **looked.critical}
        run.fleet, run.served, run.seen_of_served = looked.fleet, looked.served, looked.seen
        seen = (looked.known, self._clock.now_s(), looked.served, looked.seen, looked.looks)
        rest = (looked.early, self._until_s, heard)
        baseline = Baseline(self._watch, self._arrive, self._recovery.records, *seen, *rest)
        baseline.weigh(run.fleet, run.past_verdicts)
        run.before = baseline.known
        live = {arrival.service for arrival in arrivals if arrival.stage is Stage.LIVE}
        if not live and self._task.wanted.commit_sha:
            self._world.read_ahead(self._task.wanted.commit_sha)
        unknown = sorted(live - {seen.service for seen in run.before.good})
        if unknown:
            self._journal.note("baseline", f"{', '.join(unknown)}: {_NO_BASELINE}")
        failing = sorted({f.seen.check for f in run.before.failing})
        if failing:
            text = f"already failing before this deploy: {', '.join(failing)}"
            self._journal.note("baseline", text)
        return baseline

    def _judge(self, baseline: Baseline, beside: Beside | None = None) -> None:
        """
        Look at each service from its first second live, until there is one verdict on all.

        `beside` is what goes on meanwhile.
        """
        run = self._run
        begun = Progress(self._start_s, self._start_s, self._until_s, usual_duration_s(run.fleet))
        watch = replace(self._watch, before=baseline, beside=beside)
        watched = watch.follow(self._arrive, run.fleet, Subject.JUDGED, begun, self._notice)
        self._watch = replace(self._watch, earlier=watched)
        self._come_to(baseline, watched)

    def _come_to(self, baseline: Baseline, watched: Watched) -> None:
        """Take the verdict of a watch, and what it was given on, for the run's current one."""
        run, current = self._run, self._run.current
        run.fleet = watched.fleet
        current.verdict, current.condemned = watched.verdict, condemned(watched.tracks)
        current.good = watched.good
        arrivals = [track.arrival for track in watched.tracks.values()]
        current.spared_by = sparing(run.past_verdicts, arrivals)
        current.condemned = current.must_go(watched.fleet)
        current.passed, current.awaited = watched.judged, watched.awaited
        current.first_failure_s = watched.first_failure_s
        run.before = baseline.known.with_good(watched.known_good)
        run.doubtful = as_heard(run.doubtful, baseline.heard, self._task.limits.fail_after)
        current.seen, run.seen_of_served = watched.seen, baseline.seen
        run.ledgers = watched.ledgers

    def _judge_by_records(self, baseline: Baseline) -> None:
        """Judge again where gates' records say more than was known, until they say nothing new."""
        from verifier.commands.known_since import come_late, heed

        run, records = self._run, self._recovery.records
        limit_s = self._task.limits.ready_within_s
        if come_late(run, records, min(self._until_s, self._clock.now_s() + limit_s)):
            self._judge(baseline)
        while heed(run, records, self._arrive):
            self._judge(baseline)

    def _arrive(self, fleet: Fleet) -> Sequence[Arrival]:
        """Tell how far each service is; one that is passed by is judged where no gate has."""
        wanted, past = self._task.wanted, self._run.past_verdicts
        arrivals: Sequence[Arrival] = [
            narrowed(a, wanted, fleet[a.service], past) for a in arrivals_of(fleet, wanted)
        ]
        if self._task.policy.judges_live:
            arrivals = [take_on(a, fleet[a.service], past) for a in arrivals]
        condemned = [one.condemned for one in self._run.judgements if one.condemned]
        return beside(arrivals, fleet, condemned, wanted)

    def _take_out(self, baseline: Baseline | None) -> None:
        """
        Take out what is condemned, judge what is then still open, and so on; then verify all.

        What is live waits for no verification of anything else.
        """
        from verifier.commands.known_since import turn_red_by_others

        run, red = self._run, (VerdictWord.FAILED, VerdictWord.INCONCLUSIVE)
        if self._tell_verdict() not in red:
            return
        taking_out = TakingOut(self._tools, self._task, run, self._recovery)
        taking_out.remove(self._still_open)
        while True:
            while baseline is not None and taking_out.staying:
                self._look_on(baseline, taking_out)
            open_ = self._still_open()
            if all(arrival.stage is not Stage.LIVE for arrival in open_):
                taking_out.verify(self._still_open)
                open_ = open_ or self._still_open()
                if baseline is not None and open_:
                    self._recovery.records.remember()
            if baseline is None or not open_:
                return
            run.set_aside()
            self._journal.note("verdict", "continuing with what has not been checked yet")
            try:
                self._judge(baseline, taking_out)
                turn_red_by_others(run, self._recovery.records)
            except ProviderError as error:
                run.current.verdict = Verdict(VerdictWord.INCONCLUSIVE, error.explained)
                baseline = None
            if self._tell_verdict() in red:
                taking_out.remove(self._still_open)

    def _look_on(self, baseline: Baseline, taking_out: TakingOut) -> None:
        """Look on at what stays as good, and judge what else is live meanwhile."""
        from verifier.commands.staying import Hands, Staying

        come_to = partial(self._come_to, baseline)
        hands = Hands(self._still_open, self._notice, come_to, self._tell_verdict)
        staying = Staying(self._run, self._recovery, taking_out, self._task.wanted, hands)
        begun = Progress(self._start_s, self._start_s, self._until_s)
        watch = replace(self._watch, before=baseline, beside=taking_out)
        self._watch = replace(self._watch, earlier=staying.look_on(watch, begun))

    def _look_at_the_rest(self) -> None:
        from verifier.commands.left_alone import look_at_the_rest

        arrivals = self._arrive(self._run.fleet)
        rest = [a.service for a in arrivals if a.stage is Stage.UNAFFECTED]
        until_s, has_records = self._recovery.until_s, self._recovery.records.is_read
        look_at_the_rest(self._watch, self._run, rest, until_s, has_records=has_records)

    def _tell_verdict(self) -> VerdictWord:
        verdict = self._run.current.verdict
        self._journal.note("verdict", f"{verdict.word}: {verdict.reason}")
        return verdict.word

    def _still_open(self) -> list[Arrival]:
        """Return what is to be judged beside what is condemned by now, and what came too late."""
        run, waited_s = self._run, self._clock.now_s() - self._start_s
        arrivals = self._arrive(run.fleet)
        if not run.current.condemned or run.current.verdict.word is not VerdictWord.FAILED:
            return came_late(arrivals, run.current.passed, run.current.awaited)
        may_come = waited_s < self._task.limits.appear_within_s
        stages = (Stage.LIVE, Stage.UNDER_WAY, *([Stage.MISSING] if may_come else []))
        return [arrival for arrival in arrivals if arrival.stage in stages]

    def _notice(self, tracks: Mapping[str, Track], fleet: Fleet) -> None:
        """Keep for the report how far the run is, and tell what has changed."""
        run = self._run
        arrivals = [track.arrival for track in tracks.values()]
        for arrival in arrivals:
            text = _label(arrival)
            if run.told.get(arrival.service) != text:
                run.told[arrival.service] = text
                self._journal.note("arrival", text, arrival.service)
        run.fleet = fleet
        run.current.judged = {a.service: a.deployment for a in arrivals if a.deployment}
        run.current.adopted = adopted(arrivals)

    def _pause(self, emergency: Emergency) -> None:
        reason = f"the rollback of {self._task.wanted.commit_sha[:8]} did not recover production"
        done = attempt(lambda: emergency.pause(self._clock, reason, "verifier gate"))
        match done:
            case None:
                self._journal.note("paused", f"the system is paused: {reason}")
            case Unobserved() | str():
                problem = done.explained if isinstance(done, Unobserved) else done
                self._journal.note("warning", f"the system could not be paused: {problem}")

    def refresh(self, limit_s: float) -> None:
        """After an interruption: read once more what is live, for `limit_s` seconds at most."""
        look_once_more(self._tools, self._run, limit_s)


def _label(arrival: Arrival) -> str:
    return f"{arrival.deployment.id}: {arrival.text}" if arrival.deployment else arrival.text
