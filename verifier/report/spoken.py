"""
The language that people are spoken to in: English, unless the command line has chosen another.

Decisions, JSON and everything for programs stay English. What a person reads passes through here
right before it is escaped for its surface, and never after.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from verifier.report.owners_names import NAMES, put_back

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Speech:
    """How another language says English text."""

    tag: str
    """BCP 47, such as `pt-BR`."""
    say: Callable[[str], str]
    """Of a message: what the catalogue does not know stays as it is."""
    word: Callable[[str], str]
    """Of a heading, a label or a single word."""
    number: Callable[[str], str]
    """Of a number as English writes it: 1,234.5."""


IN_FORCE: ContextVar[Speech | None] = ContextVar("language", default=None)


def language() -> str:
    """Return the tag of the language in force."""
    speech = IN_FORCE.get()
    return speech.tag if speech else ENGLISH


def say(text: str) -> str:
    """Return a message in the language in force."""
    speech = IN_FORCE.get()
    if speech is None:
        return text
    if (known := NAMES.get()) is None:
        return speech.say(text)
    left, names = known.taken_out(text)
    return put_back(speech.say(left), names)


def number(value: float, digits: int = 1) -> str:
    """Return a number with so many digits behind the point, as the language in force writes it."""
    speech = IN_FORCE.get()
    text = f"{value:.{digits}f}"
    return speech.number(text) if speech else text


def word(text: str) -> str:
    """Return a heading, a label or a single word in the language in force."""
    speech = IN_FORCE.get()
    return speech.word(text) if speech else text
