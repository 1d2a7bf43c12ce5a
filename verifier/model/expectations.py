"""What the checks compare the evidence with, as the configuration says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from verifier.model.evidence import Endpoint
from verifier.model.extra import Extra
from verifier.model.finding import Outcome
from verifier.model.verdict import LedgerPolicy, Waiver
from verifier.model.wanted_answer import WantedAnswer


@dataclass(frozen=True, slots=True)
class Expectations:
    """What the checks compare the evidence with."""

    required_components: tuple[str, ...]
    app_env: str
    """Expected APP_ENV; empty where no guard was configured."""
    project_ref: str
    sql_probes: Mapping[str, "SqlExpectation"]
    ledger_policies: Mapping[str, LedgerPolicy] = field(default_factory=dict)
    """By the name of the ledger; one that is not there has the default."""
    waivers: tuple[Waiver, ...] = ()
    answers: Mapping[Endpoint, WantedAnswer] = field(default_factory=dict)
    """What endpoints must answer, where the configuration says it."""
    extras: Mapping[str, Extra] = field(default_factory=dict)
    """Endpoints beside health that are asked as well, by name."""
    of_services: Mapping[str, "ServiceHealth"] = field(default_factory=dict)
    """What differs for single services, by name."""

    def required_of(self, service: str) -> tuple[str, ...]:
        """Return the components that a service's deep document must have."""
        own = self.of_services.get(service)
        return own.required_components if own else self.required_components

    def answer_of(self, service: str, endpoint: Endpoint) -> WantedAnswer:
        """Return what an endpoint of a service must answer."""
        own = self.of_services.get(service)
        return (own.answers if own else self.answers).get(endpoint, WantedAnswer())


@dataclass(frozen=True, slots=True)
class ServiceHealth:
    """What one service's own health section says."""

    required_components: tuple[str, ...]
    answers: Mapping[Endpoint, WantedAnswer]


@dataclass(frozen=True, slots=True)
class SqlExpectation:
    """What the value of an SQL probe must be."""

    service: str
    fresh_within_s: float | None = None
    equals: str | None = None
    missing: Outcome | None = None
    """What no value since the deploy is worth in the end; None: a failure where one was before."""
