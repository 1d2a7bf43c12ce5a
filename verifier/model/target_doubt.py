"""Why a deployment is no good one to go back to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Doubt:
    """
    What speaks against going back to a deployment.

    It decides where nothing speaks for that: neither a gate's verdict nor that it served for long.
    """

    reason: str
    is_certain: bool = False
    """Whether it is bad by now, however good it was: then going back to it would be no help."""
    is_last_resort: bool = False
    """Whether it is gone back to all the same where there is nothing else."""
    is_down: bool = False
    """Whether this run saw it crashed or failing for certain: it may have been so all the time."""
