"""How well a team delivers: the figures of DORA, from what gates found."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class DeliveryFigures:
    """The figures of one environment. None where there is nothing to compute one from."""

    environment: str
    """Railway's environment."""
    until: datetime
    """The end of the days that are counted (UTC)."""
    days: int
    """Days before `until` that are counted."""
    since: datetime | None
    """When the oldest record of them was made; None where there is none."""
    is_complete: bool
    """Whether the records go back as far as the days do, or to the first one ever made."""
    verified: int
    """Commits that a gate verified, and none failed."""
    failed: int
    """Commits that a gate failed, and what was then live was to blame."""
    rolled_back: int
    """Failed commits after which an older one was verified again."""
    open_failures: int
    """Failed commits after which nothing has been verified yet."""
    deploys_per_week: float
    """Commits that a gate judged, a week."""
    failure_rate: float | None
    """Failed commits among all judged ones, from 0 to 1."""
    restored_in_s: float | None
    """Median time from a failing verdict to the next verified deployment of all its services."""
    lead_time_s: float | None
    """Median time from a commit to the verdict that verified it, of those in the checkout."""
    lead_times: int = 0
    """How many commits that median is of."""
    schema: Literal["verifier.stats/v1"] = field(default="verifier.stats/v1")
    """Which form this is in."""
