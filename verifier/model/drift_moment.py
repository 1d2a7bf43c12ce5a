"""What one of several audits found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from verifier.model.finding import Outcome


@dataclass(frozen=True, slots=True)
class DriftMoment:
    """What one audit found, and what had changed since the one before."""

    at: datetime
    repositories: int
    counts: Mapping[Outcome, int]
    appeared: int | None = None
    """None of the first one."""
    gone: int | None = None
    """Only what was looked at again."""
