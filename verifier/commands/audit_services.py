"""The services at Railway as an audit compares them, and whether a bad deploy could be undone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from verifier.commands.ports import attempt
from verifier.decide.gate.drill_plan import check_drills
from verifier.decide.gate.readiness import check_targets
from verifier.decide.questions.service_drift import (
    drill_drift,
    rollback_target_drift,
    service_drift,
)
from verifier.model.deployment import Fleet
from verifier.model.finding import Finding, Unobserved
from verifier.model.past_verdict import PastVerdict
from verifier.model.platform import EnvironmentFacts
from verifier.model.protection import Drift
from verifier.model.service_settings import ObservedEnvironment, WantedService
from verifier.model.verdict import Policy


class Services(Protocol):
    """The services at Railway. Each method may raise a `ProviderError`."""

    def observe(self) -> ObservedEnvironment: ...
    def facts(self) -> EnvironmentFacts: ...
    def history(self) -> Fleet: ...
    def records(self) -> Sequence[PastVerdict]: ...


class ConfiguredServices(Protocol):
    """What the configuration says of the services, and where they are found."""

    @property
    def wanted(self) -> Sequence[WantedService]: ...
    @property
    def policy(self) -> Policy: ...
    @property
    def repository(self) -> str:
        """The repository in whose report they stand; empty outside of a job."""

    def find(self) -> Services:
        """Find their environment; may raise a `ProviderError`."""


def audit_services(configured: ConfiguredServices, now: datetime) -> tuple[Drift, ...]:
    """Compare the services at Railway, and ask whether a bad deploy of each could be undone."""
    wanted = configured.wanted
    services = attempt(configured.find)
    if isinstance(services, Unobserved):
        found = list(service_drift(wanted, services, now))
    else:
        found = list(service_drift(wanted, attempt(services.observe), now))
        records = attempt(services.records)
        policy, names = configured.policy, [service.name for service in wanted]
        found += rollback_target_drift(_rollback_targets(services, records, policy, now))
        found += drill_drift(check_drills(names, records, policy.drill_every_s, now))
    return tuple(replace(row, repository=configured.repository) for row in found)


def _rollback_targets(
    services: Services,
    records: Sequence[PastVerdict] | Unobserved,
    policy: Policy,
    now: datetime,
) -> list[Finding] | Unobserved:
    """What each service would go back to, and for how long Railway keeps it."""
    facts = attempt(services.facts)
    known = () if isinstance(records, Unobserved) else records
    history = attempt(services.history)
    if isinstance(history, Unobserved):
        return history
    return list(check_targets(history, known, policy, facts, now))
