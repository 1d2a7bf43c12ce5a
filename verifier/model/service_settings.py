"""What the configuration says of a service at Railway, and what Railway says of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from verifier.model.finding import Unobserved


@dataclass(frozen=True, slots=True)
class WantedService:
    """A service as the configuration wants it; None where it does not say."""

    name: str
    run_mode: str = ""
    replicas: int | None = None
    sleeps: bool | None = None
    cron: str | None = None
    restart: str | None = None
    """ALWAYS, ON_FAILURE or NEVER."""
    health_path: str | None = None
    branch: str | None = None
    waits_for_ci: bool | None = None
    auto_deploys: bool | None = None
    role: str = ""
    is_public: bool | None = None
    overlap_s: float | None = None
    draining_s: float | None = None
    variables: tuple[str, ...] = ()
    """Names that must be set."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Variables that must have these values, such as APP_ENV."""


@dataclass(frozen=True, slots=True)
class DeployTrigger:
    """What makes Railway deploy a service by itself."""

    repository: str
    branch: str
    waits_for_ci: bool


@dataclass(frozen=True, slots=True)
class CronRun:
    """One run of a service that Railway starts by the clock."""

    started_at: datetime
    status: str
    """Railway's own word, such as EXITED, CRASHED, or SKIPPED where the one before still ran."""


@dataclass(frozen=True, slots=True)
class ObservedService:
    """A service instance as Railway has it. Source: type `ServiceInstance` of its schema."""

    name: str
    replicas_by_region: Mapping[str, int]
    sleeps: bool
    cron: str
    restart: str
    health_path: str
    config_file: str
    """Path of the file that it is configured by; empty where there is none."""
    trigger: DeployTrigger | None
    """None where nothing deploys it by itself."""
    auto_deploys: bool | None
    """None where Railway did not tell."""
    under_attack_until: datetime | None
    variables: Mapping[str, str] | None = field(repr=False)
    """None where they were not read."""
    written_out: frozenset[str] = frozenset()
    """Variables that are seen to have a value of their own, and no reference to another one."""
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Variables of other services that each is made of, as Redis.REDIS_URL, of those that are."""
    started_with: Mapping[str, str] | Unobserved = field(default_factory=dict, repr=False)
    """Variables of the active deployment, of a service with references."""
    domains: tuple[str, ...] = ()
    """Addresses on the internet, Railway's own and custom ones."""
    tcp_addresses: tuple[str, ...] | Unobserved = ()
    """Host and port of its TCP proxies, which lead to it from the internet as well."""
    overlap_s: int = 0
    draining_s: int = 0
    commit_sha: str = ""
    """Of its active deployment; empty where it has none, or was uploaded."""
    cron_runs: tuple[CronRun, ...] | Unobserved = ()
    """Of a service with a cron schedule: the latest runs that Railway keeps, newest first."""
    live_since: datetime | None = None
    """When its active deployment was made; None where Railway did not say."""


@dataclass(frozen=True, slots=True)
class OtherEnvironment:
    """Another environment of the same project: what its services are given."""

    name: str
    """Empty where not even the names of the others are shown to the token."""
    variables: Mapping[str, Mapping[str, str]] = field(repr=False)
    """By service name, of those that could be read."""
    unread: Unobserved | None = None
    """Why its variables were not read; None where they were."""


@dataclass(frozen=True, slots=True)
class ObservedEnvironment:
    """An environment at Railway, as an audit sees it."""

    name: str
    unapplied_changes: int
    services: Mapping[str, ObservedService]
    """By name."""
    others: tuple[OtherEnvironment, ...] = ()
    """The other environments of the project, those that could not be read included."""
