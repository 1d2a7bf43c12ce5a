"""What could not be read, for a report that does without it."""

from typing import TypeVar

from verifier.model.finding import Unobserved

T = TypeVar("T")


class ReadingNotes:
    """Notes of each part of a report why it is not there."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def read_or(self, otherwise: T, found: T | Unobserved, what: str) -> T:
        """Return what was found; where nothing was, `otherwise`, and that is noted."""
        if isinstance(found, Unobserved):
            self.add(f"{what}: {found.explained}")
            return otherwise
        return found

    def add(self, line: str) -> None:
        """Note what was not read, and why, in other words."""
        self._lines.append(line)

    @property
    def not_read(self) -> tuple[str, ...]:
        """The notes, in their order."""
        return tuple(self._lines)
