"""Scenarios: small YAML files that say what is there and what each commit would do."""

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field

from verifier.config.fields import Duration, Section
from verifier.errors import ConfigError

SCENARIOS = Path(__file__).parent


class Timing(Section):
    """How long each stage of a deployment takes."""

    queue: Duration = 0.1
    build: Duration = 0.6
    deploy: Duration = 0.2
    overlap: Duration = 0.6
    """The replaced deployment keeps serving beside the new one."""
    draining: Duration = 0.3
    """Between its SIGTERM and its SIGKILL."""


class SandboxService(Section):
    """One service."""

    run_mode: str
    public: bool = False
    healthcheck: str | None = None
    """Path that must answer 200 before Railway switches over."""
    replicas: int = 1


class SandboxDatabase(Section):
    """One PostgreSQL database: its markers, and how many migrations are applied."""

    markers: dict[str, str]
    applied: int


class Commit(Section):
    """What a commit ships and what becomes of it."""

    migrations: int
    """How many of the scenario's migrations it ships and expects."""
    database: str = "production"
    """The database that its containers are pointed at."""
    variables: dict[str, str] = Field(default_factory=dict)
    build: Literal["succeeds", "fails"] = "succeeds"
    start: Literal["runs", "exits", "deaf"] = "runs"
    """`exits` ends with code 1; `deaf` listens on a port that nobody asks."""
    skipped: dict[str, str] = Field(default_factory=dict)
    """Services that Railway skips, with the reason."""


class Faults(Section):
    """What goes wrong at the platform itself."""

    rollback: Literal["works", "refused", "false", "lost", "ignored"] = "works"
    """`lost` does it and cuts the connection; `ignored` says true and does nothing."""
    news: Literal["works", "refused", "silent", "cut"] = "works"
    """Subscriptions: `silent` never answers, `cut` ends after the first news."""
    platform: str = ""
    """What Railway says is wrong with itself."""
    rights: Literal["all", "no-rollback"] = "all"
    """`no-rollback` may redeploy and not roll back."""
    auto_deploy: Literal["works", "refused"] = "works"
    github: Literal["works", "read-only", "down"] = "works"
    """`read-only` refuses to create references, as without `contents: write`."""


class Scenario(Section):
    """Everything a sandbox starts with."""

    project: str = "acme"
    environment: str = "production"
    timing: Timing = Timing()
    services: dict[str, SandboxService]
    variables: dict[str, str]
    """Of every service."""
    databases: dict[str, SandboxDatabase]
    migrations: Annotated[list[str], Field(min_length=1)]
    """SQL of each migration, oldest first."""
    commits: dict[str, Commit]
    live: str
    """The commit that serves when the sandbox is ready."""
    config: str
    """`.github/verifier.yml` of every commit."""
    faults: Faults = Faults()


def read_scenario(path: Path) -> Scenario:
    """
    Read a scenario.

    Raises:
        ConfigError: it is not one.
    """
    try:
        return Scenario.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, yaml.YAMLError, ValueError) as error:
        raise ConfigError(f"{path} is not a scenario: {error}") from error
