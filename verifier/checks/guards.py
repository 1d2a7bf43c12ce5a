"""Do container, database and configuration name the same environment and project?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from verifier.checks.database_use import (
    NOT_NEEDED,
    OF_THE_JOB,
    contradicted_by,
    users_of_database,
)
from verifier.checks.guarded_addresses import check_addresses, own_document
from verifier.model.check_ids import APP_ENV, PROJECT_REF
from verifier.model.environment_names import is_spelled_otherwise
from verifier.model.evidence import (
    DatabaseReading,
    Evidence,
    ServiceEvidence,
    Variables,
)
from verifier.model.expectations import Expectations
from verifier.model.finding import (
    FOR_GOOD,
    Finding,
    NotAsked,
    Outcome,
    Provenance,
    Unobserved,
    hint_of,
)


@dataclass(frozen=True, slots=True)
class _Guard:
    check: str
    variable: str
    marker: str
    component: str
    """The component of the deep health document that makes the same comparison inside."""
    field: str
    """Where that component tells the container's value."""
    database_field: str
    """Where it tells the marker of the database that the container uses."""


_APP_ENV = _Guard(APP_ENV, "APP_ENV", "environment", "environment", "app_env", "db_env")
_PROJECT_REF = _Guard(
    PROJECT_REF,
    "SUPABASE_PROJECT_REF",
    "supabase_project_ref",
    "project_ref",
    "app_ref",
    "db_ref",
)
_IF_RIGHT = "if the DATABASE_URL of this job points at the right database"


def check_guards(evidence: Evidence, expected: Expectations) -> Iterator[Finding]:
    """
    Compare three ways: the container's variable, the database's marker, the configuration.

    Critical only where the judged deployment itself carries the wrong value, or is known to
    use the database that carries it. A database that merely *this verifier* was pointed at
    condemns nobody.
    """
    for guard, value in ((_APP_ENV, expected.app_env), (_PROJECT_REF, expected.project_ref)):
        if not value:
            continue
        for service in evidence.services:
            if service.service.name not in expected.unguarded:
                yield _check_container(guard, value, evidence, service)
            yield from _check_document(guard, value, evidence, service)
            if guard is _PROJECT_REF:
                yield from check_addresses(value, evidence, service)
        yield from _check_marker(guard, value, evidence, expected)


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
            _told_by_document(guard, evidence, service)[0].get(guard.field, ""),
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
    hint = f"set {guard.variable} of {name} to {expected} on Railway, or correct `guards`"
    objects = (value or "not set",) if outcome.condemns else ()
    return Finding(
        guard.check, outcome, text, name, hint=hint, evidence=provenance, objects=objects
    )


def _check_document(
    guard: _Guard, expected: str, evidence: Evidence, service: ServiceEvidence
) -> Iterator[Finding]:
    """
    What the judged deployment itself says it is, whatever the variables are now.

    It may call the same environment by another name: without an earlier deployment that agreed,
    that is red and no reason to roll back.
    """
    told, provenance = _told_by_document(guard, evidence, service)
    variables, name = service.variables, service.service.name
    fields: tuple[str, ...] = (guard.database_field,)
    # Of a container whose variables are not known its own value is judged in their place.
    if isinstance(variables, Variables):
        is_known = variables.of_this_deployment
        known = variables.values.get(guard.variable, "") if is_known else ""
        if told.get(guard.field, "") != known:
            fields = (guard.field, *fields)
    for field in fields:
        value = told.get(field, "")
        if not value or value == expected:
            continue
        if field == guard.database_field and is_spelled_otherwise(value, expected):
            said = f"{field} is {value} by its own health document, expected {expected}"
            yield _spelled_otherwise(guard, said, expected, provenance, name)
            continue
        yield Finding(
            guard.check,
            Outcome.FAIL,
            f"{field} is {value} by its own health document, expected {expected}",
            name,
            hint=_pointing(name),
            evidence=provenance,
            objects=(value,),
        )


def _told_by_document(
    guard: _Guard, evidence: Evidence, service: ServiceEvidence
) -> tuple[Mapping[str, str], Provenance | None]:
    """The fields of the guard's component, and whose they are; none where no proven answer is."""
    document, provenance = own_document(guard.check, evidence, service)
    for component in document.components if document else ():
        if component.name == guard.component:
            return component.observed, provenance
    return {}, None


def _check_marker(
    guard: _Guard, expected: str, evidence: Evidence, all_expected: Expectations
) -> Iterator[Finding]:
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
    elif not value and _is_another(markers, evidence, all_expected):
        text = (
            f"the database has no marker {guard.marker}; no service is known to use this database"
        )
        yield Finding(guard.check, Outcome.INCONCLUSIVE, text, hint=OF_THE_JOB, evidence=provenance)
    elif not value:
        row = f"insert the row {guard.marker} = {expected} into the marker table"
        yield Finding(
            guard.check,
            Outcome.FAIL,
            f"the database has no marker {guard.marker}",
            hint=row if users_of_database(evidence) else f"{_IF_RIGHT}: {row}",
            evidence=provenance,
            blameless=NOT_NEEDED,
        )
    else:
        yield from _judge_wrong_marker(guard, value, expected, evidence, provenance)


def _is_another(markers: Mapping[str, str], evidence: Evidence, expected: Expectations) -> bool:
    """Whether another marker is of another environment, and no service uses this database."""
    guarded = ((_APP_ENV, expected.app_env), (_PROJECT_REF, expected.project_ref))
    found = ((markers.get(guard.marker, ""), value) for guard, value in guarded if value)
    is_wrong = any(said not in ("", value) for said, value in found)
    return is_wrong and not users_of_database(evidence)


def _judge_wrong_marker(
    guard: _Guard, value: str, expected: str, evidence: Evidence, provenance: Provenance
) -> Iterator[Finding]:
    text = f"database marker {guard.marker} is {value}, expected {expected}"
    if is_spelled_otherwise(value, expected):
        yield _spelled_otherwise(guard, text, expected, provenance)
        return
    users = users_of_database(evidence)
    for name in users:
        yield Finding(
            guard.check,
            Outcome.CRITICAL,
            f"{text}, and {name} uses this database",
            name,
            hint=_pointing(name),
            evidence=provenance,
        )
    if not users:
        said = contradicted_by(evidence)
        yield Finding(
            guard.check,
            Outcome.INCONCLUSIVE,
            f"{text}; {said}" if said else f"{text}; no service is known to use this database",
            hint=OF_THE_JOB,
            evidence=provenance,
            # Neither the document nor the marker changes while one waits for it.
            later=FOR_GOOD if said else None,
        )


def _spelled_otherwise(
    guard: _Guard, said: str, expected: str, provenance: Provenance | None, service: str = ""
) -> Finding:
    """It names the same environment, and no rollback changes how."""
    row = f'write the row {guard.marker} of the database as "{expected}"'
    return Finding(
        guard.check,
        Outcome.INCONCLUSIVE,
        f"{said}: the same, spelled otherwise",
        service,
        hint=f"{row}, or `guards` as it stands there",
        evidence=provenance,
        later=FOR_GOOD,
    )


def _pointing(service: str) -> str:
    """What to do about a database or an environment that is not the one that is configured."""
    return (
        f"point {service} at the environment and the database that `guards` expects, "
        "or correct `guards`"
    )
