"""What Railway says of an environment besides its deployments."""

from dataclasses import dataclass
from enum import StrEnum

#: Of when the snapshot of Railway's API is that the documents and the sandbox are made after.
RAILWAY_API_OF = "August 2026"


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


@dataclass(frozen=True, slots=True)
class RateBudget:
    """How many requests Railway still takes until its count begins anew."""

    limit: int
    remaining: int
    reset_s: float
    """Seconds until all of `limit` are there again."""

    def every_s(self, requests: int = 1, kept: int = 0) -> float:
        """
        Return the seconds between two looks of `requests` each that the budget has room for.

        `kept` requests are left over for what cannot be planned, such as a rollback.
        """
        looks = max(self.remaining - kept, 0) // max(requests, 1)
        return self.reset_s / looks if looks else self.reset_s
