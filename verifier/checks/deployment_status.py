"""Does Railway say that the judged deployment is up, and do its instances run?"""

from collections.abc import Iterator
from dataclasses import replace

from verifier.model.check_ids import INSTANCES, RESTARTING, STATUS, UP_AGAIN
from verifier.model.deployment import Deployment, DeploymentStatus
from verifier.model.evidence import Evidence, ServiceEvidence
from verifier.model.expectations import Expectations
from verifier.model.finding import Finding, Later, Outcome, Provenance

_FELL = frozenset({"EXITED", "CRASHED"})
_ENDED = _FELL | {"STOPPED", "REMOVED"}
#: Ended, and started again by Railway; or not started yet.
_AGAIN = "RESTARTING"
_COMING = frozenset({_AGAIN, "CREATED", "INITIALIZING"})


def check_status(evidence: Evidence, _: Expectations) -> Iterator[Finding]:
    """Judge the status word alone; SUCCESS is no proof that anything works."""
    for service in evidence.services:
        deployment = current(service)
        word = deployment.status_word or deployment.status
        text = f"deployment {deployment.id} is {word}"
        match deployment.status:
            case DeploymentStatus.SUCCESS | DeploymentStatus.SLEEPING:
                outcome, hint = Outcome.PASS, ""
            case DeploymentStatus.CRASHED | DeploymentStatus.FAILED:
                outcome, hint = Outcome.FAIL, _read_logs(service)
            case _:
                outcome, hint = Outcome.INCONCLUSIVE, ""
        found = _finding(STATUS, outcome, text, evidence, service, hint)
        yield replace(found, objects=(str(deployment.status),) if outcome.condemns else ())


def check_instances(evidence: Evidence, _: Expectations) -> Iterator[Finding]:
    """A deployment stays SUCCESS when its process ends: the instances tell."""
    for service in evidence.services:
        deployment = current(service)
        outcome, text = _judge_instances(deployment, service.service.replicas)
        is_up = outcome is Outcome.PASS and not deployment.is_scheduled
        is_up_again = is_up and service.restarts and deployment.status is DeploymentStatus.SUCCESS
        if is_up_again:
            times = "once" if service.restarts == 1 else f"{service.restarts} times"
            text = f"it stopped and was started again {times} since the last look ({text})"
            outcome = Outcome.INCONCLUSIVE
        is_again = outcome is Outcome.INCONCLUSIVE and (
            _AGAIN in deployment.instances or service.restarts > 0
        )
        again = (RESTARTING, UP_AGAIN) if is_up_again else (RESTARTING,)
        hint = _read_logs(service) if outcome is Outcome.FAIL or is_again else ""
        found = _finding(INSTANCES, outcome, text, evidence, service, hint)
        later = Later(Outcome.WARN) if _is_short_of_proof(deployment, outcome) else None
        lacking = _lacking(deployment, service.service.replicas) if outcome.condemns else ()
        yield replace(found, objects=again if is_again else lacking, later=later)


def _judge_instances(deployment: Deployment, configured: int | None) -> tuple[Outcome, str]:
    """
    Count what runs against what must.

    Whether Railway goes on listing an instance that it has replaced is not documented: one that
    has ended counts only where fewer run, or come, than its manifest or the configuration says.
    """
    words = deployment.instances
    listed = ", ".join(words) or "none listed"
    running = words.count("RUNNING")
    coming = sum(word in _COMING for word in words)
    fell = sum(word in _FELL for word in words)
    wanted = deployment.replica_count or configured
    all_ended = bool(words) and all(word in _ENDED for word in words)
    if deployment.status is DeploymentStatus.SLEEPING:
        return Outcome.PASS, "asleep until the next request"
    if deployment.is_scheduled and set(words) == {"EXITED"}:
        return Outcome.PASS, f"its scheduled run has ended ({listed})"
    if deployment.has_ended or all_ended:
        return Outcome.FAIL, f"no instance is running ({listed})"
    if not running:
        return Outcome.INCONCLUSIVE, f"no running instance is reported ({listed})"
    if wanted is None:
        outcome = Outcome.INCONCLUSIVE if fell or coming else Outcome.PASS
        return outcome, f"instances: {listed}"
    if running >= wanted:
        return Outcome.PASS, f"instances: {listed}"
    if fell and running + coming < wanted:
        return Outcome.FAIL, f"{running} of {wanted} instances run, others have ended ({listed})"
    return Outcome.INCONCLUSIVE, f"{running} of {wanted} instances run ({listed})"


def _lacking(deployment: Deployment, configured: int | None) -> tuple[str, ...]:
    """Name what does not run, so that more that is lacking is something else."""
    running = deployment.instances.count("RUNNING")
    wanted = deployment.replica_count or configured or 1
    none = () if running else ("none running",)
    return (*(f"{n} lacking" for n in range(1, wanted - running + 1)), *none)


def _is_short_of_proof(deployment: Deployment, outcome: Outcome) -> bool:
    """Whether some run, and nothing that Railway says proves that others are missing."""
    is_coming = any(word in _COMING for word in deployment.instances)
    return outcome is Outcome.INCONCLUSIVE and "RUNNING" in deployment.instances and not is_coming


def current(service: ServiceEvidence) -> Deployment:
    """The judged deployment as Railway told it last."""
    return service.after.find(service.judged.id) or service.judged


def _read_logs(service: ServiceEvidence) -> str:
    return f"read the deploy logs of {service.service.name} on Railway"


def _finding(
    check: str, outcome: Outcome, text: str, evidence: Evidence, service: ServiceEvidence, hint: str
) -> Finding:
    provenance = Provenance("railway", evidence.at, "deployment id")
    return Finding(check, outcome, text, service.service.name, hint=hint, evidence=provenance)
