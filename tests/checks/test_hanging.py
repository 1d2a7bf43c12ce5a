"""When does silence in depth speak against a deployment?"""

import pytest

from tests.builders import (
    EXPECTED,
    START,
    answer,
    deployment,
    evidence,
    old,
    service_evidence,
    state,
)
from verifier.checks.endpoints import check_deep, check_ready
from verifier.model.deployment import DeploymentStatus
from verifier.model.evidence import Endpoint, Origin, Probe, Subject
from verifier.model.finding import Outcome, Unobserved

LATE = Unobserved("no answer within 10 s")
GOOD = answer()
DRAINING = old(status=DeploymentStatus.REMOVING)
FAIL, UNSEEN, PASS = Outcome.FAIL, Outcome.INCONCLUSIVE, Outcome.PASS


def probe(endpoint, given, *, is_late=None):
    late = given is LATE if is_late is None else is_late
    return Probe(endpoint, f"https://api.test/{endpoint}", given, START, 10, is_late=late)


def outcomes(live, ready, deep, *, subject=Subject.JUDGED, others=(), **late):
    around = state(deployment(), *others, active=("new",))
    seen = evidence(
        service_evidence(
            probe(Endpoint.LIVE, live),
            probe(Endpoint.READY, ready, **late),
            probe(Endpoint.DEEP, deep, **late),
            before=around,
        ),
        subject=subject,
    )
    return tuple(next(iter(c(seen, EXPECTED))).outcome for c in (check_ready, check_deep))


@pytest.mark.parametrize(
    ("live", "ready", "deep", "found"),
    [
        pytest.param(GOOD, LATE, LATE, (FAIL, FAIL), id="it-lives-and-hangs"),
        pytest.param(GOOD, GOOD, LATE, (PASS, UNSEEN), id="one-of-them-answers"),
        pytest.param(LATE, LATE, LATE, (UNSEEN, UNSEEN), id="all-silent"),
        pytest.param(answer(503), LATE, LATE, (UNSEEN, UNSEEN), id="it-does-not-live"),
        pytest.param(
            answer(origin=Origin.EDGE), LATE, LATE, (UNSEEN, UNSEEN), id="the-edge-answers"
        ),
        pytest.param(
            answer(deployment_id="old"), LATE, LATE, (UNSEEN, UNSEEN), id="another-one-lives"
        ),
    ],
)
def test_silence_in_depth(live, ready, deep, found):
    assert outcomes(live, ready, deep, others=(old(),)) == found


def test_silence_that_may_be_another_deployments_is_none():
    assert outcomes(GOOD, LATE, LATE, others=(DRAINING,)) == (UNSEEN, UNSEEN)


def test_what_could_not_be_asked_does_not_hang():
    assert outcomes(GOOD, LATE, LATE, is_late=False) == (UNSEEN, UNSEEN)


def test_what_served_before_needs_no_proof():
    assert outcomes(LATE, LATE, LATE, subject=Subject.BEFORE) == (FAIL, FAIL)
