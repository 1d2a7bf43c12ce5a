"""A drill: may what serves go back now, and forward again? When was a rollback last proven?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from verifier.decide.gate.history import (
    SERVED_LONG,
    goes_back,
    is_condemned,
    is_verified,
    lifetime,
)
from verifier.decide.gate.manual import plan_manually
from verifier.decide.gate.rollback_plan import move_to, warn_of_redeploys
from verifier.model.deployment import Deployment, Fleet, ServiceState
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.past_verdict import LatestClaim, PastStatus, PastVerdict
from verifier.model.verdict import Keep, Move, Policy, RestoreMethod, RollBackTo

DRILL = "ready.drill"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DrillFacts:
    """What is known beside Railway's deployments at one moment."""

    at: datetime
    records: Sequence[PastVerdict] = ()
    """Newest first."""
    claims: Mapping[str, LatestClaim] = field(default_factory=dict)
    """By the id of the deployment that was to be left."""
    incident: str = ""
    """What Railway says is wrong with its platform."""


def plan_drill(
    fleet: Fleet, known: DrillFacts, policy: Policy, gate_within_s: float, *, is_elsewhere: bool
) -> RollBackTo | Keep:
    """
    Plan to put back what a gate would put back, or say why nothing is touched now.

    Whatever is in doubt keeps everything as it is: a drill can wait. What serves must be known to
    be good and to be nobody's at the moment; `gate_within_s` is how long a gate may judge it.
    `is_elsewhere` tells that this is not the environment that the configuration is about.
    """
    for reason in _against(fleet, known, gate_within_s, is_elsewhere=is_elsewhere):
        return Keep(reason)
    plan = plan_manually(fleet, (), known.records, policy)
    if isinstance(plan, Keep):
        return plan
    if len({move.target.commit_sha for move in plan.moves}) > 1:
        return Keep("the services would go back to different commits", plan.refusals)
    for move in plan.moves:
        name, target = move.service.name, move.target
        if move.methods[0] is not RestoreMethod.ROLLBACK:
            return Keep(warn_of_redeploys([move])[0], plan.refusals)
        if not _is_good(fleet[name], target, known):
            text = f"{name} would go back to {target.id}, which is not known to be good"
            return Keep(text, plan.refusals)
    # That it leaves what a gate has verified is the point of it.
    return RollBackTo(plan.moves, plan.refusals)


def plan_return(
    fleet: Fleet,
    moves: Sequence[Move],
    back: Mapping[str, Deployment],
    before: Fleet,
    known: DrillFacts,
    policy: Policy,
) -> RollBackTo | Keep:
    """
    Plan to put forward again what a drill has put back, or say why that is left as it is.

    `moves` are the drill's, `back` what serves by them, by service name; `before` is what Railway
    showed as it began, `known.records` are those that came since. Somebody else's deployment, even
    one that the drill itself has replaced by chance, or verdict is not fought.
    """
    for name, state in fleet.items():
        if reason := _not_shown(state):
            return Keep(reason)
        own = {d.id for d in before[name].deployments}
        own |= {back[name].id} if name in back else set()
        other = next((d for d in state.deployments if d.id not in own), None)
        if other is not None:
            return Keep(f"{name} has a deployment that is not the drill's, {other.id}")
        live = (back[name].id,) if name in back else before[name].active
        if state.active != live:
            return Keep(f"{name} no longer runs {', '.join(live)}")
    forward: list[Move] = []
    # What went back first does things twice, and so is put forward last.
    for move in reversed(moves):
        name, left = move.service.name, move.condemned
        if name not in back:
            continue
        if is_failed_by(known.records, name, left):
            return Keep(f"a gate has failed {left.id} of {name} during the drill")
        target = fleet[name].find(left.id)
        if target is None or not target.can_rollback:
            return Keep(f"Railway can no longer restore {left.id} of {name}")
        forward.append(move_to(target, fleet[name], back[name], policy))
    return RollBackTo(tuple(forward)) if forward else Keep("nothing was rolled back")


def is_failed_by(records: Sequence[PastVerdict], service: str, deployment: Deployment) -> bool:
    """Whether any of these records condemns the code of a deployment."""
    return any(
        r.status is PastStatus.CONDEMNED and r.is_about(service, deployment) for r in records
    )


def last_proven(service: str, records: Sequence[PastVerdict]) -> PastVerdict | None:
    """Return the latest rollback of a service, a gate's or a drill's, that was proven to work."""
    return next(
        (
            record
            for record in records
            if record.service == service
            and record.at is not None
            and (record.put_back_in_s is not None or record.restored_in_s is not None)
        ),
        None,
    )


def check_drills(
    services: Sequence[str],
    records: Sequence[PastVerdict] | Unobserved,
    every_s: float | None,
    now: datetime,
) -> Iterator[Finding]:
    """
    Tell how long ago a rollback of each service was proven; warn where that is too long.

    `every_s` is `rollback.drill-every`; None where it is not asked for.
    """
    hint = "run verifier rehearse --railway ENVIRONMENT, or make rollback.drill-every longer"
    for name in services:
        if isinstance(records, Unobserved):
            text = f"could not determine when a rollback was last proven: {records.reason}"
            bad = Outcome.SKIP if every_s is None else Outcome.WARN
            yield Finding(DRILL, bad, text, name, hint=records.hint)
            continue
        latest = last_proven(name, records)
        if latest is None or latest.at is None:
            text, is_late = "no rollback is recorded as proven", True
        else:
            age = now - latest.at
            text = f"a rollback was last proven {_ago(age)}, on {latest.at:%Y-%m-%d}"
            is_late = every_s is not None and age.total_seconds() > every_s
        if every_s is None:
            unasked = f"{text}; rollback.drill-every is not set"
            yield Finding(DRILL, Outcome.SKIP, unasked, name)
        elif is_late:
            limit = f"{text}; rollback.drill-every is {_days(timedelta(seconds=every_s))}"
            yield Finding(DRILL, Outcome.WARN, limit, name, hint=hint)
        else:
            yield Finding(DRILL, Outcome.PASS, text, name)


def _against(
    fleet: Fleet, known: DrillFacts, gate_within_s: float, *, is_elsewhere: bool
) -> Iterator[str]:
    """Yield what speaks against touching anything now."""
    if known.incident:
        yield f"Railway reports an incident: {known.incident}"
    for name, state in fleet.items():
        if reason := _not_shown(state):
            yield reason
            continue
        serving = state.sole_active
        if serving is None or not serving.status.is_up or serving.has_ended:
            yield f"{name} has not exactly one deployment that is up"
            continue
        if (coming := _not_over(state, serving.created_at)) is not None:
            yield f"{name} has a newer deployment, {coming.id}: a gate may be judging it"
        if goes_back(state, serving):
            yield (
                f"{name} runs {serving.id}, which a rollback put there: an incident is open, or a "
                "drill was cut off (verifier rollback --to ID puts what it left forward again)"
            )
        if serving.id in known.claims:
            yield f"a run has claimed a rollback of {serving.id} of {name}"
        since = serving.settled_at or serving.created_at
        left_s = gate_within_s - (known.at - since).total_seconds()
        if left_s > 0:
            yield (
                f"{name} runs {serving.id} so shortly that a gate may be judging it: try again "
                f"in {left_s:.0f} s"
            )
        if not _is_good(state, serving, known):
            yield f"{name} runs {serving.id}, which no gate has verified"
        own = state.service.url
        if is_elsewhere and own and not state.lists(own):
            yield (
                f"{own} is no address of {name} in this environment: give a configuration of this "
                "environment with --config, or its address in RAILWAY_APP_URL"
            )


def _not_shown(state: ServiceState) -> str:
    """Say that Railway does not show a service now; empty where it does."""
    if not (state.unread or state.is_stale):
        return ""
    why = state.unread or "its last answer is old"
    return f"Railway does not show {state.service.name}: {why}"


def _is_good(state: ServiceState, deployment: Deployment, known: DrillFacts) -> bool:
    """Whether a gate verified it, or it served for long and no gate failed it since."""
    if is_condemned(state, deployment, known.records, known.at):
        return False
    has_lasted = lifetime(state, deployment, known.at) >= SERVED_LONG
    return has_lasted or is_verified(state, deployment, known.records, known.at)


def _not_over(state: ServiceState, since: datetime) -> Deployment | None:
    """
    Return what was made since then and serves or may still come, or what is on its way at all.

    Also what waits for CI or for a person: it may go on at any moment.
    """
    newer = (d for d in state.deployments if d.created_at > since and d.status.is_up)
    return next((d for d in state.deployments if d.status.is_under_way), next(newer, None))


def _ago(age: timedelta) -> str:
    return "today" if age < _DAY else f"{_days(age)} ago"


def _days(span: timedelta) -> str:
    count = int(span / _DAY)
    return f"{count} day{'' if count == 1 else 's'}"
