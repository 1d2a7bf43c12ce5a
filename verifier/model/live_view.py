"""All that is known of an environment at one moment, in the shape of `verifier.watch/v1`."""

from dataclasses import dataclass, field
from typing import Literal

from verifier.model.environment_status import EnvironmentStatus
from verifier.model.report import Report


@dataclass(frozen=True, slots=True)
class LiveView:
    """What stands where, and what the checks say of it."""

    status: EnvironmentStatus
    """What is live and on its way."""
    report: Report
    """Of `verifier check`."""
    schema: Literal["verifier.watch/v1"] = field(default="verifier.watch/v1")
    """Which form this is in."""
