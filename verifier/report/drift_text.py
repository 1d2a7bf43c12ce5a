"""Drift for people and programs: Markdown, terminal, JSON, CSV."""

import csv
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from itertools import groupby

from pydantic import TypeAdapter
from pydantic_core import to_json

from verifier.model.finding import Outcome
from verifier.model.protection import Drift
from verifier.model.report import Report
from verifier.report.harmless_text import json_text, markdown, plain, verbatim
from verifier.report.spoken import say, word

DRIFT_SCHEMA = "verifier.drift/v1"
MARKS = {
    Outcome.SKIP: "⏭️",
    Outcome.PASS: "✅",
    Outcome.WARN: "⚠️",
    Outcome.INCONCLUSIVE: "❓",
    Outcome.FAIL: "❌",
    Outcome.CRITICAL: "🚨",
}
COLUMNS = (
    "repository",
    "branch",
    "setting",
    "severity",
    "expected",
    "actual",
    "source",
    "hint",
    "file",
    "line",
)
_ADAPTER = TypeAdapter(tuple[Drift, ...])
_TITLES = ("result", "branch", "setting", "expected", "actual", "source", "what to do")
_MOST_ROWS = 200
#: Of a job summary, which takes 1 MiB in all.
_MOST_CHARACTERS = 200_000


def counts(drift: Sequence[Drift]) -> Mapping[str, int]:
    """Return how many there are of each severity."""
    return {str(o): sum(row.severity is o for row in drift) for o in Outcome if o.rank > 1}


def render_json(report: Report) -> str:
    """Return drift and counts, schema `verifier.drift/v1`, indented, ending in a newline."""
    value = {
        "schema": DRIFT_SCHEMA,
        "drift": dump_json(report.drift),
        "counts": counts(report.drift),
        "repositories": len(report.audited),
        "notes": [finding.summary for finding in report.findings],
    }
    return json_text(to_json(value, indent=2).decode())


def dump_json(drift: tuple[Drift, ...]) -> object:
    """Return drift as JSON's own types."""
    value: object = _ADAPTER.dump_python(drift, mode="json")
    return value


def parse_json(value: object) -> tuple[Drift, ...]:
    """
    Return drift from the list that a report holds.

    Raises:
        ValueError: it is none.
    """
    return _ADAPTER.validate_python(value)


def render_csv(drift: Sequence[Drift]) -> str:
    """Return one line for each, below a line of titles. No cell is a formula."""
    written = StringIO()
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow(COLUMNS)
    for row in drift:
        where = (row.repository, row.branch, row.setting)
        what = (row.severity, row.expected, row.actual, row.source, row.hint)
        lines.writerow([_cell(str(value)) for value in (*where, *what, row.file, row.line)])
    return written.getvalue()


def _cell(text: str) -> str:
    """As text: a spreadsheet runs what begins with one of these, in whatever width."""
    bare = plain(text, 2000)
    begins = unicodedata.normalize("NFKC", bare[:1])
    return f"'{bare}" if begins and begins in "=+-@" else bare


def markdown_tables(
    drift: Sequence[Drift], most_characters: int = _MOST_CHARACTERS
) -> Iterator[str]:
    """Yield one table for each repository, worst first; what does not fit is the least severe."""
    shown = sorted(_that_fit(drift, most_characters), key=lambda pair: pair[0].repository)
    for repository, rows in groupby(shown, key=lambda pair: pair[0].repository):
        yield from (_title(repository), "", *_head(), *(text for _, text in rows), "")
    if len(drift) > len(shown):
        left = len(drift) - len(shown)
        yield say(f"{left} more, none of them more severe: see the report (`--report`, `--csv`).")


def _that_fit(drift: Sequence[Drift], most_characters: int) -> Iterator[tuple[Drift, str]]:
    """The most severe rows, each with its line, as many as there is room for."""
    left, titled = most_characters, set[str]()
    by_severity = sorted(drift, key=lambda row: (-row.severity.rank, row.repository))
    for row in by_severity[:_MOST_ROWS]:
        text = _row(row)
        left -= len(text) + 1
        if row.repository not in titled:
            titled.add(row.repository)
            left -= len(_title(row.repository)) + len("".join(_head())) + 6
        if left < 0:
            return
        yield row, text


def _head() -> tuple[str, str]:
    titles = " ".join(f"| {word(title)}" if title else "|" for title in _TITLES)
    return f"{titles} |", "|---" * len(_TITLES) + "|"


def _title(repository: str) -> str:
    return f"**{verbatim(repository or 'Railway')}**"


def _row(row: Drift) -> str:
    return (
        f"| {MARKS[row.severity]} | {verbatim(row.branch) or '-'} "
        f"| {markdown(row.setting)} | {markdown(row.expected)} | {markdown(row.actual)} "
        f"| {markdown(row.source)} | {markdown(row.hint) or '-'} |"
    )


def terminal_lines(drift: Sequence[Drift]) -> Iterator[tuple[int, str]]:
    """
    Yield the lines of a terminal, worst first, each with how far it is indented.

    What is the same of several settings is said once, below the last of them.
    """
    rows = sorted(drift, key=lambda row: (-row.severity.rank, row.repository))
    alike: dict[tuple[str, str, str, Outcome, str], list[Drift]] = {}
    for row in rows:
        said = row.actual, row.expected, row.hint, row.severity, row.repository
        alike.setdefault(said, []).append(row)
    for (actual, expected, hint, *_), same in alike.items():
        for row in same:
            place = " ".join(part for part in (row.repository, row.branch) if part)
            yield 2, f"{word(row.severity.upper()):<13} {plain(place)}  {plain(say(row.setting))}"
        yield 16, f"{plain(say(actual))}; {word('expected')}: {plain(say(expected))}"
        if hint:
            yield 16, plain(say(hint))
