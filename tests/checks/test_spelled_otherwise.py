"""A marker that names the same environment in other letters is nobody's to be rolled back for."""

import pytest

from tests.builders import (
    EXPECTED,
    answer,
    document,
    evidence,
    probe,
    reading,
    service_evidence,
)
from verifier.checks.guards import check_guards
from verifier.model.environment_names import is_spelled_otherwise
from verifier.model.evidence import Component, HealthStatus
from verifier.model.finding import Outcome


@pytest.mark.parametrize(
    ("found", "expected", "is_same"),
    [
        ("Production", "production", True),
        ("production ", "production", True),
        ("prod", "production", True),
        ("production", "Prod", True),
        ("prd", "prod", True),
        ("staging", "production", False),
        ("production-eu", "production", False),
        ("production", "production", False),
        ("", "production", False),
        (" ", "", False),
    ],
)
def test_two_names_of_one_environment(found, expected, is_same):
    assert is_spelled_otherwise(found, expected) is is_same


@pytest.mark.parametrize(
    ("told", "expected"),
    [("Production", Outcome.INCONCLUSIVE), ("staging", Outcome.FAIL)],
)
def test_the_database_that_a_document_names(told, expected):
    compared = Component("environment", HealthStatus.GOOD, "ok", observed={"db_env": told})
    service = service_evidence(probe(answer(doc=document(components=(compared,)))))

    found = check_guards(evidence(service, database=reading(markers={})), EXPECTED)

    assert [f.outcome for f in found if "health document" in f.summary] == [expected]
