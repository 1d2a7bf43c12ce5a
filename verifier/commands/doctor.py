"""Whether everything that a gate needs is there, before it matters: asks once, and reads alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from verifier.checks.health_setup import (
    check_extra_path,
    check_health_path,
    check_identity_places,
    check_what_is_listed,
)
from verifier.commands.ports import Clock, attempt
from verifier.decide.diagnosis import (
    RAILWAY,
    check_baseline,
    check_checkout,
    check_clock,
    check_database,
    check_environment,
    check_environment_of_job,
    check_pause,
    check_questions,
    check_repository,
    check_versions,
    diagnosis_of,
    github_token,
    no_github,
    railway_token,
    unread_records,
)
from verifier.decide.gate.readiness import check_rights
from verifier.errors import ConfigError
from verifier.model.database_rights import DatabaseAccess
from verifier.model.deployment import Scope
from verifier.model.evidence import DatabaseReading, Endpoint, Probe, ShippedMigrations
from verifier.model.expectations import Expectations
from verifier.model.extra_endpoint import Extra
from verifier.model.finding import Finding, NotAsked, Outcome, Unobserved
from verifier.model.past_verdict import PastVerdict
from verifier.model.platform import EnvironmentFacts
from verifier.model.report import Report
from verifier.model.secret import Secret
from verifier.model.switch_answer import SwitchAnswer


class Environment(Protocol):
    """The environment that a token of Railway's leads to, with all configured services."""

    @property
    def scope(self) -> Scope: ...
    def facts(self) -> EnvironmentFacts: ...
    def records(self) -> Sequence[PastVerdict]:
        """What earlier runs kept; raises `ProviderError`."""


class Repository(Protocol):
    """The repository at GitHub that a run belongs to."""

    @property
    def name(self) -> str: ...
    @property
    def token(self) -> Secret: ...
    def read_deployments(self) -> object: ...
    def time(self) -> datetime | Unobserved:
        """GitHub's clock; `Unobserved` where its answer does not tell."""


class Setup(Protocol):
    """What a gate would run with. What asks anybody may raise a `ProviderError`."""

    @property
    def versions(self) -> tuple[str, str, str, str]:
        """Of the verifier and of Python, the name of the system, the file of the configuration."""

    @property
    def environment(self) -> str:
        """As the configuration names it."""

    @property
    def missing(self) -> Sequence[str]:
        """What the environment has to hold and does not, a sentence each."""

    @property
    def notes(self) -> Sequence[Finding]:
        """Settings that have no effect with this environment."""

    @property
    def can_ask_railway(self) -> bool:
        """Whether there is a token for it, and what else asking takes."""

    @property
    def has_project_token(self) -> bool: ...
    @property
    def services(self) -> tuple[str, ...]: ...
    @property
    def health_urls(self) -> Sequence[tuple[str, Endpoint, str]]:
        """What a gate would ask: service, endpoint, address."""

    @property
    def extra_urls(self) -> Sequence[tuple[str, Extra, str]]:
        """What it would ask beside health: service, endpoint, address."""

    @property
    def expected(self) -> Expectations:
        """What the endpoints must answer, by the configuration."""

    @property
    def repository(self) -> Repository | NotAsked:
        """`NotAsked` where the environment names none, or has no token for it."""

    def find_environment(self) -> Environment:
        """Find it by the token; raises `ConfigError` where the configuration does not fit."""

    def probe(self, endpoint: Endpoint, url: str) -> Probe: ...
    def probe_extra(self, extra: Extra, url: str) -> Probe: ...
    def read_rights(self) -> DatabaseAccess | NotAsked:
        """`NotAsked` where nothing that is configured reads a database, or it has no address."""

    def shipped(self) -> Mapping[str, ShippedMigrations | Unobserved | NotAsked]:
        """What the checkout ships, by ledger."""

    def expected_versions(self) -> Mapping[str, str | Unobserved | NotAsked]:
        """The schema versions that its code needs, by ledger."""

    def ask_pause(self) -> SwitchAnswer | NotAsked:
        """What would keep the kill switch from working; `NotAsked` where none is configured."""

    def ask_database(self) -> DatabaseReading | NotAsked:
        """Ask all that a gate would ask, as the role that it would have."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found, and the SQL of a role that is enough."""

    report: Report
    role_sql: tuple[str, ...] = ()


def doctor(setup: Setup, clock: Clock) -> Diagnosis:
    """Ask everything once; whether a token may write only writing tells."""
    started_at = clock.now()
    findings = [check_versions(*setup.versions), *check_environment_of_job(setup.missing)]
    findings += setup.notes
    if setup.can_ask_railway:
        findings += _railway(setup)
    findings += _github(setup.repository, clock)
    findings += _application(setup)
    findings += check_checkout(setup.shipped(), setup.expected_versions())
    access = attempt(setup.read_rights)
    if not isinstance(access, NotAsked):
        findings += check_database(access)
    if isinstance(access, DatabaseAccess):
        reading = attempt(setup.ask_database)
        if not isinstance(reading, NotAsked):
            findings += check_questions(reading, access.rights.role.name)
    switch = attempt(setup.ask_pause)
    if not isinstance(switch, NotAsked):
        findings += check_pause(switch)
    report = diagnosis_of(findings, setup.environment, started_at, clock.now())
    return Diagnosis(report, access.role_sql if isinstance(access, DatabaseAccess) else ())


def _application(setup: Setup) -> Iterator[Finding]:
    expected = setup.expected
    probes: dict[str, list[Probe]] = {}
    for service, endpoint, url in setup.health_urls:
        wanted = expected.answer_of(service, endpoint)
        probe = setup.probe(endpoint, url)
        probes.setdefault(service, []).append(probe)
        yield from check_health_path(service, probe, expected.required_of(service), wanted)
    for service, asked in probes.items():
        yield from check_identity_places(service, asked, expected.identity)
        yield from check_what_is_listed(service, asked, expected)
    for service, extra, url in setup.extra_urls:
        yield check_extra_path(service, extra, setup.probe_extra(extra, url))


def _railway(setup: Setup) -> Iterator[Finding]:
    kind = railway_token(is_project_token=setup.has_project_token)
    try:
        environment = attempt(setup.find_environment)
    except ConfigError as error:
        yield Finding(RAILWAY, Outcome.FAIL, error.message, hint=error.hint)
        return
    if isinstance(environment, Unobserved):
        yield check_environment(kind, environment, 0)
        return
    yield check_environment(kind, environment.scope, len(setup.services))
    facts = attempt(environment.facts)
    yield from check_rights(facts, is_project_token=setup.has_project_token)
    repository = setup.repository
    lacking = repository.reason if isinstance(repository, NotAsked) else ""
    records = unread_records(lacking) if lacking else attempt(environment.records)
    yield check_baseline(records, setup.services)


def _github(repository: Repository | NotAsked, clock: Clock) -> Iterator[Finding]:
    if isinstance(repository, NotAsked):
        yield no_github(repository.reason)
        return
    kind = github_token(repository.token.reveal())
    seen = attempt(repository.read_deployments)
    yield check_repository(kind, repository.name, seen)
    if not isinstance(seen, Unobserved):
        theirs = attempt(repository.time)
        yield check_clock(theirs, clock.now())
