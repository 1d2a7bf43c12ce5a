"""Failures that are known: how each is recognised, what it means, and the next step."""

from dataclasses import dataclass
from typing import Annotated

from verifier.model.printable_text import LeftOut, NamingText


@dataclass(frozen=True, slots=True)
class CauseRule:
    """
    How one cause is recognised: by everything that it names at once.

    In `text` and `step` stand names in braces: service, environment, commit, and `found`, what a
    pattern of the catalogue's own found in a log line.
    """

    id: str
    text: str
    step: str
    checks: tuple[str, ...] = ()
    """Patterns of ids of checks of which one failed; empty where that is not asked."""
    critical: tuple[str, ...] = ()
    """The same of checks that show it only where they are critical; of the catalogue's own."""
    log: tuple[str, ...] = ()
    """Texts of which one stands in a log line, in whatever case; `*` is any text."""
    statuses: tuple[str, ...] = ()
    """Railway's words for the judged deployment, of which one is right."""


@dataclass(frozen=True, slots=True)
class KnownCause:
    """A cause that was recognised."""

    id: NamingText
    """Stable id of the cause."""
    text: NamingText
    """What the cause is, in a sentence."""
    step: NamingText
    """The next command or action, with this project's names."""
    services: tuple[NamingText, ...] = ()
    """Empty where it is about what all share."""
    recognised_by: NamingText = ""
    """The check, the log line or the status that it was recognised by."""
    page: Annotated[str, LeftOut("")] = ""
    """Where it is explained; empty for a team's own, and where no page is known."""
