"""What a probe's answer is worth before anybody reads its document."""

from dataclasses import dataclass
from datetime import timedelta

from verifier.checks.identity import Proven, can_only_be_judged, prove
from verifier.model.evidence import Answer, Endpoint, Evidence, Origin, Probe, ServiceEvidence
from verifier.model.finding import Finding, Outcome, Provenance, Unobserved, later_of
from verifier.model.http_status import TOO_MANY, UNREACHED, Meaning, meaning_of

#: What says "not now" or "not you" says nothing of its health.
NO_STATEMENT = (Meaning.DENIED, Meaning.NOT_NOW)


@dataclass(frozen=True, slots=True)
class Attributed:
    """An answer of the application that is proven to be the judged deployment's."""

    answer: Answer
    provenance: Provenance


def attribute(
    evidence: Evidence, service: ServiceEvidence, probe: Probe, check: str
) -> Attributed | Finding:
    """Return the answer where it may be judged, else the finding that says why it may not."""
    answer = probe.answer
    if isinstance(answer, Unobserved):
        return _no_evidence(evidence, service, probe, check, answer)
    reason, hint = "", ""
    match answer.origin:
        case Origin.EDGE:
            reason = (
                f"HTTP {answer.status_code} from Railway's edge: the request never reached the app"
            )
        case Origin.CACHE:
            reason = "answered by a cache, not by the app"
        case Origin.REDIRECT:
            goal = f" to {answer.leads_to}" if answer.leads_to else ""
            reason = f"HTTP {answer.status_code}, a redirect{goal}; redirects are not followed"
        case Origin.APPLICATION if meaning_of(answer.status_code) in NO_STATEMENT:
            missing = _no_statement(answer)
            return _no_evidence(evidence, service, probe, check, missing)
        case Origin.APPLICATION:
            proof = prove(answer, service)
            if isinstance(proof, Proven):
                return Attributed(answer, _provenance(evidence, probe, proof.by))
            reason, hint = proof.reason, proof.hint
    return _no_evidence(evidence, service, probe, check, Unobserved(reason, hint))


def _no_statement(answer: Answer) -> Unobserved:
    """Why an answer is no verdict on the deployment, and what to do."""
    code = answer.status_code
    if meaning_of(code) is Meaning.DENIED:
        reason = f"HTTP {code}: the verifier may not see it; it says nothing about the app's health"
        return Unobserved(reason, "set health.headers to what the app asks for, or open the path")
    if code == TOO_MANY:
        reason = f"HTTP {code}: too many requests; it says nothing about the app's health"
        return Unobserved(reason, "leave the path out of the app's rate limit, or raise it")
    return Unobserved(f"HTTP {code} says nothing about the app's health")


def counts(answer: Answer | Unobserved, service: ServiceEvidence) -> bool:
    """Whether an answer is a statement of the application, and proven to be the deployment's."""
    return (
        isinstance(answer, Answer)
        and answer.origin is Origin.APPLICATION
        and meaning_of(answer.status_code) not in NO_STATEMENT
        and isinstance(prove(answer, service), Proven)
    )


def probes_of(service: ServiceEvidence, endpoint: Endpoint) -> list[Probe]:
    """The probes of one endpoint, in the order in which they were sent."""
    return [probe for probe in service.probes if probe.endpoint is endpoint]


def silent_services(evidence: Evidence) -> frozenset[str]:
    """
    Services that do not answer although nothing else could answer in their place.

    Railway's own edge says so, so the runner's network is fine; and the judged deployment is
    the only active one, so it is its silence.
    """
    return frozenset(
        service.service.name
        for service in evidence.services
        if service.probes
        and can_only_be_judged(service)
        and all(is_unreached(probe) for probe in service.probes)
    )


def is_unreached(probe: Probe) -> bool:
    """
    Whether Railway's edge says that it knows the application and does not reach it.

    Its 404 says that it knows no such address, which is how a wrong `url` looks: no evidence.
    """
    answer = probe.answer
    return (
        isinstance(answer, Answer)
        and answer.origin is Origin.EDGE
        and answer.status_code in UNREACHED
        and bool(answer.request_id)
    )


def _no_evidence(
    evidence: Evidence, service: ServiceEvidence, probe: Probe, check: str, missing: Unobserved
) -> Finding:
    return Finding(
        check,
        Outcome.INCONCLUSIVE,
        missing.reason,
        service.service.name,
        hint=missing.hint,
        evidence=_provenance(evidence, probe, ""),
        later=later_of(missing),
    )


def _provenance(evidence: Evidence, probe: Probe, proven_by: str) -> Provenance:
    return Provenance(
        f"GET {probe.url}",
        evidence.at - timedelta(seconds=probe.late_s),
        proven_by,
        duration_ms=probe.duration_ms,
        late_s=probe.late_s,
    )
