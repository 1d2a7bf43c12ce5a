"""What doctor says of each configured health path, by what it answers now."""

from dataclasses import replace

import pytest

from tests.builders import EXPECTED, answer, document, probe
from verifier.checks.health_setup import (
    check_health_path,
    check_identity_places,
    check_what_is_listed,
)
from verifier.model.evidence import Component, Endpoint, HealthStatus, Origin
from verifier.model.finding import Outcome, Unobserved
from verifier.model.wanted_answer import AnswerForm, WantedAnswer

PAGE = Unobserved("the body is an HTML page, not a health document")
TEXT = Unobserved("the body is neither JSON nor a known plain-text status")
DB = document(components=(Component("database", HealthStatus.GOOD, "up"),))
ID = "3f2a1b4c-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("given", "endpoint", "outcome", "told"),
    [
        pytest.param(answer(deployment_id=ID), "live", Outcome.PASS, 'status "healthy"', id="good"),
        pytest.param(answer(404, doc=TEXT), "ready", Outcome.FAIL, "HTTP 404", id="404"),
        pytest.param(answer(401, doc=TEXT), "deep", Outcome.FAIL, "cannot judge", id="401"),
        pytest.param(
            answer(302, origin=Origin.REDIRECT, leads_to="x.test/login", deployment_id=""),
            "live",
            Outcome.FAIL,
            "x.test/login",
            id="redirect",
        ),
        pytest.param(
            answer(doc=PAGE, content_type="text/html", deployment_id=""),
            "live",
            Outcome.FAIL,
            "HTML page",
            id="page",
        ),
        pytest.param(answer(doc=TEXT, deployment_id=""), "live", Outcome.PASS, "200", id="text"),
        pytest.param(
            answer(doc=TEXT, deployment_id=""), "deep", Outcome.FAIL, "neither", id="text-as-deep"
        ),
        pytest.param(
            answer(doc=document(HealthStatus.BAD, word="error"), deployment_id=ID),
            "ready",
            Outcome.WARN,
            "error",
            id="bad-under-200",
        ),
        pytest.param(answer(503, deployment_id=ID), "deep", Outcome.WARN, "503", id="failing-now"),
        pytest.param(
            answer(502, origin=Origin.EDGE), "live", Outcome.WARN, "edge", id="edge-answered"
        ),
        pytest.param(Unobserved("no connection"), "live", Outcome.WARN, "no conn", id="silent"),
    ],
)
def test_a_path(given, endpoint, outcome, told):
    finding = next(check_health_path("api", probe(given, Endpoint(endpoint)), ()))

    assert (finding.outcome, told in finding.summary) == (outcome, True)


def test_a_required_component_that_is_not_there_is_told_with_those_that_are():
    given = probe(answer(doc=DB, deployment_id=ID))

    _, missing = check_health_path("api", given, ("database", "redis"))

    assert (missing.outcome, missing.summary) == (
        Outcome.FAIL,
        "https://api.test/deep has no component redis",
    )
    assert missing.hint == "set health.required to some of: database"


@pytest.mark.parametrize(
    ("component", "outcome", "told"),
    [
        pytest.param(("null", HealthStatus.UNKNOWN), Outcome.FAIL, '"null"', id="null"),
        pytest.param(("", HealthStatus.UNKNOWN), Outcome.FAIL, "without a status", id="silent"),
        pytest.param(("skipped", HealthStatus.SKIPPED), Outcome.FAIL, "skipped", id="skipped"),
        pytest.param(("0", HealthStatus.PENDING), Outcome.WARN, "not a final", id="not-final"),
        pytest.param(("down", HealthStatus.BAD), Outcome.WARN, '"down"', id="failing-now"),
    ],
)
def test_a_required_component_that_no_gate_can_pass_is_told(component, outcome, told):
    word, status = component
    given = answer(
        doc=document(components=(Component("database", status, word),)), deployment_id=ID
    )

    _, found = check_health_path("api", probe(given), ("database",))

    assert (found.outcome, told in found.summary) == (outcome, True)


def test_a_bad_part_of_a_required_component_is_told():
    parts = (
        Component("database", HealthStatus.GOOD, "ok", place="checks.database"),
        Component("database.write", HealthStatus.BAD, "down", place="checks.database.checks.write"),
    )
    given = probe(answer(doc=document(components=parts), deployment_id=ID))

    _, found = check_health_path("api", given, ("database",))

    assert (found.outcome, found.summary) == (
        Outcome.WARN,
        'https://api.test/deep: database.write reports "down"',
    )


@pytest.mark.parametrize("word", ["degraded", "maintenance", "no such word"])
def test_a_status_that_only_warns_is_no_pass(word):
    said = HealthStatus.UNKNOWN if word == "no such word" else HealthStatus.WARNING
    given = probe(answer(doc=document(said, word=word), deployment_id=ID), Endpoint.READY)

    (found,) = check_health_path("api", given, ())

    assert (found.outcome, word in found.summary) == (Outcome.WARN, True)


@pytest.mark.parametrize(
    ("endpoint", "status", "told"),
    [
        ("live", HealthStatus.GOOD, "lists components that no gate judges: database"),
        ("ready", HealthStatus.UNKNOWN, "lists components that no gate judges: database"),
        ("deep", HealthStatus.UNKNOWN, "components without a status that is known: database"),
        ("deep", HealthStatus.GOOD, ""),
    ],
)
def test_what_a_document_lists_that_no_gate_judges_is_told(endpoint, status, told):
    listed = document(components=(Component("database", status, ""),))
    given = probe(answer(doc=listed, deployment_id=ID), Endpoint(endpoint))

    found = list(check_what_is_listed("api", [given], replace(EXPECTED, required_components=())))

    assert [f.outcome for f in found] == ([Outcome.WARN] if told else [])
    assert all(told in f.summary for f in found)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param({"deployment_id": "2026-09-20T10:11:12Z"}, "not a deployment id", id="a-time"),
        pytest.param({"deployment_id": ID, "commit_sha": "v1.2.3"}, "not a commit", id="a-version"),
    ],
)
def test_an_identity_that_is_none_fails(changes, told):
    _, finding = check_health_path("api", probe(answer(doc=DB, **changes)), ())

    assert (finding.outcome, told in finding.summary) == (Outcome.FAIL, True)


def test_an_identity_that_is_one_is_not_told():
    given = answer(doc=DB, deployment_id=ID, commit_sha="a" * 40)

    assert len(list(check_health_path("api", probe(given), ()))) == 1


NOWHERE = {"deployment_id": "", "unnamed_at": ("build.sha", "build.id")}


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        pytest.param([answer(**NOWHERE)], "build.sha, build.id", id="nowhere"),
        pytest.param(
            [answer(**NOWHERE), answer(unnamed_at=("build.id",))], "build.id", id="one-is-elsewhere"
        ),
        pytest.param([answer(**NOWHERE), answer()], "", id="all-are-elsewhere"),
        pytest.param([answer(502, origin=Origin.EDGE, **NOWHERE)], "", id="edge-answered"),
        pytest.param([Unobserved("no connection")], "", id="silent"),
    ],
)
def test_a_place_of_identity_that_no_response_has_is_told(answers, told):
    places = ("build.sha", "build.id")

    found = list(check_identity_places("api", [probe(given) for given in answers], places))

    text = f"identity names {told}, where no response of api has anything"
    assert [(f.outcome, f.summary) for f in found] == ([(Outcome.WARN, text)] if told else [])


@pytest.mark.parametrize(
    ("wanted", "outcome"),
    [
        pytest.param(WantedAnswer(AnswerForm.HTML), Outcome.PASS, id="page-wanted"),
        pytest.param(WantedAnswer(AnswerForm.JSON), Outcome.FAIL, id="document-wanted"),
        pytest.param(WantedAnswer(codes=(204,)), Outcome.FAIL, id="other-code-wanted"),
    ],
)
def test_a_page_where_the_configuration_says_what_is_wanted(wanted, outcome):
    given = probe(answer(doc=PAGE, content_type="text/html", deployment_id=""), Endpoint.LIVE)

    (finding,) = check_health_path("api", given, (), wanted)

    assert finding.outcome is outcome
