"""Another language, for as long as a test lasts."""

from collections.abc import Iterator
from contextlib import contextmanager

from verifier.cli.languages import speak
from verifier.report.owners_names import NAMES
from verifier.report.spoken import ENGLISH


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language, then English again."""
    NAMES.set(None)
    speak(language)
    try:
        yield
    finally:
        speak(ENGLISH)
        NAMES.set(None)
