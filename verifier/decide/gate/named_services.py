"""What is asked of a service that a run was told not to wait for?"""

from collections.abc import Sequence
from dataclasses import replace

from verifier.decide.gate.arrival import Arrival, Stage, Wanted
from verifier.decide.gate.history import is_verified_now
from verifier.decide.gate.succession import HELD_BACK
from verifier.model.deployment import DeploymentStatus, ServiceState
from verifier.model.past_verdict import PastVerdict

_LEFT_OUT = "not waited for: this run was told to wait for other services"


def narrowed(
    arrival: Arrival, wanted: Wanted, state: ServiceState, past_verdicts: Sequence[PastVerdict]
) -> Arrival:
    """
    Return how far a service is for a run that waits for some services alone.

    Of the others nothing is waited for, and nothing that was kept from serving speaks against this
    run. But what they did get of the commit, and no gate has verified, is judged: their own run
    may never come, and a green one must leave no bad deployment behind. A service that Railway did
    not show may have got anything.
    """
    if wanted.waits_for(arrival.service) or state.unread:
        return arrival
    deployment = arrival.deployment
    match arrival.stage:
        case Stage.SUPERSEDED | Stage.UNAFFECTED:
            return arrival
        case Stage.LIVE | Stage.UNDER_WAY if deployment and deployment.status not in HELD_BACK:
            is_down = deployment.status is DeploymentStatus.CRASHED
            if is_verified_now(state, deployment, past_verdicts) and not is_down:
                return Arrival(arrival.service, Stage.UNAFFECTED, "verified by another run")
            return replace(arrival, is_taken_on=True, lost=None, later=None)
        case _:
            return Arrival(arrival.service, Stage.UNAFFECTED, _LEFT_OUT)
