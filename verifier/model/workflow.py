"""Workflows of a repository: the jobs that they run, and when."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import TypeAlias

from verifier.model.finding import Unobserved
from verifier.model.workflow_expression import WrittenExpressions

#: A value of a workflow file, expressions in it as they are written.
Value: TypeAlias = "bool | int | float | str | Sequence[Value] | Mapping[str, Value] | None"


@dataclass(frozen=True, slots=True)
class Trigger:
    """One event under `on:`, with the filters that may keep a run from starting."""

    branches: tuple[str, ...] = ()
    branches_ignore: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    """It depends on the files that are changed."""
    paths_ignore: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    """Of a push: with these and no branches it runs for tags alone."""
    workflows: tuple[str, ...] = ()
    """Of `workflow_run`: names of those that it follows."""


@dataclass(frozen=True, slots=True)
class Cron:
    """One entry of `on.schedule`."""

    expression: str
    zone_name: str = "UTC"
    zone: tzinfo | None = UTC
    """None where the zone is not known."""

    def __str__(self) -> str:
        return self.expression if self.zone is UTC else f"{self.expression}, {self.zone_name}"


@dataclass(frozen=True, slots=True)
class Mask:
    """Something that hides the result of a step."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a job."""

    line: int
    name: str
    """Its `name:`, or else its `id:`; empty where it has neither."""
    condition: str
    """Its `if:`, empty where it has none."""
    shell: str
    """What it runs, its `run:`; empty where it uses an action."""
    goes_on: bool
    """Whether the job goes on after its failure: `continue-on-error`."""
    uses: str = ""
    """The action that it uses, its `uses:`; empty where it runs something itself."""
    inputs: Mapping[str, Value] = field(default_factory=dict)
    """What it gives to that action: `with:`."""
    variables: Mapping[str, Value] = field(default_factory=dict)
    """Its own `env:`."""
    folder: str = ""
    """Its `working-directory:`; empty for that of its job."""
    interpreter: str = ""
    """Its own `shell:`."""
    id: str = ""
    """What conditions call it by."""
    goes_on_if: str = ""
    """Its `continue-on-error:` where that is an expression; empty where it is said outright."""


@dataclass(frozen=True, slots=True)
class Job:
    """One job of a workflow file."""

    id: str
    line: int
    name: Value = None
    """Its `name:` as it is written; None where it is called by its id."""
    matrix: Value = None
    """Its `strategy.matrix` as it is written; None where it has none."""
    strategy: str = ""
    """Its `strategy:` where that is one expression; empty where its parts are written out."""
    condition: str = ""
    """Its `if:`, empty where it always runs."""
    needs: tuple[str, ...] = ()
    calls: str = ""
    """Path of the workflow that it calls; empty where it has steps of its own."""
    inputs: Mapping[str, Value] = field(default_factory=dict)
    """What it gives to the workflow that it calls: `with:`."""
    inherits_secrets: bool = False
    """Whether the workflow that it calls is given all: `secrets: inherit`."""
    permissions: Value = None
    """Its `permissions:`; None where it has those of its workflow."""
    steps: tuple[Step, ...] = ()
    concurrency: Value = None
    """Its `concurrency:` as it is written; None where it has none of its own."""
    variables: Mapping[str, Value] = field(default_factory=dict)
    """Its own `env:`."""
    folder: str = ""
    """The `working-directory:` of its `defaults:`; empty for that of its workflow."""
    interpreter: str = ""
    """The `shell:` of its `defaults:`, or of its workflow's; else that of Windows alone."""
    interpreter_on_windows: str = ""
    """The same of those of its parts that run on Windows where others do not."""
    goes_on: bool = False
    """Whether its failure is none of the run: `continue-on-error`."""
    has_containers: bool = False
    """Whether it runs in a container, or beside some: `container:`, `services:`."""
    environment: str | None = ""
    """Of GitHub, whose secrets it is given; empty for none, None where a run alone knows."""
    environment_expression: str = ""
    """What says in a run which one it is; empty where the file does."""
    secrets: frozenset[str] = frozenset()
    """Those that it reads and has nothing in place of, in capitals."""


@dataclass(frozen=True, slots=True)
class Workflow:
    """One file under .github/workflows."""

    path: str
    name: str
    triggers: Mapping[str, Trigger] = field(default_factory=dict)
    """By the event's name."""
    crons: tuple[Cron, ...] = ()
    jobs: tuple[Job, ...] = ()
    inputs: Mapping[str, Value] = field(default_factory=dict)
    """The values that its inputs have where a caller gives none: of `workflow_call`."""
    required_inputs: frozenset[str] = frozenset()
    """Those that a caller must give: they have no value otherwise."""
    permissions: Value = None
    """Its `permissions:`; None where it has those of its caller, or of the repository."""
    concurrency: Value = None
    """Its `concurrency:` as it is written; None where it has none."""
    variables: Mapping[str, Value] = field(default_factory=dict)
    """Its own `env:`."""
    secrets: frozenset[str] = frozenset()
    """Those that its own `env:` reads, in capitals."""
    folder: str = ""
    """The `working-directory:` of its `defaults:`; empty for the repository's root."""
    is_disabled: bool | Unobserved = False
    """Whether GitHub does not run it: by hand, or after a time without activity."""
    fault: str = ""
    """Why GitHub takes no such file, as far as it tells alone; empty where it may."""
    expressions: tuple[WrittenExpressions, ...] = ()
    """Its texts that hold some, but for conditions."""


@dataclass(frozen=True, slots=True)
class LocalAction:
    """An action of the repository itself."""

    inputs: Mapping[str, Value] = field(default_factory=dict)
    """The values that its inputs have where a step gives none."""
    steps: tuple[Step, ...] = ()
    """None where it is a program or an image."""


class WorkflowState(StrEnum):
    """Whether GitHub runs a workflow. Source: REST, `actions/workflows`, `state`."""

    ACTIVE = "active"
    DISABLED_MANUALLY = "disabled_manually"
    DISABLED_INACTIVITY = "disabled_inactivity"
    DISABLED_FORK = "disabled_fork"
    DELETED = "deleted"


#: GitHub runs such a workflow for nothing.
SWITCHED_OFF = (
    WorkflowState.DISABLED_MANUALLY,
    WorkflowState.DISABLED_INACTIVITY,
    WorkflowState.DISABLED_FORK,
)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a workflow."""

    created_at: datetime
    """When it came about; running it again later does not change that."""
    conclusion: str
    """success, failure, cancelled, skipped, timed_out, …; empty while it runs."""
    url: str = ""
    is_waiting: bool = False
    """Whether nothing of it runs yet: it waits for a runner, an approval or another run."""


#: Who makes the deployments of Railway at GitHub. Source: https://github.com/apps/railway-app
RAILWAY_BOT = "railway-app[bot]"
#: A run that has waited so long waits for somebody. Of a gate it is what judges within minutes:
#: by then the deployment serves for hours, judged by nobody.
PARKED_AFTER = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class WaitingRun:
    """A run of which nothing starts before somebody approves it, or another run has ended."""

    path: str
    """Of its workflow's file."""
    created_at: datetime
    url: str = ""
    is_behind: bool = False
    """Whether another run holds its concurrency group."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A workflow that runs by the clock, and how its last runs went."""

    path: str
    crons: tuple[Cron, ...]
    state: WorkflowState | Unobserved
    created_at: datetime
    runs: tuple[Run, ...] | Unobserved
    """Scheduled ones, newest first."""
    changed_at: datetime | Unobserved | None = None
    """When its file was last changed; None where that was never."""
    crons_before: tuple[Cron, ...] = ()
    """Those that the file had at its last run already: no later change of it excuses a miss."""


def how_to_enable(path: str, repository: str) -> str:
    """Return the command that enables a workflow, there where `repository` is not empty."""
    where = f" --repo {repository}" if repository else ""
    return f"gh workflow enable {shlex.quote(path.rpartition('/')[2])}{where}"
