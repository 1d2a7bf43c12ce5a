"""One health document explained, line by line."""

from dataclasses import replace

import pytest

from tests.builders import answer, document
from verifier.commands.health import worth_in_a_gate, would_fail
from verifier.decide.health_choice import worth_requiring
from verifier.model.evidence import Component, HealthStatus, Origin
from verifier.model.finding import Outcome, Unobserved
from verifier.model.health_survey import SurveyedPath
from verifier.report.health_text import health_lines

URL = "https://api.test/health"


def lines(surveyed):
    outcome = worth_in_a_gate(surveyed)
    suggested = worth_requiring(surveyed)
    return list(health_lines(URL, surveyed, outcome, suggested, would_fail(surveyed)))


def test_a_document():
    components = (
        Component("database", HealthStatus.GOOD, "up", place="checks.database"),
        Component("redis", HealthStatus.BAD, "down", "ECONNREFUSED", place="redis"),
        Component("debug", HealthStatus.BAD, "false", is_incidental=True),
    )
    given = answer(doc=document(word="ok", components=components, rule="its own status"))

    assert lines(SurveyedPath("/health", given, {"version.git_sha": "4f1d2c3"})) == [
        "https://api.test/health answers HTTP 200 (application/json)",
        'status      "ok" is good (its own status)',
        'component   good     database at checks.database: "up"',
        'component   bad      redis: "down"; ECONNREFUSED',
        "if required debug",
        "suggested   health.required: [database]",
        "identity    version.git_sha = 4f1d2c3",
        "in a gate   warn; fail where health.required names redis",
    ]


def test_a_gate_passes_where_all_components_are_good():
    components = (Component("db", HealthStatus.GOOD, "up"),)
    given = answer(doc=document(word="ok", components=components))

    assert lines(SurveyedPath("/health", given))[-1] == "in a gate   pass"


def test_what_is_no_document():
    given = answer(500, doc=Unobserved("the body is XML, not a health document"), text="oh\x1b[31m")

    assert lines(SurveyedPath("/health", given))[1:] == [
        "body        the body is XML, not a health document",
        "says        oh�[31m",
        "identity    names neither a commit nor a deployment id",
        "in a gate   fail",
    ]


def test_what_others_run_is_not_suggested():
    components = (
        Component("db", HealthStatus.GOOD, "UP"),
        Component("diskSpace", HealthStatus.GOOD, "UP"),
    )
    given = answer(doc=document(word="good", components=components, rule="the worst component"))

    told = lines(SurveyedPath("/health", given))

    assert "suggested   health.required: [db]" in told
    assert "status      good (the worst component)" in told


def test_a_path_that_is_not_there():
    given = answer(404, doc=Unobserved("the body is JSON without a known status"))

    assert lines(SurveyedPath("/health", given))[1] == (
        "path        nothing is served there: verifier init finds the usual paths"
    )


def test_nobody_there():
    silent = SurveyedPath("/health", Unobserved("no connection"))

    assert lines(silent) == ["https://api.test/health: no connection"]
    assert worth_in_a_gate(silent) is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"origin": Origin.CACHE}, "answered by a cache, not by the app"),
        (
            {"origin": Origin.REDIRECT, "leads_to": "x.test/login", "status_code": 308},
            "HTTP 308, a redirect to x.test/login; redirects are not followed",
        ),
        (
            {"origin": Origin.EDGE, "status_code": 502},
            "HTTP 502 from Railway's edge: the request never reached the app",
        ),
        ({"status_code": 429}, "HTTP 429 says nothing about the app's health"),
    ],
)
def test_a_document_that_is_not_the_application_s_says_why_it_counts_for_nothing(changes, told):
    given = replace(answer(), **changes)

    assert lines(SurveyedPath("/health", given))[-1] == f"in a gate   inconclusive; {told}"
