"""What does a run leave unjudged, or has come only after its verdict?"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from verifier.decide.gate.arrival import Arrival, Stage, Wanted, arrival_of
from verifier.decide.gate.remainders import Remainder, is_of, is_wanted_commit, left_of
from verifier.model.check_ids import UNJUDGED
from verifier.model.deployment import Deployment, Fleet
from verifier.model.finding import Finding, Outcome

_HINT = (
    "once {service} has deployed it, run this job again: it judges what is live then. Until then "
    "look at {service} yourself"
)


def came_late(
    arrivals: Sequence[Arrival], judged: Mapping[str, Deployment], awaited: Collection[str]
) -> list[Arrival]:
    """
    Return what has come since a verdict that was about something else: live, or on its way.

    `judged` is what was looked at for that verdict, by service; for what services `awaited` had on
    its way the run has waited as long as it may.
    """
    return [
        arrival
        for arrival in arrivals
        if (d := arrival.deployment) is not None
        if (
            arrival.stage is Stage.LIVE
            and not ((seen := judged.get(arrival.service)) and is_of(d, seen))
        )
        or (arrival.stage is Stage.UNDER_WAY and arrival.service not in awaited)
    ]


def left_unjudged(
    fleet: Fleet,
    judged: Mapping[str, Deployment],
    condemned: Mapping[str, Deployment],
    looked_at: Mapping[str, Deployment],
    wanted: Wanted,
) -> tuple[Finding, ...]:
    """
    Return a finding for each service that has, or may get, what this run did not judge to the end.

    `judged` is what the run followed, `condemned` what it failed, `looked_at` what it verified in
    the end, each by service. Where its own commit is condemned there is nothing: the commit is
    taken out of every service, those that have not begun included.
    """
    if not condemned:
        return ()
    is_own = is_wanted_commit(fleet, condemned, wanted)
    return tuple(
        Finding(UNJUDGED, Outcome.INCONCLUSIVE, text, name, hint=_HINT.format(service=name))
        for name in fleet
        if name not in condemned
        for text in _texts(name, fleet, judged, looked_at, wanted, is_own=is_own)
    )


def _texts(
    name: str,
    fleet: Fleet,
    judged: Mapping[str, Deployment],
    looked_at: Mapping[str, Deployment],
    wanted: Wanted,
    *,
    is_own: bool,
) -> Iterator[str]:
    state, deployment = fleet[name], judged.get(name)
    if deployment is None:
        is_due = not is_own and wanted.waits_for(name)
        if is_due and arrival_of(state, wanted).stage is Stage.MISSING:
            yield (
                "no deployment of this commit has appeared yet: it may still go live without "
                "being checked"
            )
        return
    left = left_of(state, deployment)
    for coming in left.coming:
        yield f"{_label(coming)} is not live yet and will go live without being checked"
    seen = looked_at.get(name)
    is_live = left.remainder in (Remainder.SERVES, Remainder.AWAITS_NEWER)
    if is_live and (seen is None or seen.id != left.deployment.id):
        yield f"{_label(left.deployment)} is live and was not judged to the end"


def _label(deployment: Deployment) -> str:
    commit = f" of commit {deployment.commit_sha[:8]}" if deployment.commit_sha else ""
    word = deployment.status_word or deployment.status
    return f"deployment {deployment.id[:8]}{commit} ({word})"
