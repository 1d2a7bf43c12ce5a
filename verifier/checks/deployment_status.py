"""Does Railway say that the judged deployment is up, and do its instances run?"""

from collections.abc import Iterator

from verifier.model.check_ids import INSTANCES, STATUS
from verifier.model.deployment import Deployment, DeploymentStatus
from verifier.model.evidence import Evidence, ServiceEvidence
from verifier.model.expectations import Expectations
from verifier.model.finding import Finding, Outcome, Provenance

_ENDED = frozenset({"EXITED", "CRASHED", "STOPPED", "REMOVED"})


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
                outcome, hint = Outcome.FAIL, "read its deploy logs on Railway"
            case _:
                outcome, hint = Outcome.INCONCLUSIVE, ""
        yield _finding(STATUS, outcome, text, evidence, service, hint)


def check_instances(evidence: Evidence, _: Expectations) -> Iterator[Finding]:
    """A deployment stays SUCCESS when its process ends: the instances tell."""
    for service in evidence.services:
        deployment = current(service)
        words = deployment.instances
        listed = ", ".join(words) or "none listed"
        ended = bool(words) and all(word in _ENDED for word in words)
        if deployment.status is DeploymentStatus.SLEEPING:
            outcome, text = Outcome.PASS, "asleep until the next request"
        elif deployment.stopped or ended:
            outcome, text = Outcome.FAIL, f"no instance is running ({listed})"
        elif "RUNNING" in words:
            outcome, text = Outcome.PASS, f"instances: {listed}"
        else:
            outcome, text = Outcome.INCONCLUSIVE, f"no running instance is reported ({listed})"
        hint = "read its deploy logs on Railway" if outcome is Outcome.FAIL else ""
        yield _finding(INSTANCES, outcome, text, evidence, service, hint)


def current(service: ServiceEvidence) -> Deployment:
    """The judged deployment as Railway told it last."""
    return service.after.find(service.judged.id) or service.judged


def _finding(
    check: str, outcome: Outcome, text: str, evidence: Evidence, service: ServiceEvidence, hint: str
) -> Finding:
    provenance = Provenance("railway", evidence.at, "deployment id")
    return Finding(check, outcome, text, service.service.name, hint=hint, evidence=provenance)
