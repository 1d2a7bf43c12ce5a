"""Of which moment a report tells that is shown again later: what it calls live was live then."""

from datetime import datetime

from verifier.model.report import Report
from verifier.report.harmless_text import plain
from verifier.report.spoken import say
from verifier.report.styled import fitted
from verifier.report.words import duration


def moment_of(report: Report, now: datetime) -> str:
    """Return a sentence with the date; clocks that differ make no run of the future."""
    ended = f"{report.ended_at:%Y-%m-%d %H:%M} UTC"
    command = plain(report.command, 40)
    ago_s = (now - report.ended_at).total_seconds()
    if ago_s < 0:
        return say(f"This is of a run of verifier {command} that ended on {ended}")
    ago = duration(ago_s)
    return say(f"This is of a run of verifier {command} that ended on {ended}, {ago} ago")


def with_moment(moment: str, text: str, width: int | None) -> str:
    """Return a finished text below that sentence, which is broken where a line is too short."""
    return f"{fitted(moment, width)}\n{text}"
