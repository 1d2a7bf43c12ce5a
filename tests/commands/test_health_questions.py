"""What services are asked in one look: in which order, each at its own paths, one at a time."""

from dataclasses import replace

import pytest

from tests.builders import answer, deployment, document, old, probe, state
from verifier.commands.health_questions import health_questions, lane_of, limit_s
from verifier.commands.sources import Asked
from verifier.commands.telling_answers import is_critical_answer, is_failing_answer
from verifier.model.evidence import Endpoint, HealthStatus
from verifier.model.extra_endpoint import Extra

PATHS = {
    Endpoint.SCHEMA: "/schema",
    Endpoint.READY: "/ready",
    Endpoint.DEEP: "/deep",
    Endpoint.LIVE: "/live",
}
ASKED = {
    "api": Asked(PATHS, (Extra("queue", "/queue"), Extra("jobs", "/jobs"))),
    "admin": Asked({Endpoint.LIVE: "/up"}),
}
JUDGED = {"api": deployment(), "admin": deployment(), "worker": deployment()}
FLEET = {
    "api": state(deployment(), old()),
    "admin": state(deployment(), old(), name="admin"),
    "worker": state(deployment(), old(), name="worker", url=""),
}


def questions():
    return health_questions(JUDGED, FLEET, ASKED)


def test_whether_it_lives_is_asked_first_and_what_is_beside_health_last():
    asked = [to.url for key, to in questions().items() if key.service == "api"]

    paths = ("/live", "/deep", "/ready", "/schema", "/queue", "/jobs")
    assert asked == [f"https://api.test{path}" for path in paths]


def test_a_service_is_asked_at_its_own_paths_and_only_where_it_has_an_address():
    assert [to.url for key, to in questions().items() if key.service != "api"] == [
        "https://admin.test/up"
    ]


def test_a_service_is_asked_one_thing_at_a_time_and_heard_to_the_end():
    lanes = {lane_of(key) for key in questions() if key.service == "api"}

    assert len(lanes) == 1
    assert limit_s(questions()) >= 10 * len([k for k in questions() if k.service == "api"])


def test_the_deepest_endpoint_is_asked_for_each_further_instance():
    two = {"api": replace(deployment(), instances=("RUNNING", "RUNNING"))}

    asked = health_questions(two, FLEET, {"api": Asked({Endpoint.READY: "/ready"})})

    assert {key.what for key in asked} == {Endpoint.READY}
    assert len(asked) > 1


@pytest.mark.parametrize("status", [HealthStatus.BAD, HealthStatus.CRITICAL])
def test_what_is_asked_beside_health_ends_no_look_and_shortens_none(status):
    bad = answer(503, doc=document(status, "x", ()))

    beside, deep = probe(bad, Endpoint.EXTRA), probe(bad, Endpoint.DEEP)

    assert not is_critical_answer(beside)
    assert not is_failing_answer(beside)
    assert is_failing_answer(deep)
