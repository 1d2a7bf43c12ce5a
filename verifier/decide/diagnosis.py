"""Is everything there that a gate needs? Facts of a set-up into findings, and a report of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from verifier.decide.database_powers import GRANTS, check_powers
from verifier.model.database_rights import DatabaseAccess
from verifier.model.deployment import Scope
from verifier.model.evidence import DatabaseReading, ShippedMigrations
from verifier.model.finding import Finding, NotAsked, Outcome, Unobserved
from verifier.model.past_verdict import PastVerdict
from verifier.model.report import READ_ONLY_EXIT_CODES, Report
from verifier.model.switch_answer import SwitchAnswer
from verifier.model.verdict import VerdictWord

VERSIONS = "doctor.versions"
ENVIRONMENT = "doctor.environment"
RAILWAY = "doctor.railway"
GITHUB = "doctor.github"
DATABASE = "doctor.database"
QUESTIONS = "doctor.questions"
CLOCK = "doctor.clock"
BASELINE = "doctor.baseline"
PAUSE = "doctor.pause"

_PROVE = (
    "to check it, add sslmode=verify-full and sslrootcert, the file of your platform's "
    "certificate, to DATABASE_URL"
)
_SKEW_S = 30.0
#: How somebody at a terminal gets what a job of GitHub's is given.
_FROM_HERE = {
    "GITHUB_TOKEN": "$(gh auth token)",
    "GITHUB_REPOSITORY": "OWNER/NAME",
    "GITHUB_SHA": "$(git rev-parse HEAD)",
}
_KINDS = {
    "ghs_": "the token of a job or an app",
    "ghp_": "a classic personal token",
    "github_pat_": "a fine-grained personal token",
    "gho_": "a token of an OAuth app",
}


def check_versions(verifier: str, python: str, system: str, config_file: str) -> Finding:
    """Tell what runs, and with which configuration."""
    text = f"verifier {verifier} on Python {python}, {system}; configuration: {config_file}"
    return Finding(VERSIONS, Outcome.PASS, text)


def check_environment_of_job(missing: Sequence[str]) -> Iterator[Finding]:
    """Name each thing that the environment has to hold and does not, or not in that form."""
    for text in missing:
        hint = "set it for this command; in a job, as a secret that the step is given"
        yield Finding(ENVIRONMENT, Outcome.FAIL, text, hint=hint)


def railway_token(*, is_project_token: bool) -> str:
    """Return what a token of Railway's is called."""
    return "project token" if is_project_token else "account or workspace token"


def check_environment(kind: str, scope: Scope | Unobserved, services: int) -> Finding:
    """Tell where a token of this kind leads; `services` are those of the configuration."""
    if isinstance(scope, Unobserved):
        text = f"the {kind} does not work: {scope.reason}"
        return Finding(RAILWAY, Outcome.FAIL, text, hint=scope.hint)
    place = f"{scope.project_name} / {scope.environment_name}"
    served = "the one service" if services == 1 else f"all {services} services"
    text = f"the {kind} can access {place} and {served}"
    return Finding(RAILWAY, Outcome.PASS, text)


def no_github(lacking: str) -> Finding:
    """Tell what the environment lacks, without which nothing of GitHub's is asked."""
    text = f"{lacking}: no records are kept between runs"
    return Finding(GITHUB, Outcome.WARN, text, hint=what_to_export(lacking))


def unread_records(lacking: str) -> Unobserved:
    """Return what stands for the records of earlier runs where nothing could be asked for them."""
    return Unobserved(lacking, what_to_export(lacking))


def what_to_export(lacking: str) -> str:
    """Return the command that gives a terminal what `lacking` names, which a job has by itself."""
    named = [f"{name}={value}" for name, value in _FROM_HERE.items() if name in lacking]
    return f"export {' '.join(named)}" if named else ""


def github_token(token: str) -> str:
    """Return what a token of GitHub's is called, by how it begins."""
    return next((name for start, name in _KINDS.items() if token.startswith(start)), "a token")


def check_repository(kind: str, repository: str, seen: object | Unobserved) -> Finding:
    """Tell whether a token of this kind reads the repository's deployments."""
    if isinstance(seen, Unobserved):
        text = f"{kind} cannot read {repository}: {seen.reason}"
        return Finding(GITHUB, Outcome.FAIL, text, hint=seen.hint)
    text = f"{kind} can read {repository}; write access is not tested"
    hint = "give the job contents: write and deployments: write"
    return Finding(GITHUB, Outcome.PASS, text, hint=hint)


def check_baseline(records: Sequence[PastVerdict] | Unobserved, services: Sequence[str]) -> Finding:
    """Tell of which services an earlier run has kept what was good: a late gate needs that."""
    if isinstance(records, Unobserved):
        text = f"the records of earlier runs were not read ({records.reason})"
        return Finding(BASELINE, Outcome.WARN, text, hint=records.hint)
    known = {r.service for r in records if r.seen and any(s.service for s in r.seen.good)}
    unknown = [name for name in services if name not in known]
    if not unknown:
        text = "earlier runs recorded passing checks for every service"
        return Finding(BASELINE, Outcome.PASS, text)
    text = (
        f"no earlier run recorded which checks of {', '.join(unknown)} pass: a gate that starts "
        "after the deployment is live rolls back only on a critical finding, a crash or no response"
    )
    return Finding(BASELINE, Outcome.WARN, text, hint="run verifier check once: it records them")


def check_clock(theirs: datetime | Unobserved, ours: datetime) -> Finding:
    """Compare this machine's time with GitHub's: a wrong one makes freshness and records wrong."""
    if isinstance(theirs, Unobserved):
        return Finding(CLOCK, Outcome.SKIP, "GitHub did not report its time")
    skew_s = (ours - theirs).total_seconds()
    if abs(skew_s) > _SKEW_S:
        text = f"this machine's clock is {skew_s:.0f} s off"
        return Finding(CLOCK, Outcome.WARN, text, hint="synchronise it by NTP")
    return Finding(CLOCK, Outcome.PASS, "the clock is accurate")


def check_database(access: DatabaseAccess | Unobserved) -> Iterator[Finding]:
    """Tell who is logged in where, and which rights that role lacks or has too many of."""
    if isinstance(access, Unobserved):
        text = f"could not read the database: {access.reason}"
        yield Finding(DATABASE, Outcome.FAIL, text, hint=access.hint)
        return
    rights = access.rights
    role = rights.role
    tls = "encrypted" if role.is_encrypted else "not encrypted"
    text = f"PostgreSQL {role.server_version}, database {role.database}, {tls}, as {role.name}"
    if role.is_in_recovery:
        text += "; a replica, which may lag behind"
    is_trusted = role.is_encrypted and not role.is_proven
    if is_trusted:
        text += "; who answers is not checked"
    yield Finding(DATABASE, Outcome.PASS, text, hint=_PROVE if is_trusted else "")
    for name in rights.absent:
        hint = "check DATABASE_URL; a tool that never ran has no table"
        yield Finding(GRANTS, Outcome.WARN, f"the database has no {name}", hint=hint)
    if access.missing_grants:
        hint = " ".join(access.missing_grants)
        yield Finding(GRANTS, Outcome.FAIL, f"{role.name} is missing rights", hint=hint)
    else:
        text = f"{role.name} can read each of the tables and views, {len(rights.tables)} in all"
        yield Finding(GRANTS, Outcome.PASS, text)
    yield from check_powers(rights)


def check_checkout(
    shipped: Mapping[str, ShippedMigrations | Unobserved | NotAsked],
    expected: Mapping[str, str | Unobserved | NotAsked],
) -> Iterator[Finding]:
    """Tell of each ledger what a gate would not find out about this checkout."""
    for what, found in (("migrations", shipped), ("expected version", expected)):
        for name, value in found.items():
            if isinstance(value, Unobserved):
                ledger = f" ({name})" if name else ""
                text = f"a gate could not read the {what} of this checkout{ledger}: {value.reason}"
                yield Finding(QUESTIONS, Outcome.FAIL, text, hint=value.hint)


def check_questions(reading: DatabaseReading | Unobserved, role: str) -> Iterator[Finding]:
    """Tell which questions of a gate its role cannot answer, by having asked all of them."""
    if isinstance(reading, Unobserved):
        text = f"a gate could not ask the database: {reading.reason}"
        yield Finding(QUESTIONS, Outcome.FAIL, text, hint=reading.hint)
        return
    unanswered = list(_unanswered(reading))
    for what, why in unanswered:
        yield Finding(QUESTIONS, Outcome.FAIL, f"{what}: {why.reason}", hint=why.hint)
    if not unanswered:
        text = f"{role} gets an answer to every question that a gate asks"
        yield Finding(QUESTIONS, Outcome.PASS, text)


def check_pause(answer: SwitchAnswer | Unobserved) -> Iterator[Finding]:
    """Tell what would keep the kill switch from working, and what was asked without writing."""
    if isinstance(answer, Unobserved):
        text = f"could not ask the kill switch's database: {answer.reason}"
        yield Finding(PAUSE, Outcome.FAIL, text, hint=answer.hint)
        return
    for problem in answer.problems:
        yield Finding(PAUSE, Outcome.FAIL, problem.reason, hint=problem.hint)
    for doubt in answer.doubts:
        yield Finding(PAUSE, Outcome.WARN, doubt.reason, hint=doubt.hint)
    if not answer.problems:
        statuses = " and ".join(answer.statuses)
        reasons = "; ".join(answer.reasons)
        allowing = ", ".join(answer.constraints)
        text = f"{answer.role} may run pause.write and pause.read with the statuses {statuses}"
        if allowing:
            text += f", and {allowing} would allow them"
        text += f". Asked with the reasons: {reasons}. Nothing was written"
        yield Finding(PAUSE, Outcome.PASS, text)


def _unanswered(reading: DatabaseReading) -> Iterator[tuple[str, Unobserved]]:
    markers = reading.markers if isinstance(reading.markers, Unobserved) else None
    if markers or reading.hidden_markers:
        yield "the markers", markers or reading.hidden_markers or Unobserved("")
    for name, ledger in reading.ledgers.items():
        if isinstance(ledger, Unobserved):
            yield f"the ledger {name}".rstrip(), ledger
    for relation in reading.relations:
        what = f"the {relation.kind} {relation.name}"
        if relation.unseen:
            yield what, relation.unseen
        elif relation.problem:
            hint = "create it before the first gate, or take it out of relations"
            yield what, Unobserved(relation.problem, hint)
    if isinstance(reading.objects, Unobserved):
        yield "the required objects", reading.objects
    else:
        for wanted, is_there in reading.objects.items():
            if not is_there:
                yield (
                    f"the {wanted}",
                    Unobserved("the database has none", "take it out of relations"),
                )
    for name, answer in reading.sql_answers.items():
        if isinstance(answer, Unobserved):
            yield f"the probe {name}", answer


def diagnosis_of(
    findings: Sequence[Finding], environment: str, started_at: datetime, ended_at: datetime
) -> Report:
    """Return the report: failed where something is missing, whatever is merely worth a look."""
    missing = [finding for finding in findings if finding.outcome.condemns]
    listed = "; ".join(f"{finding.check}: {finding.summary}" for finding in missing)
    verdict = VerdictWord.FAILED if missing else VerdictWord.PASSED
    return Report(
        command="doctor",
        verdict=verdict,
        reason=listed or "every required token, address and right is in place",
        exit_code=READ_ONLY_EXIT_CODES[verdict],
        commit="",
        environment=environment,
        started_at=started_at,
        ended_at=ended_at,
        findings=tuple(findings),
        advice=tuple(dict.fromkeys(finding.hint for finding in missing if finding.hint)),
    )


def contract_report(
    findings: Sequence[Finding], started_at: datetime, ended_at: datetime
) -> Report:
    """Return the report on Railway's API: what was not read is no contract that is kept."""
    verdict = VerdictWord.PASSED
    if not findings or any(f.outcome is Outcome.INCONCLUSIVE for f in findings):
        verdict = VerdictWord.INCONCLUSIVE
    if any(finding.outcome.condemns for finding in findings):
        verdict = VerdictWord.FAILED
    return Report(
        command="doctor",
        verdict=verdict,
        reason="; ".join(f.summary for f in findings) or "nothing was compared",
        exit_code=READ_ONLY_EXIT_CODES[verdict],
        commit="",
        environment="",
        started_at=started_at,
        ended_at=ended_at,
        findings=tuple(findings),
    )
