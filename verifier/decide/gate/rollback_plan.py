"""Which deployments go back to which, or why nothing is touched."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from verifier.decide.gate.history import goes_back
from verifier.decide.gate.rollback_target import choose_target, methods
from verifier.decide.gate.succession import on_its_way, taken_over_by
from verifier.model.check_ids import (
    ARRIVAL,
    DEEP,
    INSTANCES,
    NO_ANSWER,
    READY,
    SILENT,
    STATUS,
    component_check,
)
from verifier.model.deployment import Deployment, Fleet, ServiceState
from verifier.model.finding import Outcome, Unobserved, condemning
from verifier.model.known_before import FAILED_BEFORE, NEVER_GOOD, Recall
from verifier.model.verdict import (
    InconclusiveMode,
    Keep,
    Move,
    Past,
    Policy,
    Refusal,
    RestoreMethod,
    RollbackMode,
    RollBackTo,
    Verdict,
    VerdictWord,
)

#: What fails when Railway does; and what says no more than that something does.
_PLATFORM = frozenset({SILENT, STATUS, INSTANCES, component_check("redis")})
_SUMMARIES = frozenset({DEEP, READY})
_NOBODY_KNOWS = (
    "no gate has verified it and no run has found it good, and what is live passes its checks"
)

#: What would show whether a check speaks against a deployment, or is set up wrongly.
_WOULD_TELL = {
    Recall.READ: (
        "The check may be misconfigured; a passing verifier check, or a gate that starts before "
        "the deployment is live, would rule that out"
    ),
    Recall.MISSED: (
        "It may have passed, as the records of earlier runs could not be read: run the gate again, "
        "or start it before the deployment is live"
    ),
    Recall.IMPOSSIBLE: (
        "It may have passed, as no earlier run left a record that this one can read: give the gate "
        "a GITHUB_TOKEN with deployments: write, or start it before the deployment is live"
    ),
}


def plan_rollback(
    verdict: Verdict,
    judged: Mapping[str, Deployment],
    fleet: Fleet | Unobserved,
    past: Past,
    policy: Policy,
) -> RollBackTo | Keep:
    """
    Choose a target for every service that moved to the judged deployments, or refuse.

    Only a finding that condemns can set a rollback in motion: a service that was kept from
    being deployed is no reason to touch the others.

    `fleet` holds the whole history that Railway still has. Of the deployments that may be gone
    back to, the latest that a gate has verified is taken, or else the latest. All services have
    a target, or none is touched. What is live and good goes back to nothing that nobody knows only
    because another service did not get the commit.
    """
    if (uncalled := _not_called_for(verdict, policy)) is not None:
        return uncalled
    if isinstance(fleet, Unobserved):
        return Keep(f"could not read Railway's deployments: {fleet.explained}", may_pass=True)
    judged = {name: d for name, d in judged.items() if name in fleet}
    serving = {name: d for name, d in judged.items() if serves(fleet[name], d)}
    standing = {n: d for n, d in serving.items() if taken_over_by(fleet[n], d) is None}
    if serving and not standing:
        return Keep(f"a newer deployment of {', '.join(serving)} is active", may_pass=True)
    moved = {name: d for name, d in standing.items() if on_its_way(fleet[name], d) is None}
    if standing and not moved:
        names = ", ".join(standing)
        return Keep(f"a newer deployment of {names} is on its way", may_pass=True)
    if not moved:
        return Keep("the judged deployment is not live anywhere", may_pass=True)
    if verdict.word is VerdictWord.FAILED and not condemning(verdict.findings):
        return Keep("no failure was found in the live deployment")
    if (reason := _blameless(verdict, past)) is not None:
        return Keep(reason, is_excused=True)
    again = next((name for name, d in moved.items() if goes_back(fleet[name], d)), None)
    if again is not None:
        reason = f"{again} was already rolled back once: the judged deployment is a rollback"
        return Keep(reason, is_excused=True)
    if past.incident and points_at_platform(verdict):
        reason = f"Railway reports an incident, which may be the cause: {past.incident}"
        return Keep(reason, is_excused=True)
    if policy.mode is RollbackMode.OFF:
        reason = "rollbacks are switched off (gate.rollback: off)"
        return Keep(reason, is_condemned=True, is_by_setting=True)
    is_for_others = {finding.check for finding in condemning(verdict.findings)} == {ARRIVAL}
    is_good = is_for_others and moved.keys() <= past.good
    return _choose(moved, fleet, past, policy, only_known=is_good)


def points_at_platform(verdict: Verdict) -> bool:
    """Whether an incident at Railway would explain everything that condemns."""
    condemned = condemning(verdict.findings)
    return all(
        f.outcome is Outcome.FAIL and f.check in _PLATFORM | _SUMMARIES for f in condemned
    ) and any(f.check in _PLATFORM or f.objects == (NO_ANSWER,) for f in condemned)


def spares_what_is_good(plan: RollBackTo | Keep) -> bool:
    """Whether what is live stays only because it passes its checks, so far."""
    return isinstance(plan, Keep) and any(r.reason == _NOBODY_KNOWS for r in plan.refusals)


def is_excused(verdict: Verdict) -> bool:
    """Whether something fails, and nothing of that is held against what was judged."""
    condemned = condemning(verdict.findings)
    return bool(condemned) and all(finding.blameless for finding in condemned)


def serves(state: ServiceState, deployment: Deployment) -> bool:
    """Whether Railway calls this deployment active, or it crashed without a successor."""
    return deployment.id in state.active or (not state.active and deployment.status.has_served)


def _not_called_for(verdict: Verdict, policy: Policy) -> Keep | None:
    if verdict.word is VerdictWord.FAILED:
        return None
    if verdict.word is VerdictWord.INCONCLUSIVE:
        if policy.on_inconclusive is InconclusiveMode.ROLLBACK:
            return None
        return Keep("no failure was found (gate.on-inconclusive: keep)", is_by_setting=True)
    return Keep(f"the verdict is {verdict.word}")


def _blameless(verdict: Verdict, past: Past) -> str | None:
    """Return why nothing that fails is held against the judged deployments; None where it is."""
    condemned = [past.before.weighed(finding) for finding in condemning(verdict.findings)]
    reasons = [finding.blameless for finding in condemned]
    if not reasons or not all(reasons):
        return None
    never = dict.fromkeys(f.check for f in condemned if f.blameless == NEVER_GOOD)
    if never:
        return f"{NEVER_GOOD}: {', '.join(never)}. {_WOULD_TELL[past.recall]}"
    return FAILED_BEFORE if FAILED_BEFORE in reasons else reasons[0]


def _choose(
    moved: Mapping[str, Deployment],
    fleet: Fleet,
    past: Past,
    policy: Policy,
    *,
    only_known: bool,
) -> RollBackTo | Keep:
    moves: list[Move] = []
    refusals: list[Refusal] = []
    without_target: list[str] = []
    warnings: list[str] = []
    for name in sorted(moved, key=lambda name: position(fleet[name], policy.order)):
        state = fleet[name]
        known = (past.records, policy, past.doubtful, past.seen_good)
        choice = choose_target(state, moved[name], *known)
        refusals += choice.refusals
        if choice.target is not None and choice.is_unknown and only_known:
            refusals.append(Refusal(name, choice.target, _NOBODY_KNOWS))
            without_target.append(name)
        elif choice.target is None:
            without_target.append(name)
        else:
            move = move_to(choice.target, state, moved[name], policy)
            moves.append(replace(move, is_into_the_unknown=choice.is_unknown))
            warnings += [choice.warning] if choice.warning else []
    if without_target:
        why = _ruled_out(refusals, without_target)
        reason = f"no earlier good deployment of {', '.join(without_target)} to go back to{why}"
        if moves:
            could = ", ".join(f"{m.service.name} to {m.target.id}" for m in moves)
            reason += f"; alone, these could go back, at Railway: {could}"
        is_stale = any(fleet[name].is_stale for name in without_target)
        return Keep(reason, tuple(refusals), is_condemned=True, may_pass=is_stale)
    return RollBackTo(tuple(moves), tuple(refusals), (*warnings, *warn_of_redeploys(moves)))


def _ruled_out(refusals: Sequence[Refusal], names: Sequence[str]) -> str:
    """Why the latest deployments that a service could have gone back to may not be."""
    latest = {r.service: r for r in reversed(refusals) if r.service in names}
    told = "; ".join(f"{r.deployment.id}: {r.reason}" for r in latest.values())
    return f" ({told})" if told else ""


def move_to(target: Deployment, state: ServiceState, condemned: Deployment, policy: Policy) -> Move:
    """Return the move of a service to a target that is not refused."""
    return Move(state.service, condemned, target, methods(target, policy))


def warn_of_redeploys(moves: Sequence[Move]) -> tuple[str, ...]:
    """Tell of the moves that are no rollback what is different in them."""
    return tuple(
        f"{move.service.name}: Railway can no longer roll back to {move.target.id}; its image is "
        "redeployed, perhaps with today's variables instead of its own"
        for move in moves
        if move.methods == (RestoreMethod.REDEPLOY,)
    )


def position(state: ServiceState, order: Sequence[str]) -> tuple[int, str]:
    """Where a service stands in the order of a rollback, as a key to sort by."""
    keys = (state.service.name, state.service.role)
    return next((i for i, word in enumerate(order) if word in keys), len(order)), keys[0]
