"""What a gate has come to know so far, and the report of it: complete at any moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from verifier.decide.gate.advice import Aftermath, advise
from verifier.decide.gate.arrival import Wanted
from verifier.decide.gate.causes import likeliest_cause
from verifier.decide.gate.remainders import remainders, spread
from verifier.decide.gate.run_exit_code import exit_code
from verifier.decide.gate.seen_before import known_from
from verifier.model.background import Background
from verifier.model.check_ids import UNASKED
from verifier.model.deployment import Deployment, Fleet
from verifier.model.exit_code import ExitCode
from verifier.model.expectations import Expectations
from verifier.model.finding import Finding, condemning
from verifier.model.known_before import NOTHING_KNOWN, KnownBefore
from verifier.model.migration_ledger import LedgerReport
from verifier.model.past_verdict import PastStatus, PastVerdict
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
    TimelineEntry,
)
from verifier.model.verdict import Keep, Limits, Policy, RollBackTo, Verdict, VerdictWord

_NO_VERDICT = Verdict(VerdictWord.INCONCLUSIVE, "the gate did not come to a verdict")
_NO_PLAN = Keep("there was no verdict")


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
    past_verdicts: tuple[PastVerdict, ...] = ()
    """What earlier gates found, newest first."""
    judged: Mapping[str, Deployment] = field(default_factory=dict)
    """The wanted deployments by service name, as far as Railway has them."""
    passed: Mapping[str, Deployment] = field(default_factory=dict)
    """Those that were live and looked at to the end, by service name."""
    condemned: Mapping[str, Deployment] = field(default_factory=dict)
    """Those that must not stay, by service name."""
    verdict: Verdict = _NO_VERDICT
    plan: RollBackTo | Keep = _NO_PLAN
    adopted: Mapping[str, RollbackResult] = field(default_factory=dict)
    """Rollbacks that were somebody else's."""
    results: Mapping[str, RollbackResult] = field(default_factory=dict)
    """Rollbacks of this run."""
    rollback_reason: str = ""
    """Why a person asked for them; empty where nobody did."""
    stops: Mapping[str, StopResult] = field(default_factory=dict)
    """Deployments of the condemned commit that were on their way, by service name."""
    verified: Verdict | None = None
    """On what serves after a rollback."""
    restored: Mapping[str, Deployment] = field(default_factory=dict)
    """What that verdict is about, by service name."""
    holds: Mapping[str, HoldOutcome] = field(default_factory=dict)
    """What became of holding auto-deploy, by service name."""
    first_failure_s: float | None = None
    recovered_s: float | None = None
    ledgers: tuple[LedgerReport, ...] = ()
    background: tuple[Background, ...] = ()
    told: dict[str, str] = field(default_factory=dict)
    """What the timeline last said of each service's arrival."""

    @property
    def rollbacks(self) -> Mapping[str, RollbackResult]:
        """All rollbacks, by service name."""
        return {**self.adopted, **self.results}

    @property
    def recovered_in_s(self) -> float | None:
        """Seconds from the first condemning answer to the proven recovery."""
        if self.recovered_s is None or self.first_failure_s is None:
            return None
        return self.recovered_s - self.first_failure_s


def report_of(
    run: RunState,
    task: Task,
    timeline: tuple[TimelineEntry, ...],
    ended_at: datetime,
    links: Mapping[str, str],
    *,
    end: End = End.COMPLETED,
) -> Report:
    """Return the report of a run; `links` are the services' pages at Railway."""
    verdict, rollbacks = run.verdict, run.rollbacks
    unwanted = spread(run.fleet, run.condemned or run.judged)
    is_clear = not remainders(run.fleet, unwanted)
    elsewhere = _caused_elsewhere(run)
    code = exit_code(verdict, list(rollbacks.values()), run.verified, is_clear=is_clear)
    if task.only_looks:
        code = READ_ONLY_EXIT_CODES[verdict.word]
    if verdict.word is VerdictWord.PASSED and any(n.check == UNASKED for n in task.notes):
        reason = f"{verdict.reason}; no health endpoint of any service was asked"
        verdict = replace(verdict, reason=reason)
    if end is End.CANCELLED:
        code = ExitCode.CANCELLED
        verdict = replace(verdict, reason=f"cancelled; {verdict.reason}")
    if end is End.BROKEN:
        code = ExitCode.INCONCLUSIVE if code is ExitCode.GOOD else code
        verdict = replace(verdict, reason=f"the verifier broke; {verdict.reason}")
    after = Aftermath(rollbacks, run.verified, run.holds, bool(elsewhere))
    return Report(
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
        timeline=timeline,
        advice=advise(code, verdict, run.plan, after, links),
        ledger=next(iter(run.ledgers), None),
        further_ledgers=run.ledgers[1:],
        cause=None if end is End.CANCELLED else likeliest_cause(verdict),
        background=run.background,
        rollback_reason=run.rollback_reason,
        recovered_in_s=run.recovered_in_s,
    )


def past_verdicts_of(run: RunState) -> tuple[PastVerdict, ...]:
    """
    Return what this run found, for the runs that come later.

    A deployment is condemned only where it is to blame, and going back was not shown to be of no
    help; else it was merely seen.
    """
    found: list[PastVerdict] = []
    findings = run.verdict.findings
    if run.verdict.word is VerdictWord.PASSED:
        found += _records(run.passed, PastStatus.VERIFIED, findings)
    helped = not _caused_elsewhere(run)
    to_blame = isinstance(run.plan, RollBackTo) or run.plan.is_condemned
    if run.verdict.word is VerdictWord.FAILED and to_blame and helped:
        found += _records(run.condemned or run.judged, PastStatus.CONDEMNED, ())
    elif run.verdict.word in (VerdictWord.FAILED, VerdictWord.INCONCLUSIVE) and not run.results:
        found += _records(run.judged, PastStatus.SEEN, findings)
    if run.verified is not None and run.verified.word is VerdictWord.PASSED:
        restored = _records(run.restored, PastStatus.VERIFIED, run.verified.findings)
        found += [
            replace(r, reason=run.rollback_reason) if r.service in run.rollbacks else r
            for r in restored
        ]
    return tuple(dict.fromkeys(found))


def _records(
    deployments: Mapping[str, Deployment], status: PastStatus, findings: Sequence[Finding]
) -> list[PastVerdict]:
    seen = known_from(findings)
    return [
        PastVerdict(
            name,
            d.id,
            d.commit_sha,
            d.image_digest,
            status,
            seen=seen.of([name]) if findings else None,
        )
        for name, d in deployments.items()
        if d.status.has_served
    ]


def _service_report(name: str, run: RunState) -> ServiceReport:
    state = run.fleet[name]
    judged = run.judged.get(name)
    latest = (state.find(judged.id) or judged) if judged else None
    return ServiceReport(
        name=name,
        role=state.service.role,
        judged=(
            JudgedDeployment(
                latest.id, latest.commit_sha, latest.status_word or latest.status, latest.created_at
            )
            if latest
            else None
        ),
        active_before=run.active_before.get(name, ""),
        active_after=", ".join(state.active),
        rollback=run.rollbacks.get(name),
        auto_deploy=run.holds.get(name),
        stopped=run.stops.get(name),
        live_before=_live(state.find(run.active_before.get(name, ""))),
        live_after=_live(state.sole_active),
    )


def _live(deployment: Deployment | None) -> LiveDeployment | None:
    if deployment is None:
        return None
    return LiveDeployment(deployment.id, deployment.commit_sha, deployment.created_at)


def _caused_elsewhere(run: RunState) -> tuple[Finding, ...]:
    """
    Return what also fails after the rollback, and so was not caused by the deploy.

    A service that still serves the judged commit shows nothing of the kind, and while there is
    one, neither does what all services share.
    """
    still = remainders(run.fleet, run.condemned or run.judged)
    return tuple(
        replace(f, summary=f"after the rollback, so not caused by this deploy: {f.summary}")
        for f in condemning(run.verified.findings if run.verified else ())
        if (f.service not in still if f.service else not still)
    )
