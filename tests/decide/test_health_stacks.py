"""What init writes for seven stacks, without editing, and what the checks then say of them."""

import json
from dataclasses import dataclass, field, replace

import pytest

from tests.builders import EXPECTED, evidence, probe, service_evidence
from verifier.checks.components import check_components
from verifier.checks.endpoints import check_deep, check_live, check_ready
from verifier.checks.health_setup import check_health_path
from verifier.decide.health_choice import choose, usual_paths
from verifier.guarded.probe import IdentityPaths, read_answer
from verifier.guarded.web import Fetched
from verifier.model.evidence import Endpoint
from verifier.model.finding import Outcome, worst
from verifier.model.health_survey import SurveyedPath
from verifier.model.wanted_answer import AnswerForm, WantedAnswer

JSON, HTML, TEXT = "application/json", "text/html; charset=utf-8", "text/plain"
GREEN, RED = (
    f'<!DOCTYPE html><html><body style="background-color: {color}"></body></html>'
    for color in ("green", "red")
)
LARAVEL = "<!DOCTYPE html><html><h2>{}</h2><p>HTTP request received.</p></html>"


@dataclass(frozen=True)
class Stack:
    """Path: HTTP code, content type and body, when all is well and when the database is away."""

    first: str
    good: dict = field(default_factory=dict)
    bad: dict = field(default_factory=dict)


def health(status, database, **more):
    return {"status": status, "checks": {"database": database, **more}}


def spring(status, db):
    return {"status": status, "components": {"db": {"status": db}, "ping": {"status": "UP"}}}


STACKS = {
    "fastapi": Stack(
        "/health",
        {
            "/health": (200, JSON, {"status": "ok"}),
            "/health/deep": (200, JSON, health("healthy", "connected", stripe="connected")),
        },
        {
            "/health": (200, JSON, {"status": "ok"}),
            "/health/deep": (200, JSON, health("healthy", "disconnected", stripe="connected")),
        },
    ),
    "express": Stack(
        "/api/health",
        {"/api/health": (200, JSON, {"ok": True, "uptime": 3, "db": {"connected": True}})},
        {"/api/health": (503, JSON, {"ok": False, "uptime": 3, "db": {"connected": False}})},
    ),
    "rails": Stack("/up", {"/up": (200, HTML, GREEN)}, {"/up": (500, HTML, RED)}),
    "laravel": Stack(
        "/up",
        {"/up": (200, HTML, LARAVEL.format("Application up"))},
        {"/up": (500, HTML, LARAVEL.format("Application experiencing problems"))},
    ),
    "spring": Stack(
        "/actuator/health",
        {"/actuator/health": (200, JSON, spring("UP", "UP"))},
        {"/actuator/health": (503, JSON, spring("DOWN", "DOWN"))},
    ),
    "php": Stack(
        "/health",
        {"/health": (200, HTML, {"status": "ok", "database": "up"})},
        {"/health": (200, HTML, {"status": "error", "database": "down"})},
    ),
    "go": Stack(
        "/readyz",
        {"/livez": (200, TEXT, "ok"), "/readyz": (200, JSON, {"database": "OK", "dns": "OK"})},
        {
            "/livez": (200, TEXT, "ok"),
            "/readyz": (503, JSON, {"database": "dial tcp: connection refused", "dns": "OK"}),
        },
    ),
}


def answer_of(answers, path):
    code, kind, body = answers.get(path, (404, HTML, "<html><h1>Not Found</h1></html>"))
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    headers = {"content-type": kind, "x-railway-request-id": "r", "x-deployment": "new"}
    return read_answer(Fetched(code, headers, data), IdentityPaths((), ("header:x-deployment",)))


def chosen(stack):
    paths = usual_paths([stack.first])
    surveyed = [SurveyedPath(path, answer_of(stack.good, path)) for path in paths]
    choice = choose(surveyed, [stack.first], None)
    named = {
        Endpoint.LIVE: choice.live,
        Endpoint.READY: choice.ready,
        Endpoint.DEEP: choice.deep,
    }
    return choice, {endpoint: path for endpoint, path in named.items() if path}


@pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
def test_doctor_is_content_with_what_init_wrote(stack):
    choice, paths = chosen(stack)

    told = [
        finding
        for endpoint, path in paths.items()
        for finding in check_health_path(
            "api", probe(replace(answer_of(stack.good, path), deployment_id=""), endpoint), ()
        )
    ]

    assert choice.live
    assert {f.outcome for f in told} == {Outcome.PASS}


def test_init_expects_no_page_where_a_body_is_json():
    """A page passes whatever it says; JSON is read, also where its sender calls it a page."""
    choice, _ = chosen(STACKS["php"])

    assert (choice.live, choice.live_is_page, choice.deep) == ("/health", False, "/health")


@pytest.mark.parametrize("state", ["good", "bad"])
@pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
def test_good_passes_and_bad_fails_without_editing(stack, state):
    choice, paths = chosen(stack)
    answers = stack.good if state == "good" else stack.bad
    seen = evidence(
        service_evidence(*(probe(answer_of(answers, path), e) for e, path in paths.items()))
    )
    live = WantedAnswer(AnswerForm.HTML) if choice.live_is_page else WantedAnswer()
    expected = replace(EXPECTED, required_components=choice.required, answers={Endpoint.LIVE: live})

    found = [
        finding
        for check in (check_live, check_ready, check_deep, check_components)
        for finding in check(seen, expected)
    ]

    assert worst(f.outcome for f in found) is (Outcome.PASS if state == "good" else Outcome.FAIL)
