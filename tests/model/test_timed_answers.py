"""The answers that a report tells of: each once with the worst of it, and never too many."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import START
from verifier.model.finding import Finding, Outcome, Provenance
from verifier.model.timed_answers import MOST, ReportedAnswer, answers_of, thinned

DEEP = Provenance("GET https://a.test/health/deep", START, duration_ms=41)
ANSWER = ReportedAnswer(START, "api", "health.deep", Outcome.PASS, 41)


def found(check, outcome=Outcome.PASS, evidence=DEEP, service="api"):
    return Finding(check, outcome, "said", service, evidence=evidence)


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        pytest.param([], (), id="nothing"),
        pytest.param([found("topology.run_mode", evidence=None)], (), id="not-asked"),
        pytest.param([found("x.y", evidence=replace(DEEP, duration_ms=0))], (), id="not-timed"),
        pytest.param([found("health.deep")], (ANSWER,), id="one"),
        pytest.param(
            [found("component.redis", Outcome.FAIL), found("health.deep"), found("component.mail")],
            (replace(ANSWER, outcome=Outcome.FAIL),),
            id="several-findings-rest-on-one",
        ),
        pytest.param(
            [found("health.deep"), found("health.deep", service="worker")],
            (ANSWER, replace(ANSWER, service="worker")),
            id="of-two-services",
        ),
    ],
)
def test_an_answer_is_told_once_with_the_worst_of_it(findings, expected):
    assert answers_of(findings) == expected


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.FAIL])
def test_of_very_many_answers_a_part_of_the_good_ones_is_left_out_first(outcome):
    many = [replace(ANSWER, at=START + timedelta(seconds=n)) for n in range(MOST)]
    bad = [replace(ANSWER, outcome=outcome) for _ in range(5)]

    kept = thinned([*bad, *many])

    assert len(kept) <= MOST
    assert kept[-1] == many[-1]
    assert outcome is Outcome.PASS or kept[:5] == tuple(bad)
    assert thinned(many) == tuple(many)
