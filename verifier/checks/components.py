"""Is each required component of the deep health document there, and good?"""

from collections.abc import Iterator

from verifier.checks.answers import Attributed, attribute, probes_of
from verifier.checks.versions import is_behind
from verifier.model.check_ids import COMPONENT, component_check
from verifier.model.evidence import Component, Endpoint, Evidence, HealthDocument, HealthStatus
from verifier.model.finding import Finding, Outcome, Provenance
from verifier.model.verdict import Expectations


def check_components(evidence: Evidence, expected: Expectations) -> Iterator[Finding]:
    """
    Judge each component by itself, since the summary is known to say "healthy" over a bad one.

    A required component that is skipped or has vanished has failed: it is a guard that did
    not look. The others are told as warnings; `health.deep` carries what they did to the whole.
    """
    for service in evidence.services:
        for probe in probes_of(service, Endpoint.DEEP):
            attributed = attribute(evidence, service, probe, COMPONENT)
            if isinstance(attributed, Attributed) and isinstance(
                attributed.answer.document, HealthDocument
            ):
                yield from _judge(
                    attributed.answer.document,
                    expected.required_components,
                    service.service.name,
                    attributed.provenance,
                )


def _judge(
    document: HealthDocument, required: tuple[str, ...], service: str, provenance: Provenance
) -> Iterator[Finding]:
    present = {name: [c for c in document.components if _is(c, name)] for name in required}
    if required and not any(present.values()):
        yield Finding(
            component_check("required"),
            Outcome.INCONCLUSIVE,
            "the health document has none of the required components",
            service,
            hint="set health.required to the components that your health document has",
            evidence=provenance,
        )
        return
    for name, components in present.items():
        check = component_check(name)
        if not components and not document.is_critical:
            yield Finding(
                check,
                Outcome.FAIL,
                f"required component {name} is missing",
                service,
                evidence=provenance,
            )
        for component in components:
            if document.is_critical and component.status is HealthStatus.PENDING:
                continue
            yield _judge_required(check, component, service, provenance)
    for component in document.components:
        if not any(component in found for found in present.values()):
            yield from _judge_other(component, service, provenance)


def _judge_required(
    check: str, component: Component, service: str, provenance: Provenance
) -> Finding:
    current = component.observed.get("current", "")
    wanted = component.observed.get("expected", "")
    compared = bool(current and wanted)
    text = f'{component.name} reports "{component.word}"'
    hint = ""
    outcome = Outcome.INCONCLUSIVE
    match component.status:
        case HealthStatus.CRITICAL:
            outcome = Outcome.CRITICAL
            hint = "check APP_ENV, SUPABASE_PROJECT_REF and DATABASE_URL of this deployment"
        case _ if compared and is_behind(current, wanted):
            outcome = Outcome.FAIL
            text = f"{component.name} {current} is behind {wanted}"
            hint = "apply the missing migrations to this database, then deploy again"
        case HealthStatus.WARNING if component.name == "schema_version" and not compared:
            outcome = Outcome.FAIL
            text += " without naming the versions"
        case HealthStatus.GOOD:
            outcome = Outcome.PASS
        case HealthStatus.WARNING:
            outcome = Outcome.WARN
        case HealthStatus.BAD:
            outcome = Outcome.FAIL
        case HealthStatus.SKIPPED:
            outcome = Outcome.FAIL
            text += ": a required check was skipped"
            hint = "set the variables that this check needs in the container"
        case HealthStatus.PENDING:
            text += ", which is not final"
        case HealthStatus.UNKNOWN:
            text += ", an unrecognised status"
    return Finding(check, outcome, text, service, _detail(component), hint, provenance)


def _judge_other(component: Component, service: str, provenance: Provenance) -> Iterator[Finding]:
    check = component_check(component.name)
    text = f'{component.name} reports "{component.word}"'
    if component.status is HealthStatus.CRITICAL:
        yield Finding(
            check, Outcome.CRITICAL, text, service, _detail(component), evidence=provenance
        )
    elif component.status in (HealthStatus.BAD, HealthStatus.WARNING):
        yield Finding(check, Outcome.WARN, text, service, _detail(component), evidence=provenance)


def _is(component: Component, name: str) -> bool:
    """Names of measurements ("redis:latency") belong to their component ("redis")."""
    return component.name.casefold().split(":")[0] == name.casefold()


def _detail(component: Component) -> str:
    facts = [f"{key}={value}" for key, value in component.observed.items() if value]
    return "; ".join([component.message, *facts]) if component.message else "; ".join(facts)
