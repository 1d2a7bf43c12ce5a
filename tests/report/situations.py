"""Real situations as reports: what somebody is woken up for, and what nobody is."""

from dataclasses import replace
from datetime import timedelta

from tests.builders import START
from verifier.model.cause import Cause, CauseKind
from verifier.model.exit_code import ExitCode
from verifier.model.finding import Finding, Outcome, Provenance
from verifier.model.protection import Drift
from verifier.model.report import (
    JudgedDeployment,
    LiveDeployment,
    Report,
    ReportedCommit,
    RestoreOutcome,
    RollbackResult,
    ServiceReport,
    TimelineEntry,
)
from verifier.model.verdict import VerdictWord

GOOD, BAD = "a41f2c" + "0" * 33 + "1", "c0ffee" + "0" * 33 + "2"
NAMES = ("julia-api", "julia-worker", "julia-scheduler")
COMMITS = (
    ReportedCommit(BAD, "Send campaigns by plan", "Bia", START - timedelta(minutes=9)),
    ReportedCommit(
        GOOD,
        "Count opened mails",
        "Ana",
        START - timedelta(days=3),
        f"https://github.test/c/{GOOD}",
    ),
)
PENDING = Finding(
    "migrations.pending",
    Outcome.FAIL,
    "1 migration shipped but not applied: 20260104090000_step_4",
    hint="apply the missing migrations to this database, then deploy again",
    objects=("20260104090000",),
)
PASSING = (
    Finding("health.live", Outcome.PASS, "HTTP 200", "julia-api"),
    Finding("topology.run_mode", Outcome.PASS, "as configured", "julia-worker"),
    Finding("topology.run_mode", Outcome.PASS, "as configured", "julia-scheduler"),
)


def uuid(number):
    """An id as Railway makes them."""
    return f"{number:08x}-1111-4222-8333-444455556666"


def live(number, commit, ago_min):
    return LiveDeployment(uuid(number), commit, START - timedelta(minutes=ago_min))


def services(after=BAD, rollback=None, status="SUCCESS"):
    """Three services that moved from the good commit to the bad one, and to `after`."""
    found = []
    for n, name in enumerate(NAMES):
        judged = JudgedDeployment(uuid(16 + n), BAD, status, START - timedelta(minutes=4))
        now = {BAD: live(16 + n, BAD, 4), GOOD: live(48 + n, GOOD, 1)}[after]
        if after == GOOD and rollback is None:
            now = live(1 + n, GOOD, 4000)
        done = rollback and RollbackResult(uuid(1 + n), now.id, rollback, "", uuid(16 + n))
        before = live(1 + n, GOOD, 4000)
        role = name.removeprefix("julia-")
        found.append(
            ServiceReport(
                name, role, judged, before.id, now.id, done, live_before=before, live_after=now
            )
        )
    return tuple(found)


def situation(**changes):
    return Report(
        **{
            "command": "gate",
            "verdict": VerdictWord.FAILED,
            "reason": "migrations.pending: 1 migration shipped but not applied: 20260104090000_step_4",
            "exit_code": ExitCode.FAILED_SAFE,
            "commit": BAD,
            "environment": "julia / production",
            "started_at": START,
            "ended_at": START + timedelta(seconds=40),
            "commits": COMMITS,
            **changes,
        }
    )


_SCHEMA = "schema version 20260103090000 is behind 20260104090000"
_MISSING = Cause(
    CauseKind.DATABASE,
    "the database is missing what this commit needs",
    "apply the migrations named below, then deploy again",
)
_PROOF = Provenance(
    "GET https://julia.test/health/schema", START, "deployment id in the answer", 41
)
_EVENTS = (
    (1, "arrival", "julia-api", f"{uuid(16)}: BUILDING"),
    (9, "arrival", "julia-api", f"{uuid(16)}: SUCCESS"),
    (
        10,
        "inconclusive",
        "julia-api",
        "health.live: HTTP 502 from Railway's edge: the request never reached the app",
    ),
    (12, "fail", "julia-api", f"health.schema: {_SCHEMA}"),
    (16, "verdict", "", "failed: migrations.pending: 1 migration shipped but not applied"),
    (16, "exclusion", "", "each rollback is claimed by a Git reference in acme/shop"),
    (17, "rollback", "julia-api", "back to commit a41f2c00: asking Railway now"),
    (19, "restored", "julia-api", f"Railway shows {uuid(48)} active"),
    (30, "verified", "", "live now: passed, all checks passed and held for 10.0 s"),
)
TIMELINE = tuple(
    TimelineEntry(START + timedelta(seconds=s), event, service, text)
    for s, event, service, text in _EVENTS
)
ROLLED_BACK = situation(
    services=services(GOOD, RestoreOutcome.RESTORED, "REMOVED"),
    findings=(
        *(
            Finding("health.schema", Outcome.FAIL, _SCHEMA, name, evidence=_PROOF)
            for name in NAMES[:2]
        ),
        PENDING,
        *PASSING,
    ),
    cause=_MISSING,
    timeline=TIMELINE,
    advice=(
        "Auto-deploy is still on: the next push deploys this commit again unless it is fixed or "
        "reverted first.",
        "Apply the missing migrations to this database, then deploy again.",
    ),
    recovered_in_s=18.0,
)
PASSED = situation(
    verdict=VerdictWord.PASSED,
    exit_code=ExitCode.GOOD,
    reason="all checks passed and held for 10.2 s",
    services=services(),
    findings=PASSING,
    timeline=TIMELINE[:2],
)
NOT_RECOVERED = situation(
    exit_code=ExitCode.NOT_RECOVERED,
    services=services(BAD, RestoreOutcome.REFUSED),
    findings=ROLLED_BACK.findings,
    cause=_MISSING,
    timeline=TIMELINE[:7],
    advice=(
        "Look at production now: verifier check says what is live and how it is.",
        f"Roll back manually at Railway, julia-api to {uuid(1)} (could not roll back: Railway says "
        f"403): julia-api https://railway.com/project/{uuid(98)}/service/{uuid(99)}",
    ),
)
_NAMED = "have the health document name RAILWAY_DEPLOYMENT_ID where identity looks for it"
INCONCLUSIVE = situation(
    verdict=VerdictWord.INCONCLUSIVE,
    exit_code=ExitCode.INCONCLUSIVE,
    reason=f"health.deep of julia-api: this response could not be traced to deployment {uuid(16)}",
    services=services(),
    findings=(
        Finding(
            "health.deep",
            Outcome.INCONCLUSIVE,
            f"this response could not be traced to deployment {uuid(16)}",
            "julia-api",
            hint=_NAMED,
        ),
        *PASSING,
    ),
    cause=Cause(
        CauseKind.VERIFIER,
        "the verifier could not confirm that it works",
        "resolve the inconclusive checks below, then run this job again",
    ),
    advice=(f"{_NAMED[:1].upper()}{_NAMED[1:]}.",),
)
BROKEN_BUILD = situation(
    reason="julia-api: the build or start failed",
    services=services(GOOD, None, "FAILED"),
    findings=(
        Finding(
            "deployment.arrival",
            Outcome.FAIL,
            "the build or start failed",
            "julia-api",
            hint="read the build logs of julia-api at Railway",
        ),
    ),
    cause=Cause(
        CauseKind.APPLICATION,
        "the build or start failed",
        "read the log lines below, or the full log on Railway",
    ),
    advice=("Read the build logs of julia-api at Railway.",),
)
PREFLIGHT = situation(
    command="preflight",
    reason="20260104090000_step_4 is not applied in production",
    services=(),
    findings=(
        Finding(
            "migrations.pending",
            Outcome.FAIL,
            "20260104090000_step_4 is not applied in production",
            hint="apply what is pending with: supabase db push; then rerun this check",
        ),
    ),
    advice=("Apply what is pending with: supabase db push; then rerun this check.",),
)
REPOSITORIES = tuple(f"acme/shop-{number:03}" for number in range(200))
_SEEN = (
    Drift("approvals", "1", "0", "ruleset", Outcome.FAIL),
    Drift("force pushes", "refused", "allowed", "classic protection", Outcome.FAIL),
    Drift("secret scanning", "on", "could not be read", "repository", Outcome.INCONCLUSIVE),
    Drift("Dependabot alerts", "on", "off", "repository", Outcome.WARN),
)
AUDIT_OF_MANY = situation(
    command="audit",
    commit="",
    commits=(),
    reason="drift: a required protection is missing or too weak",
    services=(),
    audited=REPOSITORIES,
    drift=tuple(
        replace(_SEEN[number % 4], repository=name) for number, name in enumerate(REPOSITORIES)
    ),
)
ALL = {
    "passed": PASSED,
    "rolled_back": ROLLED_BACK,
    "not_recovered": NOT_RECOVERED,
    "inconclusive": INCONCLUSIVE,
    "broken_build": BROKEN_BUILD,
    "preflight": PREFLIGHT,
}
