"""What is left of a condemned commit, service by service?"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from verifier.decide.gate.arrival import on_its_way, taken_over_by
from verifier.decide.gate.rollback_plan import serves
from verifier.model.deployment import Deployment, DeploymentStatus, Fleet, ServiceState

_ENDED = (
    DeploymentStatus.FAILED,
    DeploymentStatus.SKIPPED,
    DeploymentStatus.REMOVED,
    DeploymentStatus.REMOVING,
)


class Remainder(StrEnum):
    """What a service still has of a condemned deployment."""

    NOTHING = "nothing"
    SERVES = "serves"
    """It is live, and nothing newer is on its way: it can go back."""
    AWAITS_NEWER = "awaits a newer deployment"
    """It is live, and a newer deployment will take over or give the service back."""
    COMING = "coming"
    """It is on its way and may still go live."""


@dataclass(frozen=True, slots=True)
class Left:
    """A condemned deployment that a service still has."""

    remainder: Remainder
    deployment: Deployment
    """As Railway shows it now; another one of the same code where that is live or coming."""


def left_of(state: ServiceState, condemned: Deployment) -> Left:
    """Return what a service still has of a condemned deployment or its code."""
    shown = state.find(condemned.id) or condemned
    same = [d for d in state.deployments if d.id == condemned.id or d.same_code_as(condemned)]
    live = [d for d in same or [shown] if serves(state, d)]
    if live:
        deployment = max(live, key=lambda d: d.created_at)
        if taken_over_by(state, deployment) is not None:
            return Left(Remainder.NOTHING, deployment)
        is_awaited = on_its_way(state, deployment) is not None
        return Left(Remainder.AWAITS_NEWER if is_awaited else Remainder.SERVES, deployment)
    coming = [d for d in same if _may_come(state, d)]
    if coming:
        return Left(Remainder.COMING, max(coming, key=lambda d: d.created_at))
    return Left(Remainder.NOTHING, shown)


def spread(fleet: Fleet, condemned: Mapping[str, Deployment]) -> dict[str, Deployment]:
    """
    Return what is condemned by now, by service: also what appeared later, of the same code.

    A deployment that came after the verdict, was retried, or waits for an approval would bring the
    commit back.
    """
    found = dict(condemned)
    for name, state in fleet.items():
        same = [
            d
            for d in state.deployments
            if any(d.same_code_as(bad) for bad in condemned.values())
            and (serves(state, d) or _may_come(state, d))
        ]
        if name not in found and same:
            found[name] = max(same, key=lambda d: d.created_at)
    return found


def remainders(fleet: Fleet, condemned: Mapping[str, Deployment]) -> dict[str, Left]:
    """Return what services still have of what is condemned; those without anything are left out."""
    found = {name: left_of(fleet[name], d) for name, d in condemned.items() if name in fleet}
    return {name: left for name, left in found.items() if left.remainder != Remainder.NOTHING}


def _may_come(state: ServiceState, deployment: Deployment) -> bool:
    if deployment.status in _ENDED or taken_over_by(state, deployment) is not None:
        return False
    return deployment.status.is_under_way or deployment.status.is_up
