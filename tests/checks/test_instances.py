"""Several instances, and answers that do not say which of them gave them."""

import random
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
    state,
)
from verifier.checks.endpoints import check_deep
from verifier.checks.instances import check_unattributed, turns_in_a_look
from verifier.commands.response_count import ResponseCount
from verifier.decide.gate.judge import Live, judge
from verifier.model.evidence import Endpoint, HealthStatus, Origin
from verifier.model.finding import Later, Outcome, Unobserved
from verifier.model.verdict import Sample, Verdict, VerdictWord


@pytest.mark.parametrize(
    ("instances", "responses", "outcome", "told"),
    [
        pytest.param(2, 0, Outcome.INCONCLUSIVE, "about 0.0 of them", id="two-unasked"),
        pytest.param(2, 7, Outcome.INCONCLUSIVE, "asked is 2%", id="two-asked-too-seldom"),
        pytest.param(2, 8, Outcome.PASS, "below 1%", id="two"),
        pytest.param(3, 9, Outcome.INCONCLUSIVE, "about 2.9 of them", id="three-too-seldom"),
        pytest.param(3, 15, Outcome.PASS, "below 1%", id="three"),
        pytest.param(10, 15, Outcome.INCONCLUSIVE, "about 7.9 of them", id="ten-too-seldom"),
        pytest.param(10, 66, Outcome.PASS, "below 1%", id="ten"),
        pytest.param(50, 66, Outcome.INCONCLUSIVE, "about 36.8 of them", id="fifty-too-seldom"),
        pytest.param(50, 422, Outcome.PASS, "below 1%", id="fifty"),
    ],
)
def test_several_instances_are_proven_by_enough_answers(instances, responses, outcome, told):
    judged = deployment(instances=("RUNNING",) * instances)
    given = evidence(service_evidence(probe(), judged=judged, responses=responses))

    (found,) = check_unattributed(given, EXPECTED)

    assert (found.outcome, told in found.summary) == (outcome, True)
    assert found.later == (None if outcome is Outcome.PASS else Later(Outcome.WARN))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"judged": deployment(instances=("RUNNING", "EXITED"))}, id="one-runs"),
        pytest.param({"judged": deployment(instances=())}, id="none-known"),
    ],
)
def test_one_instance_needs_no_proof_of_it(changes):
    assert not list(check_unattributed(evidence(service_evidence(probe(), **changes)), EXPECTED))


def test_what_is_never_asked_is_not_waited_for():
    judged = deployment(instances=("RUNNING", "RUNNING"))

    assert not list(check_unattributed(evidence(service_evidence(judged=judged)), EXPECTED))


def test_instances_of_another_region_are_out_of_reach():
    judged = deployment(instances=("RUNNING",) * 2, region_count=2)
    given = evidence(service_evidence(probe(), judged=judged, responses=20))

    (found,) = check_unattributed(given, EXPECTED)

    assert (found.outcome, "2 regions" in found.summary) == (Outcome.WARN, True)


@pytest.mark.parametrize(
    ("given", "count"),
    [
        pytest.param(answer(), 1, id="its-own"),
        pytest.param(answer(503), 1, id="its-own-failure"),
        pytest.param(answer(429), 0, id="no-statement"),
        pytest.param(answer(502, origin=Origin.EDGE), 0, id="the-edge"),
        pytest.param(answer(origin=Origin.CACHE), 0, id="a-cache"),
        pytest.param(answer(deployment_id="old"), 0, id="the-old-one"),
    ],
)
def test_an_answer_counts_for_the_instances_only_where_it_is_theirs(given, count):
    asked = service_evidence(
        *(probe(given, endpoint) for endpoint in (Endpoint.DEEP, Endpoint.LIVE)),
        before=state(deployment(), deployment("old", minute=0), active=("new",)),
    )

    assert ResponseCount({"api": Endpoint.DEEP}).beside(asked).responses == count


@pytest.mark.slow
@pytest.mark.parametrize("instances", [2, 3, 10])
def test_one_broken_instance_never_passes(instances):
    chance = random.Random(instances)  # noqa: S311  a draw that repeats

    verdicts = [verdict_on(instances, 1, chance) for _ in range(25)]

    assert set(verdicts) == {VerdictWord.FAILED}


@pytest.mark.parametrize("instances", [2, 3, 10])
@pytest.mark.slow
def test_one_silent_instance_never_passes(instances):
    chance = random.Random(instances)  # noqa: S311  a draw that repeats

    verdicts = [verdict_on(instances, 1, chance, SILENT) for _ in range(5)]

    assert set(verdicts) == {VerdictWord.FAILED}


@pytest.mark.parametrize("instances", [2, 3])
def test_an_instance_that_starts_late_fails_nobody(instances):
    chance = random.Random(instances)  # noqa: S311  a draw that repeats

    verdicts = [verdict_on(instances, 1, chance, SILENT, until_s=60) for _ in range(5)]

    assert set(verdicts) == {VerdictWord.PASSED}


@pytest.mark.parametrize(
    ("looks", "responses", "unanswered"),
    [
        pytest.param("aa aa", 4, 0, id="all-answered"),
        pytest.param("aa aS", 0, 1, id="what-is-not-answered-begins-again"),
        pytest.param("aS aa", 2, 0, id="and-is-counted-from-then-on"),
        pytest.param("aa aL", 0, 1, id="a-timeout-as-well"),
        pytest.param("aa SS", 2, 0, id="silence-of-all-is-told-elsewhere"),
    ],
)
def test_a_question_that_one_instance_left_open(looks, responses, unanswered):
    count = ResponseCount({"api": Endpoint.DEEP})
    late = replace(probe(), answer=Unobserved("no answer"), is_late=True)
    given = {"a": probe(), "S": probe(SILENT), "L": late}

    for look in looks.split():
        seen = count.beside(service_evidence(*(given[letter] for letter in look)))

    assert (seen.responses, seen.unanswered) == (responses, unanswered)


def test_what_the_old_deployment_leaves_open_is_none_of_the_new_ones():
    both = state(deployment(), deployment("old", minute=0), active=("new",))
    asked = service_evidence(probe(), probe(SILENT), before=both)

    assert ResponseCount({"api": Endpoint.DEEP}).beside(asked).unanswered == 0


@pytest.mark.parametrize("instances", [2, 3, 10])
def test_good_instances_pass(instances):
    chance = random.Random(1)  # noqa: S311  a draw that repeats

    assert verdict_on(instances, 0, chance) is VerdictWord.PASSED


def verdict_on(instances, broken, chance, answers=None, until_s=float("inf")):
    """
    Look until there is a verdict; the edge chooses an instance by chance for each question.

    Those that are broken until `until_s` give `answers`.
    """
    judged = deployment(instances=("RUNNING",) * instances)
    count = ResponseCount({"api": Endpoint.DEEP})
    samples = []
    now_s = 0.0
    while True:
        probes = [
            probe(
                (answers or BROKEN)
                if now_s < until_s and chance.randrange(instances) < broken
                else answer()
            )
            for _ in range(turns_in_a_look(instances))
        ]
        given = evidence(count.beside(service_evidence(*probes, judged=judged)))
        found = (*check_deep(given, EXPECTED), *check_unattributed(given, EXPECTED))
        samples.append(Sample(now_s, found, deployments={"api": "new"}))
        decision = judge(samples, Live("api", judged, 0.0, 600.0), LIMITS)
        if isinstance(decision, Verdict):
            return decision.word
        now_s += decision.seconds


BROKEN = answer(503, replace(document(HealthStatus.BAD, "unhealthy")))
SILENT = answer(502, origin=Origin.EDGE, deployment_id="", request_id="request")
