"""A document that has lost every required component, and a database that is full."""

from dataclasses import replace

import pytest

from tests.builders import (
    EXPECTED,
    LIMITS,
    answer,
    deployment,
    document,
    evidence,
    probe,
    service_evidence,
)
from verifier.checks import run_checks
from verifier.decide.gate.judge import Live, judge
from verifier.decide.gate.seen_before import known_from
from verifier.model.evidence import Component, HealthStatus
from verifier.model.finding import Outcome, Unobserved
from verifier.model.known_before import NOTHING_KNOWN
from verifier.model.verdict import Sample, Verdict, VerdictWord, Wait

GOOD, BAD = HealthStatus.GOOD, HealthStatus.BAD
EMPTY = document(components=())
KNOWN = known_from(run_checks(evidence(), EXPECTED))
IDS = {"api": deployment().id}


def judged_at(seconds, before):
    """The judgement of looks, every two seconds, at a document without components."""
    found = run_checks(evidence(service_evidence(probe(answer(doc=EMPTY)))), EXPECTED)
    samples = [Sample(float(s), found, deployments=IDS) for s in range(0, seconds + 1, 2)]
    return judge(samples, Live("api", deployment(), 0.0, 900.0, before), LIMITS)


@pytest.mark.parametrize(
    ("seconds", "before", "word"),
    [
        pytest.param(20, KNOWN, None, id="may-be-starting"),
        pytest.param(126, KNOWN, VerdictWord.FAILED, id="was-good-before"),
        pytest.param(126, NOTHING_KNOWN, VerdictWord.INCONCLUSIVE, id="never-seen"),
    ],
)
def test_all_required_components_are_gone(seconds, before, word):
    found = judged_at(seconds, before)

    assert isinstance(found, Wait if word is None else Verdict)
    assert word is None or found.word is word


def away(reason, message, *, was_read=True):
    """Neither the application nor the verifier gets a connection."""
    names = ("environment", "project_ref", "schema_version", "supabase")
    parts = tuple(Component(name, BAD, "error", message) for name in names)
    given = answer(503, document(BAD, "unhealthy", parts))
    look = evidence(
        service_evidence(probe(given)), database=Unobserved(reason), database_was_read=was_read
    )
    return run_checks(look, replace(EXPECTED, required_components=names))


@pytest.mark.parametrize(
    ("reason", "message", "is_outage"),
    [
        ("could not connect: connection refused", "connection refused", True),
        ("could not connect: timeout expired", "", True),
        ("FATAL: sorry, too many clients already", "", False),
        ("FATAL:  remaining connection slots are reserved for roles with SUPERUSER", "", False),
        ('FATAL: too many connections for role "app"', "", False),
        ("MaxClientsInSessionMode: max clients reached", "", False),
        ("no more connections allowed (max_client_conn)", "", False),
        ("could not connect: SQLSTATE 53300", "", False),
        ("could not connect: timeout expired", "sorry, too many clients already", False),
    ],
)
def test_a_database_that_is_full_is_no_outage(reason, message, is_outage):
    bad = [f for f in away(reason, message) if f.outcome is Outcome.FAIL]

    assert {bool(f.blameless) for f in bad if f.check.startswith("component.")} == {is_outage}


def test_a_runner_that_never_reached_the_database_excuses_no_outage():
    bad = [f for f in away("timeout expired", "", was_read=False) if f.outcome is Outcome.FAIL]

    assert bad
    assert {f.blameless for f in bad} == {""}
