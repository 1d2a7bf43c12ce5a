"""Is a deployment that was live still so, by what Railway shows now?"""

from verifier.decide.gate.arrival import Arrival, Stage
from verifier.decide.gate.succession import taken_over_by
from verifier.model.deployment import Deployment, ServiceState


def still_live(state: ServiceState, deployment: Deployment, is_whoever: bool) -> Arrival:
    """Return a deployment that was live as Railway shows it now; or whoever serves in its place."""
    name = state.service.name
    if state.unread:
        return Arrival(name, Stage.GONE, state.unread, deployment)
    now = state.current_replica_of(deployment)
    newer = taken_over_by(state, now)
    if is_whoever:
        now = newer or (now if now.id in state.active else state.newest_active) or now
        return Arrival(name, Stage.LIVE, now.status_word or now.status, now)
    if newer is not None:
        return Arrival(name, Stage.SUPERSEDED, f"deployment {newer.id} has taken over", now, newer)
    return Arrival(name, Stage.LIVE, now.status_word or now.status, now)
