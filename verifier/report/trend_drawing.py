"""How drift went over several audits, as bars that a page draws."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from verifier.model.drift_moment import DriftMoment
from verifier.model.finding import Outcome
from verifier.report.words import outcome_word

#: What is counted, worst first: a bar has it from below.
SHOWN = (Outcome.CRITICAL, Outcome.FAIL, Outcome.INCONCLUSIVE, Outcome.WARN)
_WIDTH, _HEIGHT, _FLOOR = 680, 140, 160
#: Of more audits the newest are shown.
_MOST = 60


@dataclass(frozen=True, slots=True)
class Bar:
    """What one audit found of one severity. Coordinates in the drawing's own units."""

    path: str
    outcome: Outcome
    text: str


@dataclass(frozen=True, slots=True)
class Trend:
    """The audits of a drawing, oldest first."""

    moments: tuple[DriftMoment, ...]
    bars: tuple[Bar, ...]
    most: int
    """How much drift the highest bar stands for."""


def trend_drawing(moments: Sequence[DriftMoment]) -> Trend | None:
    """Return the drawing; None of fewer than two audits, which have no course."""
    shown = tuple(moments[-_MOST:])
    if len(shown) < 2:
        return None
    most = max(1, *(sum(m.counts.get(o, 0) for o in SHOWN) for m in shown))
    step = _WIDTH / len(shown)
    bars = (bar for at, one in enumerate(shown) for bar in _bars(one, 10 + at * step, step, most))
    return Trend(shown, tuple(bars), most)


def _bars(moment: DriftMoment, x: float, step: float, most: int) -> Iterator[Bar]:
    floor = float(_FLOOR)
    for outcome in SHOWN:
        number = moment.counts.get(outcome, 0)
        if number:
            height = _HEIGHT * number / most
            path = f"M{x:.1f},{floor:.1f}h{step * 0.8:.1f}v-{height:.1f}h-{step * 0.8:.1f}z"
            text = f"{moment.at:%Y-%m-%d %H:%M} UTC: {outcome_word(outcome)}: {number}"
            yield Bar(path, outcome, text)
            floor -= height
