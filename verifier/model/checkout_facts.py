"""What the code of a checkout tells about what it needs of its database."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VersionConstant:
    """A constant that holds the schema version which the code expects."""

    file: str
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class CheckoutFacts:
    """Constants of the code, and what is doubtful about them, for a person."""

    version: VersionConstant | None = None
    tables: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    has_kill_switch: bool = False
    """Whether its SQL makes the table that `verifier pause` writes to."""
    doubts: tuple[str, ...] = ()


NO_FACTS = CheckoutFacts()
