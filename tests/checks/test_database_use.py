"""A database condemns only where the judged deployment is shown to use that very one."""

from dataclasses import replace

import pytest

from tests.builders import (
    EXPECTED,
    REF,
    answer,
    document,
    evidence,
    ledger,
    probe,
    reading,
    service_evidence,
)
from verifier.checks.database_use import held_against_users, users_of_database
from verifier.checks.guards import check_guards
from verifier.checks.migrations import check_expected_version, check_ledger
from verifier.model.evidence import (
    Component,
    Endpoint,
    HealthStatus,
    ShippedMigrations,
)
from verifier.model.expectations import Expectations
from verifier.model.finding import FOR_GOOD, Finding, Outcome, Unobserved
from verifier.model.migration_ledger import Migration

GUARDED = replace(EXPECTED, app_env="production", project_ref=REF)
OLD, NEW = "20251101000000", "20251231211500"
RIGHT = {"environment": "production", "supabase_project_ref": REF}
RESTORED = RIGHT | {"environment": "staging"}


def own(status=HealthStatus.GOOD, project="", deployment_id="new", **fields):
    """What the judged deployment itself says: its guards, and its schema version."""
    of_components = {
        "environment": ("app_env", "db_env"),
        "project_ref": ("app_ref", "db_ref"),
        "schema_version": ("current", "expected"),
    }
    components = tuple(
        Component(name, status, "ok", observed={f: fields[f] for f in names if f in fields})
        for name, names in of_components.items()
    )
    told = document(components=components, supabase_project=project)
    return probe(answer(doc=told, deployment_id=deployment_id))


def seen(*probes, matches=False, project="", **changes):
    changes = {"database": reading(markers=RESTORED), **changes}
    return evidence(
        service_evidence(*probes),
        database_url_matches={"api": matches},
        database_project=project,
        **changes,
    )


TELLS_REF = {"db_ref": REF}
GOOD = TELLS_REF | {"app_env": "production", "db_env": "production"}


@pytest.mark.parametrize(
    ("given", "project", "matches", "is_used"),
    [
        pytest.param(own(**TELLS_REF), "", False, True, id="the-marker-names-its-project"),
        pytest.param(own(**TELLS_REF), REF, False, True, id="and-so-does-the-address"),
        pytest.param(own(project=REF), REF, False, True, id="or-the-address-alone"),
        pytest.param(
            own(**TELLS_REF), "otherproject", False, False, id="a-copy-in-another-project"
        ),
        pytest.param(
            own(project="otherproject", **TELLS_REF), REF, False, False, id="it-asks-another"
        ),
        pytest.param(own(**GOOD), "", False, False, id="its-database-is-of-production"),
        pytest.param(own(**GOOD), REF, False, False, id="whatever-project-the-address-names"),
        pytest.param(own(**GOOD), "", True, False, id="and-whatever-its-variables-name"),
        pytest.param(own(db_env="Staging"), "", True, True, id="the-same-in-capitals"),
        pytest.param(own(db_ref="other"), "", True, False, id="its-database-names-another-project"),
        pytest.param(
            own(deployment_id="0a1b2c3d-0000-4000-8000-000000000000", **GOOD),
            "",
            True,
            True,
            id="what-another-deployment-says-contradicts-nothing",
        ),
        pytest.param(own(), "", True, True, id="its-address-is-ours"),
        pytest.param(own(), "", False, False, id="nothing-is-known"),
    ],
)
def test_which_deployment_uses_the_database_that_was_read(given, project, matches, is_used):
    assert bool(users_of_database(seen(given, project=project, matches=matches))) is is_used


@pytest.mark.parametrize(
    ("given", "matches", "outcome", "said"),
    [
        pytest.param(
            own(**GOOD),
            False,
            Outcome.INCONCLUSIVE,
            "reports db_env production",
            id="restored-dump",
        ),
        pytest.param(
            own(**GOOD),
            True,
            Outcome.INCONCLUSIVE,
            "reports db_env production",
            id="by-its-address",
        ),
        pytest.param(own(**TELLS_REF), False, Outcome.CRITICAL, "uses this database", id="used"),
        pytest.param(own(), False, Outcome.INCONCLUSIVE, "no service is known", id="unknown"),
    ],
)
def test_a_wrong_marker_that_the_deployment_contradicts_condemns_nobody(
    given, matches, outcome, said
):
    findings = check_guards(seen(given, matches=matches), GUARDED)

    (found,) = [f for f in findings if "marker environment" in f.summary]
    assert (found.outcome, said in found.summary) == (outcome, True)
    assert ("DATABASE_URL of this job" in found.hint) is (outcome is Outcome.INCONCLUSIVE)
    assert (found.later == FOR_GOOD) is ("reports" in said)


@pytest.mark.parametrize(
    ("given", "later"),
    [
        pytest.param(own(**GOOD), FOR_GOOD, id="other-markers-never-change"),
        pytest.param(own(current=NEW, expected=NEW), None, id="migrations-may-be-applied"),
    ],
)
def test_what_the_database_lacks_ends_at_once_where_the_document_names_another(given, later):
    finding = Finding("relations.view", Outcome.FAIL, "no such view", "api")

    assert held_against_users(seen(given, matches=True), finding, OLD, NEW).later == later


def test_one_service_that_contradicts_clears_what_shares_its_address():
    worker = replace(service_evidence(), service=replace(service_evidence().service, name="worker"))
    given = replace(
        seen(own(**GOOD), matches=True),
        services=(service_evidence(own(**GOOD)), worker),
        database_url_matches={"api": True, "worker": True},
    )

    assert users_of_database(given) == []


BEHIND = reading(markers=RIGHT, ledgers={"": ledger(OLD)})
SCHEMA = replace(own(current=NEW, expected=NEW), endpoint=Endpoint.SCHEMA)


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        pytest.param(own(**GOOD), Outcome.FAIL, id="nothing-contradicts"),
        pytest.param(own(**GOOD, current=OLD, expected=NEW), Outcome.FAIL, id="it-agrees"),
        pytest.param(
            own(**GOOD, current=NEW, expected=NEW), Outcome.INCONCLUSIVE, id="its-database-is-new"
        ),
        pytest.param(
            own(**GOOD, current="20260101000000", expected=NEW),
            Outcome.INCONCLUSIVE,
            id="or-even-newer",
        ),
        pytest.param(SCHEMA, Outcome.INCONCLUSIVE, id="by-its-schema-endpoint"),
        pytest.param(own(**GOOD, current="latest", expected=NEW), Outcome.FAIL, id="no-number"),
        pytest.param(own(**GOOD, current="3", expected="3"), Outcome.FAIL, id="another-count"),
    ],
)
def test_a_database_that_is_behind_what_the_deployment_reports_is_another_one(given, outcome):
    shipped = ShippedMigrations((Migration(OLD), Migration(NEW)))
    read = seen(
        given,
        matches=True,
        database=BEHIND,
        shipped={"": shipped},
        expected_versions={"": NEW},
    )

    findings = [
        *check_ledger(read, Expectations((), "", "", {})),
        *check_expected_version(read, GUARDED),
    ]

    assert [(f.outcome, f.blameless) for f in findings] == [(outcome, ""), (outcome, "")]
    if outcome is Outcome.INCONCLUSIVE:
        assert all("reports" in f.summary for f in findings)
        assert all("DATABASE_URL of this job" in f.hint for f in findings)


def test_rows_that_may_be_hidden_contradict_nothing():
    hidden = Unobserved("row level security may hide rows")
    read = reading(markers={}, ledgers={"": ledger(OLD)}, hidden_markers=hidden)

    assert users_of_database(seen(own(**GOOD), matches=True, database=read)) == ["api"]
    shown = replace(read, hidden_markers=None)
    assert users_of_database(seen(own(**GOOD), matches=True, database=shown)) == []
