"""What a recorded health document is worth by other expectations: the same rules, asked again."""

from collections.abc import Sequence

from verifier.checks.components import judge_components
from verifier.checks.endpoints import judge_endpoint
from verifier.model.check_ids import DEEP, health_check
from verifier.model.evidence import (
    Answer,
    Component,
    Endpoint,
    HealthDocument,
    HealthStatus,
    Origin,
)
from verifier.model.expectations import Expectations
from verifier.model.finding import Finding, ToldComponent, ToldDocument

#: Stands for whatever speaks against a component: only that something does is recorded.
_DOUBT = "?"
_ENDPOINTS = {health_check(each): each for each in (Endpoint.LIVE, Endpoint.READY, Endpoint.DEEP)}


def asked_again(finding: Finding, expected: Expectations) -> Sequence[Finding] | None:
    """
    Return what a gate of these expectations says of the document of a recorded finding.

    Of the deep one with its components. None where nothing of it is recorded, as by earlier
    versions, or it says what only a later version knows.
    """
    endpoint, told = _ENDPOINTS.get(finding.check), finding.document
    document = None if told is None else _document(told)
    if endpoint is None or told is None or document is None:
        return None
    answer = Answer(told.code, Origin.APPLICATION, document)
    found = [judge_endpoint(answer, expected, finding.service, endpoint)]
    if finding.check == DEEP:
        found += judge_components(document, expected, finding.service, None)
    return found


def _document(told: ToldDocument) -> HealthDocument | None:
    known = {status.value for status in HealthStatus}
    if not known.issuperset({told.status, *(component.status for component in told.components)}):
        return None
    components = tuple(map(_component, told.components))
    status = HealthStatus(told.status)
    return HealthDocument(
        status, status.value, components, deploy_safe=told.is_safe, rule=told.rule
    )


def _component(told: ToldComponent) -> Component:
    status = HealthStatus(told.status)
    observed = {"current": told.current, "expected": told.expected, "id": told.id}
    return Component(
        told.name,
        status,
        HealthStatus.CRITICAL.value if told.calls_itself_critical else status.value,
        observed={key: value for key, value in observed.items() if value},
        place=told.place,
        is_incidental=told.is_incidental,
        doubt=_DOUBT if told.is_doubtful else "",
        is_dispensable=told.is_dispensable,
    )
