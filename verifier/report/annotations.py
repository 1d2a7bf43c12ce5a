"""Workflow commands that show the verdict and its findings on the run's page."""

from collections.abc import Iterator

from verifier.model.exit_code import ExitCode
from verifier.model.finding import Outcome
from verifier.model.report import Report
from verifier.report.harmless_text import command_message, command_property
from verifier.report.headline import spoken_headline
from verifier.report.spoken import say, word

#: GitHub shows ten of each kind for a step.
_MOST = 9
#: Of a line within a message.
_BREAK = "%0A"


def render(report: Report) -> str:
    """Return one command a line, ending in a newline."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    if report.exit_code is ExitCode.USAGE:
        yield _of_mistakes(report)
        return
    kind = "notice" if report.exit_code is ExitCode.GOOD else "error"
    yield _command(kind, spoken_headline(report), report.reason)
    by_severity = sorted(report.findings, key=lambda finding: -finding.outcome.rank)
    for outcomes, kind in (
        ((Outcome.CRITICAL, Outcome.FAIL), "error"),
        ((Outcome.INCONCLUSIVE, Outcome.WARN), "warning"),
    ):
        for finding in [f for f in by_severity if f.outcome in outcomes][:_MOST]:
            subject = f"{finding.check} {finding.service}".strip()
            hint = f" - {finding.hint}" if finding.hint else ""
            yield _command(kind, subject, f"{finding.summary}{hint}", finding.file, finding.line)
    condemning = [row for row in report.drift if row.severity.condemns]
    for row in condemning[:_MOST]:
        subject = " ".join(part for part in (row.repository, row.branch, row.setting) if part)
        yield _command(
            "error",
            subject,
            f"{say(row.actual)}; {word('expected')}: {say(row.expected)}",
            row.file,
            row.line,
        )


def _of_mistakes(report: Report) -> str:
    """One for all: each is a line of it, and the first says where it is."""
    told = [finding.summary for finding in report.findings] or [report.reason]
    file, line = next(((f.file, f.line) for f in report.findings if f.file), ("", 0))
    lines = map(command_message, [*told, *report.advice])
    return _command_line("error", spoken_headline(report), _BREAK.join(lines), file, line)


def _command(kind: str, title: str, message: str, file: str = "", line: int = 0) -> str:
    return _command_line(kind, title, command_message(message), file, line)


def _command_line(kind: str, title: str, escaped: str, file: str, line: int) -> str:
    place = f"file={command_property(file)},line={line}," if file else ""
    return f"::{kind} {place}title={command_property(title)}::{escaped}"
