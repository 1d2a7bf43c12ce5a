"""Where is the deployment that was asked for: missing, under way, live, or not to come?"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from verifier.decide.gate.history import was_never_switched_to, went_back_from
from verifier.decide.gate.made_before import no_commit, not_shown, nothing_since, only_uploads
from verifier.decide.gate.succession import on_its_way, taken_over_by
from verifier.model.check_ids import NO_COMMIT, NONE_SINCE
from verifier.model.deployment import Deployment, DeploymentStatus, Fleet, ServiceState

#: Why Railway skips a deployment, in its own words, as far as they have been seen.
_UNTOUCHED_WORDS = ("no changes", "watch", "not modified")
_CI_WORD = re.compile(r"\bCI\b")
_TAKEN_AWAY = (DeploymentStatus.REMOVED, DeploymentStatus.REMOVING)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which deployments are to be judged."""

    commit_sha: str = ""
    ids: Mapping[str, str] | None = None
    """Deployment ids by service name, where they are known (`railway up` tells them)."""
    since: datetime | None = None
    """What was made earlier is somebody else's; an upload, without a commit, made later is ours."""
    job_blocks_ci: bool = False
    """Whether this run is itself part of the CI of that commit, for which Railway may wait."""
    services: frozenset[str] | None = None
    """The services that are waited for; None where all are."""
    asked_at: datetime | None = None
    """When the run began, by Railway's clock: what was removed before that is no answer to it."""
    ahead_s: float = 0.0
    """By how much Railway's clock is ahead of the runner's, as far as it is told."""

    def waits_for(self, service: str) -> bool:
        """Whether the run ends without a deployment of this service only in red."""
        return self.services is None or service in self.services

    def asked(self, at: datetime, ahead_s: float) -> "Wanted":
        """Return it as a run wants it that began at `at` by the runner's clock."""
        return replace(self, asked_at=at + timedelta(seconds=ahead_s), ahead_s=ahead_s)


_GONE_BEFORE = (
    "if this commit is still wanted, push it again, or redeploy it at Railway; what became of its "
    "deployment stands in the environment's activity there"
)


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


#: An upload that is so leaves an earlier one live.
_NOT_LIVE = (Stage.UNDER_WAY, Stage.FAILED, Stage.NOT_DEPLOYED, Stage.UNAFFECTED)


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
    missing_as: str = ""
    """What is waited for in vain, as `Finding.objects` names it; empty for a commit."""
    is_taken_on: bool = False
    """Whether it is of an earlier commit, and judged because no gate has done so."""
    coming: Deployment | None = None
    """What it was removed for, while that is on its way."""
    hint: str = ""
    lost: "Arrival | None" = None
    """The later upload of the same run that will not come, where this earlier one is live."""
    later: "Arrival | None" = None
    """The later upload of the same run that is under way, where this earlier one is live."""

    @property
    def had_crashed(self) -> bool:
        """Whether it is of an earlier commit, and Railway shows it crashed."""
        own = self.deployment
        return self.is_taken_on and own is not None and own.status is DeploymentStatus.CRASHED

    @property
    def followed(self) -> tuple[Deployment, ...]:
        """The deployments whose next status tells more: the removed one itself changes no more."""
        if self.stage not in (Stage.UNDER_WAY, Stage.LIVE):
            return ()
        own = (self.coming or self.deployment, *(self.later.followed if self.later else ()))
        return tuple(d for d in own if d is not None)


def locate(state: ServiceState, wanted: Wanted) -> Deployment | None:
    """
    Find the wanted deployment among those of a service.

    Of several records of one commit the active one counts, then one that may still come, then
    the newest: platforms start twins and cancel them. Of uploads, which are different code each,
    the newest counts that was not taken away.
    """
    if wanted.ids is not None:
        return state.find(wanted.ids.get(state.service.name, ""))
    found = [d for d in state.deployments if is_wanted(d, wanted)]
    located = _of_twins(state, found)
    if located is None or located.commit_sha:
        return located
    uploads = [d for d in found if not d.commit_sha and d.status not in _TAKEN_AWAY]
    newest = max(uploads, key=lambda d: d.created_at, default=located)
    return located if newest.same_code_as(located) else newest


def _of_twins(state: ServiceState, found: Sequence[Deployment]) -> Deployment | None:
    for prefer in (
        lambda d: d.id in state.active,
        lambda d: d.status.is_under_way,
        lambda d: d.status not in _TAKEN_AWAY,
    ):
        preferred = [d for d in found if prefer(d)]
        if preferred:
            return max(preferred, key=lambda d: d.created_at)
    return max(found, key=lambda d: d.created_at, default=None)


def is_wanted(deployment: Deployment, wanted: Wanted) -> bool:
    """Whether it is of the wanted commit, or an upload that is made late enough to be ours."""
    if wanted.since is not None and deployment.created_at < wanted.since:
        return False
    is_uploaded = not deployment.commit_sha and deployment.reason != "rollback"
    is_of_commit = bool(wanted.commit_sha) and deployment.commit_sha == wanted.commit_sha
    return (wanted.since is not None and is_uploaded) or is_of_commit


def arrival_of(state: ServiceState, wanted: Wanted) -> Arrival:
    """Tell how far what is wanted is; of uploads an earlier one is live until a later one is."""
    newest = _arrival_of_newest(state, wanted)
    if newest.stage not in _NOT_LIVE or newest.deployment is None:
        return newest
    earlier = _earlier_upload(state, newest.deployment, wanted)
    if earlier is None:
        return newest
    id_ = newest.deployment.id[:8]
    if newest.stage is Stage.UNDER_WAY:
        text = f"live; a later upload, {id_}, is on its way: {newest.text}"
        return Arrival(newest.service, Stage.LIVE, text, earlier, later=newest)
    text = f"live; a later upload, {id_}, will not be: {newest.text}"
    return Arrival(newest.service, Stage.LIVE, text, earlier, lost=newest)


def _earlier_upload(state: ServiceState, newest: Deployment, wanted: Wanted) -> Deployment | None:
    """Return the upload of the same run that is live although a later one was made."""
    if newest.commit_sha or wanted.since is None or wanted.ids is not None:
        return None
    live = [
        d
        for d in state.deployments
        if is_wanted(d, wanted) and not d.commit_sha and d.created_at < newest.created_at
        if d.id in state.active or (not state.active and d.status is DeploymentStatus.CRASHED)
    ]
    return max(live, key=lambda d: d.created_at, default=None)


def _arrival_of_newest(state: ServiceState, wanted: Wanted) -> Arrival:
    name = state.service.name
    if state.unread:
        return Arrival(name, Stage.GONE, state.unread)
    located = locate(state, wanted)
    if located is None:
        return _missing(state, wanted)
    deployment = state.current_replica_of(located)

    def arrival(
        stage: Stage, text: str, by: Deployment | None = None, *, is_blocked_by_ci: bool = False
    ) -> Arrival:
        return Arrival(name, stage, text, deployment, by, is_blocked_by_ci)

    newer = _replaced_by(state, deployment)
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
            return arrival(Stage.FAILED, "the build or start failed")
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


def _missing(state: ServiceState, wanted: Wanted) -> Arrival:
    """Tell that nothing has come; and what is too old for it, of which two clocks may disagree."""
    name, since, ids = state.service.name, wanted.since, wanted.ids
    uploads = only_uploads(state.deployments) if since is None and ids is None else ()
    if uploads and wanted.commit_sha:
        # What serves may be deployed from the repository from this commit on, but for one that
        # the pipeline uploads meanwhile.
        is_new = bool(wanted.asked_at and uploads[0].created_at >= wanted.asked_at)
        is_new = is_new and wanted.waits_for(name)
        text, hint = no_commit(name, wanted.commit_sha, uploads[0] if is_new else None)
        stage = Stage.NOT_DEPLOYED if is_new else Stage.MISSING
        return Arrival(name, stage, text, hint=hint, missing_as=NO_COMMIT)
    if since is None or ids is not None:
        text, hint = not_shown(name, (ids or {}).get(name, ""))
    else:
        older = [d for d in state.deployments if is_wanted(d, replace(wanted, since=d.created_at))]
        text, hint = nothing_since(since, older, wanted.commit_sha, wanted.ahead_s)
    is_of_time = since is not None and ids is None and not wanted.commit_sha
    missing_as = NONE_SINCE if is_of_time else ""
    return Arrival(name, Stage.MISSING, text, hint=hint, missing_as=missing_as)


def _replaced_by(state: ServiceState, deployment: Deployment) -> Deployment | None:
    """Return what took a deployment's place; older code took none from what was never live."""
    newer = taken_over_by(state, deployment)
    was_live = deployment.status.has_served and not was_never_switched_to(state, deployment)
    if newer is None or was_live:
        return newer
    same = [d.created_at for d in state.deployments if d.same_code_as(newer) and d != newer]
    is_older_code = min(same) < deployment.created_at if same else newer.reason == "rollback"
    return None if is_older_code else newer


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
        return replace(gone, stage=Stage.UNDER_WAY, text=text, coming=coming)
    removed_at = deployment.settled_at or deployment.created_at
    if wanted.asked_at is not None and removed_at < wanted.asked_at:
        text = "its only deployment was removed before this run began"
        return replace(gone, stage=Stage.MISSING, text=text, hint=_GONE_BEFORE)
    return gone


def arrivals_of(fleet: Fleet, wanted: Wanted) -> tuple[Arrival, ...]:
    """The arrivals of all services, in the fleet's order."""
    return tuple(arrival_of(state, wanted) for state in fleet.values())
