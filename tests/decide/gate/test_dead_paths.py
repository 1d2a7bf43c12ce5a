"""When is a path that leads nowhere the configuration's, and not worth waiting for?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import LIMITS, START, deployment
from verifier.decide.gate.causes import likeliest_cause
from verifier.decide.gate.judge import Live, judge
from verifier.decide.gate.seen_before import confirmed, known_from
from verifier.model.finding import Finding, Outcome, Provenance
from verifier.model.known_before import NOTHING_KNOWN
from verifier.model.verdict import Sample, Verdict, VerdictWord

FAILED, UNCLEAR, PASSED = VerdictWord.FAILED, VerdictWord.INCONCLUSIVE, VerdictWord.PASSED
DEEP = Finding("health.deep", Outcome.FAIL, "HTTP 404", "api", objects=("HTTP 404",), is_bare=True)
SCHEMA = Finding("health.schema", Outcome.INCONCLUSIVE, "HTTP 404", "api", objects=("HTTP 404",))
REST = Finding("health.live", Outcome.PASS, "HTTP 200", "api")
GOOD = {
    f.check: replace(f, outcome=Outcome.PASS, objects=(), is_bare=False) for f in (DEEP, SCHEMA)
}


def before_from(*findings):
    return confirmed([known_from((*findings, REST))] * 3, 3)


def ends(found, before, *, good_from=None, up_for_s=0.0, **made):
    """Return after how many seconds a gate that looks every two ends, and its verdict."""
    made = deployment(settled_at=START - timedelta(seconds=up_for_s), **made)
    live = Live("api", made, 0.0, 600.0, before)
    samples = []
    for n in range(200):
        at_s = n * 2.0
        is_there = good_from is not None and at_s >= good_from
        seen = GOOD[found.check] if is_there else found
        where = Provenance("https://api.test", START + timedelta(seconds=at_s))
        findings = tuple(replace(f, evidence=where) for f in (seen, REST))
        samples.append(Sample(at_s, findings, deployments={"api": made.id}))
        if isinstance(decision := judge(samples, live, LIMITS), Verdict):
            return at_s, decision
    raise AssertionError("it never ended")


@pytest.mark.parametrize(("found", "word"), [(DEEP, FAILED), (SCHEMA, UNCLEAR)])
def test_what_leads_nowhere_for_the_time_of_a_start_is_the_configurations_fault(found, word):
    """Before the deploy it was so as well: a commit may add the path."""
    at_s, verdict = ends(found, before_from(found))

    assert (at_s, verdict.word) == (124.0 if found is DEEP else 120.0, word)
    cause = likeliest_cause(verdict)
    assert (cause.kind, found.check in cause.text) == ("configuration", True)
    assert "verifier health" in cause.next_step


@pytest.mark.parametrize("found", [DEEP, SCHEMA], ids=["deep", "schema"])
@pytest.mark.parametrize(
    "before",
    [
        pytest.param(NOTHING_KNOWN, id="nothing-known"),
        pytest.param(before_from(*GOOD.values()), id="good-before"),
        pytest.param(before_from(DEEP, SCHEMA), id="added-by-this-commit"),
        pytest.param(None, id="no-baseline"),
    ],
)
@pytest.mark.parametrize("is_health_checked", [False, True], ids=["", "railway-asks-another"])
def test_a_route_that_appears_after_the_start_is_waited_for(found, before, is_health_checked):
    was_good = before is not None and before.was_good(found)
    good_from = 18.0 if is_health_checked and was_good else 90.0
    made = {"is_health_checked": is_health_checked}

    at_s, verdict = ends(found, before, good_from=good_from, **made)

    assert (verdict.word, at_s >= good_from + 10.0) == (PASSED, True)


@pytest.mark.parametrize("found", [DEEP, SCHEMA], ids=["deep", "schema"])
@pytest.mark.parametrize(("up_for_s", "is_soon"), [(7200.0, True), (119.0, False), (0.0, False)])
@pytest.mark.parametrize("before", [NOTHING_KNOWN, None], ids=["gate", "check"])
def test_what_has_been_up_for_long_is_no_longer_starting(found, up_for_s, is_soon, before):
    at_s, _ = ends(found, before, up_for_s=up_for_s)

    assert (at_s <= 10.0) is is_soon


def test_a_path_that_was_good_condemns_after_the_time_of_a_start():
    at_s, verdict = ends(DEEP, before_from(*GOOD.values()), up_for_s=7200.0)

    assert (at_s, verdict.condemned_by[0].blameless) == (120.0, "")
    assert likeliest_cause(verdict).kind == "application"


def test_another_refusal_is_no_dead_path():
    refused = replace(DEEP, summary="HTTP 503", objects=("HTTP 5xx",))

    assert ends(refused, before_from(refused))[0] == 120.0
