"""What history says of a deployment: was it switched to, for how long, was it gone back from?"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from verifier.decide.gate.deployment_history import DeploymentHistory, codes
from verifier.model.check_ids import HEALTH, is_of
from verifier.model.deployment import Deployment, ServiceState
from verifier.model.past_verdict import PastStatus, PastVerdict

#: What has served for so long and was not gone back from was good, as far as anybody could tell.
SERVED_LONG = timedelta(hours=1)
#: What was replaced sooner may not have been looked at by anybody.
SERVED_A_WHILE = timedelta(minutes=2)


def extent(state: ServiceState) -> str:
    """Say how far the deployments of a service were read; empty where there are none."""
    if not state.deployments:
        return ""
    count = len(state.deployments)
    oldest = min(d.created_at for d in state.deployments)
    rest = "Railway has older ones" if state.has_older else "all that Railway has"
    read = "read 1 deployment" if count == 1 else f"read {count} deployments"
    return f"{read}, back to {oldest:%Y-%m-%d %H:%M} UTC: {rest}"


def goes_back(state: ServiceState, deployment: Deployment) -> bool:
    """
    Whether it put back older code, by a rollback or by a redeploy of what had been replaced.

    Code that is put back after that is older than nothing: going forward again is no rollback.
    """
    return _goes_back(DeploymentHistory(state), deployment)


def _goes_back(past: DeploymentHistory, deployment: Deployment) -> bool:
    if deployment.reason not in ("rollback", "redeploy"):
        return False
    place = past.place(deployment)
    replaced = past.newest_served(place)
    if past.last_of_code(deployment, place) is None:
        return deployment.reason == "rollback"
    if replaced is None or replaced.same_code_as(deployment):
        return False
    if deployment.reason == "rollback" and _undoes(past, deployment, replaced):
        return True
    return past.first_made(deployment, place) < past.first_made(replaced, place)


def _undoes(past: DeploymentHistory, rollback: Deployment, replaced: Deployment) -> bool:
    """
    Whether a rollback put back what a plain deployment had taken the place of.

    Which code is older tells nothing where it was deployed several times, or where the list of
    deployments ends in between.
    """
    before = past.newest_served(past.place(replaced), unlike=replaced)
    is_plain = replaced.reason not in ("rollback", "redeploy")
    return is_plain and before is not None and before.same_code_as(rollback)


def went_back_from(state: ServiceState, newer: Deployment, deployment: Deployment) -> bool:
    """Whether `newer` put back code from before `deployment`, which was not merely replaced."""
    past = DeploymentHistory(state)
    first_made_at = past.first_made(newer, past.place(newer))
    return _goes_back(past, newer) and first_made_at < deployment.created_at


def known_bad(
    state: ServiceState, records: Sequence[PastVerdict] = (), until: datetime | None = None
) -> list[Deployment]:
    """
    Return the deployments that somebody rolled back from, and that nothing has cleared since.

    Those between a rollback and the latest earlier deployment of the code that it went back to;
    where that one is no longer known, the one directly before the rollback. Cleared is what a
    gate verified, or what served for long, after that rollback; `until` is when the life of what
    nothing has replaced is counted to.
    """
    past = DeploymentHistory(state)
    left: dict[str, list[datetime]] = {}
    for index, rollback in enumerate(past.oldest_first):
        if _goes_back(past, rollback):
            for d in _passed_over(past, rollback, index):
                left.setdefault(d.id, []).append(rollback.created_at)
    lasting = _served_long(past, until) if left else {}
    return [
        d
        for d in past.oldest_first
        if d.id in left and not _is_cleared(state, d, left[d.id], records, lasting)
    ]


def _passed_over(past: DeploymentHistory, rollback: Deployment, index: int) -> Sequence[Deployment]:
    """
    Return what a rollback went back from: what it replaced, and newer code before that.

    Older code in between had been gone back to itself, and is not to blame. `index` is where the
    rollback stands.
    """
    latest = past.last_of_code(rollback, index)
    if latest is None:
        return past.oldest_first[max(index - 1, 0) : index]
    between = past.oldest_first[latest + 1 : index]
    replaced = max((d for d in between if d.status.has_served), key=_made_at, default=None)
    back_to = past.first_made(rollback, index)
    return [d for d in between if d is replaced or past.first_made(d, index) > back_to]


def _made_at(deployment: Deployment) -> datetime:
    return deployment.created_at


def first_made(state: ServiceState, deployment: Deployment) -> datetime:
    """When this code was first deployed; what is known from a rollback alone is from long ago."""
    return DeploymentHistory(state).first_made(deployment, len(state.deployments))


def is_condemned(
    state: ServiceState, deployment: Deployment, records: Sequence[PastVerdict], until: datetime
) -> bool:
    """
    Whether the latest record of a gate condemns its code, and no long life since clears it.

    A redeploy may have been given other variables: that it was condemned says nothing against a
    deployment of the same image that was verified and served for long.
    """
    own = _own_verdict(state, deployment, records)
    latest = latest_record(state.service.name, deployment, records)
    if own is not None and own.status is PastStatus.CONDEMNED:
        latest = own
    if latest is None or latest.status is not PastStatus.CONDEMNED:
        return False
    condemned = state.find(latest.deployment_id)
    is_verified_itself = own is not None and own.status is PastStatus.VERIFIED
    if is_verified_itself and condemned is not None and condemned.reason == "redeploy":
        return lifetime(state, deployment, until) < SERVED_LONG
    since = latest.at or (condemned.created_at if condemned else None)
    if since is None:
        return True
    later = [d for d in state.deployments if d.created_at > since and d.same_code_as(deployment)]
    return not any(lifetime(state, d, until) >= SERVED_LONG for d in later)


def is_verified(
    state: ServiceState, deployment: Deployment, records: Sequence[PastVerdict], until: datetime
) -> bool:
    """
    Whether a gate verified it, and its code, image and variables still stand for that.

    Another deployment of the same image may have other variables: one that came later, and was
    no rollback, has to have served for long; one of the same commit alone was built anew.
    """
    name = state.service.name
    own = _own_verdict(state, deployment, records)
    if own is not None:
        return own.status is PastStatus.VERIFIED
    for record in records:
        if record.service != name or record.status is PastStatus.SEEN:
            continue
        if not record.is_about(name, deployment) or record.status is not PastStatus.VERIFIED:
            continue
        if not record.image_digest or record.image_digest != deployment.image_digest:
            continue
        its = state.find(record.deployment_id)
        is_same_life = its is None or deployment.created_at < its.created_at
        if is_same_life or deployment.reason == "rollback":
            return True
        if lifetime(state, deployment, until) >= SERVED_LONG:
            return True
    return False


def seen_failing(service: str, deployment: Deployment, records: Sequence[PastVerdict]) -> bool:
    """Whether the latest that is kept of this very deployment, with a verdict or not, fails."""
    own = (r for r in records if r.service == service and r.deployment_id == deployment.id)
    latest = next(own, None)
    return latest is not None and latest.seen is not None and bool(latest.seen.failing)


def seen_well(service: str, deployment: Deployment, records: Sequence[PastVerdict]) -> bool:
    """Whether the latest that is kept of this very deployment says that it was good, and how."""
    own = (r for r in records if r.service == service and r.deployment_id == deployment.id)
    latest = next(own, None)
    if latest is None or latest.seen is None or latest.seen.failing:
        return False
    return any(is_of(seen.check, HEALTH) for seen in latest.seen.good)


def latest_record(
    service: str, deployment: Deployment, records: Sequence[PastVerdict]
) -> PastVerdict | None:
    """Return what the latest gate that judged this code found of it; records are newest first."""
    return next(
        (
            record
            for record in records
            if record.status is not PastStatus.SEEN and record.is_about(service, deployment)
        ),
        None,
    )


def verdict_as_it_stands(
    state: ServiceState, deployment: Deployment, records: Sequence[PastVerdict]
) -> PastVerdict | None:
    """
    Return what the latest gate found of this deployment's code, image and variables together.

    A redeploy may have other variables, and a build of the same commit has another image: what a
    gate found of one says nothing of the other. A rollback brings both back, and stands for what
    was verified where all that it may have put back was.
    """
    own = _own_verdict(state, deployment, records)
    if own is not None or deployment.reason != "rollback" or not deployment.image_digest:
        return own
    put_back = [
        (d, _own_verdict(state, d, records))
        for d in state.deployments
        if d.created_at < deployment.created_at and d.image_digest == deployment.image_digest
    ]
    found = [verdict for d, verdict in put_back if verdict or d.reason != "rollback"]
    are_verified = [v for v in found if v is not None and v.status is PastStatus.VERIFIED]
    return are_verified[0] if found and len(are_verified) == len(found) else None


def is_verified_now(
    state: ServiceState, deployment: Deployment, records: Sequence[PastVerdict]
) -> bool:
    """Whether the latest gate has verified a deployment as it stands."""
    verdict = verdict_as_it_stands(state, deployment, records)
    return verdict is not None and verdict.status is PastStatus.VERIFIED


def _own_verdict(
    state: ServiceState, deployment: Deployment, records: Sequence[PastVerdict]
) -> PastVerdict | None:
    name = state.service.name
    judged = (r for r in records if r.service == name and r.status is not PastStatus.SEEN)
    return next((r for r in judged if r.deployment_id == deployment.id), None)


def lifetime(state: ServiceState, deployment: Deployment, until: datetime | None) -> timedelta:
    """Return how long it served, at most (`DeploymentHistory.lifetime`)."""
    return DeploymentHistory(state).lifetime(deployment, until)


def was_never_switched_to(state: ServiceState, deployment: Deployment) -> bool:
    """Whether it was removed before it could serve (`DeploymentHistory.was_never_switched_to`)."""
    return DeploymentHistory(state).was_never_switched_to(deployment)


def _is_cleared(
    state: ServiceState,
    deployment: Deployment,
    left_at: Sequence[datetime],
    records: Sequence[PastVerdict],
    lasting: Mapping[str, datetime],
) -> bool:
    """
    Whether a later verdict, or a long later life, speaks for code that was gone back from.

    `left_at` is when that was, oldest first, `lasting` what code served for long and when last: it
    has to be cleared of each time.
    """
    latest = latest_record(state.service.name, deployment, records)
    its = state.find(latest.deployment_id) if latest else None
    found_at = [at for at in (its and its.created_at, latest and latest.at) if at]
    unjudged = [since for since in left_at if not any(at > since for at in found_at)]
    if len(unjudged) < len(left_at) and (not latest or latest.status is not PastStatus.VERIFIED):
        return False
    return not unjudged or _served_since(deployment, unjudged[-1], lasting)


def _served_long(past: DeploymentHistory, until: datetime | None) -> Mapping[str, datetime]:
    """Return of each code that served for long when the newest such deployment was made."""
    return {
        code: d.created_at
        for d in past.oldest_first
        if past.lifetime(d, until) >= SERVED_LONG
        for code in codes(d)
    }


def _served_since(deployment: Deployment, since: datetime, lasting: Mapping[str, datetime]) -> bool:
    return any(lasting[code] > since for code in codes(deployment) if code in lasting)
