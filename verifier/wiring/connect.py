"""Settings into a world: opens what the gate reads from, for the commands that read Railway."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from verifier.commands.observe import LiveWorld
from verifier.commands.ports import Memory
from verifier.commands.sources import Asked, Sources
from verifier.config.health import endpoints_of, extra_of
from verifier.config.sections import Config
from verifier.config.settings import Settings
from verifier.database.checkout import Checkout
from verifier.database.questions import Questions
from verifier.database.worktree import Worktree
from verifier.guarded import web
from verifier.guarded.probe import IdentityPaths, Prober
from verifier.guarded.redaction import Redactor
from verifier.model.deployment import Scope
from verifier.model.evidence import DatabaseReading
from verifier.railway.client import RailwayClient
from verifier.railway.subscription import Follower
from verifier.railway.transport import named
from verifier.wiring.clock import SystemClock
from verifier.wiring.database_questions import questions_of
from verifier.wiring.github_access import open_memory
from verifier.wiring.health_headers import header_values, headers_by_host
from verifier.wiring.known_secrets import ContainerSecrets, runner_mask
from verifier.wiring.ledger_projects import project_of
from verifier.wiring.railway_environment import find_environment, services_of


@dataclass(frozen=True, slots=True)
class Connected:
    """The world, and the environment it was found to be."""

    world: LiveWorld
    memory: Memory
    scope: Scope
    railway: RailwayClient
    news: Follower
    """To be closed at the end."""


def connect(
    settings: Settings,
    folder: Path,
    names: Sequence[str],
    redact: Redactor,
    told: Callable[[str], None],
) -> Connected:
    """
    Find the environment at Railway and everything else the evidence comes from.

    `names` are the services to look at; `folder` is the checkout; `told` is given a sentence for
    each attempt to reach Railway that failed.

    Raises:
        ConfigError: the configuration does not fit what Railway has.
        ProviderError: Railway could not be asked.
    """
    clock = SystemClock()
    redact.learn(header_values(settings))
    transport, scope = find_environment(settings, settings.config.gate.reach_within, told)
    services = services_of(settings, scope, names)
    config = settings.config
    identity = IdentityPaths(config.identity.sha, config.identity.deployment)
    worktree = Worktree(folder)
    url = settings.database_url.reveal()
    projects = {name: project_of(s, worktree, url) for name, s in config.ledgers.items()}
    questions = questions_of(config, projects)
    news = Follower(
        named(settings.railway_url), settings.railway_headers, web.USER_AGENT, clock.now_s
    )
    railway = RailwayClient(transport, scope, services)
    sources = Sources(
        railway=railway,
        prober=Prober(
            web.open_client(),
            identity,
            clock.now,
            settings.health_headers,
            headers_by_host(settings),
        ),
        checkout=Checkout(worktree, projects),
        read_database=_reader(settings, questions),
        database_url=settings.database_url,
        asked=asked_of(config),
        secrets=ContainerSecrets(
            redact, config.redaction.public, runner_mask(os.environ, sys.stdout)
        ),
        news=news,
        clock=clock,
    )
    return Connected(LiveWorld(sources), open_memory(settings, scope), scope, railway, news)


def _reader(settings: Settings, questions: Questions) -> Callable[[], DatabaseReading] | None:
    """
    Return what reads the database; None where nothing is asked of it.

    Raises:
        ConfigError: DATABASE_URL is no address of a PostgreSQL database.
    """
    if not questions.are_any:
        return None
    from verifier.database.session import Database

    return Database(settings.database_url.reveal(), questions).read


def asked_of(config: Config) -> Mapping[str, Asked]:
    """Return what each service is asked over HTTP, where it has an address."""
    default = config.default_service
    return {
        name: Asked(
            {e: said.path for e, said in endpoints_of(config.health_of(name)).items()},
            tuple(
                extra_of(section)
                for section in config.health.extra
                if (section.service or default) == name
            ),
        )
        for name in config.services
    }
