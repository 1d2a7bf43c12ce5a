"""A service's further addresses, each with what is told of it."""

import pytest

from tests.builders import (
    EXPECTED,
    answer,
    deployment,
    evidence,
    old,
    probe,
    service_evidence,
    sha,
    state,
)
from verifier.checks.further_addresses import check_addresses
from verifier.model.evidence import Endpoint, Origin, Probe
from verifier.model.finding import Outcome, Unobserved

OWN = answer()
UNREADABLE = Unobserved("no answer within 10 s")


def judge(given, own=OWN):
    shown = state(deployment(), old(), domains=("api.test", "app.acme.com", "acme.com"))
    elsewhere = Probe(Endpoint.LIVE, "https://app.acme.com/health", given, evidence().at, 5)
    service = service_evidence(probe(own, Endpoint.LIVE), before=shown, elsewhere=(elsewhere,))
    return [(f.outcome, f.summary) for f in check_addresses(evidence(service), EXPECTED)]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param(answer(), "", id="the-same-deployment"),
        pytest.param(answer(deployment_id="", commit_sha=sha("b")), "", id="the-same-commit"),
        pytest.param(answer(deployment_id=""), "", id="names-nobody"),
        pytest.param(
            answer(deployment_id="old"), "deployment old answered, not new", id="the-old-one"
        ),
        pytest.param(
            answer(deployment_id="", commit_sha=sha("a")),
            "commit aaaaaaaa answered, not bbbbbbbb",
            id="another-commit",
        ),
        pytest.param(UNREADABLE, "no answer within 10 s", id="no-answer"),
        pytest.param(
            answer(404, origin=Origin.EDGE), "HTTP 404 from Railway's edge: the request", id="edge"
        ),
        pytest.param(
            answer(503), "HTTP 503, while api.test answers HTTP 200", id="an-error-only-there"
        ),
        pytest.param(
            answer(301, origin=Origin.REDIRECT, leads_to="Acme.com/health"), "", id="to-its-own"
        ),
        pytest.param(answer(301, origin=Origin.REDIRECT, leads_to="/login"), "", id="stays"),
        pytest.param(
            answer(301, origin=Origin.REDIRECT, leads_to="parked.example/"),
            "it redirects to parked.example/",
            id="elsewhere",
        ),
    ],
)
def test_an_address_beside_the_configured_one(given, told):
    ((outcome, summary),) = judge(given)

    assert outcome is (Outcome.WARN if told else Outcome.PASS)
    expected = f"app.acme.com: {told}" if told else "app.acme.com is as good as the url"
    assert summary.startswith(expected)


@pytest.mark.parametrize(
    ("given", "own"),
    [
        pytest.param(answer(origin=Origin.CACHE), OWN, id="a-cache"),
        pytest.param(answer(401), OWN, id="a-login"),
        pytest.param(answer(429), OWN, id="too-many-requests"),
        pytest.param(answer(deployment_id=""), UNREADABLE, id="nothing-to-compare-with"),
    ],
)
def test_nothing_is_told_of_what_says_nothing(given, own):
    assert judge(given, own) == []


def test_an_error_that_both_addresses_give_is_told_once_elsewhere():
    assert judge(answer(503), answer(503)) == [(Outcome.PASS, "app.acme.com is as good as the url")]
