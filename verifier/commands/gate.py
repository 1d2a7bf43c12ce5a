"""After a deploy: find it, look, judge, and if the verdict asks for it undo it and look again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from verifier.commands.pause import Emergency
from verifier.commands.ports import Clock, Journal, Memory, World, attempt
from verifier.commands.run_state import Course, Task, report_of
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
from verifier.model.report import End, ExitCode, Report, RestoreOutcome, RollbackRecord
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
        self._course = Course(clock.now())
        self._start_s = clock.now_s()
        self._watch = Watch(world, clock, journal, task.limits, task.expected)
        self._undoing = Undo(world, memory, task, clock, journal, self._course)

    def run(self) -> None:
        """Locate, wait, verify, decide, roll back, verify again."""
        course = self._course
        try:
            self._read_start()
            self._take_baseline()
            decision = self._arrive()
            if isinstance(decision, Proceed):
                self._judge(decision.judged)
            else:
                course.verdict = decision
        except ProviderError as error:
            course.verdict = Verdict(VerdictWord.INCONCLUSIVE, f"{error.message}. {error.hint}")
        self._journal.note("verdict", f"{course.verdict.word}: {course.verdict.reason}")
        if course.verdict.word in (VerdictWord.FAILED, VerdictWord.INCONCLUSIVE):
            self._undo()
        self._undoing.remember()
        if self._emergency is not None and self._is_lost():
            self._pause(self._emergency)
        if course.verdict.word is VerdictWord.FAILED:
            self._look_behind()

    def _is_lost(self) -> bool:
        """Whether a rollback was tried and production is not known to be good all the same."""
        tried = any(r.outcome is not RestoreOutcome.PLANNED for r in self._course.records.values())
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
        course = self._course
        end_s = self._start_s + self._task.limits.deadline_s
        blamed = {f.service for f in condemning(course.verdict.findings) if f.service}
        plan = course.plan
        targets = (
            {move.service.name: move.target for move in plan.moves}
            if isinstance(plan, RollBackTo)
            else {}
        )
        for name, judged in course.judged.items():
            if (name in blamed or not blamed) and self._clock.now_s() < end_s:
                good = targets.get(name) or self._before(name)
                found = self._world.background(name, judged, good)
                course.background = (*course.background, found)

    def _before(self, service: str) -> Deployment | None:
        """What served when the run began, where that was one other deployment."""
        found = self._course.fleet[service].find(self._course.active_before.get(service, ""))
        return None if found == self._course.judged.get(service) else found

    def report(self, end: End = End.WHOLE) -> Report:
        """Return the report of what has happened so far."""
        links = {name: self._world.link(name) for name in self._course.fleet}
        now = self._clock.now()
        entries = self._journal.entries
        return report_of(self._course, self._task, entries, now, links, end=end)

    def _read_start(self) -> None:
        fleet = self._course.fleet = self._world.fleet()
        self._course.active_before = {name: ", ".join(s.active) for name, s in fleet.items()}

    def _take_baseline(self) -> None:
        """Ask the checks about what serves now, unless that is already what is to be judged."""
        course = self._course
        arrivals = arrivals_of(course.fleet, self._task.wanted)
        if any(arrival.stage is Stage.LIVE for arrival in arrivals):
            return
        self._follow(arrivals)
        serving = {
            name: state.find(state.active[0])
            for name, state in course.fleet.items()
            if len(state.active) == 1
        }
        known = {name: deployment for name, deployment in serving.items() if deployment}
        if known:
            sample, course.fleet = self._watch.look(known, course.fleet, Subject.BEFORE)
            course.baseline = (*sample.findings, *silent_before(sample))
            failing = {f.check for f in course.baseline if f.outcome.condemns}
            if failing:
                text = f"already failing before this deploy: {', '.join(sorted(failing))}"
                self._journal.note("baseline", text)

    def _arrive(self) -> Proceed | Verdict:
        """Wait until Railway has the wanted deployments live, or will not have them."""
        course, limits = self._course, self._task.limits
        changed_s = read_s = self._clock.now_s()
        usual_s = usual_duration_s(course.fleet)
        previous: list[str] = []
        while True:
            arrivals = arrivals_of(course.fleet, self._task.wanted)
            now_s = self._clock.now_s()
            texts = [f"{a.service}: {_told(a)}" for a in arrivals]
            if texts != previous:
                self._tell_arrivals(arrivals, texts, previous)
                changed_s, previous = now_s, texts
            course.judged = {a.service: a.deployment for a in arrivals if a.deployment}
            course.adopted = _adopted(arrivals)
            waited_s, unchanged_s = now_s - self._start_s, now_s - changed_s
            decision = conclude(arrivals, waited_s, unchanged_s, usual_s, limits)
            if not isinstance(decision, Wait):
                return decision
            open_ = next(a for a in arrivals if a.stage in (Stage.MISSING, Stage.UNDER_WAY))
            self._follow(arrivals)
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

    def _follow(self, arrivals: Sequence[Arrival]) -> None:
        self._world.follow(
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
            self._course.fleet = fleet
            return now_s
        self._journal.note("inconclusive", fleet.reason)
        if now_s - read_s >= self._task.limits.ready_within_s:
            raise ProviderError(fleet.reason)
        return read_s

    def _judge(self, live: Mapping[str, Deployment]) -> None:
        course, limits = self._course, self._task.limits
        until_s = self._start_s + limits.deadline_s - limits.reserve_s
        watched = self._watch.run(live, course.fleet, Subject.JUDGED, until_s)
        course.judged = {**course.judged, **watched.judged}
        course.verdict = watched.verdict
        course.first_failure_s = watched.first_failure_s
        course.ledgers = watched.ledgers
        if watched.verdict.word is VerdictWord.SUPERSEDED:
            course.fleet = self._world.fleet()
            course.adopted = _adopted(arrivals_of(course.fleet, self._task.wanted))
        if course.adopted and watched.verdict.word is not VerdictWord.FAILED:
            reason = f"{', '.join(course.adopted)} was rolled back by somebody else"
            course.verdict = replace(watched.verdict, word=VerdictWord.FAILED, reason=reason)

    def _undo(self) -> None:
        """Plan, carry out the plan, and verify what serves then."""
        course, undo = self._course, self._undoing
        open_ = {name: d for name, d in course.judged.items() if name not in course.adopted}
        history = attempt(undo.history)
        past = Past(course.baseline, undo.recall(), self._incident())
        plan = plan_rollback(course.verdict, open_, history, past, self._task.policy)
        undo.adopt(plan)
        if isinstance(course.plan, RollBackTo) and self._task.policy.mode is RollbackMode.PLAN:
            course.records = planned(course.plan, "gate.rollback is plan")
            self._journal.note("keep", "nothing is rolled back: gate.rollback is plan")
            undo.verify({})
        else:
            undo.carry_out()

    def _incident(self) -> str:
        """Ask for the platform's own trouble only where it could be the cause."""
        if not points_at_platform(self._course.verdict):
            return ""
        incident = attempt(self._world.incident)
        return "" if isinstance(incident, Unobserved) else incident


def _told(arrival: Arrival) -> str:
    return f"{arrival.deployment.id}: {arrival.text}" if arrival.deployment else arrival.text


def _adopted(arrivals: Sequence[Arrival]) -> Mapping[str, RollbackRecord]:
    """The rollbacks that somebody else has made."""
    return {
        arrival.service: RollbackRecord(
            to=arrival.by.id,
            deployment=arrival.by.id,
            outcome=RestoreOutcome.ADOPTED,
            reason="somebody else had rolled it back",
            from_=arrival.deployment.id,
        )
        for arrival in arrivals
        if arrival.stage is Stage.ROLLED_BACK and arrival.by and arrival.deployment
    }
