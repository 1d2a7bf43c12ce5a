"""Could a deploy that is made now be undone?"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from verifier.decide.gate.history import is_verified
from verifier.decide.gate.rollback_target import choose_target
from verifier.model.deployment import Deployment, DeploymentStatus, Fleet, ServiceState
from verifier.model.finding import Finding, Outcome, Unobserved
from verifier.model.past_verdict import PastVerdict
from verifier.model.platform import AutoDeploy, EnvironmentFacts
from verifier.model.verdict import Policy

TARGET = "ready.target"
RIGHTS = "ready.rights"
CI = "ready.ci"
AUTO_DEPLOY = "ready.auto_deploy"
MEMORY = "ready.memory"

#: How long Railway keeps the image of a deployment that was removed, by plan.
#: Source: https://docs.railway.com/pricing/plans
_RETENTION = {
    "free": timedelta(hours=24),
    "trial": timedelta(hours=24),
    "hobby": timedelta(hours=72),
    "pro": timedelta(hours=120),
}
_SOON = timedelta(hours=12)


def check_targets(
    fleet: Fleet,
    records: Sequence[PastVerdict],
    policy: Policy,
    facts: EnvironmentFacts | Unobserved,
    now: datetime,
) -> Iterator[Finding]:
    """Name what each service would go back to if a deployment made now were bad."""
    plan = facts.subscription if isinstance(facts, EnvironmentFacts) else ""
    for name, state in fleet.items():
        coming = Deployment("", DeploymentStatus.QUEUED, now)
        choice = choose_target(state, coming, records, policy, {})
        target = choice.target
        if target is None:
            why = "; ".join(f"{r.deployment.id}: {r.reason}" for r in choice.refusals[:3])
            text = (
                f"no earlier good deployment to go back to ({why or 'Railway has no deployment'})"
            )
            hint = f"let a deployment of {name} pass a gate before you deploy"
            yield Finding(TARGET, Outcome.FAIL, text, name, hint=hint)
            continue
        label = f"would roll back to {target.id}"
        label += f" (commit {target.commit_sha[:8]})" if target.commit_sha else ""
        kept, is_short = _kept(target, state, plan, now)
        is_proven = is_verified(state, target, records, now)
        verified = "verified by a gate" if is_proven else "not verified by any gate"
        outcome = Outcome.PASS if is_proven and not is_short else Outcome.WARN
        yield Finding(TARGET, outcome, f"{label}, {verified}{kept}", name)


def _kept(target: Deployment, state: ServiceState, plan: str, now: datetime) -> tuple[str, bool]:
    """For how long Railway keeps the target's image, and whether that is short."""
    retention = _RETENTION.get(plan)
    if retention is None:
        return "", False
    hours = retention.total_seconds() / 3600
    if target.id in state.active:
        return f"; Railway keeps it for {hours:.0f} h once it is replaced", False
    if target.settled_at is None:
        return "", False
    left = target.settled_at + retention - now
    left_h = max(0.0, left.total_seconds() / 3600)
    return f"; Railway keeps it for another {left_h:.0f} h", left < _SOON


def check_rights(
    facts: EnvironmentFacts | Unobserved, *, is_project_token: bool
) -> Iterator[Finding]:
    """Tell what is known of the token without trying it on production."""
    if isinstance(facts, Unobserved):
        text = f"could not determine the rights of this token: {facts.reason}"
        yield Finding(RIGHTS, Outcome.WARN, text, hint=facts.hint)
    elif not facts.can_access:
        text = "this token has no access to the environment, which is restricted"
        hint = "use the token of a member who has access"
        yield Finding(RIGHTS, Outcome.FAIL, text, hint=hint)
    elif is_project_token:
        text = "Railway does not say whether a project token may roll back"
        hint = "set rollback.redeploy: true, which project tokens may do, or use RAILWAY_API_TOKEN"
        yield Finding(RIGHTS, Outcome.WARN, text, hint=hint)
    else:
        yield Finding(RIGHTS, Outcome.PASS, "the token has access to the environment")


def check_pushes(
    facts: EnvironmentFacts | Unobserved,
    switches: Mapping[str, AutoDeploy | Unobserved],
    held: frozenset[str],
) -> Iterator[Finding]:
    """Tell what a push would meet: `switches` and `held` are by service name."""
    for name in sorted(facts.waiting_for_ci) if isinstance(facts, EnvironmentFacts) else ():
        text = "Railway waits for CI; a gate that runs on push would wait for Railway: a deadlock"
        hint = "start the gate on deployment_status, or turn Wait for CI off"
        yield Finding(CI, Outcome.WARN, text, name, hint=hint)
    for name, switch in switches.items():
        if isinstance(switch, Unobserved):
            text = f"could not determine whether a push deploys it: {switch.reason}"
            yield Finding(AUTO_DEPLOY, Outcome.WARN, text, name, hint=switch.hint)
        elif switch.enabled:
            yield Finding(AUTO_DEPLOY, Outcome.PASS, "a push deploys it", name)
        else:
            by = "a gate holds it after a rollback" if name in held else "auto-deploy is off"
            text = f"a push does not deploy it: {by}"
            hint = "run verifier release once it may deploy again" if name in held else ""
            yield Finding(AUTO_DEPLOY, Outcome.WARN, text, name, hint=hint)


def check_memory(records: Sequence[PastVerdict] | Unobserved, kept_how: str) -> Finding:
    """Tell whether this run could know what earlier ones found."""
    if isinstance(records, Unobserved):
        text = f"could not read the records of earlier gates: {records.reason}"
        return Finding(MEMORY, Outcome.WARN, text, hint=records.hint)
    told = "record" if len(records) == 1 else "records"
    return Finding(MEMORY, Outcome.PASS, f"{len(records)} {told} of earlier gates; {kept_how}")
