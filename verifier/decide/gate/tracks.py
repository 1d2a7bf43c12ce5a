"""
Each service on its own way from the push to a verdict, and all of them folded into one.

What is live is judged from its first second, whatever the others do; what condemns one service
condemns every service of the same commit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from verifier.decide.gate.arrival import Arrival, Stage
from verifier.decide.gate.judge import failing_verdict
from verifier.decide.gate.polling import LONGEST_S, poll_interval_s
from verifier.decide.gate.remainders import is_of
from verifier.decide.gate.track import Progress, Track
from verifier.decide.gate.track_reasons import reasons_of
from verifier.model.check_ids import ARRIVAL, BLOCKED_BY_CI, REMOVED
from verifier.model.deployment import Deployment, DeploymentStatus
from verifier.model.finding import Finding, Outcome
from verifier.model.service_progress import Moving
from verifier.model.verdict import Limits, Verdict, VerdictWord, Wait

#: One look serves all that are due in so many seconds, where none of them is in doubt.
_TOGETHER_S = 1.0
#: Stages that end a track without anything to look at, and red.
_LOST = (Stage.FAILED, Stage.NOT_DEPLOYED, Stage.GONE)
_OPEN = (Stage.MISSING, Stage.UNDER_WAY)
_HINTS = {
    Stage.MISSING: "is the service connected to this repository and branch, with auto-deploy "
    "on? After a rollback a gate may hold it: verifier release",
    Stage.NOT_DEPLOYED: "see what Railway waits for or skipped it for, at the service's page",
    Stage.GONE: "see who removed it, in the environment's activity at Railway",
}


def advance(
    tracks: Mapping[str, Track], arrivals: Iterable[Arrival], now_s: float
) -> dict[str, Track]:
    """Return the tracks as Railway's latest statement makes them."""
    moved: dict[str, Track] = {}
    for arrival in arrivals:
        track = tracks.get(arrival.service)
        if track is None:
            track = Track(arrival, now_s)
        is_same = (track.arrival.stage, track.arrival.text) == (arrival.stage, arrival.text)
        live_since_s = track.live_since_s
        if arrival.stage is not Stage.LIVE:
            live_since_s = None
        elif live_since_s is None or _id(track.arrival) != _id(arrival):
            live_since_s = now_s
        moved[arrival.service] = Track(
            arrival, track.since_s if is_same else now_s, live_since_s, track.decision
        )
    return moved


def condemned(tracks: Mapping[str, Track]) -> dict[str, Deployment]:
    """
    Return what must not stay, by service: the condemned deployments and all of the same commit.

    A deployment that is on its way is among them, and one that failed, whose commit may still come
    to another service; one that somebody put another in the place of is not.
    """
    bad = [track for track in tracks.values() if _is_condemned(track)]
    return {
        track.service: deployment
        for track in tracks.values()
        if (deployment := _condemned_of(track, bad)) is not None
        if track.arrival.stage in (Stage.LIVE, Stage.UNDER_WAY, Stage.FAILED)
        and any(_goes_with(track, other) for other in bad)
    }


def _condemned_of(track: Track, bad: Sequence[Track]) -> Deployment | None:
    """Return the deployment of a service that is condemned: of two uploads the one that failed."""
    lost, later = track.arrival.lost, track.arrival.later
    if later is not None and not _has_failed(track):
        return later.deployment
    is_good = not _has_failed(track) and all(other is track for other in bad)
    return lost.deployment if lost is not None and is_good else track.arrival.deployment


def fold(tracks: Sequence[Track], progress: Progress, limits: Limits) -> Wait | Verdict:
    """Make one verdict of all tracks, or say when to look again."""
    failing = [track for track in tracks if _is_condemned(track)]
    # What a later upload is about to replace waits for it: nothing may be changed before.
    bad = [track for track in failing if not _awaits_later(track, progress, limits)]
    lost = [track for track in tracks if _is_lost(track, progress, limits)]
    open_ = [track for track in tracks if _is_open(track, progress, limits)]
    may_wait = bool(open_) and progress.rest_s > 0
    if bad and not (may_wait and all(_is_blameless(track) for track in bad)):
        return _verdict(VerdictWord.FAILED, bad, [*bad, *lost])
    if open_ and progress.rest_s > 0:
        return _wait(open_, tracks, progress, limits)
    if lost:
        return _verdict(VerdictWord.FAILED, lost, tracks)
    unclear = [track for track in tracks if _is_unclear(track)]
    if unclear:
        return _verdict(VerdictWord.INCONCLUSIVE, unclear, tracks)
    put_back = [t for t in tracks if t.arrival.stage is Stage.ROLLED_BACK]
    if put_back:
        return _verdict(VerdictWord.FAILED, put_back, tracks)
    good = [track for track in tracks if track.live is not None]
    if good:
        return _verdict(VerdictWord.PASSED, good, tracks)
    taken = [track for track in tracks if track.arrival.stage is Stage.SUPERSEDED]
    if taken:
        return _verdict(VerdictWord.SUPERSEDED, taken, tracks)
    if not tracks:
        return Verdict(VerdictWord.UNAFFECTED, "nothing is left to check")
    return _verdict(VerdictWord.UNAFFECTED, tracks, tracks)


def moving(tracks: Sequence[Track], progress: Progress, limits: Limits) -> tuple[Moving, ...]:
    """Return the services that are still on their way to a verdict, and their limits."""
    return tuple(
        _moving(track, progress, limits) for track in tracks if _is_open(track, progress, limits)
    )


def _moving(track: Track, progress: Progress, limits: Limits) -> Moving:
    decision = track.decision
    now_s = progress.now_s
    if track.arrival.later is not None and isinstance(decision, Verdict):
        since_s = now_s - track.since_s
        limit_s = since_s + _left_s(track, progress, limits)
        return Moving(track.service, track.arrival.later.text.lower(), since_s, limit_s)
    if track.live is not None and isinstance(decision, Wait) and decision.good_since_s is not None:
        held_s = now_s - decision.good_since_s
        held_for_s = limits.stable_for_s
        return Moving(track.service, "all checks pass, holding", held_s, held_for_s, is_least=True)
    if track.live is not None:
        since_s = now_s - (track.live_since_s if track.live_since_s is not None else now_s)
        return Moving(track.service, "live, being checked", since_s, limits.ready_within_s)
    if track.arrival.stage is Stage.MISSING:
        return Moving(track.service, "not started yet", progress.waited_s, limits.appear_within_s)
    since_s = now_s - track.since_s
    limit_s = since_s + _left_s(track, progress, limits)
    return Moving(track.service, track.arrival.text.lower(), since_s, limit_s)


def _is_condemned(track: Track) -> bool:
    """Whether its own answers condemn it, or Railway says that its build or start failed."""
    lost = track.arrival.lost
    if track.arrival.stage is Stage.FAILED:
        return True
    if lost is not None and lost.stage is Stage.FAILED and isinstance(track.decision, Verdict):
        return True
    return _has_failed(track)


def _has_failed(track: Track) -> bool:
    decision = track.decision
    is_failed = isinstance(decision, Verdict) and decision.word is VerdictWord.FAILED
    return track.live is not None and is_failed


def _is_blameless(track: Track) -> bool:
    """Whether no deployment is to blame for what failed: that ends no other's judging."""
    return all(f.blameless for f in _findings(track) if f.outcome.condemns)


def _goes_with(track: Track, bad: Track) -> bool:
    """Whether a service goes back because another one is condemned."""
    mine, theirs = track.arrival.deployment, bad.arrival.deployment
    if track is bad or mine is None or theirs is None:
        return track is bad
    if bad.arrival.lost is not None and not _has_failed(bad):
        # An earlier upload of it is live and good: what others have belongs to that one as well.
        return False
    if track.arrival.is_taken_on or bad.arrival.is_taken_on:
        return is_of(mine, theirs)
    return True


def _is_lost(track: Track, progress: Progress, limits: Limits) -> bool:
    stage = track.arrival.stage
    is_late = stage is Stage.MISSING and progress.waited_s >= limits.appear_within_s
    is_lost = track.arrival.lost is not None and isinstance(track.decision, Verdict)
    return stage in _LOST or is_late or is_lost


def _is_open(track: Track, progress: Progress, limits: Limits) -> bool:
    stage = track.arrival.stage
    if stage is Stage.LIVE:
        is_decided = isinstance(track.decision, Verdict)
        return not is_decided or _awaits_later(track, progress, limits)
    if stage not in _OPEN or _is_lost(track, progress, limits):
        return False
    return _left_s(track, progress, limits) > 0


def _awaits_later(track: Track, progress: Progress, limits: Limits) -> bool:
    """Whether a later upload of the same run may still take the place of the one that is live."""
    is_awaited = track.arrival.later is not None and progress.rest_s > 0
    return is_awaited and _left_s(track, progress, limits) > 0


def _is_unclear(track: Track) -> bool:
    if track.arrival.stage in _OPEN or track.arrival.later is not None:
        return True
    decision = track.decision
    is_passed = isinstance(decision, Verdict) and decision.word is VerdictWord.PASSED
    return track.live is not None and not is_passed


def _left_s(track: Track, progress: Progress, limits: Limits) -> float:
    """Return how long a deployment that is not live yet may still take."""
    if track.arrival.stage is Stage.MISSING:
        return limits.appear_within_s - progress.waited_s
    deployment = (track.arrival.later or track.arrival).deployment
    status = deployment.status if deployment else DeploymentStatus.UNKNOWN
    limit_s = max(limits.appear_within_s, limits.build_within_s)
    if status is DeploymentStatus.BUILDING:
        limit_s = limits.build_within_s
    elif status is DeploymentStatus.DEPLOYING or status.is_up:
        limit_s = limits.deploy_within_s
    return limit_s - (progress.now_s - track.since_s)


def _wait(
    open_: Sequence[Track], tracks: Sequence[Track], progress: Progress, limits: Limits
) -> Wait:
    coming = [track for track in open_ if track.live is None or track.arrival.later is not None]
    waits = [t.decision for t in open_ if t.live and isinstance(t.decision, Wait)]
    looks = [wait.seconds for wait in waits if not wait.is_calm]
    if calm := [wait.seconds for wait in waits if wait.is_calm]:
        # The verdict waits for whichever holds last: the others are looked at with that one.
        looks.append(max(calm))
    if waits and all(wait.good_since_s is not None for wait in waits):
        # Of services that hold, those that are due together are looked at together.
        looks = [max(s for s in looks if s <= min(looks) + _TOGETHER_S)]
    left = [_left_s(track, progress, limits) for track in coming]
    at_most_s = min([progress.rest_s, *looks, *left])
    if any(track.live or track.arrival.stage is Stage.MISSING for track in tracks):
        # What is live is looked at meanwhile; of what is missing no news can come.
        at_most_s = min(at_most_s, LONGEST_S)
    if not coming:
        return Wait(at_most_s, at_most_s)
    interval_s = poll_interval_s(progress.waited_s, progress.usual_s, limits.interval_s)
    return Wait(min(interval_s, at_most_s), at_most_s)


def _verdict(word: VerdictWord, because: Sequence[Track], all_: Sequence[Track]) -> Verdict:
    findings = tuple(dict.fromkeys(found for track in all_ for found in _findings(track)))
    condemned = [t.decision for t in because if t.live and isinstance(t.decision, Verdict)]
    if len(condemned) == len(because) and all(verdict.condemned_by for verdict in condemned):
        # What is wrong with the database is wrong for each service: it is said once.
        rests_on = dict.fromkeys(found for verdict in condemned for found in verdict.condemned_by)
        return failing_verdict(list(rests_on), findings, condemned[0].limit)
    return Verdict(word, "; ".join(reasons_of(because)), findings)


def _findings(track: Track) -> tuple[Finding, ...]:
    arrival = track.arrival
    if track.live is not None:
        own = track.decision.findings if isinstance(track.decision, Verdict) else ()
        beside = arrival.lost or arrival.later
        return own if beside is None else (*own, *_findings(replace(track, arrival=beside)))
    if arrival.stage not in (*_LOST, *_OPEN):
        return ()
    # Only a deployment that failed speaks against the code; the others were kept from serving.
    outcome = Outcome.FAIL if arrival.stage is Stage.FAILED else Outcome.INCONCLUSIVE
    hint = arrival.hint or _HINTS.get(arrival.stage, "")
    if arrival.stage is Stage.FAILED and not hint:
        hint = f"read the build logs of {arrival.service} at Railway"
    check = BLOCKED_BY_CI if arrival.is_blocked_by_ci else ARRIVAL
    missing_as = REMOVED if _is_removed(arrival) else arrival.missing_as
    objects = (missing_as,) if missing_as else ()
    return (Finding(check, outcome, arrival.text, arrival.service, hint=hint, objects=objects),)


def _is_removed(arrival: Arrival) -> bool:
    deployment = arrival.deployment if arrival.stage in (Stage.GONE, Stage.MISSING) else None
    return deployment is not None and deployment.status is DeploymentStatus.REMOVED


def _id(arrival: Arrival) -> str:
    return arrival.deployment.id if arrival.deployment else ""
