"""What the configuration says a health endpoint answers when all is well."""

from dataclasses import dataclass
from enum import StrEnum


class AnswerForm(StrEnum):
    """What a body must be."""

    JSON = "json"
    """A health document; text that is none is not enough."""
    TEXT = "text"
    """Any text but a page, unless it says that something is bad."""
    HTML = "html"
    """A page, unless it is known to say that something is bad."""
    STATUS = "status"
    """Anything: the HTTP code alone counts."""


@dataclass(frozen=True, slots=True)
class WantedAnswer:
    """An answer that counts as good."""

    form: AnswerForm | None = None
    """None where the document decides, and for liveness any text will do."""
    codes: tuple[int, ...] = ()
    """Good HTTP codes; empty for every 2xx."""
