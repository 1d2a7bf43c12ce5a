"""Where is the deployment that was asked for: not there, under way, live, or not to come?"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from verifier.model.check_ids import ARRIVAL, BLOCKED_BY_CI
from verifier.model.deployment import Deployment, DeploymentStatus, Fleet, ServiceState
from verifier.model.finding import Finding, Outcome
from verifier.model.verdict import Limits, Verdict, VerdictWord, Wait

#: Why Railway skips a deployment, in its own words, as far as they have been seen.
_UNTOUCHED_WORDS = ("no changes", "watch", "not modified")
_CI_WORD = re.compile(r"\bCI\b")


#: The schedule of `poll_interval_s`: the first interval as a multiple of the shortest one, the
#: growth with the time that was waited, the longest interval; and near the usual time a share of
#: what is left, of what is over, and of the usual time itself.
_FIRST, _GROWTH, _MOST_S = 2.5, 1.5, 75.0
_SHARE, _OVER, _NEAR = 0.9, 2.0, 0.05


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deployments are to be judged."""

    commit_sha: str = ""
    ids: Mapping[str, str] | None = None
    """Deployment ids by service name, where they are known (`railway up` tells them)."""
    since: datetime | None = None
    """Deployments made earlier are somebody else's; an upload, which has no commit, made later
    is ours."""
    job_blocks_ci: bool = False
    """Whether this run is itself part of the CI of that commit, for which Railway may wait."""


class Stage(StrEnum):
    """How far the wanted deployment of one service has come."""

    MISSING = "missing"
    UNDER_WAY = "under way"
    LIVE = "live"
    UNAFFECTED = "unaffected"
    FAILED = "failed"
    """Its build or start failed."""
    NOT_DEPLOYED = "not deployed"
    """Somebody or something keeps it from being deployed."""
    GONE = "gone"
    """It was made and is removed, and nothing newer has taken its place."""
    SUPERSEDED = "superseded"
    ROLLED_BACK = "rolled back"


_HINTS = {
    Stage.MISSING: "is the service connected to this repository and branch, with auto-deploy "
    "on? After a rollback a gate may hold it: verifier release",
    Stage.FAILED: "read its build logs at Railway",
    Stage.NOT_DEPLOYED: "see what Railway waits for or skipped it for, at the service's page",
    Stage.GONE: "see who removed it, in the environment's activity at Railway",
}


@dataclass(frozen=True, slots=True)
class Arrival:
    """The wanted deployment of one service at one moment."""

    service: str
    stage: Stage
    text: str
    deployment: Deployment | None = None
    by: Deployment | None = None
    """What took its place."""
    is_blocked_by_ci: bool = False


def locate(state: ServiceState, wanted: Wanted) -> Deployment | None:
    """
    Find the wanted deployment among those of a service.

    Of several records of one commit the active one counts, then one that may still come, then
    the newest: platforms start twins and cancel them.
    """
    if wanted.ids is not None:
        return state.find(wanted.ids.get(state.service.name, ""))
    found = [d for d in state.deployments if _is_wanted(d, wanted)]
    for prefer in (
        lambda d: d.id in state.active,
        lambda d: d.status.is_under_way,
        lambda d: d.status not in (DeploymentStatus.REMOVED, DeploymentStatus.REMOVING),
    ):
        preferred = [d for d in found if prefer(d)]
        if preferred:
            return max(preferred, key=lambda d: d.created_at)
    return max(found, key=lambda d: d.created_at, default=None)


def _is_wanted(deployment: Deployment, wanted: Wanted) -> bool:
    if wanted.since is not None and deployment.created_at < wanted.since:
        return False
    is_upload_since = wanted.since is not None and not deployment.commit_sha
    return is_upload_since or (
        bool(wanted.commit_sha) and deployment.commit_sha == wanted.commit_sha
    )


def newer_than(state: ServiceState, deployment: Deployment) -> Deployment | None:
    """
    Return what took over from `deployment` or is about to; None where nothing does.

    Another deployment of the same code is not newer: Railway makes them by itself.
    """
    newer = [
        other
        for other in state.deployments
        if other.created_at > deployment.created_at
        and not other.same_code_as(deployment)
        and (other.status.is_under_way or other.status.is_up or other.id in state.active)
    ]
    return min(newer, key=lambda d: d.created_at, default=None)


def goes_back(state: ServiceState, deployment: Deployment) -> bool:
    """Whether it put back older code, by a rollback or by a redeploy of what had been replaced."""
    if deployment.reason != "redeploy":
        return deployment.reason == "rollback"
    earlier = [d for d in state.deployments if d.created_at < deployment.created_at]
    replaced = max(earlier, key=lambda d: d.created_at, default=deployment)
    is_older_code = any(d.same_code_as(deployment) for d in earlier)
    return is_older_code and not replaced.same_code_as(deployment)


def arrive(state: ServiceState, wanted: Wanted) -> Arrival:
    """Tell how far the wanted deployment of one service has come."""
    name = state.service.name
    deployment = locate(state, wanted)
    if deployment is None:
        return Arrival(name, Stage.MISSING, "Railway has no such deployment yet")

    def arrival(
        stage: Stage, text: str, by: Deployment | None = None, *, is_blocked_by_ci: bool = False
    ) -> Arrival:
        return Arrival(name, stage, text, deployment, by, is_blocked_by_ci)

    newer = newer_than(state, deployment)
    if newer is not None and goes_back(state, newer):
        return arrival(Stage.ROLLED_BACK, f"deployment {newer.id} already rolled it back", newer)
    if newer is not None:
        return arrival(Stage.SUPERSEDED, f"deployment {newer.id} is newer", newer)
    word = deployment.status_word or deployment.status
    match deployment.status:
        case DeploymentStatus.SKIPPED:
            reason = deployment.skipped_reason or "no reason given"
            unaffected = any(word in reason.casefold() for word in _UNTOUCHED_WORDS)
            stage = Stage.UNAFFECTED if unaffected else Stage.NOT_DEPLOYED
            by_ci = not unaffected and _CI_WORD.search(reason) is not None
            return arrival(stage, f"Railway skipped it: {reason}", is_blocked_by_ci=by_ci)
        case DeploymentStatus.NEEDS_APPROVAL:
            return arrival(Stage.NOT_DEPLOYED, "a person must approve it at Railway")
        case DeploymentStatus.WAITING if wanted.job_blocks_ci:
            text = "Railway waits for CI, and this job is part of that CI: a deadlock"
            return arrival(Stage.NOT_DEPLOYED, text, is_blocked_by_ci=True)
        case DeploymentStatus.FAILED:
            return arrival(Stage.FAILED, "its build or start failed")
        case DeploymentStatus.REMOVED | DeploymentStatus.REMOVING:
            return arrival(Stage.GONE, f"it is {word}, and nothing newer is there")
        case DeploymentStatus.CRASHED:
            return arrival(Stage.LIVE, "it crashed")
        case status if status.is_up and state.active and deployment.id not in state.active:
            return arrival(Stage.UNDER_WAY, f"{word}, not active yet")
        case status if status.is_up:
            return arrival(Stage.LIVE, f"{word}")
        case _:
            return arrival(Stage.UNDER_WAY, f"{word}")


def current_replica_of(state: ServiceState, judged: Deployment) -> Deployment:
    """
    Return the deployment that stands for `judged` now.

    Railway moves a deployment to another host by making a new one of the same code.
    """
    if judged.id in state.active:
        return judged
    moved = [
        d
        for d in state.deployments
        if d.id in state.active and d.created_at > judged.created_at and d.same_code_as(judged)
    ]
    return max(moved, key=lambda d: d.created_at, default=judged)


@dataclass(frozen=True, slots=True)
class Proceed:
    """All that was to come is live: look at it."""

    judged: Mapping[str, Deployment]
    """By service name."""


def conclude(
    arrivals: tuple[Arrival, ...],
    waited_s: float,
    unchanged_s: float,
    usual_s: float | None,
    limits: Limits,
) -> Proceed | Wait | Verdict:
    """
    Decide, on the arrivals of all services, whether to look, to wait, or to end.

    `waited_s` is the time since the gate began, `unchanged_s` since the last change of a stage,
    `usual_s` what an earlier deployment took, None where that is not known.
    """
    by_stage = {stage: [a for a in arrivals if a.stage is stage] for stage in Stage}
    if superseded := by_stage[Stage.SUPERSEDED]:
        return Verdict(VerdictWord.SUPERSEDED, _told(superseded))
    coming = by_stage[Stage.MISSING] + by_stage[Stage.UNDER_WAY]
    if coming:
        return _wait_or_end(by_stage, waited_s, unchanged_s, usual_s, limits)
    if bad := by_stage[Stage.FAILED] + by_stage[Stage.NOT_DEPLOYED] + by_stage[Stage.GONE]:
        return Verdict(VerdictWord.FAILED, _told(bad), _findings(bad))
    live = {a.service: a.deployment for a in by_stage[Stage.LIVE] if a.deployment}
    if live:
        return Proceed(live)
    if rolled_back := by_stage[Stage.ROLLED_BACK]:
        return Verdict(VerdictWord.FAILED, _told(rolled_back))
    return Verdict(VerdictWord.UNAFFECTED, _told(by_stage[Stage.UNAFFECTED]))


def _wait_or_end(
    by_stage: Mapping[Stage, list[Arrival]],
    waited_s: float,
    unchanged_s: float,
    usual_s: float | None,
    limits: Limits,
) -> Wait | Verdict:
    missing, under_way = by_stage[Stage.MISSING], by_stage[Stage.UNDER_WAY]
    if missing and not under_way and waited_s >= limits.appear_within_s:
        reason = f"{_told(missing)} after {waited_s:.0f} s"
        return Verdict(VerdictWord.FAILED, reason, _findings(missing))
    limit_s = max((_limit_s(a, limits) for a in under_way), default=limits.appear_within_s)
    if unchanged_s >= limit_s or waited_s >= limits.deadline_s - limits.reserve_s:
        reason = f"{_told(under_way + missing)} since {unchanged_s:.0f} s; it may still go live"
        return Verdict(VerdictWord.INCONCLUSIVE, reason, _findings(under_way + missing))
    at_most_s = min(limit_s - unchanged_s, limits.deadline_s - limits.reserve_s - waited_s)
    if not under_way:
        at_most_s = min(at_most_s, limits.appear_within_s - waited_s)
    interval_s = poll_interval_s(waited_s, usual_s, limits.interval_s)
    return Wait(min(interval_s, at_most_s), at_most_s)


def _limit_s(arrival: Arrival, limits: Limits) -> float:
    status = arrival.deployment.status if arrival.deployment else DeploymentStatus.UNKNOWN
    if status is DeploymentStatus.BUILDING:
        return limits.build_within_s
    if status is DeploymentStatus.DEPLOYING or status.is_up:
        return limits.deploy_within_s
    return max(limits.appear_within_s, limits.build_within_s)


def usual_duration_s(fleet: Fleet) -> float | None:
    """
    Return how long the slowest service took to go live with what serves now.

    Only of what was built: putting an old image back takes no build. None where nothing tells.
    """
    took = [
        (deployment.settled_at - deployment.created_at).total_seconds()
        for state in fleet.values()
        for deployment in state.deployments
        if deployment.id in state.active and deployment.reason != "rollback"
        if deployment.status is DeploymentStatus.SUCCESS and deployment.settled_at
    ]
    return max((seconds for seconds in took if seconds > 0), default=None)


def poll_interval_s(waited_s: float, usual_s: float | None, interval_s: float) -> float:
    """
    Ask often where an end is near, seldom elsewhere: Railway's API allows few requests an hour.

    Never longer than half as much again as was already waited for, so that a quick deployment is
    seen quickly; a five-minute build takes seven or eight questions.
    """
    seldom_s = max(_FIRST * interval_s, _GROWTH * waited_s)
    if usual_s is None:
        return min(_MOST_S, seldom_s)
    rest_s = usual_s - waited_s
    near_s = _NEAR * usual_s + (_SHARE * rest_s if rest_s > 0 else -_OVER * rest_s)
    return max(interval_s, min(_MOST_S, seldom_s, near_s))


def _told(arrivals: list[Arrival]) -> str:
    return "; ".join(f"{a.service}: {a.text}" for a in arrivals)


def _findings(arrivals: list[Arrival]) -> tuple[Finding, ...]:
    """Only a deployment that failed speaks against the code; the others were kept from serving."""
    return tuple(
        Finding(
            BLOCKED_BY_CI if a.is_blocked_by_ci else ARRIVAL,
            Outcome.FAIL if a.stage is Stage.FAILED else Outcome.INCONCLUSIVE,
            a.text,
            a.service,
            hint=_HINTS.get(a.stage, ""),
        )
        for a in arrivals
    )


def arrivals_of(fleet: Fleet, wanted: Wanted) -> tuple[Arrival, ...]:
    """The arrivals of all services, in the fleet's order."""
    return tuple(arrive(state, wanted) for state in fleet.values())
