"""Scenarios: small YAML files that say what is there and what each commit would do."""

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import ConfigDict, Field

from verifier.config.fields import Duration, Section
from verifier.errors import ConfigError
from verifier.sandbox.scenarios.fates import ServiceFate

_FIRST_VERSION = 20260101090000
SCENARIOS = Path(__file__).parent
TROUBLE = r"^(refuse|bare|not-ok|unhealthy|flap|crash|hiccup|silent|slow|mute):\d+(\.\d+)?$"


class Made(Section):
    """What is written in a file, or made by a program, which uses the names of Python."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)


class Timing(Section):
    """How long each stage of a deployment takes."""

    queue: Duration = 0.1
    build: Duration = 0.6
    deploy: Duration = 0.2
    overlap: Duration = 0.6
    """The replaced deployment keeps serving beside the new one."""
    draining: Duration = 0.3
    """Between its SIGTERM and its SIGKILL."""


class SandboxService(Made):
    """One service."""

    run_mode: str
    public: bool = False
    healthcheck: str | None = None
    """Path that must answer 200 before Railway switches over."""
    replicas: int = 1
    variables: dict[str, str] = Field(default_factory=dict)
    """Of this service alone."""


class Migration(Made):
    """A migration that has a version and a name of its own."""

    version: str
    name: str
    sql: str
    """Empty where it is only written down as applied."""
    must_run: bool = True
    """Whether the sandbox may not start where PostgreSQL refuses it."""


class SandboxDatabase(Made):
    """One PostgreSQL database: its markers, and how many migrations are applied."""

    markers: dict[str, str]
    applied: int
    dump: str = ""
    """File of a schema, as pg_dump writes it, that is there before the migrations."""
    statements: list[str] = Field(default_factory=list)
    """Run after the migrations; what PostgreSQL refuses is noted and left out."""


class Fate(Made):
    """What becomes of a commit, and what is wrong with it."""

    database: str = "production"
    """The database that its containers are pointed at."""
    variables: dict[str, str] = Field(default_factory=dict)
    build: Literal["succeeds", "fails"] = "succeeds"
    start: Literal["runs", "exits", "deaf"] = "runs"
    """`exits` ends with code 1; `deaf` listens on a port that nobody asks."""
    skipped: dict[str, str] = Field(default_factory=dict)
    """Services that Railway skips, with the reason; empty where it gives none."""
    fates: dict[str, ServiceFate] = Field(default_factory=dict)
    """What becomes of the deployments of services, where one does not go live."""
    builds: dict[str, Duration] = Field(default_factory=dict)
    """How long the build takes, for services where it is not the scenario's time."""
    troubles: dict[str, Annotated[str, Field(pattern=TROUBLE)]] = Field(default_factory=dict)
    """
    What is wrong with the application, by service, as `WORD:SECONDS`.

    For so long after its start it `refuse`s connections, or answers, but for `/health`, with a
    `bare` 503, with `not-ok` that names nothing, or `unhealthy` with a component's name; it `flap`s
    between healthy and unhealthy, so long each. When they are over it `crash`es, gives a single
    bad answer (`hiccup`), is `silent` for ever, gets `slow`er and slower, or is `mute`: its jobs
    write nothing more.
    """
    restarts: int = 0
    """How often Railway starts a process again that ended with an error."""


class Commit(Fate):
    """What a commit ships and what becomes of it."""

    migrations: int
    """How many of the scenario's migrations it ships and expects."""
    service_variables: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Variables of single services, by service."""
    files: dict[str, str] = Field(default_factory=dict)
    """Text of further files of the checkout, by path."""


class MutationAnswer(Section):
    """How one mutation is answered, and whether it is carried out."""

    answer: Literal[
        "yes", "empty", "cut", "html", "null", "false", "error", "coded-error", "429", "500"
    ] = "yes"
    done: bool = True
    takes: Duration = 0.0
    """How long it is before anything comes of it."""


class Faults(Section):
    """What goes wrong at the platform itself. Whoever replaces it begins to count anew."""

    rollback: Literal["works", "refused", "false", "lost", "ignored"] = "works"
    """`lost` does it and cuts the connection; `ignored` says true and does nothing."""
    reads: dict[int, Literal["502", "429", "cut"]] = Field(default_factory=dict)
    """What the API answers to some reads in place of the truth, by their number from 1."""
    mutations: tuple[MutationAnswer, ...] = ()
    """How the first mutations are answered; the others as ever."""
    news: Literal["works", "refused", "silent", "mute", "cut"] = "works"
    """Subscriptions: `silent` never answers, `mute` welcomes and then says nothing, `cut` ends
    after the first news."""
    platform: str = ""
    """What Railway says is wrong with itself."""
    rights: Literal["all", "no-rollback"] = "all"
    """`no-rollback` may redeploy and not roll back."""
    auto_deploy: Literal["works", "refused"] = "works"
    github: Literal["works", "read-only", "down", "hangs"] = "works"
    """`read-only` refuses to create references, as without `contents: write`."""


class Scenario(Made):
    """Everything a sandbox starts with."""

    project: str = "acme"
    environment: str = "production"
    timing: Timing = Timing()
    services: dict[str, SandboxService]
    variables: dict[str, str]
    """Of every service."""
    databases: dict[str, SandboxDatabase]
    migrations: Annotated[list[str | Migration], Field(min_length=1)]
    """SQL of each migration, oldest first; one that is SQL alone is given a version."""
    migrations_folder: str = "supabase/migrations"
    commits: dict[str, Commit]
    live: str
    """The commit that serves when the sandbox is ready."""
    config: str
    """`.github/verifier.yml` of every commit."""
    faults: Faults = Faults()

    @property
    def steps(self) -> list[Migration]:
        """The migrations, each with its version."""
        return [
            Migration(version=_version(n), name=f"step_{n + 1}", sql=one)
            if isinstance(one, str)
            else one
            for n, one in enumerate(self.migrations)
        ]


def _version(index: int) -> str:
    return str(_FIRST_VERSION + index * 1_000_000)


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
