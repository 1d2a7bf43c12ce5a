"""What `verifier doctor` examines: the settings, and clients for everything that they name."""

import email.utils
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from verifier import __version__
from verifier.commands.ports import Memory
from verifier.commands.sources import Asked
from verifier.config.gate_terms import expectations_of
from verifier.config.notes import without_effect
from verifier.config.settings import GitHubJob, Settings, load_with_gaps
from verifier.database.checkout import Checkout, Project
from verifier.database.grants import missing_grants, read_rights, role_sql
from verifier.database.postgres_connection import read_only_connection
from verifier.database.questions import Questions
from verifier.database.session import Database
from verifier.database.worktree import Worktree
from verifier.errors import ConfigError, ProviderError
from verifier.guarded import web
from verifier.guarded.probe import IdentityPaths, Prober
from verifier.model.database_address import is_postgres_url
from verifier.model.database_rights import DatabaseAccess
from verifier.model.deployment import Scope
from verifier.model.evidence import DatabaseReading, Endpoint, Probe, ShippedMigrations
from verifier.model.expectations import Expectations
from verifier.model.extra_endpoint import Extra
from verifier.model.finding import Finding, NotAsked, Unobserved
from verifier.model.past_verdict import PastVerdict
from verifier.model.platform import EnvironmentFacts
from verifier.model.secret import Secret
from verifier.model.switch_answer import SwitchAnswer
from verifier.railway.client import RailwayClient
from verifier.wiring.clock import SystemClock
from verifier.wiring.connect import asked_of
from verifier.wiring.database_questions import questions_of, tables_of_rows
from verifier.wiring.github_access import open_api, open_memory
from verifier.wiring.health_headers import headers_by_host
from verifier.wiring.ledger_projects import project_of
from verifier.wiring.pause import ask_switch
from verifier.wiring.railway_environment import REACH_WITHIN_S, find_environment, services_of

_NO_DATABASE = NotAsked("the configuration reads no database, or has no address for one")
_LIMIT_S = 10.0
_LIMIT_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class FoundEnvironment:
    """The environment at Railway, with a client for it."""

    scope: Scope
    client: RailwayClient
    memory: Memory

    def facts(self) -> EnvironmentFacts:
        """Return what Railway says of it; raises `ProviderError`."""
        return self.client.facts()

    def records(self) -> Sequence[PastVerdict]:
        """Return what earlier runs kept; raises `ProviderError`."""
        return self.memory.records()


@dataclass(frozen=True, slots=True)
class JobRepository:
    """The job's repository, by its API and by plain HTTP."""

    job: GitHubJob
    http: httpx.Client

    @property
    def name(self) -> str:
        """OWNER/NAME."""
        return self.job.repository

    @property
    def token(self) -> Secret:
        """What the job was given."""
        return self.job.token

    def read_deployments(self) -> object:
        """Read what a gate would; raises `ProviderError`."""
        api = open_api(self.job.url, self.job.token, self.job.repository)
        return api.get("/deployments", "Deployments: read")

    def time(self) -> datetime | Unobserved:
        """Return what GitHub's answer is dated; raises `ProviderError`."""
        said = _fetch(self.http, self.job.url).headers.get("date", "")
        parsed = email.utils.parsedate_tz(said)
        if parsed is None:
            return Unobserved("GitHub's answer has no date")
        return datetime.fromtimestamp(email.utils.mktime_tz(parsed), UTC)


@dataclass(frozen=True, slots=True)
class SettingsSetup:
    """What the settings say, and what they lead to."""

    settings: Settings
    worktree: Worktree
    http: httpx.Client
    config_file: str
    """Where the configuration was read from."""
    lacking_for_railway: tuple[str, ...] = ()
    """What keeps Railway from being asked, a sentence each."""
    lacking: tuple[str, ...] = ()
    """What else of the environment is missing, or has another form."""

    @property
    def missing(self) -> Sequence[str]:
        """What the environment has to hold and does not, a sentence each."""
        return (*self.lacking_for_railway, *self.lacking)

    @property
    def notes(self) -> Sequence[Finding]:
        """Settings that have no effect with this environment."""
        return tuple(without_effect(self.settings))

    @property
    def can_ask_railway(self) -> bool:
        """Whether there is a token for it, and what else asking takes."""
        return not self.lacking_for_railway

    @property
    def versions(self) -> tuple[str, str, str, str]:
        """Of the verifier and of Python, the name of the system, the file of the configuration."""
        return (
            __version__,
            platform.python_version(),
            platform.system(),
            self.config_file,
        )

    @property
    def environment(self) -> str:
        """As the configuration names it."""
        return self.settings.config.railway.environment

    @property
    def has_project_token(self) -> bool:
        """Whether the token is a project's."""
        return self.settings.has_project_token

    @property
    def services(self) -> tuple[str, ...]:
        """Names of all configured services."""
        return tuple(self.settings.config.services)

    @property
    def health_urls(self) -> Sequence[tuple[str, Endpoint, str]]:
        """What a gate would ask of services with a public address: service, endpoint, address."""
        return [
            (name, endpoint, url + path)
            for name, (url, asked) in self._asked.items()
            for endpoint, path in asked.paths.items()
        ]

    @property
    def extra_urls(self) -> Sequence[tuple[str, Extra, str]]:
        """What it would ask beside health: service, endpoint, address."""
        return [
            (name, extra, url + extra.path)
            for name, (url, asked) in self._asked.items()
            for extra in asked.extras
        ]

    @property
    def _asked(self) -> Mapping[str, tuple[str, Asked]]:
        """By the names of services with an address, that and what is asked there."""
        asked = asked_of(self.settings.config)
        urls = {name: self.settings.service_url(name) for name in self.services}
        return {name: (url, asked[name]) for name, url in urls.items() if url}

    @property
    def expected(self) -> Expectations:
        """What the endpoints must answer, by the configuration."""
        return expectations_of(self.settings.config)

    @property
    def repository(self) -> JobRepository | NotAsked:
        """Where records are kept, or what the environment lacks of that."""
        github = self.settings.github
        return JobRepository(github, self.http) if github else NotAsked(self.settings.no_github)

    def find_environment(self) -> FoundEnvironment:
        """
        Find the environment, and each configured service in it.

        Raises:
            ConfigError: the configuration does not fit what Railway has.
            ProviderError: Railway could not be asked.
        """
        transport, scope = find_environment(self.settings, REACH_WITHIN_S)
        services = services_of(self.settings, scope, self.services)
        client = RailwayClient(transport, scope, services)
        return FoundEnvironment(scope, client, open_memory(self.settings, scope))

    def probe(self, endpoint: Endpoint, url: str) -> Probe:
        """Ask as a gate would; whatever goes wrong is part of the probe."""
        prober, domains = self._prober()
        return prober.probe(endpoint, url, domains)

    def probe_extra(self, extra: Extra, url: str) -> Probe:
        """Ask an endpoint beside health, in the same way."""
        prober, domains = self._prober()
        return prober.probe_extra(extra, url, domains)

    def _prober(self) -> tuple[Prober, Sequence[str]]:
        """Return it with the domains that secret headers may be sent to."""
        identity = self.settings.config.identity
        places = IdentityPaths(identity.sha, identity.deployment)
        headers, own = self.settings.health_headers, headers_by_host(self.settings)
        domains = self._domains() if headers or own else ()
        return Prober(self.http, places, SystemClock().now, headers, own), domains

    def _domains(self) -> Sequence[str]:
        """Return the domains of all services; none where Railway does not tell."""
        if not self.can_ask_railway:
            return ()
        try:
            fleet = self.find_environment().client.fleet(partial=True)
        except (ConfigError, ProviderError):  # which another line of doctor's says
            return ()
        return [domain for state in fleet.values() for domain in state.domains]

    def read_rights(self) -> DatabaseAccess | NotAsked:
        """
        Return the rights on every table and view that a gate would read.

        Raises:
            UnreachableError, DeniedError, UnexpectedAnswerError: the database did not tell.
        """
        questions = self._questions()
        rows_of = tables_of_rows(questions)
        names = tuple(dict.fromkeys([*rows_of, *questions.relations]))
        if not questions.are_any or not is_postgres_url(self.settings.database_url.reveal()):
            return _NO_DATABASE
        with read_only_connection(self.settings.database_url.reveal()) as connection:
            rights = read_rights(connection, names, rows_of)
        return DatabaseAccess(rights, missing_grants(rights), role_sql(rights))

    def ask_database(self) -> DatabaseReading | NotAsked:
        """
        Ask everything that a gate would ask, as the role of DATABASE_URL.

        Raises:
            UnreachableError, DeniedError, UnexpectedAnswerError: nothing could be asked.
        """
        questions = self._questions()
        if not questions.are_any:
            return _NO_DATABASE
        return Database(self.settings.database_url.reveal(), questions).read()

    def ask_pause(self) -> SwitchAnswer | NotAsked:
        """Ask what the database would refuse of pause and resume; may raise `ProviderError`."""
        return ask_switch(self.settings)

    def shipped(self) -> Mapping[str, ShippedMigrations | Unobserved | NotAsked]:
        """Return what the commit that is checked out ships, by ledger."""
        return Checkout(self.worktree, self._projects).shipped("")

    def expected_versions(self) -> Mapping[str, str | Unobserved | NotAsked]:
        """Return the schema versions that its code needs, by ledger."""
        return Checkout(self.worktree, self._projects).expected_versions("")

    def _questions(self) -> Questions:
        return questions_of(self.settings.config, self._projects)

    @property
    def _projects(self) -> Mapping[str, Project]:
        url, sections = self.settings.database_url.reveal(), self.settings.config.ledgers
        return {name: project_of(each, self.worktree, url) for name, each in sections.items()}


@contextmanager
def open_setup(config_path: Path, checkout: Path) -> Iterator[SettingsSetup]:
    """
    Open what the configuration and the environment name; nothing is asked yet.

    Raises:
        InvalidConfigError: with every mistake of the file.
        UnreachableError: no connection can be made with the settings of this runner.
    """
    settings, of_railway, others = load_with_gaps(config_path, os.environ)
    with web.open_client() as http:
        worktree, file = Worktree(checkout), str(config_path)
        yield SettingsSetup(settings, worktree, http, file, of_railway, others)


def _fetch(http: httpx.Client, url: str) -> web.Fetched:
    request = http.build_request("GET", url)
    return web.fetch(http, request, limit_s=_LIMIT_S, limit_bytes=_LIMIT_BYTES)
