"""Does a service that Railway starts by the clock run when it is due, and end well?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from cronsim import CronSim, CronSimError

from verifier.decide.drift.service_setup import Row, unread_severity
from verifier.model.finding import Outcome, Unobserved
from verifier.model.service_settings import CronRun, ObservedService

#: Railway may start a run some minutes late.
#: Source: https://docs.railway.com/reference/cron-jobs
_GRACE = timedelta(minutes=10)
_EARLY = timedelta(minutes=1)
#: So many in a row are no accident.
_STREAK = 3
#: Of a hole in what ran: a week of every ten minutes.
_MOST_TICKS = 1_000
#: Nobody can mend a hole: it is told for so long after the run that ended it.
_TOLD_FOR = timedelta(days=14)
_NEVER = datetime(9999, 12, 31, tzinfo=UTC)
_SKIPPED, _CRASHED = "SKIPPED", "CRASHED"
_ENDED = (_CRASHED, "EXITED", "REMOVED", "STOPPED")


def cron_run_drift(found: ObservedService, now: datetime) -> Iterator[Row]:
    """Yield ticks that came without a run, runs that were skipped, and runs that crashed."""
    runs = found.cron_runs
    if not found.cron:
        return
    if isinstance(runs, Unobserved):
        text = f"could not be read: {runs.reason}"
        yield "cron runs", "readable", text, unread_severity(runs), runs.hint
        return
    if missed := _missed(found, runs, now):
        # Where no run is known Railway may as well not have kept them.
        severity = _severity(len(missed)) if runs else Outcome.WARN
        hint = "see the service on Railway: a deployment that crashed stops its schedule"
        yield (
            "cron runs",
            f"one each time ({found.cron})",
            _last_run_words(missed, runs),
            severity,
            hint,
        )
    if gaps := _gaps(found, runs, now):
        hint = "see on Railway what it was doing then: its runs have gone on since"
        text = f"{gaps.missed} of {gaps.due} were missing, the first at {_shown(gaps.first)} UTC"
        yield "earlier cron runs", f"one each time ({found.cron})", text, Outcome.WARN, hint
    if skipped := _in_a_row(runs, _SKIPPED):
        hint = "a run that does not end keeps the next one from starting: end its process"
        yield "skipped cron runs", "none", f"the last {skipped}", _severity(skipped), hint
    if crashed := _in_a_row([run for run in runs if run.status in _ENDED], _CRASHED):
        hint = "read its log on Railway"
        yield "crashed cron runs", "none", f"the last {crashed}", _severity(crashed), hint


def _severity(count: int) -> Outcome:
    return Outcome.FAIL if count >= _STREAK else Outcome.WARN


def _last_run_words(missed: Sequence[datetime], runs: Sequence[CronRun]) -> str:
    since = f"none since {_shown(missed[-1])} UTC"
    if not runs:
        return f"{since}, and no earlier run is known"
    last = _shown(runs[0].started_at)
    if runs[0].status not in (*_ENDED, _SKIPPED):
        return f"{since}: the run of {last} has not ended"
    return f"{since}: the last one was at {last}"


def _missed(found: ObservedService, runs: Sequence[CronRun], now: datetime) -> list[datetime]:
    """Return the latest ticks, newest first, that no run followed; three at most."""
    over = [found.live_since] if found.live_since else []
    over += [runs[0].started_at + _EARLY] if runs else []
    return _ticks_back(found.cron, now - _GRACE, max(over, default=None), _STREAK)


@dataclass(frozen=True, slots=True)
class _Gaps:
    missed: int
    due: int
    first: datetime
    """That was missing."""


def _gaps(found: ObservedService, runs: Sequence[CronRun], now: datetime) -> _Gaps | None:
    """
    Return how many ticks had no run although later ones had, of late; None where each had one.

    Only those that the service as it is now was there for, and of which Railway keeps the runs.
    """
    if len(runs) < 2:
        return None
    since = max(runs[-1].started_at, found.live_since or runs[-1].started_at) - _EARLY
    until = min(runs[0].started_at + _EARLY, now)
    ticks = _ticks_back(found.cron, until, since, _MOST_TICKS)[::-1]
    started = [run.started_at for run in reversed(runs) if run.started_at >= since]
    missed = list(_without_run(ticks, started))
    ended = {tick: next((s for s in started if s >= tick), now) for tick in missed}
    of_late = [tick for tick in missed if ended[tick] >= now - _TOLD_FOR]
    return _Gaps(len(of_late), len(ticks), of_late[0]) if of_late else None


def _without_run(ticks: Sequence[datetime], started: Sequence[datetime]) -> Iterator[datetime]:
    """
    Yield the ticks that no run was of, both oldest first.

    A run is of the latest tick before it; of two, the first came late and is of the one before.
    """
    of_each = [
        [s for s in started if tick - _EARLY <= s < following - _EARLY]
        for tick, following in pairwise([*ticks, _NEVER])
    ]
    for tick, own, next_ones, following in zip(
        ticks, of_each, [*of_each[1:], []], [*ticks[1:], _NEVER], strict=True
    ):
        is_late = len(next_ones) > 1 and next_ones[0] < following + _GRACE
        if not own and not is_late:
            yield tick


def _ticks_back(cron: str, until: datetime, since: datetime | None, most: int) -> list[datetime]:
    """Return when it was due, newest first, so often at most; none of a schedule that is none."""
    ticks: list[datetime] = []
    try:
        for tick in CronSim(cron, until.astimezone(UTC), reverse=True):
            if (since is not None and tick <= since) or len(ticks) == most:
                break
            ticks.append(tick)
    except CronSimError:
        return []
    return ticks


def _in_a_row(runs: Sequence[CronRun], status: str) -> int:
    """How many of the newest runs have this status."""
    return next((n for n, run in enumerate(runs) if run.status != status), len(runs))


def _shown(time: datetime) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M}"
