"""Scheduled workflows: are they alive, and do they do anything?"""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from cronsim import CronSim, CronSimError

from verifier.decide.drift.question import Asked, Question
from verifier.model.finding import NotAsked, Outcome, Unobserved
from verifier.model.protection import Drift, DriftKind
from verifier.model.workflow import (
    PARKED_AFTER,
    Cron,
    Run,
    Schedule,
    Workflow,
    WorkflowState,
    how_to_enable,
)

KIND = DriftKind("schedule", unread_by=frozenset({"workflows", "schedules"}))

#: GitHub delays and drops scheduled runs at busy hours.
_GRACE = timedelta(hours=1)
#: After so long without activity GitHub disables the schedules of a public repository.
_QUIET = timedelta(days=60)
_WARN_BEFORE = timedelta(days=14)
_FAILING_STREAK = 2
_BAD = ("failure", "timed_out", "startup_failure")
_CANCELLED = ("cancelled",)
_CANCELLED_STREAK = 3
#: So many failures among the last runs, and at least half of them, are no accident.
_OFTEN = 3
#: After so long a run that was dropped is told, though the next one is not due yet.
_SOON = timedelta(days=1)
#: So many runs are looked at for failures.
_LATEST = 10
#: GitHub's are POSIX's, without extensions of other schedulers.
_FIELDS = 5
_NOT_TAKEN = re.compile("[#?@]|(?<![A-Z])(?:LW?|W)(?![A-Z])", re.IGNORECASE)
_NOTHING = ("skipped", "neutral", "cancelled", "stale", "action_required")


def schedule_drift(
    schedules: Sequence[Schedule] | Unobserved,
    last_activity: datetime | None,
    now: datetime,
    repository: str,
) -> Iterator[Drift]:
    """
    Yield what keeps scheduled workflows from running, and runs that fail or do nothing.

    `last_activity` is the last push of a public repository, None for a private one, whose
    schedules are not disabled by silence.
    """
    if isinstance(schedules, Unobserved):
        actual = f"could not be read: {schedules.reason}"
        hint = schedules.hint
        yield Drift("schedules", "running", actual, "GitHub Actions", Outcome.INCONCLUSIVE, hint)
        return
    for schedule in schedules:
        for expected, actual, severity, hint in _of(schedule, last_activity, now, repository):
            yield Drift(
                f"{KIND}: {schedule.path}",
                expected,
                actual,
                "GitHub Actions",
                severity,
                hint,
                schedule.path,
                1,
            )


def _of(
    schedule: Schedule, last_activity: datetime | None, now: datetime, repository: str
) -> Iterator[tuple[str, str, Outcome, str]]:
    if isinstance(schedule.state, Unobserved):
        yield "active", schedule.state.reason, Outcome.INCONCLUSIVE, schedule.state.hint
        return
    if schedule.state is not WorkflowState.ACTIVE:
        hint = f"run {how_to_enable(schedule.path, repository)}"
        yield "active", schedule.state.replace("_", " "), Outcome.FAIL, hint
        return
    if last_activity is not None and now - last_activity > _QUIET - _WARN_BEFORE:
        days = max(0, (last_activity + _QUIET - now).days)
        text = "GitHub disables it within a day because the repository has no recent push"
        if days > 1:
            text = f"GitHub disables it in {days} days because the repository has no recent push"
        yield "active", text, Outcome.WARN, "push a commit, or run it manually"
    if isinstance(schedule.runs, Unobserved):
        yield (
            "runs",
            f"could not be read: {schedule.runs.reason}",
            Outcome.INCONCLUSIVE,
            schedule.runs.hint,
        )
        return
    yield from _overdue(schedule, schedule.runs, now)
    yield from _parked(schedule.runs, now)
    yield from _streaks([run for run in schedule.runs if run.conclusion][:_LATEST])


def _streaks(ended: Sequence[Run]) -> Iterator[tuple[str, str, Outcome, str]]:
    """What the last runs have in common; `ended` are newest first."""
    if not ended:
        return
    hint = f"see {ended[0].url}"
    failed = _first_of(ended, _BAD)
    cancelled = _first_of(ended, _CANCELLED)
    often = sum(run.conclusion in _BAD for run in ended)
    if failed >= _FAILING_STREAK:
        yield "successful runs", f"the last {failed} runs failed", Outcome.FAIL, hint
    elif cancelled >= _CANCELLED_STREAK:
        yield "runs that end", f"the last {cancelled} runs were cancelled", Outcome.FAIL, hint
    elif often >= _OFTEN and 2 * often >= len(ended):
        text = f"{often} of the last {len(ended)} runs failed"
        yield "successful runs", text, Outcome.WARN, hint
    elif ended[0].conclusion in _NOTHING:
        text = f"the last run did nothing ({ended[0].conclusion})"
        yield "runs that do work", text, Outcome.WARN, hint


def _first_of(runs: Sequence[Run], conclusions: Collection[str]) -> int:
    """How many runs before the first one that ended otherwise."""
    return next((n for n, run in enumerate(runs) if run.conclusion not in conclusions), len(runs))


def _parked(runs: Sequence[Run], now: datetime) -> Iterator[tuple[str, str, Outcome, str]]:
    parked = [run for run in runs if run.is_waiting and now - run.created_at > PARKED_AFTER]
    if parked:
        hours = (now - parked[-1].created_at) // timedelta(hours=1)
        text = f"a run has waited {hours} hours for a runner, an approval or another run"
        yield "runs that start", text, Outcome.WARN, f"approve, cancel or free it: {parked[-1].url}"


def _overdue(
    schedule: Schedule, runs: Sequence[Run], now: datetime
) -> Iterator[tuple[str, str, Outcome, str]]:
    known = runs[0].created_at if runs else schedule.created_at
    changed = schedule.changed_at
    for cron in schedule.crons:
        since = max(known, _brought_at(cron, schedule) or known)
        if cron.zone is None:
            text = f"{cron}: no such time zone is known"
            hint = "name it as the IANA database does, such as Europe/Berlin"
            yield "a schedule", text, Outcome.INCONCLUSIVE, hint
            continue
        due, following = _next_two(cron, since)
        if due is None or following is None:
            text = f"{cron} is not a schedule that ever runs"
            hint = "GitHub takes five fields of numbers, names, * , - and /"
            yield "a schedule", text, Outcome.FAIL, hint
            continue
        # One that was dropped at a busy hour is not worth an alarm where the next comes soon.
        if now > min(following, due + _SOON) + _GRACE:
            last = f"the last one was {known:%Y-%m-%d %H:%M} UTC" if runs else "it never ran"
            text = f"overdue since {due:%Y-%m-%d %H:%M} UTC ({cron}); {last}"
            severity, hint = Outcome.FAIL, "run it manually and check its log"
            if isinstance(changed, Unobserved):
                text += f", if it was not changed since, which could not be read: {changed.reason}"
                severity, hint = Outcome.INCONCLUSIVE, changed.hint
            yield "a run", text, severity, hint
        elif runs and _is_missing_among(cron, schedule, runs, now):
            text = f"one scheduled run is missing since {cron} was last due; others of the file ran"
            yield "a run", text, Outcome.WARN, "run it manually and check which of them was dropped"


def _brought_at(cron: Cron, schedule: Schedule) -> datetime | None:
    """When a commit brought an entry, from which it counts; None where that is not known."""
    changed = schedule.changed_at
    if cron in schedule.crons_before or not isinstance(changed, datetime):
        return None
    return changed


def _is_missing_among(cron: Cron, schedule: Schedule, runs: Sequence[Run], now: datetime) -> bool:
    """
    Tell whether a rare entry's last run is missing among those of frequent ones in its file.

    GitHub does not tell which entry a run came by: between the ticks of the others before and
    after it there must be two runs, the earlier tick's and its own.
    """
    others = [other for other in schedule.crons if other != cron and other.zone is not None]
    due = _last_tick(cron, now - _GRACE)
    if not others or due is None:
        return False
    following = _next_two(cron, due)[0]
    before = [tick for tick in (_last_tick(other, due) for other in others) if tick is not None]
    after = [tick for tick in (_next_two(other, due)[0] for other in others) if tick is not None]
    if following is None or following - due <= _SOON or not before or not after:
        return False
    start, end = max(before), min(after)
    brought_at = _brought_at(cron, schedule)
    is_newer = brought_at is not None and brought_at > due
    if is_newer or start == due or now < end or runs[-1].created_at > start:
        return False
    return sum(start <= run.created_at < end for run in runs) == 1


def _is_taken(cron: Cron) -> bool:
    """Whether GitHub takes what it says."""
    fields = cron.expression.split()
    return len(fields) == _FIELDS and not _NOT_TAKEN.search(cron.expression)


def _last_tick(cron: Cron, before: datetime) -> datetime | None:
    if not _is_taken(cron):
        return None
    try:
        ticks = CronSim(cron.expression, before.astimezone(cron.zone), reverse=True)
        return next(ticks).astimezone(UTC)
    except (CronSimError, StopIteration):
        return None


def _next_two(cron: Cron, since: datetime) -> tuple[datetime | None, datetime | None]:
    """When it is due next, and once more; None where GitHub would not take it, or it never is."""
    if not _is_taken(cron):
        return None, None
    try:
        times = CronSim(cron.expression, since.astimezone(cron.zone))
        return next(times).astimezone(UTC), next(times).astimezone(UTC)
    except (CronSimError, StopIteration):
        return None, None


def missing_schedules(
    workflows: Sequence[Workflow | Unobserved], wanted: Sequence[str]
) -> Iterator[Drift]:
    """Yield the workflows that must run by the clock and are not there, or have no schedule."""
    crons = {w.path: w.crons for w in workflows if isinstance(w, Workflow)}
    for path in wanted:
        if not crons.get(path):
            actual = "it has no schedule" if path in crons else "missing"
            yield Drift(
                f"{KIND}: {path}",
                "runs on a schedule",
                actual,
                "workflows",
                Outcome.FAIL,
            )


def _ask(asked: Asked) -> Iterator[Drift]:
    if not isinstance(asked.evidence.workflows, Unobserved):
        yield from missing_schedules(asked.workflows, asked.policy.scheduled)
    facts, schedules = asked.evidence.facts, asked.evidence.schedules
    if not isinstance(schedules, NotAsked):
        last_activity = None if facts.is_private else facts.pushed_at
        yield from schedule_drift(schedules, last_activity, asked.at, facts.place)


QUESTION = Question(KIND, _ask)
