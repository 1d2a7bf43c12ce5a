"""What a gate has come to know so far, and the report of it: complete at any moment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from verifier.commands.judgements import (
    Judgement,
    left_over,
    other_commit,
    overall_plan,
    overall_verdict,
    recovered_in_s,
)
from verifier.commands.ports import Journal
from verifier.decide.gate.advice import Aftermath, advise
from verifier.decide.gate.arrival import Wanted
from verifier.decide.gate.causes import likeliest_cause
from verifier.decide.gate.recognition import Scene, recognise
from verifier.decide.gate.run_exit_code import exit_code
from verifier.decide.gate.unjudged import left_unjudged
from verifier.model.background import Background
from verifier.model.check_ids import UNASKED
from verifier.model.deployment import Deployment, Fleet
from verifier.model.exit_code import ExitCode
from verifier.model.expectations import Expectations, worth_of_checks
from verifier.model.finding import Finding, condemning
from verifier.model.known_before import FAILS_AT_THE_END, NOTHING_KNOWN, KnownBefore
from verifier.model.known_cause import CauseRule
from verifier.model.migration_ledger import LedgerReport
from verifier.model.past_verdict import PastVerdict
from verifier.model.platform import HoldOutcome
from verifier.model.report import (
    READ_ONLY_EXIT_CODES,
    End,
    JudgedDeployment,
    LiveDeployment,
    Report,
    RollbackResult,
    ServiceReport,
    StopResult,
)
from verifier.model.target_doubt import Doubt
from verifier.model.verdict import Limits, Policy, Verdict, VerdictWord


@dataclass(frozen=True, slots=True)
class Task:
    """What the run was asked to do."""

    wanted: Wanted
    limits: Limits
    policy: Policy
    expected: Expectations
    environment: str
    command: str = "gate"
    only_looks: bool = False
    """Whether its verdict is about what would be, and production is not the question."""
    causes: tuple[CauseRule, ...] = ()
    """Failures that the team knows itself."""
    notes: tuple[Finding, ...] = ()
    """What was configured and is not done, to be told in the report."""


@dataclass(slots=True)
class RunState:
    """The course of one run. The gate writes into it as it goes; `report` reads it."""

    started_at: datetime
    fleet: Fleet = field(default_factory=dict)
    """Railway's latest statement."""
    active_before: Mapping[str, str] = field(default_factory=dict)
    before: KnownBefore = NOTHING_KNOWN
    """What was seen of the checks: of what served before, and where good of any deployment."""
    served: Mapping[str, Deployment] = field(default_factory=dict)
    """What served before and was looked at by this run itself, by service name."""
    seen_of_served: KnownBefore = NOTHING_KNOWN
    """What its checks said then."""
    past_verdicts: tuple[PastVerdict, ...] = ()
    """What earlier gates found, newest first."""
    known_at_start: tuple[PastVerdict, ...] = ()
    """What of that was known when it began to look at what it judges."""
    doubtful: Mapping[str, Doubt] = field(default_factory=dict)
    """What of other commits was seen to be bad when the run began (`Past.doubtful`)."""
    judgements: list[Judgement] = field(default_factory=lambda: [Judgement()])
    """All of the run, in their order."""
    current: Judgement = field(init=False)
    """The one of them that the run is at."""
    results: Mapping[str, RollbackResult] = field(default_factory=dict)
    """Rollbacks of this run."""
    kept_by_setting: bool | None = None
    """Whether nothing but a setting kept it from rolling back; None where nothing did."""
    rollback_reason: str = ""
    """Why a person asked for them; empty where nobody did."""
    stops: Mapping[str, StopResult] = field(default_factory=dict)
    """Deployments of the condemned commit that were on their way, by service name."""
    afterwards: Verdict | None = None
    """On what serves after a rollback."""
    restored: Mapping[str, Deployment] = field(default_factory=dict)
    """What that verdict is about, by service name."""
    holds: Mapping[str, HoldOutcome] = field(default_factory=dict)
    """What became of holding auto-deploy, by service name."""
    ledgers: tuple[LedgerReport, ...] = ()
    background: tuple[Background, ...] = ()
    told: dict[str, str] = field(default_factory=dict)
    """What the timeline last said of each service's arrival."""

    def __post_init__(self) -> None:
        """Begin with the first judgement."""
        self.current = self.judgements[0]

    @property
    def followed(self) -> Mapping[str, Deployment]:
        """Everything that was judged, by service name: of a service the latest."""
        return {name: d for one in self.judgements for name, d in one.judged.items()}

    @property
    def rollbacks(self) -> Mapping[str, RollbackResult]:
        """All rollbacks, by service name."""
        adopted = {name: r for one in self.judgements for name, r in one.adopted.items()}
        return {**adopted, **self.results}

    def set_aside(self) -> None:
        """
        Begin another judgement; one that condemns stays part of what the run says.

        Any other is given again, with all that it was about: so is what was looked at after it.
        """
        if not self.current.condemned:
            self.judgements.remove(self.current)
            self.afterwards, self.restored = None, {}
        self.current = Judgement()
        self.judgements.append(self.current)

    def has_recovered(self, now_s: float) -> None:
        """Keep that production was proven to be good by now."""
        self.current.recovered_s = now_s
        for one in self.judgements:
            if one.recovered_s is None:
                one.recovered_s = now_s


def report_of(
    run: RunState,
    task: Task,
    journal: Journal,
    ended_at: datetime,
    links: Mapping[str, str],
    *,
    end: End = End.COMPLETED,
) -> Report:
    """Return the report of a run; `links` are the services' pages at Railway."""
    verdict, rollbacks = overall_verdict(run.judgements), run.rollbacks
    elsewhere = caused_elsewhere(run)
    code = how_it_ended(run)
    unjudged = _left_unjudged(run, task)
    if unjudged:
        code = ExitCode.NOT_RECOVERED if code is ExitCode.FAILED_SAFE else code
        told = "; ".join(f"{finding.service}: {finding.summary}" for finding in unjudged)
        findings = (*verdict.findings, *unjudged)
        verdict = replace(verdict, reason=f"{verdict.reason}; {told}", findings=findings)
    if task.only_looks:
        code = READ_ONLY_EXIT_CODES[verdict.word]
    if verdict.word is VerdictWord.PASSED and any(n.check == UNASKED for n in task.notes):
        reason = f"{verdict.reason}; no health endpoint of any service was checked"
        verdict = replace(verdict, reason=reason)
    if end is End.CANCELLED:
        code = ExitCode.CANCELLED
        verdict = replace(verdict, reason=f"cancelled; {verdict.reason}")
    if end is End.BROKEN:
        code = ExitCode.INCONCLUSIVE if code is ExitCode.GOOD else code
        verdict = replace(verdict, reason=f"the verifier broke; {verdict.reason}")
    other = other_commit(run.judgements, task.wanted.commit_sha)
    after = Aftermath(rollbacks, run.afterwards, run.holds, bool(elsewhere), task.command, other)
    report = Report(
        command=task.command,
        verdict=verdict.word,
        reason=verdict.reason,
        exit_code=code,
        commit=task.wanted.commit_sha,
        environment=task.environment,
        started_at=run.started_at,
        ended_at=ended_at,
        services=tuple(_service_report(name, run) for name in run.fleet),
        findings=(*verdict.findings, *elsewhere, *task.notes),
        worth=worth_of_checks(task.expected),
        timeline=journal.entries,
        answers=journal.answers,
        advice=advise(code, verdict, overall_plan(run.judgements), after, links),
        ledger=next(iter(run.ledgers), None),
        further_ledgers=run.ledgers[1:],
        cause=None if end is End.CANCELLED else likeliest_cause(verdict, other),
        background=run.background,
        rollback_reason=run.rollback_reason,
        kept_by_setting=run.kept_by_setting,
        recovered_in_s=recovered_in_s(run.judgements),
    )
    return replace(report, known_causes=recognise(report, _scene(run, task)))


def how_it_ended(run: RunState) -> ExitCode:
    """Return the exit code by what failed, what was done about it, and what was seen then."""
    return _exit_code(run, run.judgements)


def is_lost(run: RunState) -> bool:
    """
    Whether a rollback was tried, and what was condemned is not known to be out all the same.

    That a commit did not come to every service is red, and no loss of production.
    """
    tried = any(result.outcome.was_tried for result in run.results.values())
    with_blame = [one for one in run.judgements if one.condemned]
    return tried and _exit_code(run, with_blame) is ExitCode.NOT_RECOVERED


def _exit_code(run: RunState, judgements: Sequence[Judgement]) -> ExitCode:
    """Return the exit code, were nothing left but what is left of these judgements."""
    is_clear = not left_over(run.fleet, judgements)
    verdict = overall_verdict(run.judgements)
    return exit_code(verdict, list(run.rollbacks.values()), run.afterwards, is_clear=is_clear)


def _left_unjudged(run: RunState, task: Task) -> tuple[Finding, ...]:
    condemned = {name: d for one in run.judgements for name, d in one.must_go(run.fleet).items()}
    condemned |= {name: d for one in run.judgements for name, d in one.condemned.items()}
    passed = {name: d for one in run.judgements for name, d in one.passed.items()}
    looked_at = {**passed, **run.restored}
    return left_unjudged(run.fleet, run.followed, condemned, looked_at, task.wanted)


def _scene(run: RunState, task: Task) -> Scene:
    return Scene(
        services={name: state.service for name, state in run.fleet.items()},
        environment=task.environment.rpartition(" / ")[2],
        app_env=task.expected.app_env,
        project_ref=task.expected.project_ref,
        own=task.causes,
    )


def _service_report(name: str, run: RunState) -> ServiceReport:
    state = run.fleet[name]
    judged = run.followed.get(name)
    latest = (state.find(judged.id) or judged) if judged else None
    before, after = state.find(run.active_before.get(name, "")), state.sole_active
    return ServiceReport(
        name=name,
        role=state.service.role,
        judged=JudgedDeployment.of(latest) if latest else None,
        active_before=run.active_before.get(name, ""),
        active_after=", ".join(state.active),
        rollback=run.rollbacks.get(name),
        auto_deploy=run.holds.get(name),
        stopped=run.stops.get(name),
        live_before=LiveDeployment.of(before) if before else None,
        live_after=LiveDeployment.of(after) if after else None,
    )


def _of_unknown_code(run: RunState) -> Iterator[str]:
    """Yield what was uploaded during the run: nothing tells that it is not this deploy's."""
    for name, state in run.fleet.items():
        live = state.sole_active
        is_new = live is not None and live.id != run.active_before.get(name)
        if live is not None and is_new and not live.commit_sha and name not in run.rollbacks:
            yield name


def caused_elsewhere(run: RunState) -> tuple[Finding, ...]:
    """
    Return what also fails in what serves at the end, and so was not caused by the deploy.

    A service that still serves the judged commit shows nothing of the kind, and while there is
    one, neither does what all services share: also one that nobody asked to go back.
    """
    still = {*left_over(run.fleet, run.judgements), *_of_unknown_code(run)}
    where = "after the rollback" if run.rollbacks else "in what serves now"
    return tuple(
        replace(
            f,
            summary=f"{where}, so not caused by this deploy: {f.summary}",
            blameless=FAILS_AT_THE_END,
        )
        for f in condemning(run.afterwards.findings if run.afterwards else ())
        if (f.service not in still if f.service else not still)
    )
