"""Drift for people and programs: Markdown, terminal, JSON, CSV."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from io import StringIO
from itertools import groupby

from pydantic import TypeAdapter

from verifier.model.finding import Outcome
from verifier.model.protection import Drift
from verifier.model.report import Report
from verifier.report.harmless_text import json_text, markdown, plain

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
#: A job summary takes 1 MiB; an issue takes 65,536 characters.
_MOST_ROWS = 200


def counts(drift: Sequence[Drift]) -> Mapping[str, int]:
    """Return how many there are of each severity."""
    return {str(o): sum(row.severity is o for row in drift) for o in Outcome if o.rank > 1}


def render_json(report: Report) -> str:
    """Return drift and counts, indented, ending in a newline."""
    value = {
        "drift": dump_json(report.drift),
        "counts": counts(report.drift),
        "repositories": len(report.audited),
    }
    return json_text(json.dumps(value, indent=2, ensure_ascii=False))


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
        fields = asdict(row)
        lines.writerow([_cell(str(fields[column])) for column in COLUMNS])
    return written.getvalue()


def _cell(text: str) -> str:
    """As text: a spreadsheet runs what begins with one of these."""
    bare = plain(text, 2000)
    return f"'{bare}" if bare[:1] in "=+-@" and bare else bare


def markdown_tables(drift: Sequence[Drift]) -> Iterator[str]:
    """Yield one table for each repository, worst first."""
    shown = sorted(drift, key=lambda row: (row.repository, -row.severity.rank))[:_MOST_ROWS]
    for repository, rows in groupby(shown, key=lambda row: row.repository):
        yield f"**{markdown(repository or 'Railway')}**"
        yield ""
        yield "| | branch | setting | expected | actual | source | what to do |"
        yield "|---|---|---|---|---|---|---|"
        for row in rows:
            yield (
                f"| {MARKS[row.severity]} | {markdown(row.branch) or '-'} "
                f"| {markdown(row.setting)} | {markdown(row.expected)} | {markdown(row.actual)} "
                f"| {markdown(row.source)} | {markdown(row.hint) or '-'} |"
            )
        yield ""
    if len(drift) > len(shown):
        yield f"{len(drift) - len(shown)} more in the report."


def terminal_lines(drift: Sequence[Drift]) -> Iterator[str]:
    """Yield two lines for each, worst first."""
    for row in sorted(drift, key=lambda row: (-row.severity.rank, row.repository)):
        place = " ".join(part for part in (row.repository, row.branch) if part)
        yield f"  {row.severity.upper():<13} {plain(place)}  {plain(row.setting)}"
        yield f"{'':16}{plain(row.actual)}; expected: {plain(row.expected)}"
        if row.hint:
            yield f"{'':16}{plain(row.hint)}"
