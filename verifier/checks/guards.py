"""Do container, database and configuration name the same environment and project?"""

from collections.abc import Iterator
from dataclasses import dataclass

from verifier.checks.answers import Attributed, attribute, probes_of
from verifier.checks.database_use import NOT_NEEDED, users_of_database
from verifier.model.evidence import (
    DatabaseReading,
    Endpoint,
    Evidence,
    HealthDocument,
    ServiceEvidence,
    Variables,
)
from verifier.model.expectations import Expectations
from verifier.model.finding import Finding, NotAsked, Outcome, Provenance, Unobserved, hint_of
from verifier.model.same_database import ref_in


@dataclass(frozen=True, slots=True)
class _Guard:
    check: str
    variable: str
    marker: str
    component: str
    """The component of the deep health document that makes the same comparison inside."""
    field: str
    """Where that component tells the container's value."""


APP_ENV = _Guard("guards.app_env", "APP_ENV", "environment", "environment", "app_env")
PROJECT_REF = _Guard(
    "guards.project_ref",
    "SUPABASE_PROJECT_REF",
    "supabase_project_ref",
    "project_ref",
    "app_ref",
)

ADDRESS = "guards.address"
_ADDRESSES = ("SUPABASE_URL", "DATABASE_URL")


def check_guards(evidence: Evidence, expected: Expectations) -> Iterator[Finding]:
    """
    Compare three ways: the container's variable, the database's marker, the configuration.

    Critical only where the judged deployment itself carries the wrong value, or is known to
    use the database that carries it. A database that merely *this verifier* was pointed at
    condemns nobody.
    """
    for guard, value in ((APP_ENV, expected.app_env), (PROJECT_REF, expected.project_ref)):
        if not value:
            continue
        for service in evidence.services:
            yield _check_container(guard, value, evidence, service)
            if guard is PROJECT_REF:
                yield from _check_addresses(value, evidence, service)
        yield from _check_marker(guard, value, evidence)


def _check_addresses(
    expected: str, evidence: Evidence, service: ServiceEvidence
) -> Iterator[Finding]:
    """What an address leads to counts, whatever the variables beside it say."""
    variables = service.variables
    if not isinstance(variables, Variables):
        return
    own = variables.of_this_deployment
    provenance = Provenance("railway", evidence.at, "deployment id" if own else "")
    for variable in _ADDRESSES:
        found = ref_in(variables.values.get(variable, ""))
        if not found:
            continue
        name = service.service.name
        text = f"{variable} points at project {found}"
        if found == expected:
            yield Finding(ADDRESS, Outcome.PASS, text, name, evidence=provenance)
            continue
        outcome = Outcome.CRITICAL if own else Outcome.INCONCLUSIVE
        hint = f"point {variable} of {name} at project {expected}"
        text = f"{text}, expected {expected}"
        yield Finding(ADDRESS, outcome, text, name, hint=hint, evidence=provenance)


def _check_container(
    guard: _Guard, expected: str, evidence: Evidence, service: ServiceEvidence
) -> Finding:
    name = service.service.name
    variables = service.variables
    if isinstance(variables, Variables):
        value = variables.values.get(guard.variable, "")
        source = "deployment variables" if variables.of_this_deployment else "current variables"
        own = variables.of_this_deployment
    else:
        value, source, own = (
            _value_in_health_document(guard, evidence, service),
            "health document",
            True,
        )
        if not value:
            skipped = isinstance(variables, NotAsked)
            return Finding(
                guard.check,
                Outcome.SKIP if skipped else Outcome.INCONCLUSIVE,
                f"{guard.variable} of the container was not read: {variables.reason}",
                name,
                hint=hint_of(variables),
            )
    provenance = Provenance(source, evidence.at, "deployment id" if own else "")
    if value == expected:
        return Finding(
            guard.check,
            Outcome.PASS,
            f"{guard.variable} is {expected} ({source})",
            name,
            evidence=provenance,
        )
    found = f"is {value}" if value else "is not set"
    text = f"{guard.variable} {found}, expected {expected} ({source})"
    if not own:
        outcome = Outcome.INCONCLUSIVE
        text += "; this deployment may have started with another value"
    else:
        outcome = Outcome.CRITICAL if value else Outcome.FAIL
    hint = f"set {guard.variable} of {name} to {expected} on Railway"
    return Finding(guard.check, outcome, text, name, hint=hint, evidence=provenance)


def _value_in_health_document(guard: _Guard, evidence: Evidence, service: ServiceEvidence) -> str:
    for probe in probes_of(service, Endpoint.DEEP):
        attributed = attribute(evidence, service, probe, guard.check)
        if not isinstance(attributed, Attributed):
            continue
        document = attributed.answer.document
        if isinstance(document, HealthDocument):
            for component in document.components:
                if component.name == guard.component:
                    return component.observed.get(guard.field, "")
    return ""


def _check_marker(guard: _Guard, expected: str, evidence: Evidence) -> Iterator[Finding]:
    database = evidence.database
    if isinstance(database, NotAsked):
        return
    markers = database.markers if isinstance(database, DatabaseReading) else database
    if isinstance(markers, NotAsked):
        return
    if isinstance(markers, Unobserved):
        text = f"could not read the database markers: {markers.reason}"
        yield Finding(guard.check, Outcome.INCONCLUSIVE, text, hint=markers.hint)
        return
    provenance = Provenance("database", evidence.at)
    value = markers.get(guard.marker, "")
    if value == expected:
        text = f"database marker {guard.marker} is {expected}"
        yield Finding(guard.check, Outcome.PASS, text, evidence=provenance)
    elif not value and isinstance(database, DatabaseReading) and database.hidden_markers:
        hidden = database.hidden_markers
        text = f"could not determine whether the marker {guard.marker} exists: {hidden.reason}"
        hint = hidden.hint
        yield Finding(guard.check, Outcome.INCONCLUSIVE, text, hint=hint, evidence=provenance)
    elif not value:
        yield Finding(
            guard.check,
            Outcome.FAIL,
            f"the database has no marker {guard.marker}",
            hint=f"insert the row {guard.marker} = {expected} into the marker table",
            evidence=provenance,
            blameless=NOT_NEEDED,
        )
    else:
        yield from _judge_wrong_marker(guard, value, expected, evidence, provenance)


def _judge_wrong_marker(
    guard: _Guard, value: str, expected: str, evidence: Evidence, provenance: Provenance
) -> Iterator[Finding]:
    text = f"database marker {guard.marker} is {value}, expected {expected}"
    users = users_of_database(evidence)
    for name in users:
        yield Finding(
            guard.check,
            Outcome.CRITICAL,
            f"{text}, and {name} uses this database",
            name,
            hint=f"point {name} at the database of {expected}",
            evidence=provenance,
        )
    if not users:
        yield Finding(
            guard.check,
            Outcome.INCONCLUSIVE,
            f"{text}; no service is known to use this database",
            hint="check the DATABASE_URL of this job: it may point at another database",
            evidence=provenance,
        )
