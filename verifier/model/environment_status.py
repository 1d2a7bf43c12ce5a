"""What serves in an environment and what is known of it, in the shape of `verifier.status/v1`."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from verifier.model.finding import NotAsked, Unobserved
from verifier.model.past_verdict import Claim, PastStatus

#: Whether the system is paused, as far as its kill switch tells.
Paused = bool | Unobserved | NotAsked


class Pushes(StrEnum):
    """Whether a push deploys a service."""

    DEPLOY = "on"
    OFF = "off"
    HELD = "held"
    """Off until `verifier release`, since a gate rolled back."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ShownDeployment:
    """A deployment as far as it is told of."""

    id: str
    """Railway's id of it."""
    status: str
    """Railway's word."""
    created_at: datetime
    """When Railway made it (UTC)."""
    since: datetime | None
    """Since when it is in that status; null where Railway does not say."""
    commit: str
    """Empty for an upload."""
    author: str
    """Of the commit; empty where Railway does not say."""
    is_rollback: bool
    """Whether it put back older code."""


@dataclass(frozen=True, slots=True)
class GateRecord:
    """The latest record of a gate about the code that is live."""

    standing: PastStatus
    """What the gate found."""
    deployment: str
    """The deployment that was judged: the live one, or another one of the same code."""
    at: datetime | None
    """When it was recorded; null where that is not known."""
    run_url: str
    """Page of the run; empty where none is known."""
    reason: str
    """Why a person had it put back; empty where nobody had."""


@dataclass(frozen=True, slots=True)
class WayBack:
    """What `verifier rollback` would go back to, and a gate that condemned what is live."""

    target: ShownDeployment | None
    """The deployment; null where there is none."""
    is_verified: bool = False
    """Whether a gate verified the target."""
    reason: str = ""
    """Why there is no target; beside a target, why a gate would not go back to it by itself."""


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """One service at one moment."""

    name: str
    """As the configuration names it."""
    role: str
    """The role that the configuration gives it; empty without one."""
    live: tuple[ShownDeployment, ...]
    """Newest first: while one deployment replaces another, both are."""
    coming: tuple[ShownDeployment, ...]
    """What is on its way, newest first."""
    judged: GateRecord | None
    """Null where no gate has judged what is live, or the records were not read."""
    back_to: WayBack
    """Where a rollback would lead."""
    pushes: Pushes
    """Whether Railway deploys each push."""
    claim: Claim | None
    """Whether a run has claimed to roll back what is live; null where none is known."""
    unread: str = ""
    """Why Railway did not show this service; then nothing else is known of it. Else empty."""

    @property
    def is_judged_itself(self) -> bool:
        """Whether a gate judged the very deployment that is live, not another one of its code."""
        judged = self.judged
        return judged is not None and all(live.id == judged.deployment for live in self.live)


@dataclass(frozen=True, slots=True)
class EnvironmentStatus:
    """All configured services of one environment."""

    environment: str
    """Railway's environment."""
    at: datetime
    """When it was looked at (UTC)."""
    services: tuple[ServiceStatus, ...]
    """Each configured service."""
    not_read: tuple[str, ...] = ()
    """What could not be read, and why: there, what is not told is not known."""
    is_paused: bool | None = None
    """Whether the system is paused by its kill switch; null where nothing tells."""
    memory: str = ""
    """Where records and claims are kept, or why nowhere."""
    records_unread: str = ""
    """Why nobody can tell what earlier gates found; empty where that was read."""
    schema: Literal["verifier.status/v1"] = field(default="verifier.status/v1")
    """Which form this is in."""
