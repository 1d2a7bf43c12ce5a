"""
A report as one HTML page that needs nothing else: no network, no other file.

Every value of the report goes through `prose` and Jinja's escaping; the page's own style and script
are named by their hashes in its Content-Security-Policy, so that nothing else runs.
"""

import base64
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from verifier.delivery.project_docs import check_page
from verifier.model.drift_moment import DriftMoment
from verifier.model.exit_code import ExitCode
from verifier.model.finding import Finding, Outcome
from verifier.model.migration_ledger import LedgerReport
from verifier.model.report import Report
from verifier.model.timed_answers import answers_of
from verifier.report.behind import behind
from verifier.report.drift_matrix import drift_matrix
from verifier.report.harmless_text import prose
from verifier.report.headline import MARKS, spoken_headline
from verifier.report.milestones import milestones
from verifier.report.spoken import language, number, say, word
from verifier.report.story import (
    SHORT,
    commit_of,
    commit_words,
    explained_at,
    judged_words,
    live_now,
    page_of,
    step_of,
    steps,
    together,
    why,
)
from verifier.report.trend_drawing import SHOWN, trend_drawing
from verifier.report.words import event_word, happened_words, outcome_word, proof_words

_LONGEST = 4000
#: Names of columns; names of rows with their cells.
_Grid = tuple[tuple[str, ...], Sequence[tuple[str, Sequence[Finding | None]]]]
#: Symbols beside the words of outcomes, for those who do not see colours.
_SYMBOLS = {
    Outcome.SKIP: "-",
    Outcome.PASS: "✓",
    Outcome.WARN: "!",
    Outcome.INCONCLUSIVE: "?",
    Outcome.FAIL: "✗",
    Outcome.CRITICAL: "✗✗",
}
_TONES = {
    ExitCode.GOOD: "good",
    ExitCode.INCONCLUSIVE: "warning",
    ExitCode.CANCELLED: "warning",
}


@dataclass(frozen=True, slots=True)
class Point:
    """One answer in the plot. Coordinates in the drawing's own units."""

    path: str
    """Its mark: of each outcome another shape, for those who do not see colours."""
    outcome: Outcome
    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    """The answers of a run by the time of each and how long it took."""

    points: tuple[Point, ...]
    longest_ms: int
    first: datetime
    last: datetime

    @property
    def outcomes(self) -> Sequence[Outcome]:
        """What there is of, worst first."""
        return sorted({point.outcome for point in self.points}, key=lambda o: -o.rank)


def render(report: Report, moments: Sequence[DriftMoment] = ()) -> str:
    """Return the page, ending in a newline; `moments` are audits whose course it shows as well."""
    style, script = _asset("report.css"), _asset("report.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return _template().render(
        report=report,
        policy=Markup(policy),  # noqa: S704  made of hashes alone
        style=Markup(style),  # noqa: S704  ours
        script=Markup(script),  # noqa: S704  ours
        mark=MARKS[report.exit_code],
        headline=escape(spoken_headline(report)),
        judged=judged_words(report),
        why=why(report),
        live=live_now(report),
        tone=_TONES.get(report.exit_code, "bad"),
        steps=[step_of(step) for step in steps(report)],
        behind=behind(report.background),
        told=together(report),
        milestones=milestones(report),
        grid=_grid(report),
        plot=_plot(report),
        matrix=drift_matrix(report),
        trend=trend_drawing(moments),
        shown_outcomes=SHOWN,
        ledgers=[(ledger, _rows(ledger)) for ledger in _ledgers(report)],
        words=_WORDS,
        t=word,
    )


_WORDS: Mapping[str, object] = {
    "check_page": lambda check: check_page(check, os.environ),
    "explained": explained_at,
    "commit": commit_words,
    "commit_of": commit_of,
    "page": page_of,
    "event": event_word,
    "happened": happened_words,
    "outcome": outcome_word,
    "number": number,
    "language": language,
    "proof": proof_words,
    "symbol": _SYMBOLS.__getitem__,
    "short": lambda text: text[:SHORT],
    "verbatim": lambda text: escape(prose(text, _LONGEST)),
}


def _finalized(value: object) -> object:
    """The one wall: whatever is shown and is not the page's own is harmless text."""
    if isinstance(value, Markup | int | float):
        return value
    return prose(say(str(value)), _LONGEST)


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        loader=FunctionLoader(_asset),
    )
    return environment.get_template("report.html.jinja")


@cache
def _asset(name: str) -> str:
    return (files("verifier.delivery") / "templates" / name).read_text("utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _grid(report: Report) -> _Grid:
    """Services as columns, checks as rows, the worst finding of both in each cell."""
    about = (*(s.name for s in report.services), *(f.service for f in report.findings))
    named = dict.fromkeys(about)
    services = tuple(name for name in named if name)
    columns = (*services, *([""] if any(not f.service for f in report.findings) else []))
    cells: dict[tuple[str, str], Finding] = {}
    for finding in report.findings:
        key = finding.check, finding.service
        if key not in cells or cells[key].outcome.rank < finding.outcome.rank:
            cells[key] = finding
    checks = dict.fromkeys(f.check for f in report.findings)
    return columns, [(check, [cells.get((check, name)) for name in columns]) for check in checks]


def _plot(report: Report) -> Plot | None:
    """Every answer of the run; of an older report those that its findings rest on."""
    answers = report.answers or answers_of(report.findings)
    if not answers:
        return None
    first, last = min(a.at for a in answers), max(a.at for a in answers)
    span_s = max((last - first).total_seconds(), 1.0)
    longest_ms = max(1, *(answer.duration_ms for answer in answers))
    points = tuple(
        Point(
            _mark(
                answer.outcome,
                round(20 + 660 * (answer.at - first).total_seconds() / span_s, 1),
                round(160 - 140 * max(0, answer.duration_ms) / longest_ms, 1),
            ),
            answer.outcome,
            f"{answer.at:%H:%M:%S} {answer.service} {answer.check}: "
            f"{outcome_word(answer.outcome)}, {answer.duration_ms} ms",
        )
        for answer in answers
    )
    return Plot(points, longest_ms, first, last)


def _mark(outcome: Outcome, x: float, y: float) -> str:
    """A cross for what failed, a diamond for what is unclear or a warning, a square for good."""
    if outcome.condemns:
        return f"M{x - 6} {y - 4}l2-2 4 4 4-4 2 2-4 4 4 4-2 2-4-4-4 4-2-2 4-4z"
    if outcome in (Outcome.WARN, Outcome.INCONCLUSIVE):
        return f"M{x} {y - 6}l6 6-6 6-6-6z"
    return f"M{x - 4} {y - 4}h8v8h-8z"


def _ledgers(report: Report) -> Iterator[LedgerReport]:
    if report.ledger is not None:
        yield report.ledger
    yield from report.further_ledgers


def _rows(ledger: LedgerReport) -> Sequence[tuple[str, str]]:
    """Versions and their states, what needs attention first."""
    states = (
        ("failed", ledger.failed),
        ("pending", ledger.pending or ()),
        ("modified", ledger.modified),
        ("unknown", ledger.unknown),
        ("applied", ledger.applied or ()),
    )
    return [(version, state) for state, versions in states for version in versions]
