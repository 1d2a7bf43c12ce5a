"""The report and its progress for somebody who reads along."""

import shutil
from collections.abc import Callable, Iterator
from typing import TextIO

from verifier.model.background import Background
from verifier.model.finding import Outcome
from verifier.model.report import Report, TimelineEntry
from verifier.model.verdict import RollBackTo
from verifier.report.drift_text import terminal_lines
from verifier.report.harmless_text import plain
from verifier.report.headline import headline

_WRITE_EVERY_S = 30.0
_CLEAR_LINE = "\r\x1b[2K"


def render(report: Report) -> str:
    """Return the report as plain lines, ending in a newline."""
    lines = [headline(report)]
    if report.cause:
        cause = report.cause
        lines += [f"  Cause ({cause.kind}): {cause.text}", f"  First: {cause.next_step}", ""]
    lines += [f"  {plain(report.reason, 1500)}", ""]
    for service in report.services:
        judged = f"judged {service.judged.id} ({service.judged.status})" if service.judged else "-"
        live = service.active_after or "nothing"
        lines.append(f"  {plain(f'{service.name}: {judged}, live now {live}')}")
        if service.rollback:
            record = service.rollback
            lines.append(f"    rollback to {record.to}: {record.outcome}")
    bad = [f for f in report.findings if f.outcome.rank >= Outcome.WARN.rank]
    for finding in sorted(bad, key=lambda finding: -finding.outcome.rank):
        subject = f"{finding.check} {finding.service}".strip()
        lines.append(f"  {finding.outcome.upper():<12} {subject}: {plain(finding.summary)}")
        if finding.detail:
            lines.append(f"{'':15}{plain(finding.detail)}")
    lines += terminal_lines(report.drift)
    lines += [f"  {plain(line)}" for line in report.changes]
    for background in report.background:
        lines += _background(background)
    if report.advice:
        lines += ["", "What to do:"]
        lines += [f"  {n}. {plain(step)}" for n, step in enumerate(report.advice, start=1)]
    return "\n".join(lines) + "\n"


def _background(background: Background) -> Iterator[str]:
    sections = [
        ("log", background.log_lines),
        ("changed variables", [", ".join(background.changed_variables)]),
        ("commits in between", background.commits),
        ("not read", background.not_read),
    ]
    for title, texts in sections:
        shown = [f"    {plain(text)}" for text in texts if text]
        if shown:
            yield from ("", f"  {plain(background.service)}, {title}:", *shown)


def render_plan(plan: RollBackTo) -> str:
    """Return the moves of a rollback in their order, and what speaks against it."""
    lines = ["To be rolled back, in this order:", ""]
    for move in plan.moves:
        target = move.target
        commit = f"commit {target.commit_sha[:12]}, " if target.commit_sha else ""
        created = f"{target.created_at:%Y-%m-%d %H:%M} UTC"
        lines.append(f"  {plain(move.service.name)}: from {plain(move.condemned.id)}")
        lines.append(f"    to {plain(target.id)} ({plain(commit)}created {created})")
    lines += [f"  Note: {plain(warning)}" for warning in plan.warnings]
    return "\n".join(lines) + "\n"


class PlainProgress:
    """Writes a line for each event, and one every 30 seconds of waiting."""

    def __init__(self, stream: TextIO, clean: Callable[[str], str]) -> None:
        self._stream = stream
        self._clean = clean
        self._written_s = 0.0

    def happened(self, entry: TimelineEntry) -> None:
        """Write the event."""
        self._written_s = 0.0
        self._stream.write(_line(entry, self._clean) + "\n")
        self._stream.flush()

    def close(self) -> None:
        """Nothing is left to be written."""

    def waiting(self, text: str, since_s: float, limit_s: float) -> None:
        """Write now and then what is being waited for."""
        if since_s - self._written_s >= _WRITE_EVERY_S:
            self._written_s = since_s
            subject = plain(self._clean(text))
            self._stream.write(f"          … waiting for {subject}, {_span(since_s, limit_s)}\n")
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
        line = f"... waiting for {plain(self._clean(text))}, {_span(since_s, limit_s)}"
        self._write(line[: shutil.get_terminal_size().columns - 1])

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
