"""What history says of a deployment: was it switched to, for how long, was it gone back from?"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from verifier.model.deployment import Deployment, DeploymentStatus, ServiceState
from verifier.model.past_verdict import PastStatus, PastVerdict

#: What has served for so long and was not gone back from was good, as far as anybody could tell.
SERVED_LONG = timedelta(hours=1)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def extent(state: ServiceState) -> str:
    """Say how far the deployments of a service were read; empty where there are none."""
    if not state.deployments:
        return ""
    count = len(state.deployments)
    oldest = min(d.created_at for d in state.deployments)
    rest = "Railway has older ones" if state.has_older else "all that Railway has"
    return f"read {count} deployments, back to {oldest:%Y-%m-%d %H:%M} UTC: {rest}"


def goes_back(state: ServiceState, deployment: Deployment) -> bool:
    """
    Whether it put back older code, by a rollback or by a redeploy of what had been replaced.

    Code that is put back after that is older than nothing: going forward again is no rollback.
    """
    if deployment.reason not in ("rollback", "redeploy"):
        return False
    earlier = [d for d in state.deployments if d.created_at < deployment.created_at]
    served = [d for d in earlier if d.status.has_served]
    replaced = max(served, key=lambda d: d.created_at, default=None)
    if not any(d.same_code_as(deployment) for d in earlier):
        return deployment.reason == "rollback"
    if replaced is None or replaced.same_code_as(deployment):
        return False
    if deployment.reason == "rollback" and _undoes(deployment, replaced, served):
        return True
    return first_made(earlier, deployment) < first_made(earlier, replaced)


def _undoes(rollback: Deployment, replaced: Deployment, served: Sequence[Deployment]) -> bool:
    """
    Whether a rollback put back what a plain deployment had taken the place of.

    Which code is older tells nothing where it was deployed several times, or where the list of
    deployments ends in between.
    """
    older = [
        d for d in served if d.created_at < replaced.created_at and not d.same_code_as(replaced)
    ]
    before = max(older, key=lambda d: d.created_at, default=None)
    is_plain = replaced.reason not in ("rollback", "redeploy")
    return is_plain and before is not None and before.same_code_as(rollback)


def went_back_from(state: ServiceState, newer: Deployment, deployment: Deployment) -> bool:
    """Whether `newer` put back code from before `deployment`, which was not merely replaced."""
    earlier = [d for d in state.deployments if d.created_at < newer.created_at]
    return goes_back(state, newer) and first_made(earlier, newer) < deployment.created_at


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
    oldest_first = sorted(state.deployments, key=lambda d: d.created_at)
    left: dict[str, list[datetime]] = {}
    for index, rollback in enumerate(oldest_first):
        if not goes_back(state, rollback):
            continue
        earlier = oldest_first[:index]
        same = any(d.same_code_as(rollback) for d in earlier)
        for d in _passed_over(earlier, rollback) if same else earlier[-1:]:
            left.setdefault(d.id, []).append(rollback.created_at)
    lasting = _served_long(state, until) if left else ()
    return [
        d
        for d in oldest_first
        if d.id in left and not _is_cleared(state, d, left[d.id], records, lasting)
    ]


def _passed_over(earlier: Sequence[Deployment], rollback: Deployment) -> Sequence[Deployment]:
    """
    Return what a rollback went back from: what it replaced, and newer code before that.

    Older code in between had been gone back to itself, and is not to blame. `earlier` is oldest
    first, and has the code that was put back.
    """
    latest = max(n for n, d in enumerate(earlier) if d.same_code_as(rollback))
    between = earlier[latest + 1 :]
    replaced = max((d for d in between if d.status.has_served), key=_made_at, default=None)
    back_to = first_made(earlier, rollback)
    return [d for d in between if d is replaced or first_made(earlier, d) > back_to]


def _made_at(deployment: Deployment) -> datetime:
    return deployment.created_at


def first_made(earlier: Sequence[Deployment], deployment: Deployment) -> datetime:
    """When this code was first deployed; what is known from a rollback alone is from long ago."""
    same = [d for d in (*earlier, deployment) if d.same_code_as(deployment)]
    first = min(same, key=lambda d: d.created_at, default=deployment)
    return _LONG_AGO if first.reason == "rollback" else first.created_at


def is_condemned(
    state: ServiceState, deployment: Deployment, records: Sequence[PastVerdict], until: datetime
) -> bool:
    """
    Whether the latest record of a gate condemns its code, and no long life since clears it.

    A redeploy may have been given other variables: that it was condemned says nothing against a
    deployment of the same image that was verified and served for long.
    """
    latest = latest_record(state.service.name, deployment, records)
    if latest is None or latest.status is not PastStatus.CONDEMNED:
        return False
    condemned = state.find(latest.deployment_id)
    own = _own_verdict(state, deployment, records)
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
    for record in records:
        if record.service != name or record.status is PastStatus.SEEN:
            continue
        if record.deployment_id == deployment.id:
            return record.status is PastStatus.VERIFIED
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


def _own_verdict(
    state: ServiceState, deployment: Deployment, records: Sequence[PastVerdict]
) -> PastVerdict | None:
    name = state.service.name
    judged = (r for r in records if r.service == name and r.status is not PastStatus.SEEN)
    return next((r for r in judged if r.deployment_id == deployment.id), None)


def lifetime(state: ServiceState, deployment: Deployment, until: datetime | None) -> timedelta:
    """
    Return how long it served, at most: from its creation to that of the next one that did.

    What lay crashed until it was replaced may have served for no time at all; what has crashed
    served until then.
    """
    if not deployment.status.has_served or was_never_switched_to(state, deployment):
        return timedelta(0)
    has_crashed = deployment.status is DeploymentStatus.CRASHED
    if _lies_crashed(deployment) and not (has_crashed and deployment.settled_at):
        return timedelta(0)
    later = [
        d.created_at
        for d in state.deployments
        if d.created_at > deployment.created_at and d.status.has_served
    ]
    ends = [*later, *([until] if until else [])]
    end = min(ends, default=deployment.created_at)
    is_over = has_crashed or deployment.status is DeploymentStatus.REMOVED
    if is_over and deployment.settled_at is not None:
        end = min(end, deployment.settled_at)
    return max(end - deployment.created_at, timedelta(0))


def _lies_crashed(deployment: Deployment) -> bool:
    words = deployment.instances
    all_crashed = bool(words) and all(word == "CRASHED" for word in words)
    return deployment.status is DeploymentStatus.CRASHED or all_crashed


def was_never_switched_to(state: ServiceState, deployment: Deployment) -> bool:
    """
    Whether it was removed before it could serve, as a cancelled build is.

    Such a one has no instances, and an older deployment outlived it.
    """
    if deployment.status is not DeploymentStatus.REMOVED or deployment.instances:
        return False
    removed_at = deployment.settled_at
    return any(
        older.id in state.active
        or (removed_at and older.settled_at and older.settled_at > removed_at)
        for older in state.deployments
        if older.created_at < deployment.created_at and older.status.has_served
    )


def _is_cleared(
    state: ServiceState,
    deployment: Deployment,
    left_at: Sequence[datetime],
    records: Sequence[PastVerdict],
    lasting: Sequence[Deployment],
) -> bool:
    """
    Whether a later verdict, or a long later life, speaks for code that was gone back from.

    `left_at` is when that was, oldest first, `lasting` what served for long: it has to be cleared
    of each time.
    """
    latest = latest_record(state.service.name, deployment, records)
    its = state.find(latest.deployment_id) if latest else None
    found_at = [at for at in (its and its.created_at, latest and latest.at) if at]
    unjudged = [since for since in left_at if not any(at > since for at in found_at)]
    if len(unjudged) < len(left_at) and (not latest or latest.status is not PastStatus.VERIFIED):
        return False
    return not unjudged or _served_since(deployment, unjudged[-1], lasting)


def _served_long(state: ServiceState, until: datetime | None) -> Sequence[Deployment]:
    """Return what served for long, of whatever code."""
    return [d for d in state.deployments if lifetime(state, d, until) >= SERVED_LONG]


def _served_since(deployment: Deployment, since: datetime, lasting: Sequence[Deployment]) -> bool:
    return any(d.created_at > since and d.same_code_as(deployment) for d in lasting)
