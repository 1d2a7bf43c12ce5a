"""Is what a commit passes by to be judged all the same?"""

from collections.abc import Sequence
from datetime import datetime

from verifier.decide.gate.arrival import Arrival, Stage
from verifier.decide.gate.history import is_verified_now, latest_record, verdict_as_it_stands
from verifier.decide.gate.seen_before import served_before
from verifier.decide.gate.succession import HELD_BACK
from verifier.decide.gate.verdicts_elsewhere import failed_elsewhere
from verifier.model.deployment import Deployment, DeploymentStatus, ServiceState
from verifier.model.past_verdict import PastStatus, PastVerdict

_GONE_HINT = "redeploy the last good one at Railway, or take the service out of the configuration"


def take_on(arrival: Arrival, state: ServiceState, past_verdicts: Sequence[PastVerdict]) -> Arrival:
    """
    Return what is to be judged of a service that this commit passes by, or was taken over in.

    Its live deployment, where gates have verified one before it and none has verified this one as
    it stands: neither a run that was cancelled, or could not tell, nor a changed variable must
    leave it unjudged behind a green one. Nor what an earlier push still has on its way. Where
    gates have verified one and now none serves at all, that is no green either.
    """
    if arrival.stage is Stage.SUPERSEDED:
        return _condemned_successor(arrival, state, past_verdicts) or arrival
    if arrival.stage is not Stage.UNAFFECTED:
        return arrival
    newest_first = sorted(state.deployments, key=lambda d: d.created_at, reverse=True)
    active = [d for d in newest_first if d.id in state.active]
    crashed = [d for d in newest_first if d.status is DeploymentStatus.CRASHED]
    coming = [d for d in newest_first if _comes_of_earlier(d, state, arrival)]
    for live in (active or crashed)[:1]:
        if _is_to_judge(live, state, past_verdicts):
            if is_verified_now(state, live, past_verdicts):
                text = "of an earlier commit, verified by a gate, and it has crashed since"
            else:
                how = _how_judged(arrival.service, live, past_verdicts)
                text = f"live since an earlier commit, and {how}"
            return Arrival(arrival.service, Stage.LIVE, text, live, is_taken_on=True)
    for deployment in coming[:1]:
        if _is_to_judge(deployment, state, past_verdicts):
            word = deployment.status_word or deployment.status
            text = f"an earlier commit is on its way: {word}"
            return Arrival(arrival.service, Stage.UNDER_WAY, text, deployment, is_taken_on=True)
    pushed_at = arrival.deployment.created_at if arrival.deployment else None
    if _has_gone(state, past_verdicts) and not crashed_run_before(state, pushed_at):
        text = "nothing of it is running any more, although an earlier deployment was verified"
        return Arrival(arrival.service, Stage.GONE, text, is_taken_on=True, hint=_GONE_HINT)
    return arrival


def crashed_run_before(
    state: ServiceState, pushed_at: datetime | None, *, was_seen: bool = False
) -> str:
    """
    Say that the last run of a cron job had crashed before a deploy; empty where it had not.

    That is not this deploy's failure, and the next run comes by itself. `was_seen` is whether it
    was so as the gate began: that counts where Railway tells no time.
    """
    last = served_before(state, None)
    if last is None or state.unread or state.is_stale:
        return ""
    if not (last.is_scheduled and last.status is DeploymentStatus.CRASHED):
        return ""
    is_earlier = was_seen
    if last.settled_at is not None and pushed_at is not None:
        is_earlier = last.settled_at < pushed_at
    return (
        f"its last scheduled run ({last.id}) had crashed before this deploy" if is_earlier else ""
    )


def _condemned_successor(
    arrival: Arrival, state: ServiceState, past_verdicts: Sequence[PastVerdict]
) -> Arrival | None:
    """What took over, where a gate has condemned it or its commit and it serves all the same."""
    live = state.find(arrival.by.id) if arrival.by else None
    if live is None or live.id not in state.active:
        return None
    record = verdict_as_it_stands(state, live, past_verdicts)
    if record is not None and record.status is not PastStatus.CONDEMNED:
        return None
    if record is None and _was_given_up(arrival.service, live, past_verdicts):
        text = "it took over and is live, although its own gate had stopped waiting for it"
        return Arrival(arrival.service, Stage.LIVE, text, live, is_taken_on=True)
    if record is None and not failed_elsewhere(live, past_verdicts):
        return None
    text = (
        "it took over and is still live, although its own gate failed it"
        if record is not None
        else "it took over and is still live, although a gate failed its commit elsewhere"
    )
    return Arrival(arrival.service, Stage.LIVE, text, live, is_taken_on=True)


def _was_given_up(
    service: str, deployment: Deployment, past_verdicts: Sequence[PastVerdict]
) -> bool:
    """Whether its own gate ended while it was still on its way."""
    own = (v for v in past_verdicts if (v.service, v.deployment_id) == (service, deployment.id))
    return any(v.given_up for v in own)


def _has_gone(state: ServiceState, past_verdicts: Sequence[PastVerdict]) -> bool:
    """Whether nothing is active or on its way of a service that gates have seen serving."""
    if state.active or any(d.status.is_under_way for d in state.deployments):
        return False
    name = state.service.name
    verified = [v for v in past_verdicts if v.status is PastStatus.VERIFIED]
    return any(v.is_about(name, d) for v in verified for d in state.deployments)


def _comes_of_earlier(deployment: Deployment, state: ServiceState, arrival: Arrival) -> bool:
    """Whether it was begun before the passing commit, goes on by itself, and is not live yet."""
    skipped, status = arrival.deployment, deployment.status
    is_earlier = skipped is not None and deployment.created_at < skipped.created_at
    is_moving = status.is_under_way and status not in HELD_BACK
    return is_earlier and is_moving and deployment.id not in state.active


def _is_to_judge(
    deployment: Deployment, state: ServiceState, past_verdicts: Sequence[PastVerdict]
) -> bool:
    """
    Whether gates judge this service, and none has verified the deployment as it stands.

    What is of a commit that a gate has failed in another service is judged where no gate has been
    before; so is what its own gate saw coming, and did not wait for any longer.
    """
    is_verified = is_verified_now(state, deployment, past_verdicts)
    is_up = deployment.is_scheduled or deployment.status is not DeploymentStatus.CRASHED
    if is_verified and is_up:
        return False
    name = state.service.name
    is_given_up = _was_given_up(name, deployment, past_verdicts)
    if is_given_up or failed_elsewhere(deployment, past_verdicts):
        return True
    latest = latest_record(name, deployment, past_verdicts)
    return latest is not None or any(_is_older(v, state, deployment) for v in past_verdicts)


def _how_judged(name: str, live: Deployment, past_verdicts: Sequence[PastVerdict]) -> str:
    latest = latest_record(name, live, past_verdicts)
    match latest and latest.status:
        case None if failed_elsewhere(live, past_verdicts):
            return "a gate failed its commit elsewhere"
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
    # What was verified may lie further back than the rows that are read at each look.
    is_listed = any(verdict.is_about(state.service.name, d) for d in state.deployments)
    if verdict.service == state.service.name and not is_listed and verdict.at is not None:
        return verdict.at < live.created_at
    return any(
        verdict.is_about(state.service.name, other) and other.created_at < live.created_at
        for other in state.deployments
    )
