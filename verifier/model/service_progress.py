"""A service on its way, as it is shown while a run waits."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moving:
    """What one service waits for, for how long already, and how long at most."""

    service: str
    doing: str
    since_s: float
    limit_s: float
    is_least: bool = False
    """Whether it has to last that long, and is no limit."""
