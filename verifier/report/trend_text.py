"""The course of drift as a table for people."""

from collections.abc import Iterable, Iterator

from verifier.model.drift_moment import DriftMoment
from verifier.model.finding import Outcome
from verifier.report import result_json
from verifier.report.spoken import word

_SHOWN = (Outcome.CRITICAL, Outcome.FAIL, Outcome.INCONCLUSIVE, Outcome.WARN)
_COLUMNS = ("repositories", *_SHOWN, "new", "resolved")


def trend_lines(moments: Iterable[DriftMoment]) -> Iterator[str]:
    """Yield a line for each audit, below a line of titles."""
    names = tuple(map(word, _COLUMNS))
    yield "  ".join((f"{word('ended'):<20}", *names))
    for moment in moments:
        since = ("-" if n is None else n for n in (moment.appeared, moment.gone))
        values = (moment.repositories, *(moment.counts.get(o, 0) for o in _SHOWN), *since)
        cells = (f"{value:>{len(name)}}" for name, value in zip(names, values, strict=True))
        yield "  ".join((f"{moment.at:%Y-%m-%d %H:%M} UTC", *cells))


def trend_json(moments: Iterable[DriftMoment]) -> str:
    """Return the same for programs: schema `verifier.trend/v1`, ending in a newline."""
    audits = [
        {
            "ended_at": moment.at.isoformat(),
            "repositories": moment.repositories,
            "counts": {outcome: moment.counts.get(outcome, 0) for outcome in _SHOWN},
            "new": moment.appeared,
            "resolved": moment.gone,
        }
        for moment in moments
    ]
    return result_json.render("trend", {"audits": audits})
