"""An application that lives, and gives no answer to what asks its dependencies."""

from dataclasses import replace

from verifier.checks.answers import Attributed, attribute, probes_of
from verifier.checks.identity import can_only_be_judged
from verifier.model.check_ids import NO_ANSWER
from verifier.model.evidence import Endpoint, Evidence, Probe, ServiceEvidence, Subject
from verifier.model.finding import Finding, Outcome, Provenance, Unobserved
from verifier.model.http_status import Meaning, meaning_of

_IN_DEPTH = (Endpoint.READY, Endpoint.DEEP)
_ANY = "Redis, the database or another service that it waits for does not answer"
_NOT_THE_DATABASE = (
    "it still reads its schema: Redis or another service that it waits for does not answer"
)


def check_lateness(
    evidence: Evidence, service: ServiceEvidence, probe: Probe, check: str
) -> Finding | None:
    """
    Return the failure of an endpoint that hangs; None where nobody knows that it does.

    It does where nothing that asks in depth answered, and in the same look the judged deployment,
    as the only one that can answer, was proven to live. Of what served before a deploy no proof
    is asked: that it did not answer can only excuse.
    """
    if not (probe.is_late and probe.endpoint in _IN_DEPTH and isinstance(probe.answer, Unobserved)):
        return None
    before = Finding(
        check,
        Outcome.FAIL,
        probe.answer.reason,
        service.service.name,
        hint=_ANY,
        evidence=Provenance(f"GET {probe.url}", evidence.at, duration_ms=probe.duration_ms),
        objects=(NO_ANSWER,),
        is_bare=True,
    )
    if evidence.subject is Subject.BEFORE:
        return before
    life = _good(evidence, service, Endpoint.LIVE)
    is_all = all(p.is_late for p in service.probes if p.endpoint in _IN_DEPTH)
    if life is None or not is_all or not can_only_be_judged(service):
        return None
    return replace(
        before,
        summary=f"{before.summary}, although it lives: something that it waits for hangs",
        hint=_NOT_THE_DATABASE if _good(evidence, service, Endpoint.SCHEMA) else _ANY,
        evidence=replace(life, source=f"GET {probe.url}", duration_ms=probe.duration_ms),
    )


def _good(evidence: Evidence, service: ServiceEvidence, endpoint: Endpoint) -> Provenance | None:
    """Return where a good answer of the judged deployment's came from; None where none came."""
    for probe in probes_of(service, endpoint):
        attributed = attribute(evidence, service, probe, "")
        if isinstance(attributed, Attributed):
            is_good = meaning_of(attributed.answer.status_code) is Meaning.SUCCESS
            return attributed.provenance if is_good else None
    return None
