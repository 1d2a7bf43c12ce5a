"""Which deployments are asked whether they fail as well: those of other deploys."""

from collections.abc import Callable, Mapping
from datetime import datetime

from verifier.decide.gate.remainders import is_of
from verifier.model.deployment import Deployment, DeploymentStatus, Fleet, ServiceState, sole_active


def witnesses(
    fleet: Fleet, live: Mapping[str, Deployment], doubted: frozenset[str]
) -> Mapping[str, Deployment]:
    """
    Return what serves, and went live neither by this deploy nor later; by service name.

    What a rollback has put back is older, whenever that was.
    """
    return _of_other_deploys(
        fleet, live, doubted, lambda d, judged: _is_put_back(d) or went_live(d) < went_live(judged)
    )


def newcomers(
    fleet: Fleet, live: Mapping[str, Deployment], doubted: frozenset[str]
) -> Mapping[str, Deployment]:
    """Return what serves, and went live later than all that fails; by service name."""
    return _of_other_deploys(
        fleet,
        live,
        doubted,
        lambda d, judged: not _is_put_back(d) and went_live(d) > went_live(judged),
    )


def draining(
    fleet: Fleet, live: Mapping[str, Deployment], doubted: frozenset[str]
) -> Mapping[str, Deployment]:
    """Return what still answers beside the new deployment of its service, by service name."""
    return {
        name: d
        for name in sorted(doubted & live.keys())
        if (d := fleet[name].draining_beside(live[name])) is not None
    }


def still_speaks(deployment: Deployment, state: ServiceState, judged: Deployment | None) -> bool:
    """Whether it still serves after a look: alone, or beside what is about to replace it."""
    if judged is None:
        return state.active == (deployment.id,)
    return deployment.id in state.may_answer


def _of_other_deploys(
    fleet: Fleet,
    live: Mapping[str, Deployment],
    doubted: frozenset[str],
    stands: Callable[[Deployment, Deployment], bool],
) -> Mapping[str, Deployment]:
    judged = [live[name] for name in doubted if name in live]
    return {
        name: d
        for name, d in sole_active(fleet).items()
        if judged and name not in live
        if all(stands(d, one) and not is_of(d, one) for one in judged)
    }


def went_live(deployment: Deployment) -> datetime:
    """When it went live, as far as Railway says: of what has ended since, when it was made."""
    is_running = deployment.status is DeploymentStatus.SUCCESS
    return (deployment.settled_at if is_running else None) or deployment.created_at


def _is_put_back(deployment: Deployment) -> bool:
    return deployment.reason == "rollback"
