"""Which deployment comes after which: what took over, and what is about to."""

from verifier.model.deployment import Deployment, DeploymentStatus, ServiceState

#: On its way, and about to do nothing by itself.
HELD_BACK = (DeploymentStatus.WAITING, DeploymentStatus.NEEDS_APPROVAL)


def taken_over_by(state: ServiceState, deployment: Deployment) -> Deployment | None:
    """
    Return the newer deployment that serves in place of `deployment`; None where none does.

    Another deployment of the same code takes nothing over: Railway makes them by itself. Nor does
    one that is still being built, or that failed. What is itself on its way is not taken over,
    whatever serves meanwhile: it may still go live after that.
    """
    shown = state.find(deployment.id) or deployment
    newer = [d for d in _newer(state, shown) if d.id in state.active and not _comes(shown, d)]
    return min(newer, key=lambda d: d.created_at, default=None)


def _comes(deployment: Deployment, newer: Deployment) -> bool:
    """Whether a deployment goes live later than a newer one that is active already."""
    if deployment.status.is_under_way:
        return True
    up_at, newer_up_at = deployment.settled_at, newer.settled_at
    return deployment.status.is_up and bool(up_at and newer_up_at and up_at > newer_up_at)


def on_its_way(state: ServiceState, deployment: Deployment) -> Deployment | None:
    """
    Return the newer deployment that is about to take over from `deployment`, if any.

    One that waits for CI or for a person may wait for hours, and is about to do nothing.
    """
    others = (d for d in _newer(state, deployment) if d.id not in state.active)
    moving = (d for d in others if d.status.is_under_way or d.status.is_up)
    newer = [d for d in moving if d.status not in HELD_BACK]
    return min(newer, key=lambda d: d.created_at, default=None)


def _newer(state: ServiceState, deployment: Deployment) -> list[Deployment]:
    return [
        other
        for other in state.deployments
        if other.created_at > deployment.created_at and not other.same_code_as(deployment)
    ]
