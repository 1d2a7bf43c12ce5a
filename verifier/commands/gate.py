"""After a deploy: find it, look, judge, and if the verdict asks for it undo it and look again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from verifier.commands.last_look import look_once_more
from verifier.commands.pause import Emergency
from verifier.commands.ports import Clock, Journal, Memory, World, attempt
from verifier.commands.run_state import RunState, Task, report_of
from verifier.commands.undo import Undo, planned
from verifier.commands.watch import Watch
from verifier.decide.gate.arrival import (
    Arrival,
    Proceed,
    Stage,
    arrivals_of,
    conclude,
    usual_duration_s,
)
from verifier.decide.gate.judge import condemning, silent_before
from verifier.decide.gate.plan import plan_rollback, points_at_platform
from verifier.errors import ProviderError
from verifier.model.deployment import Deployment
from verifier.model.evidence import Subject
from verifier.model.finding import Unobserved
from verifier.model.report import End, ExitCode, Report, RestoreOutcome, RollbackResult
from verifier.model.verdict import (
    Past,
    RollbackMode,
    RollBackTo,
    Verdict,
    VerdictWord,
    Wait,
)

_TELL_EVERY_S = 5.0


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
        self._world = world
        self._emergency = emergency
        self._task = task
        self._clock = clock
        self._journal = journal
        self._run = RunState(clock.now())
        self._start_s = clock.now_s()
        self._watch = Watch(world, clock, journal, task.limits, task.expected)
        self._undoing = Undo(world, memory, task, clock, journal, self._run)

    def run(self) -> None:
        """Locate, wait, verify, decide, roll back, verify again."""
        run = self._run
        try:
            self._read_start()
            self._take_baseline()
            decision = self._arrive()
            if isinstance(decision, Proceed):
                self._judge(decision.judged)
            else:
                run.verdict = decision
        except ProviderError as error:
            run.verdict = Verdict(VerdictWord.INCONCLUSIVE, f"{error.message}. {error.hint}")
        self._journal.note("verdict", f"{run.verdict.word}: {run.verdict.reason}")
        if run.verdict.word in (VerdictWord.FAILED, VerdictWord.INCONCLUSIVE):
            self._undo()
        self._undoing.remember()
        if self._emergency is not None and self._is_lost():
            self._pause(self._emergency)
        if run.verdict.word is VerdictWord.FAILED:
            self._look_behind()

    def _is_lost(self) -> bool:
        """Whether a rollback was tried and production is not known to be good all the same."""
        tried = any(r.outcome is not RestoreOutcome.PLANNED for r in self._run.records.values())
        return tried and self.report().exit_code is ExitCode.NOT_RECOVERED

    def _pause(self, emergency: Emergency) -> None:
        reason = f"the rollback of {self._task.wanted.commit_sha[:12]} did not bring it back"
        done = attempt(lambda: emergency.pause(self._clock, reason, "verifier gate"))
        match done:
            case None:
                self._journal.note("paused", f"the system is paused: {reason}")
            case Unobserved(problem) | str(problem):
                self._journal.note("warning", f"the system could not be paused: {problem}")

    def _look_behind(self) -> None:
        """Gather what helps a person; last and only while there is time: nothing waits for it."""
        run = self._run
        end_s = self._start_s + self._task.limits.deadline_s
        blamed = {f.service for f in condemning(run.verdict.findings) if f.service}
        plan = run.plan
        targets = (
            {move.service.name: move.target for move in plan.moves}
            if isinstance(plan, RollBackTo)
            else {}
        )
        for name, judged in run.judged.items():
            if (name in blamed or not blamed) and self._clock.now_s() < end_s:
                good = targets.get(name) or self._before(name)
                found = self._world.background(name, judged, good)
                run.background = (*run.background, found)

    def _before(self, service: str) -> Deployment | None:
        """What served when the run began, where that was one other deployment."""
        found = self._run.fleet[service].find(self._run.active_before.get(service, ""))
        return None if found == self._run.judged.get(service) else found

    def refresh(self, limit_s: float) -> None:
        """After an interruption: read once more what is live, for `limit_s` seconds at most."""
        look_once_more(self._world, self._run, self._journal, limit_s)

    def report(self, end: End = End.COMPLETED) -> Report:
        """Return the report of what has happened so far."""
        links = {name: self._world.link(name) for name in self._run.fleet}
        now = self._clock.now()
        entries = self._journal.entries
        return report_of(self._run, self._task, entries, now, links, end=end)

    def _read_start(self) -> None:
        fleet = self._run.fleet = self._world.fleet()
        self._run.active_before = {name: ", ".join(s.active) for name, s in fleet.items()}

    def _take_baseline(self) -> None:
        """Ask the checks about what serves now, unless that is already what is to be judged."""
        run = self._run
        arrivals = arrivals_of(run.fleet, self._task.wanted)
        if any(arrival.stage is Stage.LIVE for arrival in arrivals):
            return
        self._subscribe(arrivals)
        serving = {
            name: state.find(state.active[0])
            for name, state in run.fleet.items()
            if len(state.active) == 1
        }
        known = {name: deployment for name, deployment in serving.items() if deployment}
        if known:
            sample, run.fleet = self._watch.look(known, run.fleet, Subject.BEFORE)
            run.baseline = (*sample.findings, *silent_before(sample))
            failing = {f.check for f in run.baseline if f.outcome.condemns}
            if failing:
                text = f"already failing before this deploy: {', '.join(sorted(failing))}"
                self._journal.note("baseline", text)

    def _arrive(self) -> Proceed | Verdict:
        """Wait until Railway has the wanted deployments live, or will not have them."""
        run, limits = self._run, self._task.limits
        changed_s = read_s = self._clock.now_s()
        usual_s = usual_duration_s(run.fleet)
        previous: list[str] = []
        while True:
            arrivals = arrivals_of(run.fleet, self._task.wanted)
            now_s = self._clock.now_s()
            texts = [f"{a.service}: {_told(a)}" for a in arrivals]
            if texts != previous:
                self._tell_arrivals(arrivals, texts, previous)
                changed_s, previous = now_s, texts
            run.judged = {a.service: a.deployment for a in arrivals if a.deployment}
            run.adopted = _adopted(arrivals)
            waited_s, unchanged_s = now_s - self._start_s, now_s - changed_s
            decision = conclude(arrivals, waited_s, unchanged_s, usual_s, limits)
            if not isinstance(decision, Wait):
                return decision
            open_ = next(a for a in arrivals if a.stage in (Stage.MISSING, Stage.UNDER_WAY))
            self._subscribe(arrivals)
            self._wait(decision, _told(open_))
            read_s = self._read_fleet(read_s)

    def _wait(self, wait: Wait, what: str) -> None:
        """Wait until Railway is to be asked again, and tell meanwhile what for."""
        deadline_s = self._task.limits.deadline_s
        end_s = self._clock.now_s() + self._world.patience_s(wait)
        while (left_s := end_s - self._clock.now_s()) > 0:
            self._journal.waiting(what, self._clock.now_s() - self._start_s, deadline_s)
            if self._world.wait(min(left_s, _TELL_EVERY_S)):
                return

    def _subscribe(self, arrivals: Sequence[Arrival]) -> None:
        self._world.subscribe(
            [a.deployment.id for a in arrivals if a.stage is Stage.UNDER_WAY and a.deployment]
        )

    def _tell_arrivals(
        self, arrivals: Sequence[Arrival], texts: Sequence[str], previous: Sequence[str]
    ) -> None:
        for arrival, text in zip(arrivals, texts, strict=True):
            if text not in previous:
                self._journal.note("arrival", _told(arrival), arrival.service)

    def _read_fleet(self, read_s: float) -> float:
        """Read Railway again; silence is borne as long as an application's is."""
        fleet = attempt(self._world.fleet)
        now_s = self._clock.now_s()
        if not isinstance(fleet, Unobserved):
            self._run.fleet = fleet
            return now_s
        self._journal.note("inconclusive", fleet.reason)
        if now_s - read_s >= self._task.limits.ready_within_s:
            raise ProviderError(fleet.reason)
        return read_s

    def _judge(self, live: Mapping[str, Deployment]) -> None:
        run, limits = self._run, self._task.limits
        until_s = self._start_s + limits.deadline_s - limits.reserve_s
        watched = self._watch.run(live, run.fleet, Subject.JUDGED, until_s)
        run.judged = {**run.judged, **watched.judged}
        run.verdict = watched.verdict
        run.first_failure_s = watched.first_failure_s
        run.ledgers = watched.ledgers
        if watched.verdict.word is VerdictWord.SUPERSEDED:
            run.fleet = self._world.fleet()
            run.adopted = _adopted(arrivals_of(run.fleet, self._task.wanted))
        if run.adopted and watched.verdict.word is not VerdictWord.FAILED:
            reason = f"{', '.join(run.adopted)} was rolled back by somebody else"
            run.verdict = replace(watched.verdict, word=VerdictWord.FAILED, reason=reason)

    def _undo(self) -> None:
        """Plan, carry out the plan, and verify what serves then."""
        run, undo = self._run, self._undoing
        open_ = {name: d for name, d in run.judged.items() if name not in run.adopted}
        history = attempt(undo.history)
        past = Past(run.baseline, undo.recall(), self._incident())
        plan = plan_rollback(run.verdict, open_, history, past, self._task.policy)
        undo.accept_plan(plan)
        if isinstance(run.plan, RollBackTo) and self._task.policy.mode is RollbackMode.PLAN:
            run.records = planned(run.plan, "gate.rollback is plan")
            self._journal.note("keep", "nothing is rolled back: gate.rollback is plan")
            undo.verify({})
        else:
            undo.carry_out()

    def _incident(self) -> str:
        """Ask for the platform's own trouble only where it could be the cause."""
        if not points_at_platform(self._run.verdict):
            return ""
        incident = attempt(self._world.incident)
        return "" if isinstance(incident, Unobserved) else incident


def _told(arrival: Arrival) -> str:
    return f"{arrival.deployment.id}: {arrival.text}" if arrival.deployment else arrival.text


def _adopted(arrivals: Sequence[Arrival]) -> Mapping[str, RollbackResult]:
    """The rollbacks that somebody else has made."""
    return {
        arrival.service: RollbackResult(
            to=arrival.by.id,
            deployment=arrival.by.id,
            outcome=RestoreOutcome.ADOPTED,
            reason="somebody else had rolled it back",
            from_=arrival.deployment.id,
        )
        for arrival in arrivals
        if arrival.stage is Stage.ROLLED_BACK and arrival.by and arrival.deployment
    }
