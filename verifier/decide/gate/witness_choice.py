"""Which deployments are asked whether they fail as well: those of other deploys."""

from collections.abc import Callable, Mapping
from datetime import datetime

from verifier.decide.gate.remainders import is_of
from verifier.model.deployment import Deployment, Fleet, sole_active


def witnesses(
    fleet: Fleet, live: Mapping[str, Deployment], doubted: frozenset[str]
) -> Mapping[str, Deployment]:
    """Return what serves, and was made neither by this deploy nor later; by service name."""
    return _of_other_deploys(fleet, live, doubted, lambda own, judged: own < judged)


def newcomers(
    fleet: Fleet, live: Mapping[str, Deployment], doubted: frozenset[str]
) -> Mapping[str, Deployment]:
    """Return what serves, and was made by a later deploy than all that fails; by service name."""
    return _of_other_deploys(fleet, live, doubted, lambda own, judged: own > judged)


def draining(
    fleet: Fleet, live: Mapping[str, Deployment], doubted: frozenset[str]
) -> Mapping[str, Deployment]:
    """Return what still answers beside the new deployment of its service, by service name."""
    return {
        name: d
        for name in sorted(doubted & live.keys())
        if (d := fleet[name].draining_beside(live[name])) is not None
    }


def _of_other_deploys(
    fleet: Fleet,
    live: Mapping[str, Deployment],
    doubted: frozenset[str],
    is_made: Callable[[datetime, datetime], bool],
) -> Mapping[str, Deployment]:
    judged = [live[name] for name in doubted if name in live]
    return {
        name: d
        for name, d in sole_active(fleet).items()
        if judged and name not in live
        if all(is_made(d.created_at, one.created_at) and not is_of(d, one) for one in judged)
    }
