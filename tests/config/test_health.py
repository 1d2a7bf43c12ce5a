"""The health section: short and long forms, and headers from the environment."""

import pytest

from tests.config.test_settings import ENVIRON, SMALLEST, load, problems  # noqa: F401
from verifier.config.gate_terms import expectations_of
from verifier.config.health import endpoints_of
from verifier.model.evidence import Endpoint
from verifier.model.wanted_answer import AnswerForm, WantedAnswer


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


def test_a_header_of_two_lines_is_refused(load):  # noqa: F811
    text = with_health("headers: { X: env:HEALTH_TOKEN }")

    (problem,) = problems(load, text, {**ENVIRON, "HEALTH_TOKEN": "a\nb: c"})
    assert "no header can carry" in problem[2]
