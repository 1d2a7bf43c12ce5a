"""An audit from its settings: reads GitHub and Railway, compares, and makes the report."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from verifier.commands.audit import AuditRequest, audit_repository
from verifier.commands.ports import attempt
from verifier.config.audit import AuditSection, ProtectionSection
from verifier.config.settings import AuditSettings, Settings, policy_of
from verifier.decide.drift.repository_drift import AuditPolicy, severity_of
from verifier.decide.drift.services import rollback_target_drift, service_drift
from verifier.decide.gate.readiness import check_targets
from verifier.errors import ConfigError
from verifier.github.api import Api
from verifier.github.connection import open_repository
from verifier.github.repository import GitHubRepository
from verifier.guarded import web
from verifier.model.deployment import Scope
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.listing import first_of
from verifier.model.protection import Drift
from verifier.model.report import READ_ONLY_EXIT_CODES, Report
from verifier.model.service_settings import WantedService
from verifier.model.verdict import VerdictWord
from verifier.railway.client import RailwayClient
from verifier.railway.environment import read_environment
from verifier.railway.transport import Transport
from verifier.wiring.connect import find_environment, open_memory, services_of

#: How long an audit keeps silent in all where GitHub asks for it.
_PATIENCE_S = 120.0


@dataclass(frozen=True, slots=True)
class Audited:
    """What was read, and what differs."""

    drift: tuple[Drift, ...]
    repositories: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    """What could not be asked at all."""


def audit_request_of(settings: AuditSettings) -> AuditRequest:
    """Return what the configuration wants of a repository, or the runbook where there is none."""
    config = settings.config
    protection = config.protection if config else ProtectionSection()
    audit = config.audit if config else AuditSection()
    days = audit.secrets_renewed_within_days
    policy = AuditPolicy(
        protection=protection.policy,
        exemptions=protection.exempted(),
        secrets=audit.secrets,
        variables=audit.variables,
        secrets_renewed_within=timedelta(days=days) if days else None,
        environments=audit.environments,
        scheduled=audit.scheduled,
    )
    branches = (protection.branch, *protection.branches)
    return AuditRequest(branches, policy, timedelta(days=audit.history_days))


def open_api(settings: AuditSettings, name: str) -> Api:
    """Return the API of one repository OWNER/NAME."""
    url, token = settings.github_url, settings.token.reveal()
    requester = open_repository(url, token, name, web.USER_AGENT).requester
    return Api(requester, name, _PATIENCE_S)


def audit_named(settings: AuditSettings, names: Sequence[str], now: datetime) -> Audited:
    """Audit repositories one by one; one that cannot be read is told and stops no other."""
    request = audit_request_of(settings)
    drift: list[Drift] = []
    read: list[str] = []
    for name in names:
        repository = GitHubRepository(open_api(settings, name))
        found = _audit(repository, request, now)
        if isinstance(found, Unobserved):
            drift.append(unread(name, found))
            continue
        drift += found
        read.append(name)
    return Audited(tuple(drift), tuple(read))


def _audit(
    repository: GitHubRepository, request: AuditRequest, now: datetime
) -> tuple[Drift, ...] | Unobserved:
    return attempt(lambda: audit_repository(repository, request, now))


def unread(name: str, missing: Unobserved) -> Drift:
    """Return what stands in the report for a repository that could not be read."""
    return Drift(
        "repository",
        "readable",
        f"could not be read: {missing.reason}",
        "GitHub",
        Outcome.INCONCLUSIVE,
        missing.hint,
        repository=name,
    )


def audit_services(settings: AuditSettings, checkout: Path, now: datetime) -> tuple[Drift, ...]:
    """Compare the services at Railway; nothing where there is no token for it."""
    railway = settings.railway
    if railway is None:
        return ()
    names = list(railway.config.services)
    wanted = list(_wanted(railway, checkout))
    place = attempt(lambda: find_environment(railway))
    if isinstance(place, Unobserved):
        found = list(service_drift(wanted, place, now))
    else:
        transport, scope = place
        observed = attempt(lambda: read_environment(transport, scope, names))
        found = list(service_drift(wanted, observed, now))
        found += rollback_target_drift(_rollback_targets(railway, transport, scope, now))
    return tuple(replace(row, repository=settings.repository) for row in found)


def _rollback_targets(
    settings: Settings, transport: Transport, scope: Scope, now: datetime
) -> list[Finding] | Unobserved:
    """What each service would go back to, and for how long Railway keeps it."""
    names = [name for name in settings.config.services if name in scope.service_ids]
    client = RailwayClient(transport, scope, services_of(settings, scope, names))
    memory = open_memory(settings, scope)
    facts = attempt(client.facts)
    records = attempt(memory.records)
    known = () if isinstance(records, Unobserved) else records
    history = attempt(client.history)
    if isinstance(history, Unobserved):
        return history
    return list(check_targets(history, known, policy_of(settings.config), facts, now))


def _wanted(settings: Settings, checkout: Path) -> Iterator[WantedService]:
    guards = settings.config.guards
    values = {
        "APP_ENV": guards.app_env if guards else "",
        "SUPABASE_PROJECT_REF": guards.supabase_project_ref if guards else "",
    }
    for name, section in settings.config.services.items():
        yield WantedService(
            name=name,
            run_mode=section.run_mode,
            replicas=section.replicas,
            sleeps=section.sleep,
            cron=section.cron,
            restart=section.restart.replace("-", "_").upper() if section.restart else None,
            health_path=section.health_path,
            branch=section.source_branch,
            waits_for_ci=section.wait_for_ci,
            auto_deploys=section.auto_deploy,
            variables=(*section.variables, *_names_in(checkout, section.variables_from)),
            values={name: value for name, value in values.items() if value},
        )


def _names_in(checkout: Path, file: str | None) -> tuple[str, ...]:
    """The names of a file such as .env.example; what follows the sign is not looked at."""
    if file is None:
        return ()
    try:
        lines = (checkout / file).read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        text = f"variables-from names {file}, which could not be read in this checkout"
        raise ConfigError(text, hint="check out the repository before the audit") from error
    named = [line.strip().removeprefix("export ").partition("=") for line in lines]
    return tuple(
        name.strip() for name, sign, _ in named if sign and not name.lstrip().startswith("#")
    )


def report_of(audited: Audited, started_at: datetime, ended_at: datetime) -> Report:
    """Return the report; what is merely recommended leaves it green."""
    drift = tuple(sorted(audited.drift, key=lambda row: (row.repository, -row.severity.rank)))
    worst = severity_of(drift)
    word = VerdictWord.PASSED
    if worst.condemns:
        word = VerdictWord.FAILED
    elif worst is Outcome.INCONCLUSIVE or not audited.repositories:
        word = VerdictWord.INCONCLUSIVE
    listed = [
        f"{row.repository} {row.setting}: {row.actual}" for row in drift if row.severity is worst
    ]
    return Report(
        command="audit",
        verdict=word,
        reason=first_of(listed, 1) or _all_well(audited.repositories),
        exit_code=READ_ONLY_EXIT_CODES[word],
        commit="",
        environment="",
        started_at=started_at,
        ended_at=ended_at,
        findings=audited.findings,
        drift=drift,
        audited=audited.repositories,
    )


def _all_well(repositories: Sequence[str]) -> str:
    if not repositories:
        return "no repository was read"
    many = len(repositories)
    subject = repositories[0] if many == 1 else f"{many} repositories"
    return f"{subject}: no drift"
