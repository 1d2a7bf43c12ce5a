"""Scheduled workflows: are they alive, and do they do anything?"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from cronsim import CronSim, CronSimError

from verifier.model.finding import Outcome, Unobserved
from verifier.model.protection import Drift, DriftKind
from verifier.model.workflow import Mask, Run, Schedule, Workflow, WorkflowState

#: GitHub delays and drops scheduled runs at busy hours.
_GRACE = timedelta(hours=1)
#: After so long without activity GitHub disables the schedules of a public repository.
_QUIET = timedelta(days=60)
_WARN_BEFORE = timedelta(days=14)
_FAILING_STREAK = 2
_BAD = ("failure", "timed_out", "startup_failure")
_NOTHING = ("skipped", "neutral", "cancelled", "stale")


def schedule_drift(
    schedules: Sequence[Schedule] | Unobserved,
    last_activity: datetime | None,
    now: datetime,
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
        for expected, actual, severity, hint in _of(schedule, last_activity, now):
            yield Drift(
                f"{DriftKind.SCHEDULE}: {schedule.path}",
                expected,
                actual,
                "GitHub Actions",
                severity,
                hint,
                schedule.path,
                1,
            )


def _of(
    schedule: Schedule, last_activity: datetime | None, now: datetime
) -> Iterator[tuple[str, str, Outcome, str]]:
    if schedule.state != WorkflowState.ACTIVE:
        hint = f"gh workflow enable {schedule.path.rpartition('/')[2]}"
        yield "active", schedule.state.replace("_", " "), Outcome.FAIL, hint
        return
    if last_activity is not None and now - last_activity > _QUIET - _WARN_BEFORE:
        days = max(0, (last_activity + _QUIET - now).days)
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
    ended = [run for run in schedule.runs if run.conclusion]
    streak = next((n for n, run in enumerate(ended) if run.conclusion not in _BAD), len(ended))
    if streak >= _FAILING_STREAK:
        text = f"the last {streak} runs failed"
        yield "successful runs", text, Outcome.FAIL, f"see {ended[0].url}"
    elif ended and ended[0].conclusion in _NOTHING:
        text = f"the last run did nothing ({ended[0].conclusion})"
        yield "runs that do work", text, Outcome.WARN, f"see {ended[0].url}"


def _overdue(
    schedule: Schedule, runs: Sequence[Run], now: datetime
) -> Iterator[tuple[str, str, Outcome, str]]:
    since = runs[0].started_at if runs else schedule.created_at
    for cron in schedule.crons:
        try:
            due = next(CronSim(cron, since))
            following = next(CronSim(cron, due))
        except (CronSimError, StopIteration):
            yield (
                "a schedule",
                f"{cron} is not a schedule that ever runs",
                Outcome.FAIL,
                "fix the cron expression",
            )
            continue
        # One that was dropped at a busy hour is not worth an alarm where the next comes soon.
        if now > max(due + _GRACE, following):
            last = f"the last one was {since:%Y-%m-%d %H:%M} UTC" if runs else "it never ran"
            text = f"overdue since {due:%Y-%m-%d %H:%M} UTC ({cron}); {last}"
            yield "a run", text, Outcome.FAIL, "run it manually and check its log"


def missing_schedules(
    workflows: Sequence[Workflow | Unobserved], wanted: Sequence[str]
) -> Iterator[Drift]:
    """Yield the workflows that must run by the clock and are not there, or have no schedule."""
    crons = {w.path: w.crons for w in workflows if isinstance(w, Workflow)}
    for path in wanted:
        if not crons.get(path):
            actual = "it has no schedule" if path in crons else "missing"
            yield Drift(
                f"{DriftKind.SCHEDULE}: {path}",
                "runs on a schedule",
                actual,
                "workflows",
                Outcome.FAIL,
            )


def mask_drift(workflows: Sequence[Workflow | Unobserved]) -> Iterator[Drift]:
    """Yield what hides the result of the verifier's own steps."""
    for workflow in workflows:
        if isinstance(workflow, Unobserved):
            continue
        for job in workflow.jobs:
            for mask in job.masks:
                yield _masked(workflow.path, job.id, mask)


def _masked(path: str, job: str, mask: Mask) -> Drift:
    return Drift(
        f"{DriftKind.MASKED}: {path}: {job}",
        "the job fails when the verifier fails",
        mask.what,
        "workflows",
        Outcome.FAIL,
        "let the step fail the job",
        path,
        mask.line,
    )
