"""What happens while it happens, for somebody who reads along in a log: a line an event."""

from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

from verifier.model.finding import Outcome
from verifier.model.report import RestoreOutcome, TimelineEntry
from verifier.model.service_progress import Moving
from verifier.report.spoken import say, word
from verifier.report.styled import Line, Span, Tone, laid_out, painted, span, verbatim
from verifier.report.terminal import PLAIN, Style
from verifier.report.words import event_word, happened_words

_TELL_EVERY_S = 30.0
_EVENT = 12
_TONES: Mapping[str, Tone] = {
    Outcome.FAIL: Tone.BAD,
    Outcome.CRITICAL: Tone.BAD,
    Outcome.PASS: Tone.GOOD,
    Outcome.INCONCLUSIVE: Tone.QUIET,
    "exclusion": Tone.QUIET,
    "rollback": Tone.WARNING,
    "stop": Tone.WARNING,
    "warning": Tone.WARNING,
    "verdict": Tone.STRONG,
    "verified": Tone.STRONG,
    **{outcome: Tone.GOOD for outcome in RestoreOutcome if outcome.is_back},
    RestoreOutcome.REFUSED: Tone.BAD,
    RestoreOutcome.UNKNOWN: Tone.BAD,
}


class PlainProgress:
    """Writes a line for each event, and one every 30 seconds of waiting; folded in a job's log."""

    def __init__(self, stream: TextIO, clean: Callable[[str], str], style: Style = PLAIN) -> None:
        self._stream = stream
        self._clean = clean
        self._style = style
        self._told_s = 0.0
        self._is_open = False

    def happened(self, entry: TimelineEntry) -> None:
        """Write the event."""
        self._told_s = 0.0
        self._write(event_text(entry, self._clean, self._style))

    def waiting(
        self, text: str, since_s: float, limit_s: float, moving: Sequence[Moving] = ()
    ) -> None:
        """Write now and then what is being waited for."""
        if since_s - self._told_s >= _TELL_EVERY_S:
            self._told_s = since_s
            on_the_way = "; ".join(f"{m.service} {m.doing}" for m in moving)
            told = f"{self._clean(on_the_way or text)}, {spent(since_s, limit_s)}"
            line = Line((Span(" " * 10), span(f"… {word('waiting')}: {say(told)}", Tone.QUIET)), 12)
            self._write(painted([line], is_coloured=self._style.is_coloured))

    def close(self) -> None:
        """End the group of a job's log."""
        if self._is_open:
            self._is_open = False
            self._stream.write("::endgroup::\n")
            self._stream.flush()

    def _write(self, text: str) -> None:
        if self._style.is_quiet:
            return
        if self._style.has_groups and not self._is_open:
            self._is_open = True
            self._stream.write(f"::group::{word('What happened')}\n")
        self._stream.write(text)
        self._stream.flush()


def event_text(entry: TimelineEntry, clean: Callable[[str], str], style: Style) -> str:
    """Return one event as a line, wrapped and painted as the stream wants it."""
    service = f"{entry.service}: " if entry.service else ""
    head = (
        Span(f"{entry.at:%H:%M:%S}  ", Tone.QUIET),
        Span(
            f"{verbatim(event_word(entry.event)).text:<{_EVENT}} ",
            _TONES.get(entry.event, Tone.NAME),
        ),
    )
    tone = Tone.QUIET if entry.event == Outcome.INCONCLUSIVE else Tone.PLAIN
    line = Line((*head, span(clean(f"{service}{happened_words(entry)}"), tone)), 10 + _EVENT + 1)
    return painted(laid_out([line], style.width), is_coloured=style.is_coloured)


def spent(since_s: float, limit_s: float, *, is_least: bool = False) -> str:
    """Say how long something has taken, and how long it may take, or has to."""
    if is_least:
        return f"{since_s:.0f} s of at least {limit_s:.0f} s"
    return f"{since_s:.0f} s of at most {limit_s:.0f} s"
