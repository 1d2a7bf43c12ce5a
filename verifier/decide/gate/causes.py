"""From findings to the likeliest cause, by known signs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from verifier.decide.gate.cause_steps import PATH, REQUIRED
from verifier.decide.gate.given_up import is_path_of_configuration
from verifier.model.cause import Cause, CauseKind
from verifier.model.check_ids import (
    ARRIVAL,
    BLOCKED_BY_CI,
    COMPONENT,
    DEPLOYMENT,
    GUARDS,
    MIGRATIONS,
    NO_ANSWER,
    NO_COMMIT,
    NONE_SINCE,
    NOT_THERE,
    RAILWAY,
    RELATIONS,
    REMOVED,
    SCHEMA,
    SILENT,
    TOPOLOGY,
    component_check,
    is_of,
)
from verifier.model.database_away import is_database_away
from verifier.model.finding import FOR_GOOD, Finding, Outcome, condemning
from verifier.model.phrases import first_of
from verifier.model.verdict import Verdict, VerdictWord


@dataclass(frozen=True, slots=True)
class _Sign:
    """Checks, or families of checks, and the cause that their failing points at."""

    checks: tuple[str, ...]
    cause: Cause

    def fits(self, check: str) -> bool:
        """Whether it speaks of this check."""
        return any(check == known or is_of(check, known) for known in self.checks)


_WRONG_PLACE = Cause(
    CauseKind.CONFIGURATION,
    "it is deployed against the wrong environment or database",
    "check APP_ENV, SUPABASE_PROJECT_REF and DATABASE_URL of the service",
)

_UNCOMPARED = Cause(
    CauseKind.CONFIGURATION,
    "the app could not compare its environment with its database",
    "check APP_ENV and SUPABASE_PROJECT_REF, and the rows environment and supabase_project_ref",
)
_AWAY = Cause(
    CauseKind.DATABASE,
    "the app does not reach its database: nothing is known to be missing in it",
    "check that the database is up, and the address and the key in the variables of the service",
)
_MISSING = Cause(
    CauseKind.DATABASE,
    "the database is missing what this commit needs",
    "apply the migrations named below, then deploy again",
)

#: The first sign that is seen decides: what explains more stands before what it explains.
_FAILED = (
    _Sign((GUARDS,), _WRONG_PLACE),
    _Sign(
        (TOPOLOGY,),
        Cause(
            CauseKind.CONFIGURATION,
            "a service does not run as configured",
            "compare RUN_MODE and replicas at Railway with .github/verifier.yml",
        ),
    ),
    _Sign(
        (
            MIGRATIONS,
            component_check("schema_version"),
            SCHEMA,
            RELATIONS,
            component_check("tables"),
            component_check("views"),
        ),
        _MISSING,
    ),
    _Sign(
        (component_check("supabase"), component_check("database")),
        Cause(
            CauseKind.DATABASE,
            "the app cannot reach its database",
            "check that the database is up and accepts connections",
        ),
    ),
    _Sign((component_check("environment"), component_check("project_ref")), _UNCOMPARED),
    _Sign(
        (component_check("redis"),),
        Cause(
            CauseKind.PLATFORM,
            "the app cannot reach Redis",
            "check the Redis service on Railway",
        ),
    ),
    _Sign(
        (ARRIVAL,),
        Cause(
            CauseKind.APPLICATION,
            "the build or start failed",
            "read the log lines below, or the full log on Railway",
        ),
    ),
    _Sign(
        (DEPLOYMENT, SILENT),
        Cause(
            CauseKind.APPLICATION,
            "the process exits, or does not listen on the expected port",
            "read the log lines below; the app must listen on 0.0.0.0 and the port in PORT",
        ),
    ),
)

_UNHEALTHY = Cause(
    CauseKind.APPLICATION,
    "it runs but is unhealthy",
    "read the failed checks below, then the log",
)
_HANGS = Cause(
    CauseKind.PLATFORM,
    "it lives, and something that it waits for hangs: Redis, the database or another service",
    "check those services on Railway, and their addresses in the variables of the service",
)
_CI = Cause(
    CauseKind.CI,
    "CI kept Railway from deploying this commit",
    "see which check failed or is still waiting; Railway does not retry a skipped commit",
)
_NOT_DEPLOYED = Cause(
    CauseKind.PLATFORM,
    "Railway did not deploy this commit",
    "on Railway, check that the service is connected to this branch and auto-deploy is on",
)
_REMOVED = Cause(
    CauseKind.PLATFORM,
    "what was deployed of this commit has been removed",
    "on Railway, see in the environment's activity what removed it",
)
_UPLOADED = Cause(
    CauseKind.CONFIGURATION,
    "it is deployed by uploads, which have no commit, and this run waits for one",
    "run the gate after the upload with --since, or with the id that railway up prints",
)
_NONE_SINCE = Cause(
    CauseKind.PLATFORM,
    "no upload was made since the time that this run was given",
    "see in the pipeline whether railway up ran, and give --since a time before it began",
)
_NO_PLATFORM = Cause(
    CauseKind.PLATFORM,
    "Railway's API did not answer",
    "run this job again once https://status.railway.com shows no incident",
)
_NOTHING_SEEN = Cause(
    CauseKind.VERIFIER,
    "the verifier could not confirm that it works",
    "resolve the inconclusive checks below, then run this job again",
)


def likeliest_cause(verdict: Verdict, other: str = "") -> Cause | None:
    """
    Return what most likely explains a verdict that is red; None for one that is not.

    `other` is the commit that it is about where that is not the run's own: a reader of the run
    would take "this commit" for that one.
    """
    cause = _cause(verdict)
    if cause is not _MISSING or not other:
        return cause
    return replace(cause, text=f"the database is missing what commit {other[:8]} needs")


def _cause(verdict: Verdict) -> Cause | None:
    findings = verdict.findings
    if verdict.word is VerdictWord.FAILED:
        bad = condemning(findings)
        if any(finding.outcome is Outcome.CRITICAL for finding in bad):
            return _WRONG_PLACE
        return _by_sign(bad) if bad else _kept_from_serving(findings)
    if verdict.word is VerdictWord.INCONCLUSIVE:
        if any(finding.check == RAILWAY for finding in findings) or not findings:
            return _NO_PLATFORM
        unseen = [f for f in findings if f.outcome is Outcome.INCONCLUSIVE]
        return _required_in_vain(unseen) or _leads_nowhere(unseen) or _NOTHING_SEEN
    return None


def _required_in_vain(unsettled: Sequence[Finding]) -> Cause | None:
    """
    Return that the configuration requires what the document does not have, where that is all.

    What was seen good before is the application's: nobody calls its absence blameless.
    """
    missing = [f for f in unsettled if f.objects == (NOT_THERE,) and is_of(f.check, COMPONENT)]
    others = [f for f in unsettled if f not in missing and f.check != component_check("required")]
    if not missing or others or any(f.outcome.condemns and not f.blameless for f in missing):
        return None
    names = list(dict.fromkeys(f.check.removeprefix(f"{COMPONENT}.") for f in missing))
    return Cause(
        CauseKind.CONFIGURATION,
        f"health.required names {first_of(names, 3, ', ')}, which the health document does not "
        "have, or has without a status",
        REQUIRED,
    )


def _leads_nowhere(unsettled: Sequence[Finding]) -> Cause | None:
    """Return that configured paths have never led anywhere, where that is all."""
    is_open = any(f.outcome is Outcome.INCONCLUSIVE and f.later != FOR_GOOD for f in unsettled)
    if not unsettled or is_open or not all(map(is_path_of_configuration, unsettled)):
        return None
    paths = list(dict.fromkeys(f.check for f in unsettled))
    return Cause(
        CauseKind.CONFIGURATION,
        f"{first_of(paths, 4, ', ')}: the application has no such path, and was not seen to have "
        "one before",
        PATH,
    )


def _by_sign(bad: Sequence[Finding]) -> Cause:
    misconfigured = _required_in_vain(bad) or _leads_nowhere(bad)
    if misconfigured is not None:
        return misconfigured
    if is_database_away(bad):
        return _AWAY
    if bad and all(finding.objects == (NO_ANSWER,) for finding in bad):
        return _HANGS
    # What has vanished from a document is wrong with the document, and with nothing that it names.
    told = [finding for finding in bad if finding.objects != (NOT_THERE,)]
    guards = [finding for finding in told if is_of(finding.check, GUARDS)]
    if guards and all(finding.blameless for finding in guards):
        return _UNCOMPARED  # a marker is missing: nothing was seen to be another's
    fitting = (s.cause for s in _FAILED if any(s.fits(f.check) for f in told))
    return next(fitting, _UNHEALTHY)


def _kept_from_serving(findings: Sequence[Finding]) -> Cause | None:
    """The deployment was skipped, waits, was removed, or never came."""
    if not findings:
        return None
    if any(finding.objects == (NO_COMMIT,) for finding in findings):
        return _UPLOADED
    if any(finding.check == BLOCKED_BY_CI for finding in findings):
        return _CI
    arrivals = [finding for finding in findings if finding.check == ARRIVAL]
    told = {finding.objects for finding in arrivals}
    if told == {(NONE_SINCE,)}:
        return _NONE_SINCE
    return _REMOVED if told == {(REMOVED,)} else _NOT_DEPLOYED
