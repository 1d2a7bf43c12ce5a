"""Which deployment a service goes back to, and why others are not it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from verifier.decide.gate.history import (
    SERVED_LONG,
    is_condemned,
    is_verified,
    known_bad,
    seen_failing,
)
from verifier.decide.gate.past import Past, codes
from verifier.model.deployment import Deployment, DeploymentStatus, ServiceState
from verifier.model.doubt import Doubt
from verifier.model.past_verdict import PastVerdict
from verifier.model.verdict import Policy, Prefer, Refusal, RestoreMethod


@dataclass(frozen=True, slots=True)
class Choice:
    """What a service goes back to."""

    target: Deployment | None
    refusals: tuple[Refusal, ...] = ()
    """The deployments that were newer, or better known, and why they are not it."""
    warning: str = ""
    """What a person should know of the choice; empty where it needs no words."""


def choose_target(
    state: ServiceState,
    judged: Deployment,
    records: Sequence[PastVerdict],
    policy: Policy,
    doubtful: Mapping[str, Doubt],
) -> Choice:
    """
    Return the best deployment to go back to, if any.

    That is the newest that a gate verified. Where it lies further back than the policy allows
    behind one that served for long without complaint, that one is taken; where none is verified,
    the newest that may be gone back to; of those nothing must speak against it, as `doubtful` says
    by deployment id.
    """
    name = state.service.name
    past, bad = Past(state), _words(known_bad(state, records, judged.created_at))
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
    until = judged.created_at
    verified = next((d for d in allowed if is_verified(state, d, records, until)), None)
    long_ = [d for d in allowed if past.lifetime(d, until) >= SERVED_LONG]
    served = next((d for d in long_ if not seen_failing(name, d, records)), None)
    others = [d for d in allowed if d.id not in doubtful]
    target = verified or _newest_like(served, allowed) or next(iter(others), None)
    against = [Refusal(name, d, doubtful[d.id].reason) for d in allowed if d.id in doubtful]
    if target is None:
        return Choice(None, (*refusals, *against))
    why, warning = "", ""
    if served is not None:
        why = f"it is not known to have served for an hour, unlike {served.id}"
    if verified is not None:
        why = f"not verified by a gate, unlike {verified.id}"
        if served is not None and _is_too_far(verified, served, policy):
            behind_h = (served.created_at - verified.created_at) / timedelta(hours=1)
            target = served
            why = f"it is not known to have served for an hour, unlike {served.id}"
            warning = (
                f"{name}: going back to {served.id}, which served without complaint; the latest "
                f"that a gate verified, {verified.id}, is {behind_h:.0f} h older"
            )
    if target.id in doubtful and doubtful[target.id].is_certain:
        # What was good and is not any more is no deploy's doing: an older one would be no better.
        return Choice(None, (*refusals, Refusal(name, target, doubtful[target.id].reason)))
    newer = [d for d in allowed if d.created_at > target.created_at]
    passed_by = [
        *(r for r in refusals if r.deployment.created_at > target.created_at),
        *(Refusal(name, d, why or doubtful[d.id].reason) for d in newer),
    ]
    return Choice(target, tuple(passed_by), warning)


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
    known = Past(state), _words(known_bad(state, records, judged.created_at))
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
    known: tuple[Past, frozenset[str]],
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
