"""How long answers take: three in a row over a bound, or much slower than before."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED, deployment, evidence, old, probe, service_evidence, state
from tests.commands.script import answer
from verifier.checks.latency import check_latency
from verifier.commands.response_times import ResponseTimes
from verifier.model.evidence import Endpoint, Probe
from verifier.model.expectations import ServiceHealth
from verifier.model.finding import Outcome, Unobserved

LIMITED = replace(EXPECTED, answer_within_s=2.0)
SLOW = {"api": ServiceHealth((), {}, 5.0)}


def judge(times, before=None, expected=EXPECTED):
    given = service_evidence(
        times_ms={Endpoint.DEEP: times},
        slowest_before_ms={} if before is None else {Endpoint.DEEP: before},
    )
    return {f.check: f.outcome for f in check_latency(evidence(given), expected)}


@pytest.mark.parametrize(
    ("times", "before", "expected", "outcome"),
    [
        pytest.param((90, 95, 90), 80, EXPECTED, None, id="as-before"),
        pytest.param((900, 900, 900), 80, EXPECTED, Outcome.WARN, id="ten-times-slower"),
        pytest.param((900, 900, 100), 80, EXPECTED, None, id="one-was-quick"),
        pytest.param((900, 900), 80, EXPECTED, None, id="two-are-not-enough"),
        pytest.param((400, 400, 400), 80, EXPECTED, None, id="not-half-a-second-more"),
        pytest.param((1500, 1500, 1500), 800, EXPECTED, None, id="not-three-times"),
        pytest.param((9000, 9000, 9000), None, EXPECTED, None, id="nothing-to-compare-with"),
        pytest.param((2100, 2200, 2300), None, LIMITED, Outcome.WARN, id="over-the-bound"),
        pytest.param((2100, 2200, 1900), None, LIMITED, Outcome.PASS, id="once-under-it"),
        pytest.param((1900, 1900, 1900), 80, LIMITED, Outcome.WARN, id="under-it-and-slower"),
        pytest.param(
            (2100, 2200, 2300),
            None,
            replace(LIMITED, of_services=SLOW),
            Outcome.PASS,
            id="a-bound-of-its-own",
        ),
    ],
)
def test_three_in_a_row(times, before, expected, outcome):
    assert judge(times, before, expected) == ({} if outcome is None else {"latency.deep": outcome})


LIVE_OLD = old(status=deployment().status, instances=("RUNNING",))


def look(times, judged, *probes):
    shown = state(deployment(), LIVE_OLD) if judged.id == "new" else state(LIVE_OLD)
    return times.beside(service_evidence(*probes, judged=judged, before=shown, after=shown))


def took(duration_ms, id_="new", given=None):
    return replace(probe(given or answer(deployment_id=id_)), duration_ms=duration_ms)


def test_times_are_kept_by_deployment_and_compared_with_the_one_before():
    times = ResponseTimes()
    for duration_ms in (50, 80, 60):
        look(times, LIVE_OLD, took(duration_ms, "old"))
    for duration_ms in (500, 700, 900, 800):
        seen = look(times, deployment(), took(duration_ms), took(5000))

    assert seen.times_ms == {Endpoint.DEEP: (700, 900, 800)}
    assert seen.slowest_before_ms == {Endpoint.DEEP: 80}


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(Unobserved("no answer within 10 s"), id="no-answer"),
        pytest.param(answer(deployment_id="old"), id="another-deployments"),
        pytest.param(answer(429), id="says-nothing"),
    ],
)
def test_what_was_not_answered_has_no_time_in_this_look(given):
    times = ResponseTimes()
    look(times, deployment(), took(500))

    seen = look(times, deployment(), took(9000, given=given))

    assert seen.times_ms == {}


def test_endpoints_beside_health_are_not_timed():
    extra = Probe(
        Endpoint.EXTRA, "https://api.test/jobs", answer(), evidence().at, 900, extra="jobs"
    )

    assert look(ResponseTimes(), deployment(), extra).times_ms == {}
