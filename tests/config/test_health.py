"""The health section: short and long forms, and headers from the environment."""

import pytest

from tests.config.test_settings import ENVIRON, SMALLEST, load, problems  # noqa: F401
from verifier.config.gate_terms import expectations_of
from verifier.config.health import endpoints_of
from verifier.config.notes import notes_of
from verifier.model.evidence import Endpoint
from verifier.model.finding import Outcome
from verifier.model.wanted_answer import AnswerForm, WantedAnswer
from verifier.wiring.connect import asked_of
from verifier.wiring.health_headers import header_values, headers_by_host


def with_health(text):
    return SMALLEST + f"health: {{ {text} }}\n"


def test_a_path_and_a_section_are_the_same_endpoint(load):  # noqa: F811
    text = with_health("live: { path: /up, expect: html, status: [200, 204] }, deep: null")

    config = load(text).config

    paths = {endpoint: said.path for endpoint, said in endpoints_of(config.health).items()}
    assert paths == {
        Endpoint.LIVE: "/up",
        Endpoint.READY: "/health/ready",
        Endpoint.SCHEMA: "/health/schema",
    }
    answers = expectations_of(config).answers
    assert answers[Endpoint.LIVE] == WantedAnswer(AnswerForm.HTML, (200, 204))
    assert answers[Endpoint.READY] == WantedAnswer()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("live: up", "a path that starts with /", id="no-slash"),
        pytest.param("live: //other.test/up", "names no host", id="another-host"),
        pytest.param("extra: [{ name: q, path: 'https://x.test/q' }]", "names no host", id="host"),
        pytest.param("extra: [{ name: q, path: /q, service: apy }]", "mean 'api'", id="service"),
        pytest.param(
            "extra: [{ name: q, path: /q }, { name: q, path: /r }]", "'q' twice", id="name-twice"
        ),
        pytest.param(
            "extra: [{ name: q, path: /q, expect: { 'a[': 1 } }]", "a JSONPath", id="json-path"
        ),
        pytest.param(
            "extra: [{ name: q, path: /q, expect: { '..a..b': 1 } }]", "simple", id="slow-path"
        ),
        pytest.param(
            "extra: [{ name: q, path: /q, expect: { a: '< many' } }]", "number", id="comparison"
        ),
        pytest.param("extra: [{ name: q, path: /q, outcome: fail }]", "expect", id="fail-alone"),
        pytest.param(
            "extra: [{ name: q, path: /q, expect: { a: 1 }, missing: fail }]",
            "outcome: fail",
            id="missing-alone",
        ),
        pytest.param(
            "required: [redis], components: { 'red*': warn }", "only warns", id="required-and-less"
        ),
        pytest.param("components: { redis: loud }", "'warn', 'fail' or", id="no-such-worth"),
        pytest.param("live: { expect: html }", "health.live.path", id="no-path"),
        pytest.param("live: { path: /up, expect: xml }", "health.live.expect", id="no-such-form"),
        pytest.param("live: { path: /up, status: [503] }", "299", id="no-good-code"),
        pytest.param("live: { path: /up, codes: [] }", "unknown key", id="unknown-key"),
        pytest.param("headers: { X: secret }", "health.headers.X", id="secret-in-the-file"),
        pytest.param(
            "headers: { X: env:NOWHERE }", "found no NOWHERE", id="not-in-the-environment"
        ),
    ],
)
def test_mistakes(load, text, told):  # noqa: F811
    assert any(told in found for _, _, found in problems(load, with_health(text)))


def test_headers_come_from_the_environment(load):  # noqa: F811
    text = with_health("headers: { Authorization: env:HEALTH_TOKEN }")

    settings = load(text, {**ENVIRON, "HEALTH_TOKEN": "Bearer abc"})

    assert settings.health_headers["Authorization"].reveal() == "Bearer abc"
    assert "Bearer abc" not in repr(settings)


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        pytest.param({"ADMIN_TOKEN": "abc"}, [], id="set"),
        pytest.param({}, ["found no ADMIN_TOKEN"], id="not-set"),
    ],
)
def test_a_service_has_headers_of_its_own(load, environ, told):  # noqa: F811
    own = "{ url: https://admin.test, health: { headers: { X: env:ADMIN_TOKEN } } }"
    text = f"version: 1\nservices:\n  api: {{ role: api }}\n  admin: {own}\n"
    text += "health: { headers: { X: env:HEALTH_TOKEN } }\n"
    given = {**ENVIRON, "HEALTH_TOKEN": "all", **environ}

    found = [problem[2] for problem in problems(load, text, given)] if told else []

    assert [any(word in problem for problem in found) for word in told] == [True] * len(told)
    if not told:
        settings = load(text, given)
        assert set(header_values(settings)) == {"all", "abc"}
        assert headers_by_host(settings)["admin.test"]["X"].reveal() == "abc"


def test_a_header_of_two_lines_is_refused(load):  # noqa: F811
    text = with_health("headers: { X: env:HEALTH_TOKEN }")

    (problem,) = problems(load, text, {**ENVIRON, "HEALTH_TOKEN": "a\nb: c"})
    assert "no header can carry" in problem[2]


ADMIN = """\
  admin: { url: "https://admin.test", health: { live: /up, deep: null, required: [] } }
"""


def test_a_service_has_what_it_says_itself_and_else_what_all_have(load):  # noqa: F811
    config = load(f"version: 1\nservices:\n  api: {{ role: api }}\n{ADMIN}").config

    asked = asked_of(config)
    expected = expectations_of(config)

    assert asked["admin"].paths[Endpoint.LIVE] == "/up"
    assert asked["admin"].paths[Endpoint.READY] == "/health/ready"
    assert Endpoint.DEEP not in asked["admin"].paths
    assert asked["api"].paths[Endpoint.DEEP] == "/health/deep"
    assert expected.required_of("admin") == ()
    assert expected.required_of("api") == config.health.required


def test_an_extra_endpoint_is_asked_of_one_service_alone(load):  # noqa: F811
    text = f"""version: 1
services:
  api: {{ role: api }}
{ADMIN}
health:
  extra:
    - {{ name: queue, path: /q, expect: {{ checks.queue.depth: '< 1000' }}, outcome: fail }}
    - {{ name: jobs, path: /jobs, service: admin }}
"""
    settings = load(text)

    asked = asked_of(settings.config)

    assert {name: [e.name for e in one.extras] for name, one in asked.items()} == {
        "api": ["queue"],
        "admin": ["jobs"],
    }
    (queue,) = asked["api"].extras
    assert queue.outcome is Outcome.FAIL
    assert queue.expect["$.checks.queue.depth"].text == "< 1000"


def test_an_extra_endpoint_that_nobody_asks_is_told(load):  # noqa: F811
    text = "version: 1\nservices: { api: { role: api }, worker: { role: worker } }\n"

    notes = notes_of(load(text + "health: { extra: [{ name: q, path: /q, service: worker }] }"))

    assert "q is not asked: worker has no url" in [note.summary for note in notes]


def test_a_default_component_of_which_something_is_said_is_not_required(load):  # noqa: F811
    text = with_health("components: { Redis: warn, 'disk*': ignore, disk_main: fail }")

    expected = expectations_of(load(text).config)

    assert "redis" not in expected.required_components
    assert "supabase" in expected.required_components
    assert list(expected.components) == ["redis", "disk_main", "disk*"]


@pytest.mark.parametrize(
    ("section", "places"),
    [
        ("", ()),
        ("identity: { sha: [build.commit] }", ("build.commit",)),
        ("identity: { sha: [], deployment: ['header:X-Id'] }", ("header:X-Id",)),
    ],
)
def test_places_of_identity_are_expected_where_the_file_names_them(load, section, places):  # noqa: F811
    assert expectations_of(load(f"{SMALLEST}{section}\n").config).identity == places
