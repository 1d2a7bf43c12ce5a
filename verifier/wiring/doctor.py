"""`verifier doctor`: whether everything that a gate needs is there, before it matters."""

import email.utils
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from verifier import __version__
from verifier.commands.ports import attempt
from verifier.config.settings import Settings
from verifier.database.grants import Rights, missing_grants, read_rights, role_sql
from verifier.database.ledgers.tool import Ledger
from verifier.database.session import read_only_connection
from verifier.database.worktree import Worktree
from verifier.decide.gate.readiness import check_rights
from verifier.errors import ConfigError
from verifier.github.api import Api
from verifier.github.connection import open_repository
from verifier.guarded import web
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.report import READ_ONLY_EXIT_CODES, Report
from verifier.model.verdict import VerdictWord
from verifier.railway.client import RailwayClient
from verifier.wiring.connect import find_environment, project_of, services_of

VERSIONS = "doctor.versions"
RAILWAY = "doctor.railway"
GITHUB = "doctor.github"
DATABASE = "doctor.database"
GRANTS = "doctor.grants"
CLOCK = "doctor.clock"
APPLICATION = "doctor.application"

_SKEW_S = 30.0
_LIMIT_S = 10.0
_LIMIT_BYTES = 1_000_000
_KINDS = {
    "ghs_": "the token of a job or an app",
    "ghp_": "a classic personal token",
    "github_pat_": "a fine-grained personal token",
    "gho_": "a token of an OAuth app",
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found, and the SQL of a role that is enough."""

    findings: tuple[Finding, ...]
    role_sql: tuple[str, ...] = ()


def diagnose(settings: Settings, worktree: Worktree, now: Callable[[], datetime]) -> Diagnosis:
    """Ask everything once, with reads alone; whether a token may write only writing tells."""
    findings = [_versions(), *_railway(settings), *_github(settings, now), *_application(settings)]
    rights = _rights(settings, worktree)
    if rights is None:
        return Diagnosis(tuple(findings))
    findings += _database(rights)
    sql = () if isinstance(rights, Unobserved) else role_sql(rights)
    return Diagnosis(tuple(findings), sql)


def report_of(
    diagnosis: Diagnosis, environment: str, started_at: datetime, ended_at: datetime
) -> Report:
    """Return the report: failed where something is missing, whatever is merely worth a look."""
    missing = [finding for finding in diagnosis.findings if finding.outcome.condemns]
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
        findings=diagnosis.findings,
        advice=tuple(finding.hint for finding in missing if finding.hint),
    )


def _versions() -> Finding:
    text = f"verifier {__version__} on Python {platform.python_version()}, {platform.system()}"
    return Finding(VERSIONS, Outcome.PASS, text)


def _railway(settings: Settings) -> Iterator[Finding]:
    kind = "project token" if settings.has_project_token else "account or workspace token"
    try:
        place = attempt(lambda: find_environment(settings))
        if isinstance(place, Unobserved):
            text = f"the {kind} does not work: {place.reason}"
            yield Finding(RAILWAY, Outcome.FAIL, text, hint=place.hint)
            return
        transport, scope = place
        services = services_of(settings, scope, list(settings.config.services))
    except ConfigError as error:
        yield Finding(RAILWAY, Outcome.FAIL, error.message, hint=error.hint)
        return
    text = f"the {kind} can access {scope.project_name} / {scope.environment_name} and "
    yield Finding(RAILWAY, Outcome.PASS, text + f"all {len(services)} services")
    facts = attempt(RailwayClient(transport, scope, services).facts)
    yield from check_rights(facts, is_project_token=settings.has_project_token)


def _github(settings: Settings, now: Callable[[], datetime]) -> Iterator[Finding]:
    github = settings.github
    if github is None:
        text = (
            "GITHUB_TOKEN, GITHUB_REPOSITORY or GITHUB_SHA is not set: "
            "no records are kept between runs"
        )
        yield Finding(GITHUB, Outcome.WARN, text)
        return
    token = github.token.reveal()
    kind = next((name for start, name in _KINDS.items() if token.startswith(start)), "a token")
    api = Api(
        open_repository(github.url, token, github.repository, web.USER_AGENT).requester,
        github.repository,
    )
    seen = attempt(lambda: api.get("/deployments", "Deployments: read"))
    if isinstance(seen, Unobserved):
        text = f"{kind} cannot read {github.repository}: {seen.reason}"
        yield Finding(GITHUB, Outcome.FAIL, text, hint=seen.hint)
        return
    text = f"{kind} can read {github.repository}; write access is not tested"
    yield Finding(
        GITHUB, Outcome.PASS, text, hint="give the job contents: write and deployments: write"
    )
    yield from _clock(github.url, now)


def _clock(url: str, now: Callable[[], datetime]) -> Iterator[Finding]:
    """A clock that is wrong makes freshness and records wrong."""
    answer = _fetch(url)
    said = "" if isinstance(answer, Unobserved) else answer.headers.get("date", "")
    parsed = email.utils.parsedate_tz(said)
    if parsed is None:
        yield Finding(CLOCK, Outcome.SKIP, "GitHub did not report its time")
        return
    theirs = datetime.fromtimestamp(email.utils.mktime_tz(parsed), UTC)
    skew_s = (now() - theirs).total_seconds()
    if abs(skew_s) > _SKEW_S:
        text = f"this machine's clock is {skew_s:.0f} s off"
        yield Finding(CLOCK, Outcome.WARN, text, hint="synchronise it by NTP")
    else:
        yield Finding(CLOCK, Outcome.PASS, "the clock is accurate")


def _application(settings: Settings) -> Iterator[Finding]:
    for name in settings.config.services:
        url, path = settings.service_url(name), settings.config.health.live
        if not url or path is None:
            continue
        answer = _fetch(url + path)
        if isinstance(answer, Unobserved):
            text = f"{url}{path}: {answer.reason}"
            yield Finding(APPLICATION, Outcome.WARN, text, name, hint=answer.hint)
        else:
            text = f"{url}{path} answers HTTP {answer.status_code}"
            outcome = Outcome.PASS if answer.status_code < 500 else Outcome.WARN
            yield Finding(APPLICATION, outcome, text, name)


def _fetch(url: str) -> web.Fetched | Unobserved:
    with web.open_client() as http:
        request = http.build_request("GET", url)
        return attempt(lambda: web.fetch(http, request, limit_s=_LIMIT_S, limit_bytes=_LIMIT_BYTES))


def _rights(settings: Settings, worktree: Worktree) -> Rights | Unobserved | None:
    """None where nothing of the configuration reads a database."""
    config = settings.config
    names = [config.guards.table] if config.guards and config.guards.table else []
    if config.relations:
        names += [*config.relations.tables, *config.relations.views]
    for section in config.ledgers.values():
        ledger = project_of(section, worktree).ledger
        if isinstance(ledger, Ledger):
            names.append(ledger.table)
    if not names and not config.probes:
        return None
    url = settings.database_url.reveal()

    def read() -> Rights:
        with read_only_connection(url) as connection:
            return read_rights(connection, tuple(dict.fromkeys(names)))

    return attempt(read)


def _database(rights: Rights | Unobserved) -> Iterator[Finding]:
    if isinstance(rights, Unobserved):
        text = f"could not read the database: {rights.reason}"
        yield Finding(DATABASE, Outcome.FAIL, text, hint=rights.hint)
        return
    role = rights.role
    tls = "encrypted" if role.is_encrypted else "not encrypted"
    text = f"PostgreSQL {role.server_version}, database {role.database}, {tls}, as {role.name}"
    if role.is_in_recovery:
        text += "; a replica, which may lag behind"
    yield Finding(DATABASE, Outcome.PASS, text)
    for name in rights.absent:
        hint = "check DATABASE_URL; a tool that never ran has no table"
        yield Finding(GRANTS, Outcome.WARN, f"the database has no {name}", hint=hint)
    missing = missing_grants(rights)
    if missing:
        yield Finding(
            GRANTS, Outcome.FAIL, f"{role.name} is missing rights", hint=" ".join(missing)
        )
    else:
        text = f"{role.name} can read all {len(rights.tables)} tables and views"
        yield Finding(GRANTS, Outcome.PASS, text)
    writable = [right.asked for right in rights.tables if right.may_write]
    if role.is_superuser or writable:
        what = "everything" if role.is_superuser else ", ".join(writable)
        text = f"{role.name} can write {what}; read access is enough"
        yield Finding(
            GRANTS, Outcome.WARN, text, hint="use a dedicated read-only role: see the SQL below"
        )
