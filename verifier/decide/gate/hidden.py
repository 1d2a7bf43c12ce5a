"""For how long is a service waited for that Railway does not show?"""

from dataclasses import replace
from enum import Enum, auto

from verifier.model.deployment import Fleet
from verifier.model.verdict import Limits

#: A service that is not shown for so long, and of which nothing is known, was deleted, or this
#: token may not see it.
_BORNE_S = 30.0


class Stake(Enum):
    """What may be wrong in production that only a service which is not shown can tell."""

    UNKNOWN = auto()
    """Nothing of the commit was seen in it."""
    MAY_COME = auto()
    """Nothing of the commit was seen in it, and its deployment may still appear."""
    MAY_BE_CONDEMNED = auto()
    """Nothing of the commit was seen in it, and that commit is condemned."""
    RUNS_IT = auto()
    """It has a deployment of the commit, or Railway was asked to put another in its place."""


def is_given_up(stake: Stake, hidden_s: float, left_s: float, limits: Limits) -> bool:
    """
    Whether a service that Railway has not shown for `hidden_s` is waited for no longer.

    What is known to run the commit is waited for as long as the run may act at all (`left_s`): it
    may be shown again with bad code in it. What may still appear is waited for as long as where
    Railway shows the service. Of any other nothing may ever come.
    """
    if left_s <= 0:
        return True
    match stake:
        case Stake.RUNS_IT:
            return False
        case Stake.MAY_BE_CONDEMNED:
            return hidden_s >= limits.restore_within_s
        case Stake.MAY_COME:
            return hidden_s >= max(_BORNE_S, limits.appear_within_s)
        case Stake.UNKNOWN:
            return hidden_s >= _BORNE_S


def with_known(read: Fleet, known: Fleet) -> Fleet:
    """Return what was read; where Railway did not show a service, what is known of it."""
    return {
        name: replace(known[name], is_stale=True) if state.unread and name in known else state
        for name, state in read.items()
    }
