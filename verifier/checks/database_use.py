"""Is the database that was read shown to be the one that the judged deployments use?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from verifier.checks.answers import Attributed, attribute, probes_of
from verifier.checks.versions import is_behind
from verifier.model.check_ids import COMPONENT
from verifier.model.evidence import (
    Component,
    DatabaseReading,
    Endpoint,
    Evidence,
    HealthDocument,
    ServiceEvidence,
)
from verifier.model.finding import FOR_GOOD, Finding, Outcome
from verifier.model.same_database import ref_in

#: No rollback changes what a database lacks: it condemns only what is shown to need it.
NOT_NEEDED = (
    "a rollback does not change the database, and this deployment may not need what is missing"
)
NOT_USED = (
    "a rollback does not change the database, and this deployment may use another one than was "
    "read: its DATABASE_URL or SUPABASE_URL does not name the same"
)
OF_THE_JOB = "check the DATABASE_URL of this job: it may point at another database"
_REF = "supabase_project_ref"
#: What a component tells of the markers of the database that the container itself uses.
_TOLD = (("environment", "db_env", "environment"), ("project_ref", "db_ref", _REF))
_VERSION = "schema_version"
#: Other numbers may count what has nothing to do with a ledger.
_DIGITS_OF_A_TIME = 8


def users_of_database(evidence: Evidence) -> list[str]:
    """
    Return the services whose judged deployment is shown to use the database that was read.

    By the addresses in its variables, or because its own document names the project that this
    database is of. None where the document of one of them contradicts what was read: copies of a
    database have its markers, and often its name.
    """
    named = _database_users(evidence)
    contradicted = any(_other_marker(evidence, service) for service in named)
    return [] if contradicted else [service.service.name for service in named]


def contradicted_by(evidence: Evidence) -> str:
    """Say what a document reports that the markers of this database contradict; empty if none."""
    told = (_other_marker(evidence, service) for service in _concerned(evidence))
    return next(filter(None, told), "")


def held_against_users(
    evidence: Evidence, finding: Finding, newest: str, expected: str = ""
) -> Finding:
    """
    Return what the database lacks of a commit's own, as far as it says something of a service.

    Blameless where no service uses it; no statement at all where a proven document reports a
    newer version of its database than `newest`, or other markers: then another one was read.
    `expected` is what the code needs, where that is compared.
    """
    if not finding.outcome.condemns:
        return finding
    other = contradicted_by(evidence)
    said = other or _newer_version(evidence, newest, expected)
    if said:
        text = f"{finding.summary}; {said}"
        unclear = replace(finding, outcome=Outcome.INCONCLUSIVE, summary=text, hint=OF_THE_JOB)
        # Migrations may still be applied; the markers of a database stay what they are.
        return replace(unclear, objects=(), later=FOR_GOOD if other else None)
    return finding if users_of_database(evidence) else replace(finding, blameless=NOT_USED)


def _database_users(evidence: Evidence) -> list[ServiceEvidence]:
    return [
        service
        for service in evidence.services
        if evidence.database_url_matches.get(service.service.name)
        or _names_our_project(evidence, service)
    ]


def _concerned(evidence: Evidence) -> Sequence[ServiceEvidence]:
    """Whose word counts against what was read: of those that seem to use it, if any does."""
    return _database_users(evidence) or evidence.services


def _names_our_project(evidence: Evidence, service: ServiceEvidence) -> bool:
    """The address says whose project it is; where it does not, the marker may."""
    ours = evidence.database_project or _markers(evidence).get(_REF, "")
    if not ours:
        return False
    told = _observed_field(evidence, service, "project_ref", "db_ref")
    asked = ref_in(_asked_project(evidence, service))
    if asked and asked != ours:
        return False
    return told == ours or (bool(evidence.database_project) and asked == ours)


def _other_marker(evidence: Evidence, service: ServiceEvidence) -> str:
    """Return what the judged deployment reports of its own database that is not so in this one."""
    database = evidence.database
    if not isinstance(database, DatabaseReading) or not isinstance(database.markers, dict):
        return ""
    for component, field, marker in _TOLD:
        told = _observed_field(evidence, service, component, field)
        found = database.markers.get(marker, "")
        is_unseen = not found and database.hidden_markers is not None
        if told and told.casefold() != found.strip().casefold() and not is_unseen:
            return (
                f"the health document of {service.service.name} reports {field} {told}: it uses "
                "another database"
            )
    return ""


def _newer_version(evidence: Evidence, newest: str, expected: str) -> str:
    """
    Return which document reports a version that the database which was read does not have yet.

    Only a count of the same kind says that: one that is held against the version that is expected
    here too, or one that is a time, as those of the database are.
    """
    for service in _concerned(evidence):
        for component in _components(evidence, service):
            told = component.observed.get("current", "")
            if component.name != _VERSION or not told:
                continue
            is_of_code = bool(expected) and component.observed.get("expected") == expected
            is_time = len(told) == len(newest) >= _DIGITS_OF_A_TIME
            is_alike = (is_of_code or is_time) and told.isdecimal()
            is_newer = is_alike and newest.isdecimal() and is_behind(newest, told)
            if is_newer or (is_of_code and told == expected):
                return (
                    f"the health document of {service.service.name} reports schema version {told}: "
                    "it uses another database"
                )
    return ""


def _markers(evidence: Evidence) -> Mapping[str, str]:
    database = evidence.database
    markers = database.markers if isinstance(database, DatabaseReading) else None
    return markers if isinstance(markers, dict) else {}


def _observed_field(
    evidence: Evidence, service: ServiceEvidence, component: str, field: str
) -> str:
    found = (
        c.observed.get(field, "") for c in _components(evidence, service) if c.name == component
    )
    return next((value.strip() for value in found if value.strip()), "")


def _asked_project(evidence: Evidence, service: ServiceEvidence) -> str:
    """The address of Supabase that the judged deployment itself says it asks."""
    for document in _documents(evidence, service):
        said = document.supabase_project.strip()
        if said:
            is_name = "." not in said and "/" not in said
            return f"https://{said}.supabase.co" if is_name else f"//{said.rpartition('//')[2]}"
    return ""


def _components(evidence: Evidence, service: ServiceEvidence) -> Iterator[Component]:
    for document in _documents(evidence, service):
        yield from document.components


def _documents(evidence: Evidence, service: ServiceEvidence) -> Iterator[HealthDocument]:
    """The documents that are proven to be the judged deployment's own."""
    for endpoint in (Endpoint.DEEP, Endpoint.SCHEMA):
        for probe in probes_of(service, endpoint):
            attributed = attribute(evidence, service, probe, COMPONENT)
            if not isinstance(attributed, Attributed):
                continue
            document = attributed.answer.document
            if isinstance(document, HealthDocument):
                yield document
