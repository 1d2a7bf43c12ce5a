"""How often is Railway asked while a deployment is on its way?"""

from verifier.model.deployment import DeploymentStatus, Fleet

#: The first interval as a multiple of the shortest one, and the growth with the time waited.
_FIRST, _GROWTH = 2.5, 1.5
#: What goes live is seen within this, as long as Railway's limit on requests leaves room.
LONGEST_S = 10.0


def usual_duration_s(fleet: Fleet) -> float | None:
    """
    Return how long the slowest service took to go live with what serves now.

    Only of what was built: putting an old image back takes no build. None where nothing tells.
    """
    took = [
        (deployment.settled_at - deployment.created_at).total_seconds()
        for state in fleet.values()
        for deployment in state.deployments
        if deployment.id in state.active and deployment.reason != "rollback"
        if deployment.status is DeploymentStatus.SUCCESS and deployment.settled_at
    ]
    return max((seconds for seconds in took if seconds > 0), default=None)


def poll_interval_s(waited_s: float, usual_s: float | None, interval_s: float) -> float:
    """
    Return the seconds until Railway is asked again, where it gives no news by itself.

    Seldom at first, often near the usual time of a deployment, and never later than `LONGEST_S`:
    a build may take twice its usual time, and what it built must not serve unseen.
    """
    seldom_s = min(LONGEST_S, max(_FIRST * interval_s, _GROWTH * waited_s))
    if usual_s is None:
        return seldom_s
    is_near = abs(usual_s - waited_s) <= LONGEST_S
    return max(interval_s, min(seldom_s, interval_s if is_near else LONGEST_S))
