"""A check that asks something else than it did is another check."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED, answer, evidence, probe, reading, service_evidence
from verifier.checks import run_checks
from verifier.decide.gate.seen_before import known_from
from verifier.model.evidence import Endpoint, SqlAnswer
from verifier.model.expectations import SqlExpectation
from verifier.model.finding import Finding, Outcome
from verifier.model.known_before import KnownBefore, SeenCheck
from verifier.model.wanted_answer import WantedAnswer


def asked_at(url):
    return evidence(service_evidence(replace(probe(answer()), url=url)))


def beat(**changes):
    terms = {"service": "api", "equals": "0", "sql": "select 1", **changes}
    return replace(EXPECTED, sql_probes={"beat": SqlExpectation(**terms)})


COUNTED = evidence(database=reading(sql_answers={"beat": SqlAnswer("0")}))
CODES = replace(EXPECTED, answers={Endpoint.DEEP: WantedAnswer(codes=(200,))})
DEEP = "https://api.test/health/deep"


def asks(check, look, expected=EXPECTED):
    return {f.asked for f in run_checks(look, expected) if f.check == check}


@pytest.mark.parametrize(
    ("check", "before", "now", "is_same"),
    [
        pytest.param("health.deep", (asked_at(DEEP),), (asked_at(DEEP),), True, id="path"),
        pytest.param(
            "health.deep",
            (asked_at(DEEP),),
            (asked_at("https://other.test/health/deep"),),
            True,
            id="host",
        ),
        pytest.param(
            "component.environment", (asked_at(DEEP),), (asked_at(f"{DEEP}z"),), False, id="paths"
        ),
        pytest.param("health.deep", (asked_at(DEEP),), (asked_at(DEEP), CODES), False, id="codes"),
        pytest.param("probe.beat", (COUNTED, beat()), (COUNTED, beat()), True, id="query"),
        pytest.param(
            "probe.beat", (COUNTED, beat()), (COUNTED, beat(sql="select 2")), False, id="queries"
        ),
        pytest.param(
            "probe.beat", (COUNTED, beat()), (COUNTED, beat(equals="1")), False, id="expectation"
        ),
    ],
)
def test_what_is_asked(check, before, now, is_same):
    first, second = asks(check, *before), asks(check, *now)

    assert first
    assert "" not in first | second
    assert (first == second) is is_same


@pytest.mark.parametrize(
    ("kept", "asked", "may"),
    [("a1", "a1", True), ("a1", "b2", False), ("", "b2", True), ("a1", "", True)],
    ids=["the-same", "another", "kept-by-an-earlier-version", "asks-nothing-in-particular"],
)
def test_what_was_good_stands_for_the_same_question_alone(kept, asked, may):
    known = KnownBefore(frozenset({SeenCheck("health.ready", "api", kept)}))

    found = Finding("health.ready", Outcome.FAIL, "HTTP 404", "api", asked=asked)
    assert known.may_condemn(found) is may
    assert known_from([found]).excuses(found)
