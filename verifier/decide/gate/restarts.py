"""Instances that run, end and are started again: a loop, or once?"""

import math
from collections.abc import Iterator, Sequence
from enum import Enum, auto

from verifier.model.check_ids import INSTANCES, RESTARTING, UP_AGAIN
from verifier.model.deployment import Deployment, DeploymentStatus
from verifier.model.finding import Finding, Outcome
from verifier.model.verdict import Limits, Sample

_RUNNING, _RESTARTING = "RUNNING", "RESTARTING"
#: Two ends closer together than this share of the interval are one, where news alone told of one.
_APART = 0.9


class _Seen(Enum):
    """What one look tells of the instances."""

    UP = auto()
    DOWN = auto()
    UP_AGAIN = auto()
    """All run, and they had stopped since the look before."""


def restart_loop(
    samples: Sequence[Sample], service: str, since_s: float, started_s: float, limits: Limits
) -> Finding | None:
    """
    Return the failure of a service whose instances do not stay up.

    Railway gives no count of restarts. Each look that shows one ended, or being started again,
    after a look that showed all running, is one restart; so is one that shows all running again,
    once its start must be over (`started_s`). `flap_bad` of them are a loop, and so is an instance
    that is being started again for `ready_within_s` (`since_s`: when it was live).
    """
    seen = list(_seen(samples, service))
    if not seen or seen[-1][1] is _Seen.UP:
        return None
    restarts = _restarts(seen, started_s, limits)
    up_s = [at_s for at_s, found in seen if found is _Seen.UP]
    down_s = seen[-1][0] - max([since_s, *up_s])
    if restarts >= limits.flap_bad:
        text = f"restart loop: it was up and ended {restarts} times while it was looked at"
    elif down_s >= limits.ready_within_s and _is_again(samples[-1], service):
        text = f"restart loop: it has been restarting for {down_s:.0f} s"
    else:
        return None
    hint = f"read the deploy logs of {service} on Railway: its process ends again and again"
    return Finding(INSTANCES, Outcome.FAIL, text, service, hint=hint, objects=(RESTARTING,))


def _restarts(seen: Sequence[tuple[float, _Seen]], started_s: float, limits: Limits) -> int:
    """Count how often it was up and ended; news may have it looked at right after one another."""
    restarts, before, last_s = 0, _Seen.DOWN, -math.inf
    for at_s, told in seen:
        is_early = told is _Seen.UP_AGAIN and at_s < started_s
        found = _Seen.DOWN if is_early else told
        by_looks_alone = (before, found) == (_Seen.UP, _Seen.DOWN)
        is_apart = by_looks_alone or at_s - last_s >= _APART * limits.interval_s
        if before is not _Seen.DOWN and found is not _Seen.UP and is_apart:
            restarts, last_s = restarts + 1, at_s
        before = found
    return restarts


def is_restarting(deployment: Deployment | None) -> bool:
    """Whether none of what shall run all the time is shown running, or one is started again."""
    if deployment is None or not deployment.instances or deployment.is_scheduled:
        return False
    if deployment.status is DeploymentStatus.SLEEPING:
        return False
    return _RESTARTING in deployment.instances or _RUNNING not in deployment.instances


def stable_for_s(samples: Sequence[Sample], service: str, limits: Limits) -> float:
    """
    Return how long all must be good for a pass.

    After a restart it must hold for longer than it was up before that, so that a loop that is
    slower than `stable-for` shows; `ready_within_s` is the most that is asked for.
    """
    longest_s, up_since_s = 0.0, None
    for at_s, found in _seen(samples, service):
        if found is _Seen.UP:
            up_since_s = at_s if up_since_s is None else up_since_s
        elif up_since_s is not None:
            longest_s = max(longest_s, at_s - up_since_s)
            up_since_s = None
    if not longest_s:
        return limits.stable_for_s
    return max(limits.stable_for_s, min(longest_s + limits.interval_s, limits.ready_within_s))


def _seen(samples: Sequence[Sample], service: str) -> Iterator[tuple[float, _Seen]]:
    """Yield when a look told of the instances, and what."""
    for sample in samples:
        for finding in sample.findings:
            if (finding.check, finding.service) != (INSTANCES, service):
                continue
            if UP_AGAIN in finding.objects:
                yield sample.at_s, _Seen.UP_AGAIN
            elif RESTARTING in finding.objects or finding.outcome.condemns:
                yield sample.at_s, _Seen.DOWN
            elif finding.outcome is Outcome.PASS:
                yield sample.at_s, _Seen.UP


def _is_again(sample: Sample, service: str) -> bool:
    return any(
        f.check == INSTANCES and f.service == service and RESTARTING in f.objects
        for f in sample.findings
    )
