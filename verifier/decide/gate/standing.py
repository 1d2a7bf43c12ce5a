"""What is live in each service, who judged it, and what a gate would go back to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from verifier.decide.gate.history import goes_back, is_verified, latest_record
from verifier.decide.gate.manual import plan_moves, serving_of
from verifier.decide.gate.rollback_plan import plan_rollback
from verifier.model.check_ids import STATUS
from verifier.model.deployment import Deployment, Fleet, ServiceState
from verifier.model.environment_status import (
    GateRecord,
    Pushes,
    ServiceStatus,
    ShownDeployment,
    WayBack,
)
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.past_verdict import Claim, LatestClaim, PastVerdict
from verifier.model.platform import AutoDeploy
from verifier.model.verdict import Keep, Past, Policy, Verdict, VerdictWord

_NOTHING_LIVE = WayBack(None, reason="no deployment is active")


@dataclass(frozen=True, slots=True)
class Kept:
    """What earlier runs left behind; empty where it was not read."""

    records: tuple[PastVerdict, ...] = ()
    """Newest first."""
    held: frozenset[str] = frozenset()
    """Ids of the services whose auto-deploy a gate holds."""
    claims: Mapping[str, LatestClaim] = field(default_factory=dict)
    """By the id of the deployment that was to be left."""


def service_statuses(
    fleet: Fleet,
    kept: Kept,
    switches: Mapping[str, AutoDeploy | Unobserved],
    policy: Policy,
    now: datetime,
) -> tuple[ServiceStatus, ...]:
    """Return the status of each service, in the fleet's order; `switches` are by its name."""
    live = {name: d for name, state in fleet.items() if (d := serving_of(state)) is not None}
    back = _ways_back(live, fleet, kept.records, policy, now)
    return tuple(
        ServiceStatus(
            name=name,
            role=state.service.role,
            live=tuple(_shown(state, d) for d in state.all_active),
            coming=tuple(
                _shown(state, d) for d in state.deployments if _is_coming(d, live.get(name))
            ),
            judged=_judgement(name, live.get(name), kept.records),
            back_to=back.get(name, _NOTHING_LIVE),
            pushes=_pushes(switches.get(name), is_held=state.service.id in kept.held),
            claim=_claim(live.get(name), kept.claims),
            unread=state.unread,
        )
        for name, state in fleet.items()
    )


def _is_coming(deployment: Deployment, live: Deployment | None) -> bool:
    is_newer = live is None or deployment.created_at > live.created_at
    return deployment.status.is_under_way and is_newer


def _ways_back(
    live: Mapping[str, Deployment],
    fleet: Fleet,
    records: Sequence[PastVerdict],
    policy: Policy,
    now: datetime,
) -> Mapping[str, WayBack]:
    """
    Ask the plan of `verifier rollback` what it would move, and the gate's own whether it would.

    Services of one commit go back together or not at all, so they are asked about together.
    """
    ways: dict[str, WayBack] = {}
    for name in live:
        if name in ways:
            continue
        together = {n: d for n, d in live.items() if n == name or d.same_code_as(live[name])}
        plan = plan_moves(together, fleet, records, policy, {})
        if isinstance(plan, Keep):
            ways |= dict.fromkeys(together, WayBack(None, reason=plan.reason))
            continue
        kept = _why_a_gate_would_not(together, fleet, records, policy)
        for move in plan.moves:
            state, target = fleet[move.service.name], move.target
            proven = is_verified(state, target, records, now)
            ways[move.service.name] = WayBack(_shown(state, target), proven, kept)
    return ways


def _why_a_gate_would_not(
    together: Mapping[str, Deployment], fleet: Fleet, records: Sequence[PastVerdict], policy: Policy
) -> str:
    """Why a gate that condemned these would leave them; empty where it would not."""
    text = "supposed to be bad"
    bad = tuple(Finding(STATUS, Outcome.CRITICAL, text, service) for service in together)
    verdict = Verdict(VerdictWord.FAILED, text, bad)
    plan = plan_rollback(verdict, together, fleet, Past(records=tuple(records)), policy)
    return plan.reason if isinstance(plan, Keep) else ""


def _judgement(
    service: str, live: Deployment | None, records: Sequence[PastVerdict]
) -> GateRecord | None:
    record = latest_record(service, live, records) if live is not None else None
    if record is None:
        return None
    return GateRecord(record.status, record.deployment_id, record.at, record.run_url, record.reason)


def _claim(live: Deployment | None, claims: Mapping[str, LatestClaim]) -> Claim | None:
    latest = claims.get(live.id) if live is not None else None
    return latest.claim if latest is not None else None


def _pushes(switch: AutoDeploy | Unobserved | None, *, is_held: bool) -> Pushes:
    if switch is None or isinstance(switch, Unobserved):
        return Pushes.UNKNOWN
    if switch.enabled:
        return Pushes.DEPLOY
    return Pushes.HELD if is_held else Pushes.OFF


def _shown(state: ServiceState, deployment: Deployment) -> ShownDeployment:
    return ShownDeployment(
        id=deployment.id,
        status=deployment.status_word or deployment.status,
        created_at=deployment.created_at,
        since=deployment.settled_at,
        commit=deployment.commit_sha,
        author=deployment.author,
        is_rollback=goes_back(state, deployment),
    )
