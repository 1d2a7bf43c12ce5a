"""The few moments of a run that tell its story, for a picture of its time."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verifier.model.finding import Outcome
from verifier.model.report import Report, RestoreOutcome, TimelineEntry
from verifier.model.verdict import VerdictWord
from verifier.report.spoken import say, word

_FAILURES = (Outcome.FAIL, Outcome.CRITICAL)
_ANSWERS = (Outcome.PASS, *_FAILURES)
_BACK = tuple(outcome for outcome in RestoreOutcome if outcome.is_back)
_VERIFIED, _LOOKED_AT, _DECIDED = "verified again", "looked at again", "verdict"
_ANSWERED, _FAILED, _RETURNED = "first answer that counts", "first failure", "last good one is back"
#: Of a drawing: each is light enough for dark words.
_RED, _GREEN, _GREY, _INK = "#ffb3ae", "#9be9a8", "#c4ccd4", "#1f2328"
_COLOURS = {_FAILED: _RED, _DECIDED: _RED, _RETURNED: _GREEN, _VERIFIED: _GREEN}
_DECIDING = (VerdictWord.PASSED, VerdictWord.FAILED)
#: What each moment is called, the events of the timeline that make it, and whether the last of
#: them counts, not the first.
_MOMENTS: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    ("deployment found", ("arrival",), False),
    (_ANSWERED, _ANSWERS, False),
    (_FAILED, _FAILURES, False),
    (_DECIDED, ("verdict",), False),
    ("rollback requested", ("rollback",), False),
    (_RETURNED, _BACK, True),
    (_VERIFIED, ("verified",), True),
)


@dataclass(frozen=True, slots=True)
class Milestone:
    """One moment, in seconds after the run began, and what is ours to call it."""

    after_s: float
    text: str


def milestones(report: Report) -> tuple[Milestone, ...]:
    """Return the moments of the run in their order; of one that was not reached, nothing."""
    found = sorted(_found(report), key=lambda moment: moment.after_s)
    return tuple(found)


def _found(report: Report) -> Iterator[Milestone]:
    for text, events, is_last in _MOMENTS:
        entries = [entry for entry in report.timeline if entry.event in events]
        if entries:
            entry = entries[-1] if is_last else entries[0]
            is_unproven = text == _VERIFIED and report.recovered_in_s is None
            yield Milestone(_after_s(entry, report), _LOOKED_AT if is_unproven else text)


def _after_s(entry: TimelineEntry, report: Report) -> float:
    return max(0.0, (entry.at - report.started_at).total_seconds())


def _title(report: Report, moments: Sequence[Milestone]) -> str:
    last = moments[-1]
    if report.verdict is VerdictWord.FAILED and last.text == _VERIFIED:
        return f"failed, production healthy again after {last.after_s:.0f} s"
    at_s = next((m.after_s for m in moments if m.text == _DECIDED), last.after_s)
    return f"{report.verdict} after {at_s:.0f} s"


def _coloured(report: Report, moments: Sequence[Milestone]) -> str:
    """The directive that gives each moment its colour, dark words on light ground."""
    is_good = report.verdict is VerdictWord.PASSED
    variables: dict[str, str] = {}
    for number, moment in enumerate(moments):
        colour = _COLOURS.get(moment.text, _GREY)
        colour = _GREEN if is_good and moment.text in (_DECIDED, _ANSWERED) else colour
        colour = _GREY if report.verdict not in _DECIDING and moment.text == _DECIDED else colour
        variables |= {f"cScale{number}": colour, f"cScaleLabel{number}": _INK}
    shown = {"themeVariables": variables}
    return f"%%{{init: {json.dumps(shown)}}}%%"


def mermaid(report: Report) -> tuple[str, ...]:
    """
    Return the milestones as lines of a Mermaid timeline; nothing where there are fewer than two.

    Every word in it is ours: no text of strangers becomes a diagram's syntax. What went wrong is
    red, what is good again is green, and the rest grey; the page around it keeps its own colours.

    Source: https://mermaid.js.org/syntax/timeline.html
    """
    moments = milestones(report)
    if len(moments) < 2:
        return ()
    lines = (f"    {moment.after_s:.0f} s : {word(moment.text)}" for moment in moments)
    return (
        _coloured(report, moments),
        "timeline",
        f"    title {say(_title(report, moments))}",
        *lines,
    )
