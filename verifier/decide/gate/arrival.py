"""Where is the deployment that was asked for: missing, under way, live, or not to come?"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from verifier.decide.gate.history import (
    latest_record,
    verdict_as_it_stands,
    went_back_from,
)
from verifier.model.deployment import Deployment, DeploymentStatus, Fleet, ServiceState
from verifier.model.past_verdict import PastStatus, PastVerdict

#: Why Railway skips a deployment, in its own words, as far as they have been seen.
_UNTOUCHED_WORDS = ("no changes", "watch", "not modified")
_CI_WORD = re.compile(r"\bCI\b")
_WAITING = (DeploymentStatus.WAITING, DeploymentStatus.NEEDS_APPROVAL)


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
    asked_at: datetime | None = None
    """When the run began: what was removed before that is no answer to it."""


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
    is_taken_on: bool = False
    """Whether it is of an earlier commit, and judged because no gate has done so."""


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


def taken_over_by(state: ServiceState, deployment: Deployment) -> Deployment | None:
    """
    Return the newer deployment that serves in place of `deployment`; None where none does.

    Another deployment of the same code takes nothing over: Railway makes them by itself. Nor does
    one that is still being built, or that failed.
    """
    newer = [d for d in _newer(state, deployment) if d.id in state.active]
    return min(newer, key=lambda d: d.created_at, default=None)


def on_its_way(state: ServiceState, deployment: Deployment) -> Deployment | None:
    """
    Return the newer deployment that is about to take over from `deployment`, if any.

    One that waits for CI or for a person may wait for hours, and is about to do nothing.
    """
    newer = [
        d
        for d in _newer(state, deployment)
        if d.id not in state.active
        and d.status not in _WAITING
        and (d.status.is_under_way or d.status.is_up)
    ]
    return min(newer, key=lambda d: d.created_at, default=None)


def _newer(state: ServiceState, deployment: Deployment) -> list[Deployment]:
    return [
        other
        for other in state.deployments
        if other.created_at > deployment.created_at and not other.same_code_as(deployment)
    ]


def with_known(read: Fleet, known: Fleet) -> Fleet:
    """Return what was read; where Railway did not show a service, what is known of it."""
    return {
        name: known[name] if state.unread and name in known else state
        for name, state in read.items()
    }


def misplaced(fleet: Fleet, wanted: Wanted) -> str:
    """Say which deployment was asked for in a service that is not its own; empty if none."""
    for name, id_ in (wanted.ids or {}).items():
        owner = next((other for other, state in fleet.items() if state.find(id_)), name)
        if owner != name:
            return f"deployment {id_} is one of {owner}, not of {name}: nothing was touched"
    return ""


def arrive(state: ServiceState, wanted: Wanted) -> Arrival:
    """Tell how far the wanted deployment of one service has come."""
    name = state.service.name
    if state.unread:
        return Arrival(name, Stage.GONE, state.unread)
    located = locate(state, wanted)
    if located is None:
        return Arrival(name, Stage.MISSING, "no deployment of this commit has appeared yet")
    deployment = current_replica_of(state, located)

    def arrival(
        stage: Stage, text: str, by: Deployment | None = None, *, is_blocked_by_ci: bool = False
    ) -> Arrival:
        return Arrival(name, stage, text, deployment, by, is_blocked_by_ci)

    newer = taken_over_by(state, deployment)
    if newer is not None and went_back_from(state, newer, deployment):
        return arrival(Stage.ROLLED_BACK, f"deployment {newer.id} already rolled it back", newer)
    if newer is not None:
        return arrival(Stage.SUPERSEDED, f"deployment {newer.id} has taken over", newer)
    word = deployment.status_word or deployment.status
    match deployment.status:
        case DeploymentStatus.SKIPPED:
            reason = deployment.skipped_reason or "no reason given"
            unaffected = any(words in reason.casefold() for words in _UNTOUCHED_WORDS)
            stage = Stage.UNAFFECTED if unaffected else Stage.NOT_DEPLOYED
            by_ci = not unaffected and _CI_WORD.search(reason) is not None
            return arrival(stage, f"Railway skipped it: {reason}", is_blocked_by_ci=by_ci)
        case DeploymentStatus.NEEDS_APPROVAL:
            return arrival(Stage.NOT_DEPLOYED, "it needs a person's approval at Railway")
        case DeploymentStatus.WAITING if wanted.job_blocks_ci:
            text = "Railway waits for CI, and this job is part of that CI: a deadlock"
            return arrival(Stage.NOT_DEPLOYED, text, is_blocked_by_ci=True)
        case DeploymentStatus.FAILED:
            return arrival(Stage.FAILED, "its build or start failed")
        case DeploymentStatus.REMOVED | DeploymentStatus.REMOVING:
            return _removed(state, wanted, arrival(Stage.GONE, f"it is {word} and not replaced"))
        case DeploymentStatus.CRASHED:
            return arrival(Stage.LIVE, "it crashed")
        case status if status.is_up and state.active and deployment.id not in state.active:
            return arrival(Stage.UNDER_WAY, f"{word}, not active yet")
        case status if status.is_up:
            return arrival(Stage.LIVE, f"{word}")
        case _:
            return arrival(Stage.UNDER_WAY, f"{word}")


def _removed(state: ServiceState, wanted: Wanted, gone: Arrival) -> Arrival:
    """
    Tell a removal that is an answer from one that is none.

    A newer deployment on its way has had it removed and may still fail; and what was removed
    before the run began says nothing of the deployment that the run waits for.
    """
    deployment = gone.deployment
    if deployment is None:
        return gone
    coming = on_its_way(state, deployment)
    if coming is not None:
        text = f"it was removed for deployment {coming.id}, which is on its way"
        return replace(gone, stage=Stage.UNDER_WAY, text=text)
    removed_at = deployment.settled_at or deployment.created_at
    if wanted.asked_at is not None and removed_at < wanted.asked_at:
        text = "its only deployment was removed before this run began"
        return replace(gone, stage=Stage.MISSING, text=text)
    return gone


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


def arrivals_of(fleet: Fleet, wanted: Wanted) -> tuple[Arrival, ...]:
    """The arrivals of all services, in the fleet's order."""
    return tuple(arrive(state, wanted) for state in fleet.values())


def take_on(arrival: Arrival, state: ServiceState, past_verdicts: Sequence[PastVerdict]) -> Arrival:
    """
    Return what is to be judged of a service that this commit passes by.

    Its live deployment, where gates have verified one before it and none has verified this one as
    it stands: neither a run that was cancelled, or could not tell, nor a changed variable must
    leave it unjudged behind a green one.
    """
    if arrival.stage is not Stage.UNAFFECTED:
        return arrival
    newest_first = sorted(state.deployments, key=lambda d: d.created_at, reverse=True)
    active = [d for d in newest_first if d.id in state.active]
    crashed = [d for d in newest_first if d.status is DeploymentStatus.CRASHED]
    live = next(iter(active or crashed), None)
    if live is None:
        return arrival
    record = verdict_as_it_stands(state, live, past_verdicts)
    is_verified = record is not None and record.status is PastStatus.VERIFIED
    if is_verified and live.status is not DeploymentStatus.CRASHED:
        return arrival
    latest = latest_record(arrival.service, live, past_verdicts)
    if latest is None and not any(_is_older(v, state, live) for v in past_verdicts):
        return arrival
    text = f"live since an earlier commit, and {_how_judged(latest)}"
    return Arrival(arrival.service, Stage.LIVE, text, live, is_taken_on=True)


def _how_judged(latest: PastVerdict | None) -> str:
    match latest and latest.status:
        case None:
            return "not judged by any gate"
        case PastStatus.VERIFIED:
            return "its commit was verified, but as another deployment"
        case _:
            return "failed by an earlier gate"


def _is_older(verdict: PastVerdict, state: ServiceState, live: Deployment) -> bool:
    """Whether a gate verified a deployment that was there before the live one."""
    if verdict.status is not PastStatus.VERIFIED:
        return False
    return any(
        verdict.is_about(state.service.name, other) and other.created_at < live.created_at
        for other in state.deployments
    )
