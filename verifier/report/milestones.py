"""The few moments of a run that tell its story, for a picture of its time."""

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
#: What each moment is called, the events of the timeline that make it, and whether the last of
#: them counts, not the first.
_MOMENTS: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    ("deployment found", ("arrival",), False),
    ("first answer that counts", _ANSWERS, False),
    ("first failure", _FAILURES, False),
    (_DECIDED, ("verdict",), False),
    ("rollback requested", ("rollback",), False),
    ("last good one is back", _BACK, True),
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


def mermaid(report: Report) -> tuple[str, ...]:
    """
    Return the milestones as lines of a Mermaid timeline; nothing where there are fewer than two.

    Every word in it is ours: no text of strangers becomes a diagram's syntax.

    Source: https://mermaid.js.org/syntax/timeline.html
    """
    moments = milestones(report)
    if len(moments) < 2:
        return ()
    lines = (f"    {moment.after_s:.0f} s : {word(moment.text)}" for moment in moments)
    return (
        "timeline",
        f"    title {say(_title(report, moments))}",
        *lines,
    )
