"""What migrations take away from code that is older than they are."""

from dataclasses import dataclass

from verifier.model.finding import Unobserved


@dataclass(frozen=True, slots=True)
class BreakingChange:
    """Something that a migration dropped, renamed or changed."""

    migration: str
    """Its version."""
    what: str
    """For a person: "column plan of users was dropped"."""
    is_needed: bool | Unobserved
    """Whether the older commit's files name it, the migrations left out."""
