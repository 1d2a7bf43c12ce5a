"""A rollback that a person asks for: what goes back, and to what, under the gate's own rules."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from verifier.decide.gate.doubtful_targets import left_elsewhere
from verifier.decide.gate.history import first_made, goes_back, latest_record, seen_failing
from verifier.decide.gate.rollback_plan import move_to, position, warn_of_redeploys
from verifier.decide.gate.rollback_target import choose_target, refuse_target
from verifier.decide.gate.verdicts_elsewhere import failed_in_others
from verifier.model.deployment import Deployment, DeploymentStatus, Fleet, ServiceState
from verifier.model.past_verdict import PastStatus, PastVerdict
from verifier.model.report import Report
from verifier.model.verdict import Keep, Move, Policy, Refusal, RollBackTo

#: Digits of an id that reports show, and that a person can give.
_SHORTEST_ID = 8


def plan_manually(
    fleet: Fleet, named: Sequence[str], records: Sequence[PastVerdict], policy: Policy
) -> RollBackTo | Keep:
    """
    Plan to put back every service that runs the code which went live last.

    `named` are ids of deployments to go back to. Where one is named, the code that its service
    runs is what goes, and the other services follow to the named one's code.
    """
    targets: dict[str, Deployment] = {}
    for id_ in named:
        found = _deployments_named(id_, fleet)
        if isinstance(found, Keep):
            # Of a service that Railway did not show it may well be.
            is_shown = not any(state.unread for state in fleet.values())
            return replace(found, is_misnamed=is_shown)
        for owner, chosen in found.items():
            if targets.get(owner, chosen) != chosen:
                text = f"two deployments of {owner} were given: {targets[owner].id} and {id_}"
                return Keep(text, is_misnamed=True)
            targets[owner] = chosen
    serving = {name: d for name, state in fleet.items() if (d := serving_of(state)) is not None}
    idle = [name for name in targets if name not in serving]
    if idle:
        return Keep(f"{', '.join(idle)} has no active deployment")
    condemned = _condemned(serving, targets, fleet)
    if not condemned:
        return Keep("no service has an active deployment")
    return plan_moves(condemned, fleet, records, policy, targets)


def plan_moves(
    condemned: Mapping[str, Deployment],
    fleet: Fleet,
    records: Sequence[PastVerdict],
    policy: Policy,
    targets: Mapping[str, Deployment],
) -> RollBackTo | Keep:
    """Plan what each condemned deployment goes back to; `targets` are those that were named."""
    moves: list[Move] = []
    refusals: list[Refusal] = []
    for name in sorted(condemned, key=lambda name: position(fleet[name], policy.order)):
        state, judged = fleet[name], condemned[name]
        target, refused = _target(state, judged, targets, records, policy)
        refusals += refused
        if target is None:
            why = f" ({refused[0].deployment.id}: {refused[0].reason})" if refused else ""
            return Keep(f"no earlier good deployment of {name} to go back to{why}", tuple(refusals))
        moves.append(move_to(target, state, judged, policy))
    warnings = (*_warn_of_leaving(moves, fleet, records), *_warn_of_targets(moves, fleet, records))
    return RollBackTo(tuple(moves), tuple(refusals), (*warnings, *warn_of_redeploys(moves)))


def _deployments_named(given: str, fleet: Fleet) -> Mapping[str, Deployment] | Keep:
    """
    Find by service the deployment that a person names: by its id, or what reports show of it.

    A commit is taken too, where each service has one deployment of it: it names them all.
    """
    wanted = given.strip().casefold()
    every = [(name, d) for name, state in fleet.items() for d in state.deployments]
    exact = [(name, d) for name, d in every if d.id.casefold() == wanted]
    if exact:
        return dict(exact)
    if len(wanted) < _SHORTEST_ID:
        told = f"no configured service has a deployment {given}" if wanted else "--to is empty"
        return Keep(f"{told}: it takes an id, or the first {_SHORTEST_ID} digits of one")
    begun = [(name, d) for name, d in every if d.id.casefold().startswith(wanted)]
    if len(begun) == 1:
        return dict(begun)
    if begun:
        return Keep(f"several deployments begin with {given}: give more of the id")
    of_commit = [(name, d) for name, d in every if d.commit_sha.casefold().startswith(wanted)]
    if not of_commit:
        return Keep(f"no configured service has a deployment {given}")
    if len({name for name, _ in of_commit}) < len(of_commit):
        ids = ", ".join(d.id for _, d in of_commit)
        return Keep(f"{given} is a commit with several deployments: give one of {ids}")
    return dict(of_commit)


def plan_of_report(
    fleet: Fleet, report: Report, records: Sequence[PastVerdict], policy: Policy
) -> RollBackTo | Keep:
    """
    Return the moves that a gate planned and did not make, where they are what is planned now.

    The file orders nothing: it may be old, of another job, or edited. Each service goes back to
    what would be chosen for it now, and only where the file names just that.
    """
    planned = {
        service.name: service.rollback
        for service in report.services
        if service.rollback is not None and not service.rollback.outcome.was_tried
    }
    moves: list[Move] = []
    for name, record in planned.items():
        state = fleet.get(name)
        condemned = state.find(record.from_) if state else None
        target = state.find(record.to) if state else None
        if state is None or condemned is None or target is None:
            return Keep(f"Railway no longer has the planned deployments of {name}")
        if serving_of(state) != condemned:
            return Keep(f"{name} no longer runs {condemned.id}, which the plan would roll back")
        reason = _refuse_planned(state, condemned, target, records, policy)
        if reason is not None:
            told = f"{name} is not rolled back to {target.id}, as planned: {reason}"
            return Keep(told, (Refusal(name, target, reason),))
        if (good := _known_good(state, condemned, records)) is not None:
            return Keep(
                f"{name} keeps {condemned.id}, which the plan would roll back: it is {good}"
            )
        moves.append(move_to(target, state, condemned, policy))
    if not moves:
        return Keep("the report contains no planned rollback", is_misnamed=True)
    moves.sort(key=lambda move: position(fleet[move.service.name], policy.order))
    return RollBackTo(tuple(moves), warnings=warn_of_redeploys(moves))


def _refuse_planned(
    state: ServiceState,
    condemned: Deployment,
    target: Deployment,
    records: Sequence[PastVerdict],
    policy: Policy,
) -> str | None:
    if target.created_at >= condemned.created_at:
        return "it is not older than what it would replace"
    if (reason := refuse_target(state, condemned, target, records, policy)) is not None:
        return reason
    chosen = choose_target(state, condemned, records, policy, {}).target
    if chosen is not None and chosen.id != target.id:
        return f"{chosen.id} would be chosen now; make a new plan, or use --to"
    return None


def _known_good(
    state: ServiceState, deployment: Deployment, records: Sequence[PastVerdict]
) -> str | None:
    """Say why what serves is known to be good, so that leaving it needs a reason; None if not."""
    latest = latest_record(state.service.name, deployment, records)
    if latest is not None and latest.status is PastStatus.VERIFIED:
        return "what a gate verified"
    if goes_back(state, deployment):
        return "what a rollback restored"
    return None


def _warn_of_leaving(
    moves: Sequence[Move], fleet: Fleet, records: Sequence[PastVerdict]
) -> tuple[str, ...]:
    known: dict[str, list[str]] = {}
    for move in moves:
        good = _known_good(fleet[move.service.name], move.condemned, records)
        if good is not None:
            known.setdefault(good, []).append(move.service.name)
    return tuple(f"{', '.join(sorted(names))}: this leaves {good}" for good, names in known.items())


def _warn_of_targets(
    moves: Sequence[Move], fleet: Fleet, records: Sequence[PastVerdict]
) -> tuple[str, ...]:
    """Tell what speaks against what is gone back to; what forbids it was refused before."""
    left = left_elsewhere(fleet)
    warnings: list[str] = []
    for move in moves:
        name, target = move.service.name, move.target
        others = failed_in_others(name, target, records)
        against = f"a gate has failed its commit in {', '.join(others)}" if others else ""
        if not against and target.id in left:
            against = left[target.id].reason
        if not against and seen_failing(name, target, records):
            against = "it was failing when it was last looked at"
        if against:
            warnings.append(f"{name}: this goes back to {target.id} although {against}")
    return tuple(warnings)


def serving_of(state: ServiceState) -> Deployment | None:
    """Return the newest active deployment, or the one that crashed without a successor."""
    if state.active:
        return state.newest_active
    newest = max(state.deployments, key=lambda d: d.created_at, default=None)
    return newest if newest and newest.status is DeploymentStatus.CRASHED else None


def why_not_its_records(fleet: Fleet, records: Sequence[PastVerdict], repository: str) -> str:
    """
    Say why what was read from a repository may be nothing of what gates found; empty if it is.

    That Railway deploys from another one is not enough: it may have been renamed, or the gates
    run elsewhere, and then what serves is known.
    """
    if not records:
        return f"{repository} has no record of any gate for this environment"
    serving = [d for state in fleet.values() if (d := serving_of(state)) is not None]
    sources = sorted({d.repository for d in serving if d.repository})
    known = {record.deployment_id for record in records}
    is_its_own = any(source.casefold() == repository.casefold() for source in sources)
    if not sources or is_its_own or any(d.id in known for d in serving):
        return ""
    told = ", ".join(sources)
    return f"Railway deploys from {told}, and {repository} has no record of what serves"


def _condemned(
    serving: Mapping[str, Deployment], targets: Mapping[str, Deployment], fleet: Fleet
) -> Mapping[str, Deployment]:
    """
    What goes: the named services' code, or else the code that went live last.

    Older code that was put back, moved or started again since is not newer for that.
    """
    anchors = [d for name, d in serving.items() if name in targets]
    if not anchors and serving:
        made = {name: first_made(fleet[name], d) for name, d in serving.items()}
        latest = max(serving, key=lambda name: (made[name], serving[name].created_at))
        anchors = [serving[latest]]
    return {
        name: deployment
        for name, deployment in serving.items()
        if name in targets or any(deployment.same_code_as(anchor) for anchor in anchors)
    }


def _target(
    state: ServiceState,
    judged: Deployment,
    targets: Mapping[str, Deployment],
    records: Sequence[PastVerdict],
    policy: Policy,
) -> tuple[Deployment | None, list[Refusal]]:
    name = state.service.name
    if not targets:
        choice = choose_target(state, judged, records, policy, {})
        return choice.target, list(choice.refusals)
    wanted = (
        [targets[name]]
        if name in targets
        else [d for d in state.deployments if any(d.same_code_as(t) for t in targets.values())]
    )
    refusals: list[Refusal] = []
    for candidate in wanted:
        reason = refuse_target(state, judged, candidate, records, policy)
        if reason is None:
            return candidate, refusals
        refusals.append(Refusal(name, candidate, reason))
    return None, refusals
