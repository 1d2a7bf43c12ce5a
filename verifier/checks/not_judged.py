"""What does a health document list that nobody judges?"""

from collections.abc import Iterator, Sequence

from verifier.checks.answers import Attributed, attribute, probes_of
from verifier.checks.components import components_named, worth_of_component
from verifier.model.check_ids import UNREAD
from verifier.model.cut_text import cut_to
from verifier.model.evidence import (
    UNNAMED,
    Component,
    Endpoint,
    Evidence,
    HealthDocument,
    HealthStatus,
    ServiceEvidence,
)
from verifier.model.expectations import Expectations
from verifier.model.finding import Finding, Outcome
from verifier.model.phrases import first_of

_MOST = 5
_WORD = 40
_SET_DEEP = "set health.deep to this path, and health.required to what must be good"
_SEE = "verifier health URL shows what is read"
_NOT_WELL = (HealthStatus.BAD, HealthStatus.CRITICAL, HealthStatus.WARNING, HealthStatus.PENDING)


def check_unread(evidence: Evidence, expected: Expectations) -> Iterator[Finding]:
    """
    Tell the components that are listed and not judged, since their status is not known.

    Where no path is asked for its components, those of the others are: what is bad there warns.
    """
    for service in evidence.services:
        name = service.service.name
        deep = probes_of(service, Endpoint.DEEP)
        for probe in deep:
            found = attribute(evidence, service, probe, UNREAD)
            document = found.answer.document if isinstance(found, Attributed) else None
            if isinstance(found, Attributed) and isinstance(document, HealthDocument):
                listed = named_parts(unread(document, expected, name))
                text = f"listed, not judged: {listed}"
                if listed:
                    yield Finding(
                        UNREAD, Outcome.SKIP, text, name, hint=_SEE, evidence=found.provenance
                    )
        if not deep:
            yield from _of_other_paths(evidence, service)


def _of_other_paths(evidence: Evidence, service: ServiceEvidence) -> Iterator[Finding]:
    for probe in (p for e in (Endpoint.READY, Endpoint.LIVE) for p in probes_of(service, e)):
        found = attribute(evidence, service, probe, UNREAD)
        if not isinstance(found, Attributed):
            continue
        listed = parts(found.answer.document)
        if listed:
            bad = [c for c in listed if c.status in _NOT_WELL]
            names = named_parts(bad or listed)
            text = f"{probe.endpoint} lists components, and none is judged: {names}"
            outcome = Outcome.WARN if bad else Outcome.SKIP
            name = service.service.name
            yield Finding(UNREAD, outcome, text, name, hint=_SET_DEEP, evidence=found.provenance)
            return


def unread(document: HealthDocument, expected: Expectations, service: str) -> list[Component]:
    """Return the components whose status is not known, of which the configuration says nothing."""
    required = [c for n in expected.required_of(service) for c in components_named(document, n)]
    return [
        component
        for component in parts(document)
        if component.status is HealthStatus.UNKNOWN
        and component not in required
        and worth_of_component(component, expected) is None
    ]


def parts(document: object) -> list[Component]:
    """Return the components of a document that have a name of their own."""
    components = document.components if isinstance(document, HealthDocument) else ()
    named = [c for c in components if c.name.rpartition(".")[2] != UNNAMED]
    return [c for c in named if not c.is_incidental]


def named_parts(components: Sequence[Component]) -> str:
    """Name components, each with its word where it has one."""
    said = [f'{c.name} "{cut_to(_WORD, c.word)}"' if c.word else c.name for c in components]
    return first_of(list(dict.fromkeys(said)), _MOST, ", ")
