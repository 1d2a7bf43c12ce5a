"""Settings into a world: opens what the gate reads from. Imported by the commands that do."""

import difflib
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from verifier.commands.adapters import Sources
from verifier.commands.observe import LiveWorld
from verifier.commands.ports import Memory, NoMemory
from verifier.config.ledgers import LedgerSection, VersionInFile
from verifier.config.settings import Settings
from verifier.database.checkout import Checkout, InFile, Project, choose_ledger
from verifier.database.ledgers.tool import Ledger
from verifier.database.session import Database, Questions
from verifier.database.worktree import Worktree
from verifier.errors import ConfigError, UnreachableError
from verifier.guarded import web
from verifier.guarded.probe import IdentityPaths, Prober
from verifier.guarded.redaction import Redactor, secrets_in
from verifier.guarded.yaml_document import InvalidConfigError
from verifier.model.deployment import Scope, Service
from verifier.model.evidence import Endpoint
from verifier.model.migration_ledger import DatabaseObject
from verifier.railway.client import RailwayClient
from verifier.railway.scope import find_scope, token_scope
from verifier.railway.subscription import Follower
from verifier.railway.transport import Transport, named
from verifier.wiring.ledger import ledger_of

_PAUSES_S = (0.5, 2.0)


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)

    def now_s(self) -> float:
        """Seconds since some moment, never going back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(max(0.0, seconds))


@dataclass(frozen=True, slots=True)
class ContainerSecrets:
    """What the containers' variables hold, learnt while the run goes on."""

    redact: Redactor

    def learn(self, variables: Mapping[str, str]) -> None:
        """Take the values that are secret."""
        self.redact.learn(secrets_in(variables))

    def hide(self, text: str) -> str:
        """Return the text without the secrets that are known."""
        return self.redact(text)


@dataclass(frozen=True, slots=True)
class Connected:
    """The world, and the environment it was found to be."""

    world: LiveWorld
    memory: Memory
    scope: Scope
    railway: RailwayClient
    news: Follower
    """To be closed at the end."""


def connect(settings: Settings, folder: Path, names: Sequence[str], redact: Redactor) -> Connected:
    """
    Find the environment at Railway and everything else the evidence comes from.

    `names` are the services to look at; `folder` is the checkout.

    Raises:
        ConfigError: the configuration does not fit what Railway has.
        ProviderError: Railway could not be asked.
    """
    clock = SystemClock()
    transport, scope = find_environment(settings)
    services = services_of(settings, scope, names)
    config = settings.config
    identity = IdentityPaths(config.identity.sha, config.identity.deployment)
    worktree = Worktree(folder)
    projects = {name: project_of(s, worktree) for name, s in config.ledgers.items()}
    questions = Questions(
        marker_table=(config.guards.table or "") if config.guards else "",
        ledgers={name: project.ledger for name, project in projects.items()},
        relations=_relations(settings),
        objects=_objects(settings),
        probes={probe.name: probe.sql for probe in config.probes},
    )
    database = Database(settings.database_url.reveal(), questions)
    paths = {
        Endpoint.LIVE: config.health.live,
        Endpoint.READY: config.health.ready,
        Endpoint.DEEP: config.health.deep,
        Endpoint.SCHEMA: config.health.schema_,
    }

    news = Follower(
        named(settings.railway_url), settings.railway_headers, web.USER_AGENT, clock.now_s
    )
    railway = RailwayClient(transport, scope, services)
    sources = Sources(
        railway=railway,
        prober=Prober(web.open_client(), identity, clock.now),
        checkout=Checkout(worktree, projects),
        read_database=database.read if questions.are_any else None,
        database_url=settings.database_url,
        paths={endpoint: path for endpoint, path in paths.items() if path},
        secrets=ContainerSecrets(redact),
        news=news,
        clock=clock,
    )
    return Connected(LiveWorld(sources), open_memory(settings, scope), scope, railway, news)


def open_memory(settings: Settings, scope: Scope) -> Memory:
    """Return what outlasts a run, as far as the settings name a repository and a token."""
    github = settings.github
    if github is None:
        return NoMemory("GITHUB_TOKEN, GITHUB_REPOSITORY or GITHUB_SHA is not set")
    from verifier.github.connection import open_repository
    from verifier.github.memory import GitHubMemory

    return GitHubMemory(
        repository=open_repository(
            github.url, github.token.reveal(), github.repository, web.USER_AGENT
        ),
        name=github.repository,
        environment=settings.config.memory.environment,
        railway_environment=scope.environment_id,
        sha=github.sha,
        run_url=github.run_url,
    )


def find_environment(settings: Settings) -> tuple[Transport, Scope]:
    """
    Return what asks Railway, and the environment that the settings mean.

    A hiccup of Railway's at the very start must not end a run that has not begun.

    Raises:
        ConfigError: the configuration does not fit what Railway has.
        ProviderError: Railway could not be asked.
    """
    transport = Transport(web.open_client(settings.railway_headers), settings.railway_url)
    clock = SystemClock()
    for pause_s in _PAUSES_S:
        try:
            return transport, _find_scope(settings, transport)
        except UnreachableError:
            clock.sleep(pause_s)
    return transport, _find_scope(settings, transport)


def _find_scope(settings: Settings, transport: Transport) -> Scope:
    section = settings.config.railway
    if not settings.has_project_token:
        return find_scope(transport, section.project or "", section.environment)
    scope = token_scope(transport)
    if section.environment not in (scope.environment_name, scope.environment_id):
        raise ConfigError(
            f"RAILWAY_TOKEN is for the environment {scope.environment_name}, "
            f"railway.environment is {section.environment}",
            hint="use a project token of that environment, or correct railway.environment",
        )
    if section.project and section.project not in (scope.project_name, scope.project_id):
        raise ConfigError(
            f"RAILWAY_TOKEN is for the project {scope.project_name}, "
            f"railway.project is {section.project}",
            hint="use a project token of that project, or correct railway.project",
        )
    return scope


def services_of(settings: Settings, scope: Scope, names: Sequence[str]) -> list[Service]:
    """
    Return the services of these names.

    Raises:
        InvalidConfigError: Railway has none of a name, or several.
    """
    problems = []
    services = []
    for name in names:
        section = settings.config.services[name]
        if name not in scope.service_ids:
            near = difflib.get_close_matches(name, list(scope.service_ids), n=1)
            meant = f" (did you mean {near[0]!r}?)" if near else ""
            known = ", ".join(sorted(scope.service_ids)) or "none"
            text = f"found the service {name!r}{meant}, expected one that Railway has: {known}"
            problems.append(settings.document.key_problem(("services", name), text))
            continue
        if name in scope.ambiguous:
            text = (
                f"found several services named {name!r} at Railway, expected one: rename the others"
            )
            problems.append(settings.document.key_problem(("services", name), text))
            continue
        services.append(
            Service(
                name=name,
                id=scope.service_ids[name],
                role=section.role,
                run_mode=section.run_mode,
                url=settings.service_url(name),
                replicas=section.replicas,
            )
        )
    if problems:
        raise InvalidConfigError(problems)
    return services


def project_of(section: LedgerSection, worktree: Worktree) -> Project:
    """Return the ledger that a section means, and where the checkout keeps its migrations."""
    expected = section.expected
    wanted = (
        InFile(expected.file, expected.pattern) if isinstance(expected, VersionInFile) else expected
    )
    ledger = choose_ledger(section.tool, worktree, wanted)
    if isinstance(ledger, Ledger):
        ledger = ledger_of(ledger, section)
    return Project(ledger, section.path, wanted)


def _relations(settings: Settings) -> Mapping[str, str]:
    section = settings.config.relations
    if section is None:
        return {}
    return dict.fromkeys(section.tables, "table") | dict.fromkeys(section.views, "view")


def _objects(settings: Settings) -> tuple[DatabaseObject, ...]:
    section = settings.config.relations
    if section is None:
        return ()
    by_kind = {
        "extension": section.extensions,
        "function": section.functions,
        "row level security": section.rls,
    }
    return tuple(DatabaseObject(kind, name) for kind, names in by_kind.items() for name in names)


def known_secrets(environ: Mapping[str, str] = os.environ) -> list[str]:
    """Return the secrets that the environment of this process holds."""
    return secrets_in(environ)
