"""What migrations do to code that is older than they are."""

from dataclasses import dataclass
from enum import StrEnum

from verifier.model.finding import Unobserved


class ChangeKind(StrEnum):
    """What a migration does to older code."""

    DROPPED = "dropped"
    RENAMED = "renamed"
    """Or moved to another schema."""
    RETYPED = "retyped"
    REVOKED = "revoked"
    HIDDEN = "hidden"
    """Row level security may keep rows from it."""
    NARROWED = "narrowed"
    """A view or function that has fewer columns or another signature."""
    UNWRITABLE = "unwritable"
    """A view that can be read as before, and no longer be written."""
    EMPTIED = "emptied"
    REQUIRED = "required"
    """Inserts that do not name a column, or write NULL to it, are refused."""
    CONSTRAINED = "constrained"
    """A new rule may refuse what it writes."""
    DEFAULT_DROPPED = "default-dropped"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class BreakingChange:
    """Something that a migration took away, or that it refuses from now on."""

    migration: str
    """Its version."""
    what: str
    """For a person: "column plan of users was dropped"."""
    is_needed: bool | Unobserved
    """Whether the older commit's code names it, its migrations left out."""
    kind: ChangeKind = ChangeKind.UNREAD
    file: str = ""
    """Of the migration."""
    line: int = 0
    """Of that file, from 1; 0 where it is not known."""
