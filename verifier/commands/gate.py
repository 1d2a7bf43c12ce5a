"""After a deploy: find it, look, judge, and if the verdict asks for it undo it and look again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from verifier.commands.needs import Clock, Journal, World, attempt
from verifier.commands.restore import Restore
from verifier.commands.watch import Watch
from verifier.decide.advice import advise
from verifier.decide.arrival import (
    Arrival,
    Proceed,
    Stage,
    Wanted,
    arrivals_of,
    conclude,
)
from verifier.decide.exit import exit_code
from verifier.decide.plan import plan_rollback
from verifier.errors import ProviderError
from verifier.model.deployment import Deployment, Fleet
from verifier.model.evidence import LedgerReport, Subject
from verifier.model.finding import Finding, Unobserved
from verifier.model.report import (
    ExitCode,
    JudgedDeployment,
    Report,
    RestoreOutcome,
    RollbackRecord,
    ServiceReport,
)
from verifier.model.verdict import (
    Expectations,
    Keep,
    Limits,
    Policy,
    RollbackMode,
    RollBackTo,
    Verdict,
    VerdictWord,
    Wait,
)


@dataclass(frozen=True, slots=True)
class Task:
    """What the gate was asked to do."""

    wanted: Wanted
    limits: Limits
    policy: Policy
    expected: Expectations
    environment: str
    notes: tuple[Finding, ...] = ()
    """What was configured and is not done, to be told in the report."""


_NO_VERDICT = Verdict(VerdictWord.INCONCLUSIVE, "the gate did not come to a verdict")
_NO_PLAN = Keep("there was no verdict")


@dataclass(slots=True)
class _Course:
    """What a gate has come to know so far; complete enough for a report at any moment."""

    started_at: datetime
    fleet: Fleet = field(default_factory=dict)
    """Railway's latest statement."""
    active_before: Mapping[str, str] = field(default_factory=dict)
    baseline: tuple[Finding, ...] = ()
    judged: Mapping[str, Deployment] = field(default_factory=dict)
    verdict: Verdict = _NO_VERDICT
    plan: RollBackTo | Keep = _NO_PLAN
    records: Mapping[str, RollbackRecord] = field(default_factory=dict)
    verified: Verdict | None = None
    first_failure_s: float | None = None
    recovered_s: float | None = None
    ledger: LedgerReport | None = None


class Gate:
    """One run of the gate. `run` does it, `report` tells it, even after an interruption."""

    def __init__(self, world: World, task: Task, clock: Clock, journal: Journal) -> None:
        self._world = world
        self._task = task
        self._clock = clock
        self._journal = journal
        self._course = _Course(clock.now())
        self._start_s = clock.now_s()
        self._watch = Watch(world, clock, journal, task.limits, task.expected)

    def run(self) -> None:
        """Locate, wait, verify, decide, roll back, verify again."""
        course = self._course
        try:
            course.fleet = self._world.fleet()
            course.active_before = _active(course.fleet)
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

    def _take_baseline(self) -> None:
        """Ask the checks about what serves now, unless that is already what is to be judged."""
        course = self._course
        arrivals = arrivals_of(course.fleet, self._task.wanted)
        if any(arrival.stage is Stage.LIVE for arrival in arrivals):
            return
        serving = {
            name: state.find(state.active[0])
            for name, state in course.fleet.items()
            if len(state.active) == 1
        }
        known = {name: deployment for name, deployment in serving.items() if deployment}
        if known:
            sample, course.fleet = self._watch.look(known, course.fleet, Subject.BEFORE)
            course.baseline = sample.findings
            failing = [f.check for f in sample.findings if f.outcome.condemns]
            if failing:
                text = f"already failing before this deploy: {', '.join(sorted(set(failing)))}"
                self._journal.note("baseline", text)

    def _arrive(self) -> Proceed | Verdict:
        """Wait until Railway has the wanted deployments live, or will not have them."""
        course, limits = self._course, self._task.limits
        changed_s = read_s = self._clock.now_s()
        previous: list[str] = []
        while True:
            arrivals = arrivals_of(course.fleet, self._task.wanted)
            now_s = self._clock.now_s()
            texts = [f"{a.service}: {a.text}" for a in arrivals]
            if texts != previous:
                changed_s = now_s
                for arrival, text in zip(arrivals, texts, strict=True):
                    if text not in previous:
                        self._journal.note("arrival", _told(arrival), arrival.service)
                previous = texts
            course.judged = {a.service: a.deployment for a in arrivals if a.deployment}
            decision = conclude(arrivals, now_s - self._start_s, now_s - changed_s, limits)
            if not isinstance(decision, Wait):
                self._adopt_rollbacks(arrivals)
                return decision
            open_ = next(a for a in arrivals if a.stage in (Stage.MISSING, Stage.UNDER_WAY))
            waited_s = now_s - self._start_s
            self._journal.waiting(_told(open_), waited_s, limits.deadline_s)
            self._clock.sleep(decision.seconds)
            read_s = self._read_fleet(read_s)

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

    def _judge(self, judged: Mapping[str, Deployment]) -> None:
        course = self._course
        course.judged = judged
        until_s = self._start_s + self._task.limits.deadline_s - self._task.limits.reserve_s
        watched = self._watch.run(judged, course.fleet, Subject.JUDGED, until_s)
        course.judged, course.verdict = watched.judged, watched.verdict
        course.first_failure_s = watched.first_failure_s
        course.ledger = watched.ledger
        if watched.verdict.word is VerdictWord.SUPERSEDED:
            course.fleet = self._world.fleet()
            rolled_back = self._adopt_rollbacks(arrivals_of(course.fleet, self._task.wanted))
            if rolled_back:
                reason = "it was rolled back while it was being judged"
                course.verdict = Verdict(VerdictWord.FAILED, reason, watched.verdict.findings)

    def _adopt_rollbacks(self, arrivals: Sequence[Arrival]) -> bool:
        """Record the rollbacks that somebody else has made."""
        self._course.records = {
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
        return bool(self._course.records)

    def _undo(self) -> None:
        """Plan, carry out the plan, and verify what serves then."""
        course, task = self._course, self._task
        if course.records:
            course.plan = Keep("it was already rolled back")
            self._verify(self._adopted())
            return
        history = attempt(self._world.history)
        course.plan = plan_rollback(
            course.verdict, course.judged, history, course.baseline, task.policy
        )
        for refusal in course.plan.refusals:
            text = f"not going back to {refusal.deployment.id}: {refusal.reason}"
            self._journal.note("refusal", text, refusal.service)
        if isinstance(course.plan, Keep):
            self._journal.note("keep", f"nothing is rolled back: {course.plan.reason}")
        elif task.policy.mode is RollbackMode.PLAN:
            course.records = _planned(course.plan)
            self._journal.note("keep", "nothing is rolled back: gate.rollback is plan")
        else:
            restore = Restore(self._world, course.plan, self._clock, self._journal, task.limits)
            course.records = restore.records
            restore.run()
            self._verify(restore.deployments)

    def _adopted(self) -> Mapping[str, Deployment]:
        course = self._course
        found = {name: course.fleet[name].find(r.deployment) for name, r in course.records.items()}
        return {name: deployment for name, deployment in found.items() if deployment}

    def _verify(self, deployments: Mapping[str, Deployment]) -> None:
        course = self._course
        if not deployments:
            return
        self._journal.note("verify", "verifying what serves now")
        before = attempt(self._world.fleet)
        if isinstance(before, Unobserved):
            course.verified = Verdict(VerdictWord.INCONCLUSIVE, before.reason)
            return
        until_s = self._start_s + self._task.limits.deadline_s
        watched = self._watch.run(deployments, before, Subject.RESTORED, until_s)
        course.verified = watched.verdict
        text = f"after the rollback: {watched.verdict.word}, {watched.verdict.reason}"
        self._journal.note("verified", text)
        if watched.verdict.word is VerdictWord.PASSED:
            course.recovered_s = self._clock.now_s()
        fleet = attempt(self._world.fleet)
        if not isinstance(fleet, Unobserved):
            course.fleet = fleet

    def report(self, *, cancelled: bool = False) -> Report:
        """Return the report of what has happened so far."""
        course, task = self._course, self._task
        verdict, records = course.verdict, list(course.records.values())
        code = exit_code(verdict, course.plan, records, course.verified)
        if cancelled:
            code = ExitCode.CANCELLED
            verdict = Verdict(verdict.word, f"cancelled; {verdict.reason}", verdict.findings)
        recovered_in_s = (
            course.recovered_s - course.first_failure_s
            if course.recovered_s is not None and course.first_failure_s is not None
            else None
        )
        links = {name: self._world.link(name) for name in course.fleet}
        return Report(
            command="gate",
            verdict=verdict.word,
            reason=verdict.reason,
            exit_code=code,
            commit=task.wanted.commit_sha,
            environment=task.environment,
            started_at=course.started_at,
            ended_at=self._clock.now(),
            services=tuple(self._service_reports()),
            findings=(*verdict.findings, *_caused_elsewhere(course.verified), *task.notes),
            timeline=self._journal.entries,
            advice=advise(code, verdict, course.plan, course.records, course.verified, links),
            ledger=course.ledger,
            recovered_in_s=recovered_in_s,
        )

    def _service_reports(self) -> list[ServiceReport]:
        course = self._course
        return [
            ServiceReport(
                name=name,
                role=state.service.role,
                judged=_judged(course.judged.get(name), course.fleet),
                active_before=course.active_before.get(name, ""),
                active_after=", ".join(state.active),
                rollback=course.records.get(name),
            )
            for name, state in course.fleet.items()
        ]


def _active(fleet: Fleet) -> Mapping[str, str]:
    return {name: ", ".join(state.active) for name, state in fleet.items()}


def _told(arrival: Arrival) -> str:
    return f"{arrival.deployment.id}: {arrival.text}" if arrival.deployment else arrival.text


def _planned(plan: RollBackTo) -> Mapping[str, RollbackRecord]:
    return {
        move.service.name: RollbackRecord(
            to=move.target.id,
            deployment="",
            outcome=RestoreOutcome.PLANNED,
            reason="gate.rollback is plan",
            from_=move.condemned.id,
        )
        for move in plan.moves
    }


def _caused_elsewhere(verified: Verdict | None) -> tuple[Finding, ...]:
    """What also fails after the rollback was not caused by the deploy."""
    if verified is None:
        return ()
    return tuple(
        Finding(
            f.check,
            f.outcome,
            f"after the rollback, so not caused by this deploy: {f.summary}",
            f.service,
            f.detail,
            f.hint,
            f.evidence,
        )
        for f in verified.findings
        if f.outcome.condemns
    )


def _judged(deployment: Deployment | None, fleet: Fleet) -> JudgedDeployment | None:
    if deployment is None:
        return None
    found = (state.find(deployment.id) for state in fleet.values())
    latest = next((d for d in found if d is not None), deployment)
    return JudgedDeployment(
        latest.id, latest.commit_sha, latest.status_word or latest.status, latest.created_at
    )
