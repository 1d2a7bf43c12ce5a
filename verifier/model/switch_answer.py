"""What a database says of the kill switch, asked without writing to it."""

from dataclasses import dataclass

from verifier.model.finding import Unobserved


@dataclass(frozen=True, slots=True)
class SwitchPlace:
    """In whose database the kill switch lies, by what that says of itself."""

    another: Unobserved | None = None
    """Why it is not the guarded one."""
    unread: Unobserved | None = None
    """Why nobody knows whose it is."""


@dataclass(frozen=True, slots=True)
class SwitchAnswer:
    """What it would refuse of pause and resume, and what nobody knows without writing."""

    problems: tuple[Unobserved, ...] = ()
    """What keeps the system from being paused or resumed, with what mends it."""
    doubts: tuple[Unobserved, ...] = ()
    """What was not tried, or refuses some reasons and takes others."""
    role: str = ""
    constraints: tuple[str, ...] = ()
    """The CHECKs that allow every value that was tried."""
    statuses: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    """Texts as a person gives them, that were tried with each status."""
    is_written: bool = False
    """Whether the row would be written in spite of the problems: it would only not be seen."""
