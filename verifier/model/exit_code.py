"""The exit codes: what the process tells its caller."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells its caller."""

    GOOD = 0
    FAILED_SAFE = 1
    """Failed, and production is good again or was never touched."""
    USAGE = 2
    NOT_RECOVERED = 3
    """Failed, and production is not confirmed healthy."""
    INCONCLUSIVE = 4
    CANCELLED = 130
