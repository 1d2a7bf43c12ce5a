"""Is a move still due right now, and has Railway made it?"""

from dataclasses import dataclass

from verifier.decide.gate.arrival import on_its_way, taken_over_by
from verifier.decide.gate.rollback_plan import serves
from verifier.model.deployment import Deployment, DeploymentStatus, ServiceState
from verifier.model.verdict import Move, RestoreMethod

_FAILED = (DeploymentStatus.FAILED, DeploymentStatus.CRASHED)


@dataclass(frozen=True, slots=True)
class Ready:
    """The condemned deployment still serves and nothing newer exists."""


@dataclass(frozen=True, slots=True)
class NotDue:
    """The move must not be made."""

    reason: str
    by: Deployment | None = None
    """The rollback that somebody else has begun to the same code, which is to be awaited."""


def still_due(state: ServiceState, move: Move) -> Ready | NotDue:
    """Compare the plan with what Railway shows right before the mutation."""
    newer = taken_over_by(state, move.condemned) or on_its_way(state, move.condemned)
    if newer is not None:
        if newer.same_code_as(move.target):
            return NotDue(f"deployment {newer.id} is already restoring it", newer)
        return NotDue(f"a newer deployment has appeared, {newer.id}")
    if state.active == (move.target.id,):
        return NotDue(f"{move.target.id} is active again", move.target)
    if not serves(state, move.condemned):
        return NotDue(f"{move.condemned.id} is no longer the active deployment")
    target = state.find(move.target.id)
    if target is not None and not _can(target, move.methods):
        return NotDue(f"Railway can no longer restore {move.target.id}")
    return Ready()


def _can(target: Deployment, methods: tuple[RestoreMethod, ...]) -> bool:
    by_rollback = RestoreMethod.ROLLBACK in methods and target.can_rollback
    return by_rollback or (RestoreMethod.REDEPLOY in methods and target.can_redeploy)


def restored_by(state: ServiceState, move: Move, known: frozenset[str]) -> Deployment | str | None:
    """
    Find what a rollback brought back.

    `known` are the deployments from before it. Returns the sole active deployment of the
    target's code, a sentence where the rollback ended badly, None while it is under way.
    """
    made = [
        d
        for d in state.deployments
        if d.id == move.target.id or (d.id not in known and d.same_code_as(move.target))
    ]
    for deployment in made:
        if state.active == (deployment.id,) and deployment.status.is_up:
            return deployment
    new = [d for d in made if d.id != move.target.id]
    if new and all(d.status in _FAILED for d in new):
        return f"the rollback's deployment {new[0].id} ended as {new[0].status}"
    return None
