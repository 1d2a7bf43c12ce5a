"""Which deployment a service goes back to, and why others are not it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from verifier.decide.gate.deployment_history import DeploymentHistory, codes
from verifier.decide.gate.history import (
    SERVED_A_WHILE,
    SERVED_LONG,
    is_condemned,
    is_verified,
    known_bad,
    seen_failing,
    seen_well,
    verdict_as_it_stands,
)
from verifier.decide.gate.verdicts_elsewhere import failed_in_others
from verifier.model.deployment import Deployment, DeploymentStatus, ServiceState
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.target_doubt import Doubt
from verifier.model.verdict import Policy, Prefer, Refusal, RestoreMethod


@dataclass(frozen=True, slots=True)
class Choice:
    """What a service goes back to."""

    target: Deployment | None
    refusals: tuple[Refusal, ...] = ()
    """The deployments that were newer, or better known, and why they are not it."""
    warning: str = ""
    """What a person should know of the choice; empty where it needs no words."""
    is_unknown: bool = False
    """Whether nothing is known of it: no verdict, no look, and no hour in which it served."""


def choose_target(
    state: ServiceState,
    judged: Deployment,
    records: Sequence[PastVerdict],
    policy: Policy,
    doubtful: Mapping[str, Doubt],
    seen_good: frozenset[str] = frozenset(),
) -> Choice:
    """
    Return the best deployment to go back to, if any.

    That is the newest that a gate verified. Where it lies further back than the policy allows
    behind one that served for long without complaint, that one is taken; where none is verified,
    the newest that may be gone back to; of those nothing must speak against it, as `doubtful` says
    by deployment id. One whose commit failed in another service is taken only where a gate has
    verified it here, and nothing else is known to be good.
    """
    name, until = state.service.name, judged.created_at
    past, bad = DeploymentHistory(state), _words(known_bad(state, records, judged.created_at))
    refusals: list[Refusal] = []
    allowed: list[Deployment] = []
    older = [d for d in state.deployments if d.created_at < judged.created_at and d.id != judged.id]
    for candidate in sorted(older, key=lambda d: d.created_at, reverse=True):
        reason = _refuse(state, judged, candidate, records, (past, bad))
        reason = reason or _unrestorable(candidate, policy)
        if reason is None:
            allowed.append(candidate)
        else:
            refusals.append(Refusal(name, candidate, reason))
    apart = {d.id: names for d in allowed if (names := failed_in_others(name, d, records))}
    candidates = [d for d in allowed if d.id not in apart]
    down = {id_ for id_, doubt in doubtful.items() if doubt.is_down}
    best = _best(state, candidates, until, records, policy, down)
    if best.target is None:
        failing = {d.id for d in candidates if seen_failing(name, d, records)}
        lasted = {d.id: past.lifetime(d, until) for d in candidates}
        recorded = frozenset(d.id for d in candidates if seen_well(name, d, records))
        best = _of_unknown(name, candidates, lasted, failing, doubtful, (seen_good, recorded))
    if not best.is_known and (own := _verified_itself(state, allowed, apart, records)):
        best = _Best(own, f"not verified by a gate, unlike {own.id}", _warn(name, own, apart))
    target = best.target
    refusals += [
        Refusal(name, d, f"a gate has failed its commit in {', '.join(apart[d.id])}")
        for d in allowed
        if d.id in apart and d != target
    ]
    against = [Refusal(name, d, doubtful[d.id].reason) for d in candidates if d.id in doubtful]
    if target is None:
        return Choice(None, (*refusals, *against))
    if target.id in doubtful and doubtful[target.id].is_certain:
        # What was good and is not any more is no deploy's doing: an older one would be no better.
        return Choice(None, (*refusals, Refusal(name, target, doubtful[target.id].reason)))
    newer = [d for d in candidates if d.created_at > target.created_at]
    passed_by = [
        *(r for r in refusals if r.deployment.created_at > target.created_at),
        *(Refusal(name, d, _speaks_against(d, best, doubtful)) for d in newer),
    ]
    return Choice(target, tuple(passed_by), best.warning, best.is_unknown)


def _speaks_against(deployment: Deployment, best: "_Best", doubtful: Mapping[str, Doubt]) -> str:
    doubt = doubtful.get(deployment.id)
    return doubt.reason if doubt is not None and not best.is_known else best.why


@dataclass(frozen=True, slots=True)
class _Best:
    """The best of what nothing forbids, and why what is newer is not it."""

    target: Deployment | None
    why: str = ""
    warning: str = ""
    is_known: bool = False
    """Whether it is known to be good: by a gate, or because it served for long."""
    is_unknown: bool = False
    """Whether not even a look has found it good."""


def _best(
    state: ServiceState,
    candidates: Sequence[Deployment],
    until: datetime,
    records: Sequence[PastVerdict],
    policy: Policy,
    down: Collection[str],
) -> _Best:
    """
    Return the best of what is known to be good, by the policy and what this run saw crashed.

    An hour crashed is no hour served. What fails since a while may fail for its environment.
    """
    name, past = state.service.name, DeploymentHistory(state)
    verified = next((d for d in candidates if is_verified(state, d, records, until)), None)
    long_ = [d for d in candidates if past.lifetime(d, until) >= SERVED_LONG]
    well = (d for d in long_ if d.id not in down and not seen_failing(name, d, records))
    served = next(well, None)
    target = verified or _newest_like(served, [d for d in candidates if d.id not in down])
    if target is None:
        return _Best(None)
    why = f"it is not known to have served for an hour, unlike {served.id}" if served else ""
    if verified is None:
        return _Best(target, why, is_known=True)
    if served is None or not _is_too_far(verified, served, policy):
        return _Best(verified, f"not verified by a gate, unlike {verified.id}", is_known=True)
    behind_h = (served.created_at - verified.created_at) / timedelta(hours=1)
    warning = (
        f"{name}: going back to {served.id}, which served without complaint; the latest "
        f"that a gate verified, {verified.id}, is {behind_h:.0f} h older"
    )
    return _Best(served, why, warning, is_known=True)


def _of_unknown(
    name: str,
    candidates: Sequence[Deployment],
    lasted: Mapping[str, timedelta],
    failing: Collection[str],
    doubtful: Mapping[str, Doubt],
    good: tuple[frozenset[str], frozenset[str]],
) -> _Best:
    """
    Return the best of what no gate knows: what was seen good, else what had time to fail.

    What is replaced within a minute or two was nobody's to complain about. `lasted` says how long
    each served, `failing` which a run has seen failing last, `good` what was good just now, and
    what an earlier run kept as good.
    """
    seen_good, recorded = good
    others = [d for d in candidates if d.id not in doubtful]
    last_resort = [d for d in candidates if d.id in doubtful and doubtful[d.id].is_last_resort]
    for group in ([d for d in others if d.id not in failing], others, last_resort):
        if group:
            good_now = (d for d in group if d.id in seen_good)
            good_then = (d for d in group if d.id in recorded)
            long_ = (d for d in group if lasted[d.id] >= SERVED_A_WHILE)
            longest = max(group, key=lambda d: lasted[d.id])
            known = next(good_now, None) or next(good_then, None)
            if known is not None:
                return _Best(known, f"it failed, or no run has seen it good, unlike {known.id}")
            target = next(long_, None) or longest
            why = f"it failed, or did not serve for as long as {target.id}"
            return _Best(target, why, _nothing_known_of(name, target), is_unknown=True)
    return _Best(None)


def _verified_itself(
    state: ServiceState,
    allowed: Sequence[Deployment],
    apart: Mapping[str, Sequence[str]],
    records: Sequence[PastVerdict],
) -> Deployment | None:
    """Return the newest of what failed elsewhere that a gate has verified in this service."""
    verdicts = ((d, verdict_as_it_stands(state, d, records)) for d in allowed if d.id in apart)
    return next((d for d, v in verdicts if v and v.status is PastStatus.VERIFIED), None)


def _nothing_known_of(name: str, target: Deployment) -> str:
    return (
        f"{name}: going back to {target.id}, which no gate has verified and no run has found good: "
        "nothing else is known to be good"
    )


def _warn(name: str, target: Deployment, apart: Mapping[str, Sequence[str]]) -> str:
    return (
        f"{name}: going back to {target.id}, whose commit a gate has failed in "
        f"{', '.join(apart[target.id])}: here it was verified, and nothing else is known to be good"
    )


def _newest_like(served: Deployment | None, allowed: Sequence[Deployment]) -> Deployment | None:
    """Return the newest deployment of the code that served for long; `allowed` is newest first."""
    if served is None:
        return None
    return next((d for d in allowed if d.id == served.id or d.same_code_as(served)), None)


def refuse_target(
    state: ServiceState,
    judged: Deployment,
    candidate: Deployment,
    records: Sequence[PastVerdict],
    policy: Policy,
) -> str | None:
    """Return why a service may not go back to a deployment, None where it may."""
    known = DeploymentHistory(state), _words(known_bad(state, records, judged.created_at))
    reason = _refuse(state, judged, candidate, records, known)
    return reason or _unrestorable(candidate, policy)


def _words(bad: Sequence[Deployment]) -> frozenset[str]:
    """Name what was rolled back from, by its id and by its code."""
    return frozenset(word for d in bad for word in (f"deployment {d.id}", *codes(d)))


def _refuse(
    state: ServiceState,
    judged: Deployment,
    candidate: Deployment,
    records: Sequence[PastVerdict],
    known: tuple[DeploymentHistory, frozenset[str]],
) -> str | None:
    """Say why not; `known` is the service's past, and names of what was rolled back from."""
    past, bad = known
    status = candidate.status
    if candidate.same_code_as(judged):
        return "it is the same commit or image"
    if not status.has_served or status is DeploymentStatus.CRASHED:
        return f"it ended as {candidate.status_word or status}"
    if past.was_never_switched_to(candidate):
        return "it was removed before it ever served"
    if not bad.isdisjoint(_words([candidate])):
        return "it has itself been rolled back"
    if is_condemned(state, candidate, records, judged.created_at):
        return "an earlier gate failed it"
    return None


def _unrestorable(candidate: Deployment, policy: Policy) -> str | None:
    return None if methods(candidate, policy) else "Railway can no longer restore it"


def methods(target: Deployment, policy: Policy) -> tuple[RestoreMethod, ...]:
    """Return the ways in which Railway can put a deployment back, the better one first."""
    by_rollback = (RestoreMethod.ROLLBACK,) if target.can_rollback else ()
    may_redeploy = policy.redeploys and target.can_redeploy
    return (*by_rollback, *((RestoreMethod.REDEPLOY,) if may_redeploy else ()))


def _is_too_far(verified: Deployment, served: Deployment, policy: Policy) -> bool:
    """Whether going back to what was verified would undo more than the policy wants."""
    behind_s = (served.created_at - verified.created_at).total_seconds()
    if policy.prefer is Prefer.RECENT:
        return behind_s > 0
    return behind_s > policy.verified_within_s
