"""Between two looks what holds is asked cheaply: a stumble keeps a pass waiting."""

import threading
import time
from dataclasses import replace

import pytest

from tests.builders import (
    answer,
    deployment,
    document,
    old,
    sha,
    state,
)
from tests.commands.script import BAD, ScriptedWorld
from tests.commands.test_gate import new_gate
from tests.commands.test_observe import DOWN, LIVE_URL, Case
from verifier.commands.sources import Asked
from verifier.model.evidence import Endpoint, HealthStatus, Origin, Subject
from verifier.model.extra_endpoint import Extra
from verifier.model.platform import RateBudget
from verifier.model.verdict import VerdictWord


class Stumbling(ScriptedWorld):
    """Answers a server's error at these seconds, as a look or as a glance meets them."""

    def bad(self):
        return any(a <= self.clock.seconds < b for a, b in self.spells)

    def stumbling(self, judged, fleet):
        self.glances.append(self.clock.seconds)
        is_bad = self.active["api"] == ("new",) and self.bad()
        return frozenset(judged if is_bad else ())

    def _document(self, judged):
        is_bad = judged.commit_sha.startswith("b") and self.bad()
        return BAD if is_bad else super()._document(judged)


def run(*spells):
    gate, world, clock = new_gate()
    world.__class__ = Stumbling
    world.spells, world.glances = spells, []
    gate.run()
    return gate.report(), world, clock


def test_a_healthy_service_is_asked_eight_times_without_a_reading_more():
    report, world, clock = run()

    assert (report.exit_code, clock.seconds) == (0, 10)
    assert len(world.glances) >= 8
    assert world.reads == 4
    gaps = {b - a for a, b in zip(world.glances, world.glances[1:], strict=False)}
    assert all(
        look_s - at_s >= 0.25 for look_s in (3.8, 10) for at_s in world.glances if at_s < look_s
    )
    assert len(gaps) > 2, "evenly spaced glances may be in step with what comes and goes"


@pytest.mark.parametrize("at_s", [0.5, 1.5, 3, 6, 9])
def test_one_hiccup_passes_a_little_later(at_s):
    report, world, clock = run((at_s, at_s + 1))

    assert (report.exit_code, world.mutations) == (0, [])
    assert 10 < clock.seconds < 10 + 16 + 3


def test_what_restarts_between_looks_is_met():
    """Up for four seconds and down for one: looks five seconds apart never met it."""
    spells = [(at_s + 4, at_s + 5) for at_s in range(0, 900, 5)]

    report, _, _ = run(*spells)

    assert (report.verdict, report.exit_code) == (VerdictWord.FAILED, 1)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (answer(), frozenset()),
        (answer(500), {"api"}),
        (answer(502, origin=Origin.EDGE), {"api"}),
        (answer(404), frozenset()),
        (answer(401), frozenset()),
        (answer(429), frozenset()),
        (DOWN, frozenset()),
    ],
    ids=["good", "500", "edge", "absent", "denied", "too-many", "runner-without-network"],
)
def test_only_a_servers_error_is_a_stumble(found, expected):
    case = Case(says={"probe": found if isinstance(found, Exception) else lambda _: found})

    assert case.world.stumbling(case.judged, case.services) == expected
    assert case.script.asked == [("probe", LIVE_URL)]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(answer(), frozenset(), id="good"),
        pytest.param(answer(503), {"api"}, id="503"),
        pytest.param(
            answer(document=document(status=HealthStatus.BAD)), {"api"}, id="bad-under-200"
        ),
        pytest.param(answer(401), frozenset(), id="denied"),
        pytest.param(DOWN, frozenset(), id="runner-without-network"),
    ],
)
def test_what_serves_before_is_asked_in_depth_and_railway_is_not(found, expected):
    case = Case(says={"probe": found if isinstance(found, Exception) else lambda _: found})

    assert case.world.failing_in_depth(case.judged, case.services) == expected
    deep, *rest = case.script.asked
    assert deep != ("probe", LIVE_URL)
    assert rest == ([] if expected else [("probe", LIVE_URL)])


def test_what_has_one_address_is_asked_once_before_the_deploy():
    case = Case(says={"probe": lambda _: answer()}, asked=Asked({Endpoint.LIVE: "/health"}))

    assert case.world.failing_in_depth(case.judged, case.services) == frozenset()
    assert case.script.asked == [("probe", LIVE_URL)]


def test_what_is_asked_besides_health_is_no_stumble():
    asked = Asked({}, extras=(Extra("queue", "/queue"),))
    case = Case(says={"probe": lambda _: answer(503)}, asked=asked)
    case.script.says["states"] = lambda _: case.services

    assert case.world.stumbling(case.judged, case.services) == frozenset()
    assert case.script.asked == [("states", ("api",))]


@pytest.mark.parametrize(
    ("instances", "news", "expected"),
    [
        pytest.param(("RUNNING",), False, frozenset(), id="up"),
        pytest.param(("RESTARTING",), False, {"worker"}, id="starts-again"),
        pytest.param(("EXITED",), False, {"worker"}, id="ended"),
        pytest.param(("EXITED", "RUNNING"), False, frozenset(), id="replaced"),
        pytest.param((), False, frozenset(), id="not-told"),
        pytest.param(("RESTARTING",), True, frozenset(), id="news-tell-of-it"),
    ],
)
def test_without_news_railway_is_asked_whether_what_has_no_address_runs(instances, news, expected):
    case = worker_case(deployment(instances=instances), news)

    assert case.world.stumbling(case.judged, case.services) == expected
    assert case.script.asked == ([] if news else [("states", ("worker",))])


@pytest.mark.parametrize(("remaining", "asked"), [(1000, 2), (60, 1)])
def test_railway_is_asked_between_looks_as_often_as_its_limit_leaves_room(remaining, asked):
    case = worker_case(deployment(), news=False)
    case.script.says["budget"] = RateBudget(1000, remaining, 3600.0)

    for _ in range(2):
        case.world.stumbling(case.judged, case.services)
        case.script.clock.sleep(5)

    assert case.script.count("states") == asked


def worker_case(judged, news):
    worker = state(judged, old(), name="worker", role="worker", url="")
    services = {"worker": worker}
    says = {"states": lambda names: services, "news": news}
    return Case(services=services, judged={"worker": judged}, says=says)


class Hidden(ScriptedWorld):
    """Another deployment answers until so many seconds, which a glance sees at once."""

    until_s = 2.9

    def answering_for_themselves(self, judged, fleet):
        return frozenset(judged if self.clock.seconds >= self.until_s else ())

    def _answer(self, judged, serving):
        is_hidden = serving == "new" and self.clock.seconds < self.until_s
        return OLD if is_hidden else super()._answer(judged, serving)


def hidden(until_s, hides=Hidden):
    gate, world, clock = new_gate(health={"b": BAD})
    world.__class__ = hides
    world.until_s = until_s
    gate.run()
    return gate.report(), world, clock


@pytest.mark.parametrize("until_s", [2.3, 2.9, 3.5])
def test_what_was_hidden_is_looked_at_as_soon_as_it_answers(until_s):
    class Unseen(Hidden):
        answering_for_themselves = ScriptedWorld.answering_for_themselves

    sooner, world, _ = hidden(until_s)
    later, blind, _ = hidden(until_s, Unseen)

    assert (sooner.exit_code, later.exit_code) == (1, 1)
    assert world.reads <= blind.reads
    assert rolled_back_s(sooner) < rolled_back_s(later)


def test_what_answers_slowly_is_asked_no_second_question_beside():
    class Slow(Hidden):
        def observe(self, judged, before, subject, within_s):
            found = super().observe(judged, before, subject, within_s)
            return replace(found, evidence=slowly(found.evidence))

        def answering_for_themselves(self, judged, fleet):
            raise AssertionError("asked beside")

    assert hidden(2.9, Slow)[0].exit_code == 1


def slowly(evidence):
    services = tuple(
        replace(s, probes=tuple(replace(p, duration_ms=3000) for p in s.probes))
        for s in evidence.services
    )
    return replace(evidence, services=services)


def rolled_back_s(report):
    begun = report.started_at
    return min((e.at - begun).total_seconds() for e in report.timeline if "roll" in e.event)


NOBODY = answer(deployment_id="")
EDGE = answer(502, origin=Origin.EDGE, deployment_id="")
CRITICAL = replace(NOBODY, status_code=503, document=document(HealthStatus.CRITICAL, "CRITICAL"))
NEW, OLD = (replace(NOBODY, commit_sha=sha(commit)) for commit in "ba")


@pytest.mark.parametrize(
    ("answers", "arrived"),
    [
        pytest.param([OLD, OLD, NEW, NEW], [False, False, False, True], id="twice-in-a-row"),
        pytest.param([OLD, NEW, OLD, NEW], [False] * 4, id="by-turns"),
        pytest.param([NOBODY] * 3, [False] * 3, id="names-nobody"),
        pytest.param(
            [OLD, NOBODY, NOBODY], [False, False, True], id="names-nobody-after-the-other"
        ),
        pytest.param([OLD, EDGE, EDGE], [False] * 3, id="an-error-of-the-edge"),
        pytest.param([replace(NOBODY, commit_sha=sha("b")[:3])] * 3, [False] * 3, id="too-short"),
        pytest.param([DOWN] * 3, [False] * 3, id="runner-without-network"),
        pytest.param([NEW, EDGE, NEW, NEW], [False] * 4, id="a-stumble-hides-nothing"),
        pytest.param([OLD, NEW, NEW, NEW], [False, False, True, False], id="once"),
        pytest.param([CRITICAL] * 2, [False, True], id="critical-needs-no-other-before-it"),
        pytest.param([OLD, CRITICAL, OLD, CRITICAL], [False] * 4, id="critical-by-turns"),
        pytest.param(
            [CRITICAL] * 5, [False, True, True, False, False], id="critical-twice-at-most"
        ),
        pytest.param(
            [OLD, *[answer(deployment_id="new")] * 2],
            [False, False, True],
            id="names-the-deployment",
        ),
    ],
)
def test_what_was_hidden_has_arrived_once_two_answers_in_a_row_name_it(answers, arrived):
    left = list(answers)

    def says(_):
        found = left.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    case = Case(says={"probe": says})

    found = [bool(case.world.answering_for_themselves(case.judged, case.services)) for _ in answers]

    assert found == arrived
    assert {word for word, _ in case.script.asked} <= {"probe"}, "Railway was asked"


@pytest.mark.parametrize(("looked", "arrived"), [(OLD, True), (NEW, False), (EDGE, False)])
def test_another_deployment_that_answered_the_look_itself_counts(looked, arrived):
    case = Case(says={"probe": lambda _: looked})
    case.world.observe(case.judged, case.services, Subject.JUDGED, 5.0)
    case.script.says["probe"] = lambda _: NEW

    found = [
        bool(case.world.answering_for_themselves(case.judged, case.services)) for _ in range(3)
    ]

    assert found == [False, arrived, False]


def test_a_deployment_that_stays_hidden_is_not_asked_for_without_end():
    case = Case(says={"probe": lambda _: OLD})

    for _ in range(50):
        case.world.answering_for_themselves(case.judged, case.services)

    assert len(case.script.asked) == 20


@pytest.mark.slow
def test_what_answers_late_is_not_asked_whether_it_has_arrived_again():
    over = threading.Event()
    case = Case(says={"probe": lambda _: over.wait() and OLD})

    case.world.answering_for_themselves(case.judged, case.services)
    over.set()
    time.sleep(0.1)
    case.world.answering_for_themselves(case.judged, case.services)

    assert len(case.script.asked) == 1
