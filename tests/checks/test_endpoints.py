"""What each kind of health answer is worth."""

import json
from dataclasses import replace

import pytest

from tests.builders import (
    EXPECTED,
    answer,
    deployment,
    document,
    evidence,
    old,
    probe,
    service_evidence,
    state,
)
from verifier.checks.answers import silent_services
from verifier.checks.components import check_components
from verifier.checks.endpoints import check_deep, check_live, check_ready, check_schema
from verifier.health.reader import parse_health
from verifier.health.schema_document import read_schema_document
from verifier.model.deployment import DeploymentStatus
from verifier.model.evidence import Component, Endpoint, HealthStatus, Origin
from verifier.model.finding import Outcome, Unobserved, worst
from verifier.model.wanted_answer import AnswerForm, WantedAnswer

LOGIN = Unobserved("the body is an HTML page, not a health document")
TEXT = Unobserved("the body is neither JSON nor a known plain-text status")
NOT_READY = document(HealthStatus.BAD, "not_ready", ())
CRITICAL = document(
    HealthStatus.CRITICAL,
    "CRITICAL",
    (
        Component("environment", HealthStatus.CRITICAL, "CRITICAL"),
        Component("schema_version", HealthStatus.PENDING, "pending"),
    ),
)


def outcome(check, endpoint, given):
    (finding,) = check(evidence(service_evidence(probe(given, endpoint))), EXPECTED)
    return finding.outcome


@pytest.mark.parametrize(
    ("given", "live", "ready"),
    [
        pytest.param(answer(), Outcome.PASS, Outcome.PASS, id="good"),
        pytest.param(answer(doc=NOT_READY), Outcome.FAIL, Outcome.FAIL, id="200-not-ready"),
        pytest.param(answer(503), Outcome.FAIL, Outcome.FAIL, id="503-though-it-says-good"),
        pytest.param(
            answer(doc=LOGIN, content_type="text/html"),
            Outcome.INCONCLUSIVE,
            Outcome.INCONCLUSIVE,
            id="login-page",
        ),
        pytest.param(answer(doc=TEXT), Outcome.PASS, Outcome.INCONCLUSIVE, id="text"),
        pytest.param(answer(500, doc=TEXT), Outcome.FAIL, Outcome.FAIL, id="500"),
        pytest.param(answer(404, doc=TEXT), Outcome.FAIL, Outcome.FAIL, id="404"),
        pytest.param(answer(401), Outcome.INCONCLUSIVE, Outcome.INCONCLUSIVE, id="401"),
        pytest.param(answer(403), Outcome.INCONCLUSIVE, Outcome.INCONCLUSIVE, id="403"),
        pytest.param(answer(407), Outcome.INCONCLUSIVE, Outcome.INCONCLUSIVE, id="407"),
        pytest.param(answer(408), Outcome.INCONCLUSIVE, Outcome.INCONCLUSIVE, id="408"),
        pytest.param(answer(425), Outcome.INCONCLUSIVE, Outcome.INCONCLUSIVE, id="425"),
        pytest.param(answer(429), Outcome.INCONCLUSIVE, Outcome.INCONCLUSIVE, id="429"),
        pytest.param(
            answer(302, origin=Origin.REDIRECT),
            Outcome.INCONCLUSIVE,
            Outcome.INCONCLUSIVE,
            id="redirect",
        ),
        pytest.param(
            answer(origin=Origin.CACHE), Outcome.INCONCLUSIVE, Outcome.INCONCLUSIVE, id="cached"
        ),
        pytest.param(
            answer(502, origin=Origin.EDGE),
            Outcome.INCONCLUSIVE,
            Outcome.INCONCLUSIVE,
            id="edge-error",
        ),
        pytest.param(
            answer(503, deployment_id="old"),
            Outcome.INCONCLUSIVE,
            Outcome.INCONCLUSIVE,
            id="503-of-the-previous-one",
        ),
        pytest.param(
            answer(200, deployment_id="old"),
            Outcome.INCONCLUSIVE,
            Outcome.INCONCLUSIVE,
            id="200-of-the-previous-one",
        ),
    ],
)
def test_answer(given, live, ready):
    assert outcome(check_live, Endpoint.LIVE, given) is live
    assert outcome(check_ready, Endpoint.READY, given) is ready


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        pytest.param(
            answer(origin=Origin.CACHE), "answered by a cache, not by the app", id="cached"
        ),
        pytest.param(
            answer(502, origin=Origin.EDGE),
            "HTTP 502 from Railway's edge: the request never reached the app",
            id="edge",
        ),
        pytest.param(
            answer(302, origin=Origin.REDIRECT),
            "HTTP 302, a redirect; redirects are not followed",
            id="redirect",
        ),
        pytest.param(
            answer(401),
            "HTTP 401: the verifier may not see it; it says nothing about the app's health",
            id="denied",
        ),
        pytest.param(answer(408), "HTTP 408 says nothing about the app's health", id="not-now"),
    ],
)
def test_what_is_no_answer_of_the_app_says_whose_it_is(given, reason):
    (finding,) = check_live(evidence(service_evidence(probe(given, Endpoint.LIVE))), EXPECTED)

    assert reason in finding.summary


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param(answer(), Outcome.PASS, id="healthy"),
        pytest.param(answer(503, doc=CRITICAL), Outcome.CRITICAL, id="critical"),
        pytest.param(answer(200, doc=CRITICAL), Outcome.CRITICAL, id="critical-under-200"),
        pytest.param(answer(doc=document(deploy_safe=False)), Outcome.FAIL, id="not-deploy-safe"),
        pytest.param(
            answer(doc=document(HealthStatus.WARNING, "degraded", deploy_safe=False)),
            Outcome.FAIL,
            id="degraded-and-not-deploy-safe",
        ),
        pytest.param(
            answer(doc=document(HealthStatus.WARNING, "degraded")), Outcome.WARN, id="degraded"
        ),
        pytest.param(
            answer(doc=document(HealthStatus.UNKNOWN, "?")), Outcome.WARN, id="unknown-word"
        ),
        pytest.param(
            answer(503, doc=document(HealthStatus.UNKNOWN, "?")), Outcome.FAIL, id="503-unknown"
        ),
        pytest.param(
            answer(503, doc=CRITICAL, deployment_id="old"),
            Outcome.INCONCLUSIVE,
            id="critical-of-the-previous-one",
        ),
    ],
)
def test_deep(given, expected):
    assert outcome(check_deep, Endpoint.DEEP, given) is expected


def version(word, status, **observed):
    return Component("schema_version", status, word, observed=observed)


ENVIRONMENT = Component("environment", HealthStatus.GOOD, "ok")


@pytest.mark.parametrize(
    ("components", "expected"),
    [
        pytest.param(
            (ENVIRONMENT, version("warning", HealthStatus.WARNING, current="2", expected="10")),
            Outcome.FAIL,
            id="behind-under-a-healthy-200",
        ),
        pytest.param(
            (ENVIRONMENT, version("warning", HealthStatus.WARNING, current="10", expected="2")),
            Outcome.WARN,
            id="ahead",
        ),
        pytest.param(
            (ENVIRONMENT, version("warning", HealthStatus.WARNING)), Outcome.FAIL, id="no-numbers"
        ),
        pytest.param(
            (ENVIRONMENT, version("error", HealthStatus.BAD)), Outcome.FAIL, id="error-under-200"
        ),
        pytest.param((ENVIRONMENT,), Outcome.FAIL, id="vanished"),
        pytest.param(
            (
                Component("environment", HealthStatus.SKIPPED, "skipped"),
                version("ok", HealthStatus.GOOD),
            ),
            Outcome.FAIL,
            id="skipped-guard",
        ),
        pytest.param(
            (Component("environment", HealthStatus.BAD, "error"), version("ok", HealthStatus.GOOD)),
            Outcome.FAIL,
            id="guard-unreadable-is-no-mismatch",
        ),
        pytest.param(
            (
                ENVIRONMENT,
                version("ok", HealthStatus.GOOD),
                Component("localhost_check", HealthStatus.CRITICAL, "CRITICAL"),
            ),
            Outcome.CRITICAL,
            id="any-critical",
        ),
        pytest.param(
            (
                ENVIRONMENT,
                version("ok", HealthStatus.GOOD),
                Component("mail", HealthStatus.BAD, "x"),
            ),
            Outcome.WARN,
            id="not-required",
        ),
        pytest.param(
            (Component("db", HealthStatus.GOOD, "UP"),),
            Outcome.INCONCLUSIVE,
            id="other-application",
        ),
        pytest.param(
            (
                Component("environment:x", HealthStatus.GOOD, "pass"),
                version("ok", HealthStatus.GOOD),
            ),
            Outcome.PASS,
            id="measurement-of-a-component",
        ),
    ],
)
def test_components(components, expected):
    given = probe(answer(doc=document(components=components)))

    findings = list(check_components(evidence(service_evidence(given)), EXPECTED))

    assert worst(f.outcome for f in findings) is expected


@pytest.mark.parametrize(
    ("code", "pointed"),
    [pytest.param(404, True, id="404"), pytest.param(500, False, id="500")],
)
def test_only_a_404_points_at_the_path(code, pointed):
    given = probe(answer(code, doc=TEXT), Endpoint.READY)

    (finding,) = check_ready(evidence(service_evidence(given)), EXPECTED)

    hint = "set health.ready to the right path, or to null if there is none"
    assert finding.hint == (hint if pointed else "")


@pytest.mark.parametrize("required", [EXPECTED.required_components, ()], ids=["required", "other"])
def test_what_waits_behind_a_critical_component_is_not_told(required):
    given = probe(answer(503, doc=CRITICAL))
    expected = replace(EXPECTED, required_components=required)

    (finding,) = check_components(evidence(service_evidence(given)), expected)

    assert (finding.check, finding.outcome) == ("component.environment", Outcome.CRITICAL)


@pytest.mark.parametrize(
    ("code", "doc", "expected"),
    [
        pytest.param(200, document(components=()), Outcome.PASS, id="read"),
        pytest.param(
            200, document(HealthStatus.BAD, "fallback-1", components=()), Outcome.FAIL, id="unread"
        ),
        pytest.param(
            200,
            document(
                HealthStatus.BAD,
                "fallback-1",
                (version("bad", HealthStatus.BAD, current="3", expected="3"),),
            ),
            Outcome.WARN,
            id="no-fingerprint-but-the-versions",
        ),
        pytest.param(
            200,
            document(
                HealthStatus.BAD,
                "fallback-1",
                (version("bad", HealthStatus.BAD, current="2", expected="3"),),
            ),
            Outcome.FAIL,
            id="no-fingerprint-and-behind",
        ),
        pytest.param(
            200,
            document(components=(version("ok", HealthStatus.GOOD, current="2", expected="3"),)),
            Outcome.FAIL,
            id="behind",
        ),
        pytest.param(404, TEXT, Outcome.INCONCLUSIVE, id="no-such-endpoint"),
    ],
)
def test_schema(code, doc, expected):
    assert outcome(check_schema, Endpoint.SCHEMA, answer(code, doc=doc)) is expected


def test_a_fingerprint_is_not_called_a_status():
    given = answer(doc=read_schema_document({"fingerprint": "61b0239ba549077c"}))

    (finding,) = check_schema(evidence(service_evidence(probe(given, Endpoint.SCHEMA))), EXPECTED)

    assert finding.summary == 'HTTP 200, schema fingerprint "61b0239ba549077c"'


EDGE = probe(answer(502, origin=Origin.EDGE))


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        pytest.param(service_evidence(EDGE), {"api"}, id="edge-and-alone"),
        pytest.param(service_evidence(EDGE, probe()), set(), id="one-endpoint-answers"),
        pytest.param(
            service_evidence(probe(answer(404, origin=Origin.EDGE))),
            set(),
            id="the-edge-knows-no-such-address",
        ),
        pytest.param(
            service_evidence(probe(answer(502, origin=Origin.EDGE, request_id=""))),
            set(),
            id="not-the-edge's-header",
        ),
        pytest.param(
            service_evidence(replace(EDGE, answer=Unobserved("no connection"))),
            set(),
            id="no-network",
        ),
        pytest.param(
            service_evidence(
                EDGE, before=state(deployment(), old(status=DeploymentStatus.REMOVING))
            ),
            set(),
            id="not-alone",
        ),
        pytest.param(service_evidence(), set(), id="nothing-asked"),
    ],
)
def test_silence(service, expected):
    assert silent_services(evidence(service)) == expected


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param(
            answer(500, doc=TEXT, text="Internal Server Error: no such table"),
            "Internal Server Error: no such table",
            id="text",
        ),
        pytest.param(
            answer(
                503,
                doc=document(
                    HealthStatus.BAD,
                    "Service Unavailable",
                    (Component("db", HealthStatus.BAD, "down", "refused"),),
                    message="the pool is empty",
                ),
            ),
            "the pool is empty; db: refused",
            id="message-and-component",
        ),
        pytest.param(
            answer(
                503,
                doc=document(
                    HealthStatus.UNKNOWN, "?", (Component("db", HealthStatus.UNKNOWN, "?"),)
                ),
            ),
            "db: ?",
            id="nothing-else-to-name",
        ),
        pytest.param(
            answer(
                200,
                doc=document(
                    HealthStatus.WARNING,
                    "degraded",
                    (
                        Component("debug", HealthStatus.BAD, "false", is_incidental=True),
                        Component("redis", HealthStatus.WARNING, "slow"),
                    ),
                ),
            ),
            "redis: slow",
            id="no-setting",
        ),
    ],
)
def test_a_finding_has_the_applications_own_words(given, told):
    (finding,) = check_deep(evidence(service_evidence(probe(given))), EXPECTED)

    assert finding.detail == told


def test_a_redirect_is_told_with_its_goal():
    given = answer(302, origin=Origin.REDIRECT, leads_to="login.test/signin")

    (finding,) = check_live(evidence(service_evidence(probe(given, Endpoint.LIVE))), EXPECTED)

    assert finding.summary == (
        "HTTP 302, a redirect to login.test/signin; redirects are not followed"
    )


@pytest.mark.parametrize(
    ("required", "components", "expected"),
    [
        pytest.param("redis", [("app.redis", HealthStatus.BAD)], Outcome.FAIL, id="last-part"),
        pytest.param("redis", [("redis_status", HealthStatus.BAD)], Outcome.FAIL, id="about-it"),
        pytest.param("redis", [("redisConnected", HealthStatus.GOOD)], Outcome.PASS, id="camel"),
        pytest.param(
            "redis",
            [("redis", HealthStatus.GOOD), ("replica.redis", HealthStatus.BAD)],
            Outcome.WARN,
            id="the-whole-name-first",
        ),
    ],
)
def test_what_a_required_name_means(required, components, expected):
    given = document(components=tuple(Component(n, s, "x") for n, s in components))
    wanted = replace(EXPECTED, required_components=(required,))

    found = list(check_components(evidence(service_evidence(probe(answer(doc=given)))), wanted))

    assert worst(f.outcome for f in found) is expected


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        pytest.param({"message": "connection refused"}, Outcome.INCONCLUSIVE, id="message"),
        pytest.param({"message": "connected in 3 ms"}, Outcome.INCONCLUSIVE, id="no-known-word"),
        pytest.param({"status": None}, Outcome.INCONCLUSIVE, id="null"),
        pytest.param({"ok": None}, Outcome.INCONCLUSIVE, id="null-flag"),
        pytest.param({"ping": False}, Outcome.INCONCLUSIVE, id="unknown-flag"),
        pytest.param({"errors": 1}, Outcome.INCONCLUSIVE, id="count"),
        pytest.param({"latency_ms": 3}, Outcome.INCONCLUSIVE, id="figure"),
        pytest.param("", Outcome.INCONCLUSIVE, id="empty"),
        pytest.param({"statusCode": 503}, Outcome.FAIL, id="answered-5xx"),
        pytest.param({"statusCode": 401}, Outcome.INCONCLUSIVE, id="answered-4xx"),
        pytest.param({"statusCode": 200}, Outcome.PASS, id="answered-2xx"),
        pytest.param({"code": 503}, Outcome.INCONCLUSIVE, id="code-of-something"),
    ],
)
def test_a_required_component_that_does_not_say_how_it_is_never_passes(said, outcome):
    body = json.dumps({"status": "ok", "checks": {"db": said}}).encode()
    wanted = replace(EXPECTED, required_components=("db",))
    given = answer(doc=parse_health(body))

    (found,) = check_components(evidence(service_evidence(probe(given))), wanted)

    assert found.outcome is outcome


@pytest.mark.parametrize(
    ("required", "outcomes"),
    [
        pytest.param((), [], id="not-named"),
        pytest.param(("debug",), [Outcome.FAIL], id="named"),
    ],
)
def test_a_setting_beside_the_status_counts_where_it_is_required(required, outcomes):
    setting = (Component("debug", HealthStatus.BAD, "false", is_incidental=True),)
    wanted = replace(EXPECTED, required_components=required)
    given = probe(answer(doc=document(components=setting)))

    found = check_components(evidence(service_evidence(given)), wanted)

    assert [f.outcome for f in found] == outcomes


WEB_PAGE = {"doc": LOGIN, "content_type": "text/html"}
JSON_BY_HTML = {
    "doc": Unobserved("the body is JSON without a known status"),
    "content_type": "text/html",
    "text": '{"users": 1}',
}
BAD_BY_HTML = {
    "doc": document(HealthStatus.BAD, "error"),
    "content_type": "text/html",
}
RED_PAGE = {
    "doc": document(HealthStatus.BAD, "Application experiencing problems", ()),
    "content_type": "text/html",
}


@pytest.mark.parametrize(
    ("form", "codes", "given", "expected"),
    [
        pytest.param("html", (), answer(**WEB_PAGE), Outcome.PASS, id="page"),
        pytest.param("html", (), answer(500, **WEB_PAGE), Outcome.FAIL, id="page-of-an-error"),
        pytest.param("html", (), answer(**RED_PAGE), Outcome.FAIL, id="page-that-says-bad"),
        pytest.param("html", (), answer(doc=TEXT), Outcome.INCONCLUSIVE, id="no-page"),
        pytest.param("html", (), answer(**JSON_BY_HTML), Outcome.INCONCLUSIVE, id="json-no-page"),
        pytest.param("html", (), answer(**BAD_BY_HTML), Outcome.FAIL, id="json-that-says-bad"),
        pytest.param(None, (), answer(**JSON_BY_HTML), Outcome.PASS, id="json-by-html"),
        pytest.param("html", (), answer(401, **WEB_PAGE), Outcome.INCONCLUSIVE, id="page-401"),
        pytest.param(
            "html", (), answer(deployment_id="old", **WEB_PAGE), Outcome.INCONCLUSIVE, id="old-page"
        ),
        pytest.param("text", (), answer(doc=TEXT), Outcome.PASS, id="text"),
        pytest.param("text", (), answer(**WEB_PAGE), Outcome.INCONCLUSIVE, id="page-for-text"),
        pytest.param("text", (), answer(doc=NOT_READY), Outcome.FAIL, id="text-that-says-bad"),
        pytest.param("json", (), answer(doc=TEXT), Outcome.INCONCLUSIVE, id="text-for-json"),
        pytest.param("json", (), answer(), Outcome.PASS, id="json"),
        pytest.param("status", (), answer(doc=NOT_READY), Outcome.PASS, id="code-alone"),
        pytest.param("status", (), answer(doc=CRITICAL), Outcome.CRITICAL, id="but-critical"),
        pytest.param("status", (), answer(404, doc=TEXT), Outcome.FAIL, id="code-404"),
        pytest.param(None, (200, 204), answer(204, doc=TEXT), Outcome.PASS, id="code-listed"),
        pytest.param(None, (200,), answer(202, doc=TEXT), Outcome.FAIL, id="code-not-listed"),
        pytest.param(None, (204,), answer(503), Outcome.FAIL, id="codes-excuse-nothing"),
    ],
)
def test_liveness_as_the_configuration_wants_it(form, codes, given, expected):
    wanted = WantedAnswer(AnswerForm(form) if form else None, codes)
    by = replace(EXPECTED, answers={Endpoint.LIVE: wanted})

    (finding,) = check_live(evidence(service_evidence(probe(given, Endpoint.LIVE))), by)

    assert finding.outcome is expected


@pytest.mark.parametrize(
    ("endpoint", "check", "expected"),
    [
        pytest.param(Endpoint.READY, check_ready, Outcome.PASS, id="ready"),
        pytest.param(Endpoint.LIVE, check_live, Outcome.PASS, id="live"),
        pytest.param(Endpoint.DEEP, check_deep, Outcome.INCONCLUSIVE, id="deep"),
    ],
)
def test_no_content_says_that_it_is_ready_and_nothing_of_its_parts(endpoint, check, expected):
    given = answer(204, doc=Unobserved("HTTP 204 has no body"))

    (finding,) = check(evidence(service_evidence(probe(given, endpoint))), EXPECTED)

    assert finding.outcome is expected


def test_an_empty_answer_may_be_anybodys():
    given = answer(200, doc=Unobserved("the body is empty"))

    (finding,) = check_ready(evidence(service_evidence(probe(given, Endpoint.READY))), EXPECTED)

    assert finding.outcome is Outcome.INCONCLUSIVE
