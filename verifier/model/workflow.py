"""Workflows of a repository: the jobs that they run, and when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from verifier.model.finding import Unobserved


@dataclass(frozen=True, slots=True)
class Trigger:
    """One event under `on:`, with the filters that may keep a run from starting."""

    branches: tuple[str, ...] = ()
    branches_ignore: tuple[str, ...] = ()
    has_paths: bool = False
    """Whether it depends on the files that are changed."""
    types: tuple[str, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Job:
    """One job of a workflow file."""

    id: str
    line: int
    names: tuple[str, ...] | Unobserved
    """The checks it reports as; `Unobserved` where only a run tells."""
    condition: str = ""
    """Its `if:`, empty where it always runs."""
    needs: tuple[str, ...] = ()
    calls: str = ""
    """Path of the workflow that it calls; empty where it has steps of its own."""
    masks: tuple[Mask, ...] = ()
    """What hides the result of the verifier's steps in it."""
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Workflow:
    """One file under .github/workflows."""

    path: str
    name: str
    triggers: Mapping[str, Trigger] = field(default_factory=dict)
    """By the event's name."""
    crons: tuple[str, ...] = ()
    jobs: tuple[Job, ...] = ()


class WorkflowState(StrEnum):
    """Whether GitHub runs a workflow. Source: REST, `actions/workflows`, `state`."""

    ACTIVE = "active"
    DISABLED_MANUALLY = "disabled_manually"
    DISABLED_INACTIVITY = "disabled_inactivity"
    DISABLED_FORK = "disabled_fork"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a workflow."""

    started_at: datetime
    conclusion: str
    """success, failure, cancelled, skipped, timed_out, …; empty while it runs."""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A workflow that runs by the clock, and how its last runs went."""

    path: str
    crons: tuple[str, ...]
    state: str
    created_at: datetime
    runs: tuple[Run, ...] | Unobserved
    """Scheduled ones, newest first."""
