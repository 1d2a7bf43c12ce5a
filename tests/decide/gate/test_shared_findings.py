"""What all services share decides nothing while another commit goes back."""

import pytest

from tests.builders import LIMITS, deployment
from verifier.decide.gate.judge import Live, judge
from verifier.decide.gate.shared_findings import while_moving
from verifier.model.finding import Finding, Outcome
from verifier.model.verdict import Sample, Verdict, VerdictWord, Wait

SHARED = Finding("migrations.pending", Outcome.FAIL, "1 migration shipped but not applied")
OWN = Finding("health.deep", Outcome.CRITICAL, "CRITICAL", "api")
GOOD = Finding("health.deep", Outcome.PASS, "healthy", "api")
ALL_GOOD = Sample(0.0, (GOOD, Finding("migrations.pending", Outcome.PASS, "all are applied")))
LIVE = Live("api", deployment(), 0.0, 900.0)


def look(at_s, *findings, moving=("worker",)):
    sample = Sample(at_s, findings, deployments={"api": "new"})
    return while_moving(sample, moving, LIMITS) if moving else sample


def test_what_is_shared_is_left_open_and_says_why():
    shared, own, good = look(0.0, SHARED, OWN, GOOD).findings

    assert (shared.outcome, own, good) == (Outcome.INCONCLUSIVE, OWN, GOOD)
    assert (
        shared.summary == "while worker is being rolled back: 1 migration shipped but not applied"
    )


def test_what_was_good_stays_good():
    assert while_moving(ALL_GOOD, ("worker",), LIMITS) == ALL_GOOD


@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.CRITICAL])
def test_it_condemns_only_where_it_holds_on_after_that(outcome):
    shared = Finding("migrations.pending", outcome, "not applied")
    during = [look(2.0 * n, shared, GOOD) for n in range(150)]
    after = [look(300.0 + 2.0 * n, shared, GOOD, moving=()) for n in range(LIMITS.fail_after)]

    assert isinstance(judge(during, LIVE, LIMITS), Wait), "longer than anything else stays unclear"
    verdict = judge([*during, *after], LIVE, LIMITS)
    assert isinstance(verdict, Verdict)
    assert verdict.word is VerdictWord.FAILED


def test_what_is_wrong_with_the_service_itself_condemns_at_once():
    verdict = judge([look(0.0, SHARED, OWN)], LIVE, LIMITS)

    assert isinstance(verdict, Verdict)
    assert verdict.word is VerdictWord.FAILED
