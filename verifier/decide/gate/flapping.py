"""What fails and is good again: a hiccup, or flapping?"""

import math
from collections.abc import Sequence
from enum import Enum, auto

from verifier.model.verdict import Limits


def flapping(answers: Sequence[bool], limits: Limits) -> str:
    """
    Return the limit that a check has reached which is good and fails in turns; empty without.

    `answers` are all it gave, oldest first, True where they were good.
    """
    lately = answers[-limits.flap_of :]
    bad = lately.count(False)
    if bad >= limits.flap_bad and True in lately:
        return f"flapping: {bad} of the last {len(lately)} answers failed"
    return ""


class LookState(Enum):
    """What one look and the moments before it have seen of a service."""

    GOOD = auto()
    STUMBLED = auto()
    """Good when it was looked at; an answer without proof, before that, was not."""
    BAD = auto()


def calm_in_s(looks: Sequence[tuple[float, LookState]], limits: Limits) -> float:
    """
    Return how long until what has failed has been good for long enough to pass; 0 without.

    `looks` are their times in seconds, oldest first. That takes as long as `flap_of` answers do;
    each failure that comes before that is over makes it as much longer, up to `ready_within_s`.
    """
    calm_s, calm_at_s, times, was_bad = limits.flap_of * limits.interval_s, -math.inf, 0, False
    for at_s, sight in looks:
        is_bad = sight is LookState.BAD
        if at_s >= calm_at_s:
            times = 0
        if is_bad and not was_bad:
            times += 1
        if sight is not LookState.GOOD:
            longest_s = max(calm_s, limits.ready_within_s)
            calm_at_s = at_s + min(calm_s * max(1, times), longest_s)
        was_bad = is_bad
    return max(0.0, calm_at_s - looks[-1][0])
