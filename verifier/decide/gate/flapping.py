"""When is what is good looked at again, and when is what fails in between flapping?"""

import math
from collections.abc import Sequence
from enum import Enum, auto

from verifier.model.verdict import Limits, Sample

#: What is good is looked at at the beginning, within and at the end of `stable_for_s`: in shares of
#: it, and not evenly, so that nothing that comes and goes is in step with the looks.
_GOOD_LOOKS_APART = (0.38, 0.62)


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


def next_look_s(good_looks: int, limits: Limits) -> float:
    """Return how long until the next look at what has been good in so many looks in a row."""
    first, later = _GOOD_LOOKS_APART
    share = first if good_looks == 1 else later
    return max(limits.interval_s, share * limits.stable_for_s)


def held_between(first: Sample, latest: Sample, service: str) -> float:
    """Return for how long all was good: by when it was seen, and by when that was learned."""
    seen_s = [s.at_s - max(f.late_s for f in s.about(service)) for s in (first, latest)]
    return min(latest.at_s - first.at_s, seen_s[1] - seen_s[0])
