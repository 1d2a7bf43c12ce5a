"""What an audit is given: GitHub's repositories, the services at Railway, and a checkout."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from verifier.commands.audit import AuditRequest
from verifier.commands.audit_questions import QUESTIONS
from verifier.commands.ports import Memory
from verifier.config.audit import AuditSection
from verifier.config.audit_settings import AuditSettings
from verifier.config.gate_terms import policy_of
from verifier.config.protection_section import ProtectionSection
from verifier.config.settings import Settings
from verifier.decide.drift.example_names import example_names
from verifier.decide.drift.question import AuditPolicy
from verifier.delivery.drift_issue import keep_issue
from verifier.errors import ConfigError, UnexpectedAnswerError
from verifier.github.api import Api
from verifier.github.apply_fix import apply_fix
from verifier.github.connection import own_host
from verifier.github.issue_text import AuditSubject
from verifier.github.linters import lint_workflows
from verifier.github.repository import GitHubRepository
from verifier.github.tracked_issue import Tracked
from verifier.guarded.checkout_file import read_inside
from verifier.model.deployment import Fleet, Scope
from verifier.model.finding import Finding
from verifier.model.merging import Fix
from verifier.model.past_verdict import PastVerdict
from verifier.model.platform import EnvironmentFacts
from verifier.model.protection import Drift
from verifier.model.railway_file import RailwayFile
from verifier.model.report import Report
from verifier.model.service_settings import ObservedEnvironment, WantedService
from verifier.model.verdict import Policy
from verifier.railway.client import RailwayClient
from verifier.railway.environment import read_environment
from verifier.railway.transport import Transport
from verifier.wiring.checkout_railway_files import read_railway_files
from verifier.wiring.github_access import open_api, open_memory
from verifier.wiring.railway_environment import REACH_WITHIN_S, find_environment, services_of

#: How long an audit keeps silent in all where GitHub asks for it.
_PATIENCE_S = 120.0
#: In bytes, of a file that names variables.
_MOST_NAMES = 1_000_000


@dataclass(frozen=True, slots=True)
class RailwayServices:
    """The configured services of an environment that was found."""

    transport: Transport
    scope: Scope
    names: Sequence[str]
    client: RailwayClient
    memory: Memory

    def observe(self) -> ObservedEnvironment:
        """Read the services' settings; raises `ProviderError`."""
        return read_environment(self.transport, self.scope, self.names)

    def facts(self) -> EnvironmentFacts:
        """Read what decides whether a deploy could be undone; raises `ProviderError`."""
        return self.client.facts()

    def history(self) -> Fleet:
        """Read what the services that are there ran before; raises `ProviderError`."""
        return self.client.history()

    def records(self) -> Sequence[PastVerdict]:
        """Return what gates found; raises `ProviderError`."""
        return self.memory.records()


@dataclass(frozen=True, slots=True)
class SectionServices:
    """The section `services` of the configuration."""

    settings: Settings
    repository: str
    wanted: Sequence[WantedService]

    @property
    def policy(self) -> Policy:
        """What was decided about rollbacks."""
        return policy_of(self.settings.config)

    def find(self) -> RailwayServices:
        """
        Find the environment; a service that it does not have is left out of its history.

        Raises:
            ConfigError: the configuration does not fit what Railway has.
            ProviderError: Railway could not be asked.
        """
        transport, scope = find_environment(self.settings, REACH_WITHIN_S)
        names = list(self.settings.config.services)
        there = services_of(self.settings, scope, [n for n in names if n in scope.service_ids])
        client = RailwayClient(transport, scope, there)
        return RailwayServices(transport, scope, names, client, open_memory(self.settings, scope))


@dataclass(frozen=True, slots=True)
class SettingsWorld:
    """Everything that the settings of an audit lead to."""

    settings: AuditSettings
    checkout: Path

    def api(self, name: str) -> Api:
        """Return the API of one repository OWNER/NAME."""
        return open_api(self.settings.github_url, self.settings.token, name, _PATIENCE_S)

    def repository(self, name: str) -> GitHubRepository:
        """Return the repository OWNER/NAME without asking for it."""
        settings = self.settings
        reserve = settings.config.audit.reserve if settings.config else 0
        return GitHubRepository(
            open_api(settings.github_url, settings.token, name, _PATIENCE_S, reserve)
        )

    def change(self, name: str, branch: str, fix: Fix) -> str:
        """Give a branch what it lacks, return how to undo it; raises `ProviderError`."""
        return apply_fix(self.api(name), name, branch, fix, own_host(self.settings.github_url))

    def keep_issue(self, report: Report, config_path: Path, about: tuple[str, ...]) -> Tracked:
        """
        Keep the issue of this audit up to date, in the job's repository.

        `about` are the repositories that it looked at, or their owner and its share.

        Raises:
            ProviderError: GitHub did not take it.
        """
        branches = audit_request_of(self.settings).branches
        subject = AuditSubject(self._path_in_checkout(config_path), branches, about)
        return keep_issue(self.api(self.settings.repository), subject, report)

    def _path_in_checkout(self, config_path: Path) -> str:
        """The same path wherever the checkout lies."""
        path, root = Path(os.path.realpath(config_path)), Path(os.path.realpath(self.checkout))
        if self.settings.config is None:
            return ""
        return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name

    def services(self) -> SectionServices | None:
        """
        Return what the configuration wants of services; None where there is no token for them.

        Raises:
            ConfigError: a file that names variables cannot be read.
        """
        railway = self.settings.railway
        if railway is None:
            return None
        wanted = tuple(_wanted(railway, self.checkout))
        return SectionServices(railway, self.settings.repository, wanted)

    def railway_files(self) -> tuple[RailwayFile, ...]:
        """Return what configures Railway in the checkout."""
        return tuple(read_railway_files(self.checkout))

    def lint(self) -> tuple[tuple[Drift, ...], tuple[Finding, ...]]:
        """Return what linters found in the checkout's workflows, and who could not be asked."""
        return lint_workflows(self.checkout)


def audit_request_of(settings: AuditSettings) -> AuditRequest:
    """Return what the configuration wants of a repository, or the runbook where there is none."""
    config = settings.config
    protection = config.protection if config else ProtectionSection()
    audit = config.audit if config else AuditSection()
    days = audit.secrets_renewed_within_days
    policy = AuditPolicy(
        questions=QUESTIONS,
        protection=lambda repository, branch: replace(
            protection.policy(repository, branch), option=settings.option
        ),
        exemptions=protection.exempted(),
        secrets=audit.wanted(audit.secrets),
        secrets_read=audit.secrets_read,
        variables=audit.wanted(audit.variables),
        secrets_renewed_within=timedelta(days=days) if days else None,
        environments=audit.wanted_environments(),
        scheduled=audit.scheduled,
        settings=audit.watched(),
    )
    branches = (protection.branch, *protection.branches)
    return AuditRequest(branches, policy, timedelta(days=audit.history_days))


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
            role=section.role,
            is_public=section.public,
            overlap_s=section.overlap,
            draining_s=section.draining,
            variables=(
                *section.variables,
                *_names_in(checkout, section.variables_from, section.variables_except),
            ),
            values={name: value for name, value in values.items() if value},
        )


def _names_in(checkout: Path, file: str | None, exceptions: Sequence[str]) -> tuple[str, ...]:
    """The names of a file such as .env.example, without those of other containers."""
    if file is None:
        return ()
    try:
        text = read_inside(checkout, file, _MOST_NAMES).decode("utf-8-sig")
    except (UnexpectedAnswerError, UnicodeDecodeError) as error:
        text = f"variables-from names {file}, which could not be read in this checkout"
        raise ConfigError(text, hint="check out the repository before the audit") from error
    return example_names(text, exceptions)
