"""Is the database that was read shown to be the one that the judged deployments use?"""

from dataclasses import replace

from verifier.checks.answers import Attributed, attribute, probes_of
from verifier.model.check_ids import COMPONENT
from verifier.model.evidence import (
    DatabaseReading,
    Endpoint,
    Evidence,
    HealthDocument,
    ServiceEvidence,
)
from verifier.model.finding import Finding

#: No rollback changes what a database lacks: it condemns only what is shown to need it.
NOT_NEEDED = (
    "a rollback does not change the database, and this deployment may not need what is missing"
)
NOT_USED = (
    "a rollback does not change the database, and this deployment may use another one than was "
    "read: its DATABASE_URL or SUPABASE_URL does not name the same"
)
_MARKER = "supabase_project_ref"
_COMPONENT, _FIELD = "project_ref", "db_ref"


def users_of_database(evidence: Evidence) -> list[str]:
    """
    Return the services whose judged deployment is shown to use the database that was read.

    By the addresses in its variables, or because its own document names the project that the
    markers of this database name.
    """
    return [
        service.service.name
        for service in evidence.services
        if evidence.database_url_matches.get(service.service.name)
        or _names_our_project(evidence, service)
    ]


def held_against_users(evidence: Evidence, finding: Finding) -> Finding:
    """Return what the database lacks of a commit's own, blameless where no service uses it."""
    if finding.outcome.condemns and not users_of_database(evidence):
        return replace(finding, blameless=NOT_USED)
    return finding


def _names_our_project(evidence: Evidence, service: ServiceEvidence) -> bool:
    database = evidence.database
    markers = database.markers if isinstance(database, DatabaseReading) else None
    ours = markers.get(_MARKER, "") if isinstance(markers, dict) else ""
    if not ours:
        return False
    for probe in probes_of(service, Endpoint.DEEP):
        attributed = attribute(evidence, service, probe, COMPONENT)
        if not isinstance(attributed, Attributed):
            continue
        document = attributed.answer.document
        if isinstance(document, HealthDocument) and any(
            c.name == _COMPONENT and c.observed.get(_FIELD) == ours for c in document.components
        ):
            return True
    return False
