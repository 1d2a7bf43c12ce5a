"""When what is good is looked at again, and for how long it was good."""

from verifier.model.verdict import Limits, Sample

#: What is good is looked at at the beginning, within and at the end of `stable_for_s`: in shares of
#: it, and not evenly, so that nothing that comes and goes is in step with the looks.
_GOOD_LOOKS_APART = (0.38, 0.62)


def next_look_s(good_looks: int, limits: Limits) -> float:
    """Return how long until the next look at what has been good in so many looks in a row."""
    first, later = _GOOD_LOOKS_APART
    share = first if good_looks == 1 else later
    return max(limits.interval_s, share * limits.stable_for_s)


def held_between(first: Sample, latest: Sample, service: str) -> float:
    """Return for how long all was good: by when it was seen, and by when that was learned."""
    seen_s = [s.at_s - max(f.late_s for f in s.about(service)) for s in (first, latest)]
    return min(latest.at_s - first.at_s, seen_s[1] - seen_s[0])
