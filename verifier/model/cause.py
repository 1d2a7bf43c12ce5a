"""What kind of thing went wrong, for whoever has to act."""

from dataclasses import dataclass
from enum import StrEnum

from verifier.model.printable_text import NamingText


class CauseKind(StrEnum):
    """Where the cause lies."""

    APPLICATION = "application"
    CONFIGURATION = "configuration"
    DATABASE = "database"
    PLATFORM = "platform"
    CI = "ci"
    VERIFIER = "verifier"


@dataclass(frozen=True, slots=True)
class Cause:
    """The likeliest cause, and what to do first."""

    kind: CauseKind
    """Where the cause lies."""
    text: NamingText
    """What the cause is, in a sentence."""
    next_step: NamingText
    """What to do first."""
