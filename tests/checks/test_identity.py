"""Whose answer is it? Everything that is not proven proves nothing."""

from dataclasses import replace

import pytest

from tests.builders import answer, deployment, old, probe, service_evidence, sha, state
from verifier.checks.identity import Proven, Unproven, prove
from verifier.model.deployment import DeploymentStatus
from verifier.model.evidence import Endpoint

NEW = deployment()
REMOVING = old(status=DeploymentStatus.REMOVING)
ALONE = state(NEW, old())
OVERLAP = state(NEW, REMOVING)
SPELLED = state(NEW, old(), url="https://API.test:443/base")
ELSEWHERE = state(NEW, old(), domains=("other.test",))
TWIN = state(NEW, old(commit="b", status=DeploymentStatus.REMOVING))


@pytest.mark.parametrize(
    ("given", "around", "logged", "expected"),
    [
        pytest.param({"deployment_id": "new"}, OVERLAP, (), "deployment id", id="id"),
        pytest.param({"deployment_id": "old"}, ALONE, (), None, id="other-id"),
        pytest.param({"commit_sha": sha("b")}, OVERLAP, (), "commit", id="commit"),
        pytest.param({"commit_sha": "bbbbbbb"}, OVERLAP, (), "commit", id="short-commit"),
        pytest.param({"commit_sha": "bbbbbb"}, OVERLAP, (), None, id="too-short"),
        pytest.param({"commit_sha": sha("a")}, ALONE, (), None, id="other-commit"),
        pytest.param({"commit_sha": sha("b")}, TWIN, (), None, id="twin-of-that-commit"),
        pytest.param({}, OVERLAP, ("request",), "request log", id="log"),
        pytest.param({}, OVERLAP, (), None, id="overlap"),
        pytest.param({}, ALONE, (), "no other deployment", id="alone"),
        pytest.param({"request_id": ""}, ALONE, (), None, id="not-through-the-edge"),
        pytest.param({}, SPELLED, (), "no other deployment", id="the-address-spelled-differently"),
        pytest.param({}, ELSEWHERE, (), None, id="at-an-address-that-is-not-the-service's"),
        pytest.param({}, ELSEWHERE, ("request",), "request log", id="logged-at-an-unknown-address"),
    ],
)
def test_proof(given, around, logged, expected):
    service = service_evidence(
        judged=NEW, before=around, after=around, logged_requests=frozenset(logged)
    )
    nameless = answer(deployment_id="", commit_sha="")

    proof = prove(replace(nameless, **given), service)

    assert isinstance(proof, Proven) is (expected is not None)
    assert expected is None or expected in proof.by


@pytest.mark.parametrize(
    ("beside", "has_hint"),
    [
        pytest.param({"deployment_id": "new"}, False, id="the-document-names-it"),
        pytest.param({"deployment_id": "old"}, True, id="it-names-another"),
        pytest.param({"deployment_id": ""}, True, id="nothing-names-it"),
    ],
)
def test_nobody_is_told_to_build_what_another_answer_of_the_look_shows(beside, has_hint):
    given = answer(request_id="", deployment_id="")
    probes = (probe(given, Endpoint.LIVE), probe(answer(**beside)))
    seen = service_evidence(*probes, judged=NEW, before=ALONE, after=ALONE)

    proof = prove(given, seen)

    assert isinstance(proof, Unproven)
    assert bool(proof.hint) is has_hint


def test_a_switch_during_the_probes_voids_every_answer():
    service = service_evidence(judged=NEW, before=state(old(), NEW), after=ALONE)

    assert not isinstance(prove(answer(), service), Proven)


@pytest.mark.parametrize("named", [{}, {"commit_sha": sha("b")}], ids=["nothing", "commit"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(TWIN, state(NEW, old(commit="b")), id="removed-while-it-answered"),
        pytest.param(ALONE, TWIN, id="seen-only-afterwards"),
    ],
)
def test_a_deployment_that_may_have_answered_at_any_moment_is_another_one(before, after, named):
    service = service_evidence(judged=NEW, before=before, after=after)
    given = replace(answer(deployment_id="", commit_sha=""), **named)

    assert not isinstance(prove(given, service), Proven)


def test_an_address_that_is_not_the_services_is_named():
    service = service_evidence(judged=NEW, before=ELSEWHERE, after=ELSEWHERE)

    proof = prove(answer(deployment_id="", commit_sha=""), service)

    assert "not one of the service's domains" in proof.reason
    assert proof.hint == "set url to a domain that Railway lists for this service"


@pytest.mark.parametrize(
    ("places", "told"),
    [
        pytest.param(("version.sha", "header:X-Id"), "version.sha, header:X-Id", id="two"),
        pytest.param((), "", id="none-is-configured"),
    ],
)
def test_a_place_of_identity_that_has_nothing_is_named_where_nothing_else_proves(places, told):
    given = answer(deployment_id="", commit_sha="", request_id="", unnamed_at=places)

    proof = prove(given, service_evidence(judged=NEW, before=ALONE, after=ALONE))

    said = f"; identity says {told}, where it has nothing" if told else ""
    assert "RAILWAY_DEPLOYMENT_ID" in proof.hint
    assert proof.reason == f"this response could not be traced to deployment {NEW.id}{said}"


@pytest.mark.parametrize(
    ("named", "is_claim"),
    [
        pytest.param("20261126", False, id="date"),
        pytest.param("1764163200", False, id="unix-time"),
        pytest.param("ab" * 32, False, id="digest"),
        pytest.param("1" * 40, True, id="hash-of-digits"),
        pytest.param("ccccccc", True, id="short-hash"),
    ],
)
def test_what_cannot_be_a_commit_claims_to_be_none(named, is_claim):
    given = answer(deployment_id="", commit_sha=named)

    proof = prove(given, service_evidence(judged=NEW, before=ALONE, after=ALONE))

    assert isinstance(proof, Unproven) is is_claim


def test_a_short_hash_of_digits_is_still_the_judged_commit():
    judged = deployment(commit_sha="1234567" + "b" * 33)
    both = state(judged, old(status=DeploymentStatus.REMOVING))
    given = answer(deployment_id="", commit_sha="1234567", request_id="")

    proof = prove(given, service_evidence(judged=judged, before=both, after=both))

    assert proof == Proven("commit in the answer")


@pytest.mark.parametrize(
    ("image", "logged", "by"),
    [
        pytest.param("sha256:b", {"request"}, "Railway's request log", id="same-image-logged"),
        pytest.param("sha256:b", (), None, id="same-image-not-logged"),
        pytest.param("sha256:a", {"request"}, None, id="another-image"),
    ],
)
def test_a_commit_of_the_judged_image_names_nobody_else(image, logged, by):
    """Railway skips a build that would change nothing: the image holds the earlier commit's hash."""
    both = state(NEW, old(status=DeploymentStatus.REMOVING, image_digest=image))
    given = answer(deployment_id="", commit_sha=sha("a"))
    service = service_evidence(
        judged=NEW, before=both, after=both, logged_requests=frozenset(logged)
    )

    proof = prove(given, service)

    assert (proof.by if isinstance(proof, Proven) else None) == by
