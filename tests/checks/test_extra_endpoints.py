"""Endpoints beside health: what of them warns, what fails, and what is never taken for good."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED, answer, evidence, probe, service_evidence
from verifier.checks.extra_endpoints import check_extras
from verifier.decide.gate.seen_before import known_from
from verifier.guarded.json_path import find
from verifier.model.evidence import Component, Endpoint, HealthDocument, HealthStatus, Origin
from verifier.model.expected_value import parse_comparison
from verifier.model.extra_endpoint import Extra
from verifier.model.finding import Later, Outcome, Unobserved

DEPTH = "$.queue.depth"
PASS, WARN, FAIL, UNCLEAR = Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.INCONCLUSIVE


def extra(outcome=WARN, missing=None, expect="< 1000"):
    wanted = {DEPTH: parse_comparison(expect)} if expect else {}
    return Extra("queue", "/queue", wanted, outcome, missing)


def check(given, asked):
    """The one finding on an answer."""
    asked_for = replace(probe(given, Endpoint.EXTRA), extra="queue")
    expected = replace(EXPECTED, extras={"queue": asked})
    (finding,) = check_extras(evidence(service_evidence(asked_for)), expected)
    return finding


def says(body, **changes):
    return answer(**changes, found={DEPTH: find(DEPTH, body)})


GOOD = says({"queue": {"depth": 12}})
DEEP = says({"queue": {"depth": 1200}})
TYPO = says({"queue": {"dept": 12}})
ODD = says({"queue": {"depth": "many"}})
PAGE = answer(found={DEPTH: Unobserved("the body is an HTML page")})
ABSENT = answer(404, found={DEPTH: Unobserved("the body is an HTML page")})
UNWELL = says({"queue": {"depth": 12}}, code=503)
EDGE = answer(502, origin=Origin.EDGE)
ELSEWHERE = replace(GOOD, deployment_id="0a1b2c3d-1111-4222-8333-444455556666", request_id="")


@pytest.mark.parametrize(
    ("given", "warns", "fails", "told"),
    [
        pytest.param(GOOD, PASS, PASS, "queue.depth is 12, expected < 1000", id="good"),
        pytest.param(DEEP, WARN, FAIL, "queue.depth is 1200, expected < 1000", id="bad"),
        pytest.param(TYPO, WARN, UNCLEAR, "nothing at queue.depth: queue has dept", id="typo"),
        pytest.param(ODD, WARN, UNCLEAR, "queue.depth is many, not to be compared", id="no-number"),
        pytest.param(PAGE, WARN, UNCLEAR, "the body is an HTML page", id="page"),
        pytest.param(ABSENT, WARN, UNCLEAR, "HTTP 404", id="absent"),
        pytest.param(UNWELL, WARN, UNCLEAR, "HTTP 503, although it holds", id="bad-code"),
        pytest.param(EDGE, WARN, UNCLEAR, "never reached the app", id="edge"),
        pytest.param(ELSEWHERE, WARN, UNCLEAR, "", id="another-deployment"),
        pytest.param(Unobserved("no answer within 10 s"), WARN, UNCLEAR, "no answer", id="silence"),
    ],
)
def test_what_an_answer_is_worth(given, warns, fails, told):
    watched, held = check(given, extra()), check(given, extra(FAIL))

    assert (watched.outcome, held.outcome) == (warns, fails)
    assert told in watched.summary
    assert told in held.summary
    assert (watched.check, held.check) == ("extra.queue", "extra.queue")


def test_a_failure_names_the_path_and_may_be_one_of_the_start():
    found = check(DEEP, extra(FAIL))

    assert (found.objects, found.is_bare) == ((DEPTH,), True)


@pytest.mark.parametrize("missing", [WARN, FAIL])
def test_what_is_not_there_is_worth_in_the_end_what_the_file_says(missing):
    found = check(TYPO, extra(FAIL, missing))

    assert (found.outcome, found.later) == (UNCLEAR, Later(missing))


@pytest.mark.parametrize("given", [DEEP, TYPO, EDGE])
def test_what_only_warns_was_not_seen_good(given):
    """Else it would condemn the next deploy once somebody has made it one that fails."""
    assert known_from([check(given, extra())]).good == frozenset()
    assert known_from([check(GOOD, extra())]).good


@pytest.mark.parametrize(
    ("status", "outcome", "told"),
    [
        (HealthStatus.GOOD, PASS, "nothing open, used up or late among 1"),
        (HealthStatus.BAD, WARN, "the breaker pay is open"),
        (HealthStatus.WARNING, WARN, "the breaker pay is open"),
        (HealthStatus.CRITICAL, WARN, "the breaker pay is open"),
    ],
)
def test_without_an_expectation_a_document_only_warns(status, outcome, told):
    part = Component("pay", status, "open", "the breaker pay is open")
    document = HealthDocument(status, status.value, (part,))

    found = check(answer(doc=document), extra(expect=None))

    assert (found.outcome, found.summary) == (outcome, told)


def test_what_could_not_be_read_of_a_document_is_named():
    text = "the job mail reports its last run without a time zone"
    part = Component("mail", HealthStatus.UNKNOWN, "unknown", text)
    document = HealthDocument(HealthStatus.UNKNOWN, "unknown", (part,))

    found = check(answer(doc=document), extra(expect=None))

    assert (found.outcome, found.summary) == (Outcome.WARN, text)


def test_a_document_of_which_nothing_is_known_is_no_silent_pass():
    found = check(answer(doc=Unobserved("nothing is known")), extra(expect=None))

    assert found.outcome is WARN
    assert "nothing is known" in found.summary
