"""What happens while it happens, for somebody who reads along: a log, or a terminal."""

import shutil
from collections.abc import Callable
from typing import TextIO

from verifier.model.report import TimelineEntry
from verifier.report.harmless_text import plain

_TELL_EVERY_S = 30.0
_CLEAR_LINE = "\r\x1b[2K"


class PlainProgress:
    """Writes a line for each event, and one every 30 seconds of waiting."""

    def __init__(self, stream: TextIO, clean: Callable[[str], str]) -> None:
        self._stream = stream
        self._clean = clean
        self._told_s = 0.0

    def happened(self, entry: TimelineEntry) -> None:
        """Write the event."""
        self._told_s = 0.0
        self._stream.write(_line(entry, self._clean) + "\n")
        self._stream.flush()

    def close(self) -> None:
        """Nothing is left to be written."""

    def waiting(self, text: str, since_s: float, limit_s: float) -> None:
        """Write now and then what is being waited for."""
        if since_s - self._told_s >= _TELL_EVERY_S:
            self._told_s = since_s
            told = plain(self._clean(text))
            self._stream.write(f"          … waiting for {told}, {_span(since_s, limit_s)}\n")
            self._stream.flush()


class LiveProgress:
    """Writes events above a last line that says what is being waited for."""

    def __init__(self, stream: TextIO, clean: Callable[[str], str]) -> None:
        self._stream = stream
        self._clean = clean

    def happened(self, entry: TimelineEntry) -> None:
        """Write the event in place of the last line, which comes back below it."""
        self._write(_line(entry, self._clean) + "\n")

    def waiting(self, text: str, since_s: float, limit_s: float) -> None:
        """Show what is being waited for."""
        told = f"... waiting for {plain(self._clean(text))}, {_span(since_s, limit_s)}"
        self._write(told[: shutil.get_terminal_size().columns - 1])

    def close(self) -> None:
        """Take the moving line away."""
        self._write("")

    def _write(self, text: str) -> None:
        self._stream.write(f"{_CLEAR_LINE}{text}")
        self._stream.flush()


def _line(entry: TimelineEntry, clean: Callable[[str], str]) -> str:
    service = f"{entry.service}: " if entry.service else ""
    text = plain(clean(f"{service}{entry.text}"))
    return f"{entry.at:%H:%M:%S}  {plain(entry.event):<12} {text}"


def _span(since_s: float, limit_s: float) -> str:
    return f"{since_s:.0f} s of at most {limit_s:.0f} s"
