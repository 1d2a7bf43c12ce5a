"""After a deploy: find it, look, judge, and if the verdict asks for it undo it and look again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from verifier.commands.baseline import look_before
from verifier.commands.commit_removal import CommitRemoval
from verifier.commands.last_look import look_once_more
from verifier.commands.pause import Emergency
from verifier.commands.ports import Clock, Journal, Memory, Tools, World, attempt
from verifier.commands.recovery import Recovery, planned
from verifier.commands.retries import persist
from verifier.commands.run_state import RunState, Task, report_of
from verifier.commands.watch import Watch
from verifier.decide.gate.arrival import Arrival, Stage, arrivals_of, misplaced, take_on
from verifier.decide.gate.polling import usual_duration_s
from verifier.decide.gate.remainders import remainders, spread
from verifier.decide.gate.rollback_plan import plan_rollback, points_at_platform
from verifier.decide.gate.seen_before import recalled
from verifier.decide.gate.tracks import Progress, Track, condemned
from verifier.errors import ProviderError
from verifier.model.deployment import Deployment, Fleet
from verifier.model.evidence import Subject
from verifier.model.exit_code import ExitCode
from verifier.model.finding import Unobserved, condemning
from verifier.model.report import End, Report, RestoreOutcome, RollbackResult
from verifier.model.verdict import (
    Keep,
    Past,
    RollbackMode,
    RollBackTo,
    Verdict,
    VerdictWord,
)

#: The logs and variables behind a failure are worth so long to a person.
_BEHIND_WITHIN_S = 20.0
_INCIDENT_WITHIN_S = 5.0
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
        wanted = replace(task.wanted, asked_at=clock.now())
        self._task = replace(task, wanted=wanted)
        self._world = world
        self._emergency = emergency
        self._clock = clock
        self._journal = journal
        self._run = RunState(clock.now())
        self._start_s = clock.now_s()
        self._tools = Tools(world, memory, clock, journal)
        self._watch = Watch(world, clock, journal, task.limits, task.expected)
        self._recovery = Recovery(self._tools, self._task, self._run)

    def run(self) -> None:
        """Locate, wait, verify, decide, roll back, verify again."""
        run = self._run
        try:
            self._read_start()
            self._take_baseline()
            self._judge()
        except ProviderError as error:
            run.verdict = Verdict(VerdictWord.INCONCLUSIVE, error.explained)
        self._journal.note("verdict", f"{run.verdict.word}: {run.verdict.reason}")
        if run.verdict.word in (VerdictWord.FAILED, VerdictWord.INCONCLUSIVE):
            self._take_out()
        self._recovery.remember()
        if self._emergency is not None and self._is_lost():
            self._pause(self._emergency)
        if run.verdict.word is VerdictWord.FAILED:
            self._look_behind()

    def report(self, end: End = End.COMPLETED) -> Report:
        """Return the report of what has happened so far."""
        links = {name: self._world.link(name) for name in self._run.fleet}
        now = self._clock.now()
        entries = self._journal.entries
        return report_of(self._run, self._task, entries, now, links, end=end)

    def _read_start(self) -> None:
        """
        Read what serves, and what earlier gates found.

        Raises:
            ProviderError: Railway could not be reached.
        """
        limit_s = min(self._task.limits.reach_within_s, self._task.limits.deadline_s)
        fleet = persist(self._world.fleet, self._clock, limit_s, self._journal)
        if isinstance(fleet, Unobserved):
            raise ProviderError(fleet.reason, hint=fleet.hint)
        if problem := misplaced(fleet, self._task.wanted):
            raise ProviderError(problem, hint="check --deployment")
        self._run.fleet = fleet
        self._run.active_before = {name: ", ".join(s.active) for name, s in fleet.items()}
        self._run.past_verdicts = self._recovery.recall()

    def _take_baseline(self) -> None:
        """Ask the checks about what serves now, and is not itself what is to be judged."""
        run = self._run
        arrivals = self._arrive(run.fleet)
        kept = recalled({a.service: a.deployment for a in arrivals}, run.past_verdicts)
        run.before = kept
        under_way = [a.deployment for a in arrivals if a.stage is Stage.UNDER_WAY and a.deployment]
        self._world.subscribe([deployment.id for deployment in under_way])
        run.before, run.fleet = look_before(self._watch, run.fleet, self._arrive, kept)
        live = {arrival.service for arrival in arrivals if arrival.stage is Stage.LIVE}
        unknown = sorted(live - {seen.service for seen in run.before.good})
        if unknown:
            self._journal.note("baseline", f"{', '.join(unknown)}: {_NO_BASELINE}")
        failing = sorted({f.seen.check for f in run.before.failing})
        if failing:
            text = f"already failing before this deploy: {', '.join(failing)}"
            self._journal.note("baseline", text)

    def _judge(self) -> None:
        """Look at each service from its first second live, until there is one verdict on all."""
        run, limits = self._run, self._task.limits
        until_s = self._start_s + limits.deadline_s - limits.reserve_s
        usual_s = usual_duration_s(run.fleet)
        begun = Progress(self._start_s, self._start_s, until_s, usual_s)
        watch = replace(self._watch, before=run.before)
        watched = watch.follow(self._arrive, run.fleet, Subject.JUDGED, begun, self._notice)
        run.fleet = watched.fleet
        run.verdict = watched.verdict
        run.condemned = spread(watched.fleet, condemned(watched.tracks))
        run.passed = watched.judged
        run.first_failure_s = watched.first_failure_s
        run.before = run.before.with_good(watched.seen)
        run.ledgers = watched.ledgers

    def _arrive(self, fleet: Fleet) -> Sequence[Arrival]:
        """Tell how far each service is; one that is passed by is judged where no gate has."""
        arrivals = arrivals_of(fleet, self._task.wanted)
        if not self._task.policy.judges_live:
            return arrivals
        return [take_on(a, fleet[a.service], self._run.past_verdicts) for a in arrivals]

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
        run.judged = {a.service: a.deployment for a in arrivals if a.deployment}
        run.adopted = _adopted(arrivals)

    def _take_out(self) -> None:
        """Plan, carry out the plan, and verify what serves then."""
        run, recovery = self._run, self._recovery
        open_ = {name: d for name, d in run.judged.items() if name not in run.adopted}
        recovery.accept_plan(self._plan(run.condemned or open_))
        is_excused = isinstance(run.plan, Keep) and run.plan.is_excused
        if isinstance(run.plan, RollBackTo) and self._task.policy.mode is RollbackMode.PLAN:
            run.results = planned(run.plan, "gate.rollback is plan")
            self._journal.note("keep", "not rolling back: gate.rollback is plan")
        elif isinstance(run.plan, RollBackTo) and run.verdict.word is VerdictWord.INCONCLUSIVE:
            recovery.carry_out()
        elif run.condemned and self._task.policy.mode is RollbackMode.AUTO and not is_excused:
            CommitRemoval(self._tools, self._task, run, recovery, self._plan).run()
        unwanted = spread(run.fleet, run.condemned or run.judged)
        is_clear = not remainders(run.fleet, unwanted)
        if run.results or (is_clear and run.verdict.word is VerdictWord.FAILED):
            recovery.verify()
        recovery.hold()

    def _plan(self, open_: Mapping[str, Deployment]) -> RollBackTo | Keep:
        """Choose what these deployments go back to."""
        run = self._run
        history = self._recovery.history()
        past = Past(run.before, run.past_verdicts, self._incident())
        return plan_rollback(run.verdict, open_, history, past, self._task.policy)

    def _incident(self) -> str:
        """Ask for the platform's own trouble only where it could be the cause."""
        if not points_at_platform(self._run.verdict):
            return ""
        ask = partial(attempt, self._world.incident)
        incident = self._world.at_once({"incident": ask}, _INCIDENT_WITHIN_S)["incident"]
        return "" if isinstance(incident, Unobserved) else incident

    def _is_lost(self) -> bool:
        """Whether a rollback was tried and production is not known to be good all the same."""
        results = self._run.results.values()
        tried = any(result.outcome.was_tried for result in results)
        return tried and self.report().exit_code is ExitCode.NOT_RECOVERED

    def _pause(self, emergency: Emergency) -> None:
        reason = f"the rollback of {self._task.wanted.commit_sha[:8]} did not recover production"
        done = attempt(lambda: emergency.pause(self._clock, reason, "verifier gate"))
        match done:
            case None:
                self._journal.note("paused", f"the system is paused: {reason}")
            case Unobserved() | str():
                problem = done.explained if isinstance(done, Unobserved) else done
                self._journal.note("warning", f"the system could not be paused: {problem}")

    def _look_behind(self) -> None:
        """Gather what helps a person; last and only while there is time: nothing waits for it."""
        run = self._run
        blamed = {f.service for f in condemning(run.verdict.findings) if f.service}
        plan = run.plan
        targets = (
            {move.service.name: move.target for move in plan.moves}
            if isinstance(plan, RollBackTo)
            else {}
        )
        for name, judged in run.judged.items():
            left_s = self._recovery.until_s - self._clock.now_s()
            if (name in blamed or not blamed) and left_s > 0:
                good = targets.get(name) or self._before(name)
                ask = partial(attempt, partial(self._world.background, name, judged, good))
                found = self._world.at_once({name: ask}, min(_BEHIND_WITHIN_S, left_s))[name]
                if not isinstance(found, Unobserved):
                    run.background = (*run.background, found)

    def _before(self, service: str) -> Deployment | None:
        """What served when the run began, where that was one other deployment."""
        found = self._run.fleet[service].find(self._run.active_before.get(service, ""))
        return None if found == self._run.judged.get(service) else found

    def refresh(self, limit_s: float) -> None:
        """After an interruption: read once more what is live, for `limit_s` seconds at most."""
        look_once_more(self._tools, self._run, limit_s)


def nothing_to_judge(environment: str, reason: str, now: datetime) -> Report:
    """Return the report of a gate that was called for something else."""
    return Report(
        command="gate",
        verdict=VerdictWord.UNAFFECTED,
        reason=reason,
        exit_code=ExitCode.GOOD,
        commit="",
        environment=environment,
        started_at=now,
        ended_at=now,
    )


def _label(arrival: Arrival) -> str:
    return f"{arrival.deployment.id}: {arrival.text}" if arrival.deployment else arrival.text


def _adopted(arrivals: Sequence[Arrival]) -> Mapping[str, RollbackResult]:
    """The rollbacks that somebody else has made."""
    return {
        arrival.service: RollbackResult(
            to=arrival.by.id,
            deployment=arrival.by.id,
            outcome=RestoreOutcome.ADOPTED,
            reason="rolled back by someone else",
            from_=arrival.deployment.id,
        )
        for arrival in arrivals
        if arrival.stage is Stage.ROLLED_BACK and arrival.by and arrival.deployment
    }
