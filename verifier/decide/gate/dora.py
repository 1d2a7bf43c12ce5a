"""From what gates found to how well a team delivers: the four figures of DORA."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from verifier.model.delivery_figures import DeliveryFigures
from verifier.model.past_verdict import PastStatus, PastVerdict


@dataclass(frozen=True, slots=True)
class Period:
    """What is counted: the days before `until`, in one environment."""

    environment: str
    until: datetime
    days: int
    is_complete: bool = True
    """Whether everything that was found in these days is known."""

    @property
    def since(self) -> datetime:
        """When the days begin."""
        return self.until - timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class _Deploy:
    """A commit that gates judged, and when; what an upload was made of is its deployment."""

    commit: str
    is_failed: bool
    at: datetime
    services: frozenset[str]
    restored_in_s: float | None


def figures_of(
    history: Sequence[PastVerdict], period: Period, committed: Mapping[str, datetime]
) -> DeliveryFigures:
    """
    Return the figures of a period from what gates found, in whatever order.

    `committed` is when commits were made, as far as that is known. What a rollback put back is no
    deploy: it is a verdict on an older commit, by the run that failed the newer one, or for a
    person's reason.
    """
    dated = [record for record in history if record.at is not None]
    counted = [r for r in dated if r.at is not None and period.since <= r.at <= period.until]
    deploys = _deploys(counted)
    failed = [deploy for deploy in deploys if deploy.is_failed]
    verified = [deploy for deploy in deploys if not deploy.is_failed]
    restored = [_restored_s(deploy, counted) for deploy in failed]
    known = [seconds for seconds in restored if seconds is not None]
    lead = [
        (deploy.at - committed[deploy.commit]).total_seconds()
        for deploy in verified
        if deploy.commit in committed and committed[deploy.commit] <= deploy.at
    ]
    return DeliveryFigures(
        environment=period.environment,
        until=period.until,
        days=period.days,
        since=min((r.at for r in counted if r.at is not None), default=None),
        is_complete=period.is_complete,
        verified=len(verified),
        failed=len(failed),
        rolled_back=sum(deploy.restored_in_s is not None for deploy in failed),
        open_failures=len(failed) - len(known),
        deploys_per_week=len(deploys) / (period.days / 7),
        failure_rate=len(failed) / len(deploys) if deploys else None,
        restored_in_s=_median(known),
        lead_time_s=_median(lead),
        lead_times=len(lead),
    )


def _deploys(records: Sequence[PastVerdict]) -> list[_Deploy]:
    condemned = [r for r in records if r.status is PastStatus.CONDEMNED]
    condemning = {by for r in condemned for by in (r.run_url, r.found_by) if by}
    judged: dict[str, list[PastVerdict]] = {}
    for record in records:
        is_verified = record.status is PastStatus.VERIFIED
        was_put_back = bool(record.reason) or not condemning.isdisjoint(
            (record.run_url, record.found_by)
        )
        if record.status is PastStatus.CONDEMNED or (is_verified and not was_put_back):
            judged.setdefault(record.commit_sha or record.deployment_id, []).append(record)
    return [_deploy(commit, about) for commit, about in judged.items()]


def _deploy(commit: str, about: Sequence[PastVerdict]) -> _Deploy:
    """One failure by whichever run makes it a failed one."""
    failures = [record for record in about if record.status is PastStatus.CONDEMNED]
    counting = failures or about
    return _Deploy(
        commit,
        bool(failures),
        min(record.at for record in counting if record.at is not None),
        frozenset(record.service for record in counting),
        min((r.restored_in_s for r in failures if r.restored_in_s is not None), default=None),
    )


def _restored_s(failed: _Deploy, records: Sequence[PastVerdict]) -> float | None:
    """Seconds until all its services were verified again; None where they were not yet."""
    if failed.restored_in_s is not None:
        return failed.restored_in_s
    good: list[datetime] = []
    for service in failed.services:
        later = [
            record.at
            for record in records
            if record.service == service and record.status is PastStatus.VERIFIED
            if record.at is not None and record.at >= failed.at
        ]
        if not later:
            return None
        good.append(min(later))
    return (max(good) - failed.at).total_seconds()


def _median(numbers: Sequence[float]) -> float | None:
    if not numbers:
        return None
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2
