"""What is left of a condemned commit, service by service?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from verifier.decide.gate.arrival import Arrival, Stage, Wanted, is_wanted, locate
from verifier.decide.gate.history import is_verified_now
from verifier.decide.gate.rollback_plan import serves
from verifier.decide.gate.succession import on_its_way, taken_over_by
from verifier.model.deployment import Deployment, DeploymentStatus, Fleet, ServiceState
from verifier.model.past_verdict import PastVerdict

_ENDED = (
    DeploymentStatus.FAILED,
    DeploymentStatus.SKIPPED,
    DeploymentStatus.REMOVED,
    DeploymentStatus.REMOVING,
)


class Remainder(StrEnum):
    """What a service still has of a condemned deployment."""

    NOTHING = "nothing"
    SERVES = "serves"
    """It is live, and nothing newer is on its way: it can go back."""
    AWAITS_NEWER = "awaits a newer deployment"
    """It is live, and a newer deployment will take over or give the service back."""
    COMING = "coming"
    """It is on its way and may still go live."""


@dataclass(frozen=True, slots=True)
class Left:
    """A condemned deployment that a service still has."""

    remainder: Remainder
    deployment: Deployment
    """As Railway shows it now; another one of the same code where that is live or coming."""
    coming: tuple[Deployment, ...] = ()
    """All that are on their way and may still go live, beside one that serves too."""


def left_of(state: ServiceState, condemned: Deployment) -> Left:
    """Return what a service still has of a condemned deployment or its code."""
    shown = state.find(condemned.id) or condemned
    same = [d for d in state.deployments if is_of(d, condemned)]
    coming = tuple(d for d in same if not serves(state, d) and _may_come(state, d))
    live = [d for d in same or [shown] if serves(state, d) and taken_over_by(state, d) is None]
    if live:
        deployment = max(live, key=lambda d: d.created_at)
        is_awaited = on_its_way(state, deployment) is not None
        remainder = Remainder.AWAITS_NEWER if is_awaited else Remainder.SERVES
        return Left(remainder, deployment, coming)
    if coming:
        return Left(Remainder.COMING, max(coming, key=lambda d: d.created_at), coming)
    return Left(Remainder.NOTHING, shown)


def sparing(records: Sequence[PastVerdict], arrivals: Sequence[Arrival]) -> tuple[PastVerdict, ...]:
    """
    Return the verdicts of earlier gates that spare what they verified (`spread`).

    None on what this run was asked to judge, which goes as a whole: those on older commits. What
    was good there when it came, and fails in one service by now, may have its reason in that one.
    """
    own = [(a.service, a.deployment) for a in arrivals if a.deployment and not a.is_taken_on]
    commits = {deployment.commit_sha for _, deployment in own} - {""}
    return tuple(
        r
        for r in records
        if r.commit_sha not in commits and not any(r.is_about(name, d) for name, d in own)
    )


def spread(
    fleet: Fleet,
    condemned: Mapping[str, Deployment],
    wanted: Wanted | None = None,
    spared_by: Sequence[PastVerdict] = (),
) -> dict[str, Deployment]:
    """
    Return what is condemned by now, by service: also what appeared later, of the same code.

    A deployment that came after the verdict, was retried, or waits for an approval would bring the
    commit back; so would another upload of the job that the run was asked about. What the verdicts
    `spared_by` verified in its own service is condemned by no other.
    """
    found = dict(condemned)
    for name, state in fleet.items():
        if name in condemned:
            continue
        same = [
            d
            for d in state.deployments
            if (serves(state, d) or _may_come(state, d))
            and any(is_of(d, bad) for bad in condemned.values())
            and not is_verified_now(state, d, spared_by)
        ]
        if same:
            found[name] = max(same, key=lambda d: d.created_at)
    if wanted is None or not _is_whole_job(fleet, condemned, wanted):
        return found
    return {**_uploads(fleet, wanted), **found}


def _is_whole_job(fleet: Fleet, condemned: Mapping[str, Deployment], wanted: Wanted) -> bool:
    """
    Whether all uploads of a job are condemned.

    Not where one was not built, and an earlier one of its service is live instead.
    """
    rest = {
        name: d
        for name, d in condemned.items()
        if d.status is not DeploymentStatus.FAILED
        or not any(is_wanted(one, wanted) for one in fleet[name].all_active)
    }
    return not wanted.commit_sha and is_wanted_commit(fleet, rest, wanted)


def _uploads(fleet: Fleet, wanted: Wanted) -> dict[str, Deployment]:
    """Return the uploads of the job that serve or may come, by service name."""
    located = {name: locate(s, wanted) for name, s in fleet.items() if wanted.waits_for(name)}
    return {
        name: d
        for name, d in located.items()
        if d is not None and (serves(fleet[name], d) or _may_come(fleet[name], d))
    }


def remainders(fleet: Fleet, condemned: Mapping[str, Deployment]) -> dict[str, Left]:
    """Return what services still have of what is condemned; those without anything are left out."""
    found = {name: left_of(fleet[name], d) for name, d in condemned.items() if name in fleet}
    return {name: left for name, left in found.items() if left.remainder != Remainder.NOTHING}


def is_wanted_commit(fleet: Fleet, condemned: Mapping[str, Deployment], wanted: Wanted) -> bool:
    """
    Whether what is condemned, by service, is the commit that the run was asked about.

    An upload of a service that the run does not wait for may be of any commit.
    """
    return any(
        (found := locate(fleet[name], wanted)) is not None and is_of(found, bad)
        for name, bad in condemned.items()
        if name in fleet and wanted.waits_for(name)
    )


def beside(
    arrivals: Sequence[Arrival],
    fleet: Fleet,
    condemned: Sequence[Mapping[str, Deployment]],
    wanted: Wanted,
) -> list[Arrival]:
    """
    Return what is to be judged beside what is condemned already, one mapping for each commit.

    A service that was put back is not judged for that, and its own commit is either condemned as a
    whole or not at all.
    """
    is_own = any(is_wanted_commit(fleet, bad, wanted) for bad in condemned)
    all_ = [(name, deployment) for bad in condemned for name, deployment in bad.items()]
    services = {name for name, _ in all_}
    return [
        arrival
        for arrival in arrivals
        if not (is_own and not arrival.is_taken_on)
        and not (_is_passed_by(arrival) and arrival.service in services)
        and not any(arrival.deployment and is_of(arrival.deployment, bad) for _, bad in all_)
    ]


def _is_passed_by(arrival: Arrival) -> bool:
    return arrival.is_taken_on or arrival.stage is Stage.UNAFFECTED


def is_of(deployment: Deployment, condemned: Deployment) -> bool:
    """
    Whether it is the condemned one, or brings the same commit.

    Of two commits one image may be made: what is condemned of the one says nothing of the other.
    """
    if deployment.id == condemned.id:
        return True
    if deployment.commit_sha and condemned.commit_sha:
        return deployment.commit_sha == condemned.commit_sha
    return deployment.same_code_as(condemned)


def _may_come(state: ServiceState, deployment: Deployment) -> bool:
    """Whether it may still go live; what is being built may, whatever has gone live meanwhile."""
    if deployment.status.is_under_way:
        return True
    is_up = deployment.status.is_up and deployment.status not in _ENDED
    return is_up and deployment.id not in state.active and taken_over_by(state, deployment) is None
