"""What serves in the place of a deployment that was live, by what Railway shows now?"""

from verifier.decide.gate.arrival import Arrival, Stage
from verifier.decide.gate.succession import taken_over_by
from verifier.model.deployment import Deployment, ServiceState


def still_live(state: ServiceState, deployment: Deployment) -> Arrival:
    """Return a deployment that was live as Railway shows it now, or whatever serves instead."""
    name = state.service.name
    if state.unread:
        return Arrival(name, Stage.GONE, state.unread, deployment)
    now = state.current_replica_of(deployment)
    newer = taken_over_by(state, now)
    now = newer or (now if now.id in state.active else state.newest_active) or now
    return Arrival(name, Stage.LIVE, now.status_word or now.status, now)
