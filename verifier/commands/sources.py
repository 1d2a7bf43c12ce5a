"""
The sources of evidence, as `observe` asks them: Protocols that the rooms at the rim fulfil.

`wiring/connect.py` puts the real ones together: `railway/client.py`, `railway/subscription.py`,
`guarded/probe.py`, `database/checkout.py`, `database/session.py`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from verifier.commands.failure_context import Commits, Logs, Secrets
from verifier.commands.ports import Clock
from verifier.model.breaking_change import BreakingChange
from verifier.model.deployment import Deployment, Fleet
from verifier.model.evidence import DatabaseReading, Endpoint, Probe, ShippedMigrations, Variables
from verifier.model.extra_endpoint import Extra
from verifier.model.finding import NotAsked, Unobserved
from verifier.model.platform import AutoDeploy, RateBudget
from verifier.model.secret import Secret


class Railway(Logs, Protocol):
    """The environment at Railway. Every method may raise a `ProviderError`."""

    def fleet(self, *, partial: bool) -> Fleet: ...
    def states(self, names: Collection[str], *, partial: bool) -> Fleet: ...
    def history(self, *, partial: bool) -> Fleet: ...
    def budget(self) -> RateBudget | None: ...
    def ahead_s(self) -> float | None: ...
    def variables_at_start(self, deployment_ids: Sequence[str]) -> Mapping[str, Variables]: ...
    def logged_requests(self, deployment_id: str, request_ids: list[str]) -> frozenset[str]: ...
    def roll_back(self, deployment_id: str) -> None: ...
    def redeploy(self, deployment_id: str) -> None: ...
    def cancel(self, deployment_id: str) -> None: ...
    def incident(self) -> str: ...
    def auto_deploy(self, service: str) -> AutoDeploy: ...
    def set_auto_deploy(self, service: str, *, enabled: bool) -> None: ...
    def link(self, service: str) -> str: ...


class News(Protocol):
    """Tells when a deployment has settled, as long as it is open."""

    @property
    def is_open(self) -> bool: ...
    def subscribe(self, deployments: Collection[Deployment], *, limit_s: float) -> bool: ...
    def wait(self, seconds: float) -> bool: ...
    def stops(self, deployment_id: str) -> int:
        """How often it told that a deployment which served had stopped."""


class Prober(Protocol):
    """Asks health endpoints."""

    def probe(self, endpoint: Endpoint, url: str, domains: Collection[str]) -> Probe:
        """`domains` are the service's own: what is secret is sent to no other."""

    def probe_extra(self, extra: Extra, url: str, domains: Collection[str]) -> Probe: ...


class Checkout(Commits, Protocol):
    """What a commit ships and expects; `sha` is empty for an upload of the checkout."""

    def shipped(self, sha: str) -> Mapping[str, ShippedMigrations | Unobserved | NotAsked]: ...
    def expected_versions(self, sha: str) -> Mapping[str, str | Unobserved | NotAsked]: ...
    def breaking_changes(
        self, older_sha: str, sha: str
    ) -> tuple[BreakingChange, ...] | Unobserved | NotAsked: ...


_DEEPEST = (Endpoint.DEEP, Endpoint.READY, Endpoint.SCHEMA, Endpoint.LIVE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one service is asked over HTTP."""

    paths: Mapping[Endpoint, str]
    """Of its health endpoints."""
    extras: tuple[Extra, ...] = ()

    @property
    def deepest(self) -> Endpoint:
        """The endpoint that is asked once more for each further instance."""
        return next((endpoint for endpoint in _DEEPEST if endpoint in self.paths), Endpoint.DEEP)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the evidence comes from."""

    railway: Railway
    prober: Prober
    checkout: Checkout
    read_database: Callable[[], DatabaseReading] | None
    """None where no check needs the database."""
    database_url: Secret
    asked: Mapping[str, "Asked"]
    """What each service is asked over HTTP, by its name; nothing where it is not there."""
    secrets: Secrets
    """Is given every container's variables before anything else sees them."""
    news: News
    clock: Clock
