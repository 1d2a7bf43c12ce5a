"""What Railway says of an environment besides its deployments."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class AutoDeploy:
    """Whether a push deploys a service."""

    enabled: bool
    reason: str = ""
    """Railway's word for why it cannot be switched on; empty where it can."""


class HoldOutcome(StrEnum):
    """What became of the attempt to keep the next push from undoing a rollback."""

    HELD = "held"
    OFF_BEFORE = "off before"
    """Auto-deploy was off already, and is nobody's to switch on again."""
    NOT_HELD = "not held"


@dataclass(frozen=True, slots=True)
class EnvironmentFacts:
    """What decides whether a deploy to this environment could be undone."""

    subscription: str
    """Railway's word for the plan, such as "hobby" or "pro"."""
    can_access: bool
    """Whether the token may see into a restricted environment."""
    waiting_for_ci: frozenset[str]
    """Names of the services whose pushes wait for CI."""
