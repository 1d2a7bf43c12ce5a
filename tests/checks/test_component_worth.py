"""Components that somebody has named: which only warn, which fail, and which are left out."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED, answer, evidence, probe, service_evidence
from verifier.checks.components import check_components
from verifier.checks.endpoints import check_deep
from verifier.decide.gate.seen_before import known_from
from verifier.model.evidence import Component, HealthDocument, HealthStatus
from verifier.model.expectations import Worth
from verifier.model.finding import Outcome

GOOD, BAD, CRITICAL = HealthStatus.GOOD, HealthStatus.BAD, HealthStatus.CRITICAL
WARN, FAIL = Outcome.WARN, Outcome.FAIL


def outcomes(worths, parts, code=200, status=BAD):
    """What the summary and each component are found to be."""
    components = tuple(Component(name, s, s.value) for name, s in parts.items())
    document = HealthDocument(status, status.value, components)
    seen = evidence(service_evidence(probe(answer(code, doc=document))))
    expected = replace(EXPECTED, required_components=(), components=worths)
    found = [f for check in (check_deep, check_components) for f in check(seen, expected)]
    return {f.check.rpartition(".")[2]: f.outcome for f in found}, found


@pytest.mark.parametrize(
    ("worths", "parts", "expected"),
    [
        pytest.param({}, {"queue": BAD}, {"deep": FAIL, "queue": WARN}, id="nothing-said"),
        pytest.param(
            {"queue": Worth.WARN}, {"queue": BAD}, {"deep": WARN, "queue": WARN}, id="warns"
        ),
        pytest.param({"que*": Worth.IGNORE}, {"queue": BAD}, {"deep": WARN}, id="ignored"),
        pytest.param(
            {"queue": Worth.WARN},
            {"queue": BAD, "db": BAD},
            {"deep": FAIL, "queue": WARN, "db": WARN},
            id="another-is-bad-too",
        ),
        pytest.param(
            {"queue": Worth.FAIL}, {"queue": BAD}, {"deep": FAIL, "queue": FAIL}, id="fails"
        ),
        pytest.param(
            {"db": Worth.WARN},
            {"app.db_status": BAD},
            {"deep": WARN, "app_db_status": WARN},
            id="by-its-stem",
        ),
        pytest.param({"queue": Worth.WARN}, {}, {"deep": FAIL}, id="no-component-is-named"),
        pytest.param(
            {"queue": Worth.FAIL}, {"db": BAD}, {"deep": FAIL, "db": WARN, "queue": WARN}, id="typo"
        ),
    ],
)
def test_what_a_bad_component_is_worth(worths, parts, expected):
    found, _ = outcomes(worths, parts)

    assert found == expected


@pytest.mark.parametrize("worth", [Worth.WARN, Worth.IGNORE])
def test_what_is_critical_is_never_made_less(worth):
    found, _ = outcomes({"*": worth}, {"environment": CRITICAL})

    assert found == {"deep": Outcome.CRITICAL, "environment": Outcome.CRITICAL}


def test_a_good_component_that_may_fail_is_seen_good_and_a_bad_one_that_warns_is_not():
    _, good = outcomes({"queue": Worth.FAIL}, {"queue": GOOD}, status=GOOD)
    _, bad = outcomes({"queue": Worth.WARN}, {"queue": BAD})

    assert {seen.check for seen in known_from(good).good} == {"health.deep", "component.queue"}
    assert known_from(bad).good == frozenset()


def test_a_bad_code_with_a_document_that_names_what_only_warns_warns():
    found, _ = outcomes({"queue": Worth.WARN}, {"queue": BAD}, code=503)

    assert found["deep"] is WARN


def test_an_unsafe_deploy_is_said_whatever_is_named():
    parts = (Component("queue", BAD, "down"),)
    document = HealthDocument(BAD, "down", parts, deploy_safe=False)
    seen = evidence(service_evidence(probe(answer(doc=document))))
    expected = replace(EXPECTED, required_components=(), components={"*": Worth.IGNORE})

    assert [f.outcome for f in check_deep(seen, expected)] == [FAIL]
