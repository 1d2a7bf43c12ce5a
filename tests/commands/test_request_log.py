"""Railway's request log may come early, late, never, or not be for this token."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import (
    START,
    answer,
    deployment,
    document,
    evidence,
    old,
    probe,
    service_evidence,
    state,
)
from tests.commands.script import BAD, ScriptedWorld
from tests.commands.test_baseline import play, went_back
from verifier.checks.identity import Proven, prove
from verifier.commands.ports import Observation
from verifier.commands.request_log import RequestLog
from verifier.commands.response_count import ResponseCount
from verifier.errors import DeniedError
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.deployment import served_since
from verifier.model.evidence import Component, Endpoint, HealthStatus
from verifier.model.expected_value import parse_comparison
from verifier.model.extra_endpoint import Extra, Found

NEW = deployment()
OVERLAP = state(NEW, old(status=Status.REMOVING))


class Log:
    """Has each request so many looks after it was made; `lost` ones never."""

    def __init__(self, late=0, lost=(), denied=False):
        self.late, self.lost, self.denied = late, lost, denied
        self.look = 0

    def logged_requests(self, deployment_id, request_ids):
        if self.denied:
            raise DeniedError("not for this token")
        assert len(request_ids) <= 20
        return frozenset(
            id_
            for id_ in request_ids
            if id_ not in self.lost and int(id_.removeprefix("r")) + self.late <= self.look
        )


def proven_in_each_look(log, looks=6):
    """The request whose answer counted in each of some looks, empty where none did."""
    asked = RequestLog(log)
    counted = []
    for look in range(looks):
        log.look = look
        given = answer(deployment_id="", request_id=f"r{look}")
        service = asked.beside(
            service_evidence(probe(given), judged=NEW, before=OVERLAP, after=OVERLAP)
        )
        (seen,) = service.probes
        is_proven = isinstance(prove(seen.answer, service), Proven)
        counted.append(seen.answer.request_id if is_proven and not seen.is_told_again else "")
    return counted


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        pytest.param(Log(), ["r0", "r1", "r2", "r3", "r4", "r5"], id="early"),
        pytest.param(Log(late=1), ["", "r0", "r1", "r2", "r3", "r4"], id="one-look-late"),
        pytest.param(Log(late=3), ["", "", "", "r0", "r1", "r2"], id="three-looks-late"),
        pytest.param(Log(lost={"r1", "r3"}), ["r0", "", "r2", "", "r4", "r5"], id="some-lost"),
        pytest.param(
            Log(late=1, lost={"r1"}), ["", "r0", "", "r2", "r3", "r4"], id="late-and-lost"
        ),
        pytest.param(Log(denied=True), [""] * 6, id="refused"),
    ],
)
def test_each_answer_counts_once_however_late_the_log_is(log, expected):
    assert proven_in_each_look(log) == expected


def test_what_another_deployment_served_never_counts():
    log = Log()
    asked = RequestLog(log)
    given = answer(deployment_id="old", request_id="r0")
    service = service_evidence(probe(given), judged=NEW, before=OVERLAP, after=OVERLAP)

    seen = asked.beside(service)

    assert not isinstance(prove(seen.probes[0].answer, seen), Proven)
    assert seen.logged_requests == frozenset(), "an answer that names another one is not asked for"


def test_a_log_that_is_not_needed_is_not_read():
    alone = state(NEW, old())
    given = replace(answer(deployment_id=""), request_id="r0")
    service = service_evidence(probe(given), judged=NEW, before=alone, after=alone)

    assert RequestLog(Log(denied=True)).beside(service) is service


def looked(log, *looks, extras=None):
    """The probes of the last of some looks, two seconds apart."""
    asked = RequestLog(log, extras)
    for number, given in enumerate(looks):
        log.look = number
        at = replace(
            probe(replace(given, deployment_id="", request_id=f"r{number}")),
            started_at=START + timedelta(seconds=2 * number),
        )
        seen = asked.beside(service_evidence(at, judged=NEW, before=OVERLAP, after=OVERLAP))
    return [(p.answer.request_id, p.late_s) for p in seen.probes]


SLOWER = document(
    components=(*document().components, Component("db", HealthStatus.GOOD, "ok", "3 ms"))
)
BEHIND = document(
    components=(
        Component(
            "schema_version", HealthStatus.GOOD, "ok", observed={"current": "1", "expected": "2"}
        ),
    )
)


@pytest.mark.parametrize(
    ("earlier", "now", "expected"),
    [
        pytest.param(answer(), answer(), [("r0", 2.0)], id="the-same"),
        pytest.param(
            answer(doc=SLOWER),
            answer(doc=replace(SLOWER, message="4 ms")),
            [("r0", 2.0)],
            id="the-same-in-other-words",
        ),
        pytest.param(answer(), answer(503), [("r0", 2.0), ("r1", 0.0)], id="now-bad"),
        pytest.param(answer(503), answer(), [("r0", 2.0), ("r1", 0.0)], id="now-good"),
        pytest.param(
            answer(), answer(doc=BEHIND), [("r0", 2.0), ("r1", 0.0)], id="now-of-an-older-schema"
        ),
    ],
)
def test_what_the_log_tells_late_is_dated_and_hides_nothing_new(earlier, now, expected):
    assert looked(Log(late=1), earlier, now) == expected


@pytest.mark.parametrize(("code", "expected"), [(200, ("r0", 2.0)), (503, ("r1", 0.0))])
def test_what_was_told_stands_on_until_something_else_is_said(code, expected):
    assert looked(Log(lost={"r1"}), answer(), answer(code)) == [expected]


@pytest.mark.parametrize(("depth", "hides"), [(90, True), (101, False)])
def test_an_extra_endpoint_says_the_same_where_it_is_worth_the_same(depth, hides):
    extra = Extra("queue", "/queue", {"$.depth": parse_comparison("<= 100")})
    log = Log(late=1)
    asked = RequestLog(log, {"queue": extra})
    for number, value in enumerate((5, depth)):
        log.look = number
        given = answer(
            deployment_id="", request_id=f"r{number}", found={"$.depth": Found((value,))}
        )
        seen = asked.beside(
            service_evidence(
                replace(probe(given), extra="queue"), judged=NEW, before=OVERLAP, after=OVERLAP
            )
        )
    assert (len(seen.probes) == 1) is hides


def test_the_log_never_goes_back_in_time():
    """An answer that it has only after it had a later one is told no more."""
    log = Log(lost={"r0"})
    asked = RequestLog(log)
    counted = []
    for look in range(4):
        log.look = look
        log.lost = {0: {"r0"}, 1: {"r0"}, 2: {"r2"}, 3: {"r3"}}[look]
        at = START + timedelta(seconds=2 * look)
        given = replace(
            probe(answer(deployment_id="", request_id=f"r{look}")),
            started_at=at,
        )
        service = asked.beside(service_evidence(given, judged=NEW, before=OVERLAP, after=OVERLAP))
        counted += [p.answer.request_id for p in service.probes if prove_it(p, service)]

    assert counted == ["r1", "r1", "r2"]


def prove_it(seen, service):
    return isinstance(prove(seen.answer, service), Proven)


def test_an_answer_that_is_told_again_proves_no_further_instance():
    """What an instance said is said once, however often it is told."""
    log = Log(lost={"r1", "r2"})
    asked, counting = RequestLog(log), ResponseCount({"api": Endpoint.DEEP})
    for look in range(3):
        log.look = look
        given = probe(answer(deployment_id="", request_id=f"r{look}"))
        service = service_evidence(given, judged=NEW, before=OVERLAP, after=OVERLAP)
        counted = counting.beside(asked.beside(service))

    assert counted.responses == 1


class LateWorld(ScriptedWorld):
    """No answer names its deployment, the old one drains, and the log is so many seconds late."""

    late_s = 0.0
    says = None

    def __post_init__(self):
        super().__post_init__()
        self.log = RequestLog(self)
        self.served = {}

    def logged_requests(self, deployment_id, request_ids):
        known = {id_: self.served.get(id_, ("", 0.0)) for id_ in request_ids}
        return frozenset(
            id_
            for id_, (by, at_s) in known.items()
            if by == deployment_id and self.clock.seconds - at_s >= self.late_s
        )

    def observe(self, judged, before, subject, within_s):
        after = self._read()
        services = []
        for name, looked_at in judged.items():
            serving = self.active[name][0]
            request_id = f"r{len(self.served)}"
            self.served[request_id] = (serving, self.clock.seconds)
            code, says = self.says(self.clock.seconds - 30) if serving == "new" else (200, None)
            given = probe(answer(code, says, deployment_id="", request_id=request_id))
            asked = replace(given, started_at=self.clock.now())
            seen = service_evidence(asked, judged=looked_at, before=before[name], after=after[name])
            services.append(self.log.beside(seen))
        told = {"served_since": served_since(before, judged.values()), "at": self.clock.now()}
        return Observation(evidence(*services, subject=subject, **told), after)


NOT_YET = (503, document(HealthStatus.BAD, "unhealthy", ()))
GOOD = (200, document())
BROKEN = (503, BAD)


@pytest.mark.parametrize("late_s", [0, 8, 12])
@pytest.mark.parametrize(
    ("says", "code"),
    [
        pytest.param(lambda _: GOOD, 0, id="good"),
        pytest.param(lambda _: BROKEN, 1, id="broken"),
        pytest.param(lambda s: NOT_YET if s < 12 else GOOD, 0, id="a-warm-up-of-12-s"),
        pytest.param(lambda s: NOT_YET if s < 18 else GOOD, 0, id="a-warm-up-of-18-s"),
        pytest.param(lambda _: NOT_YET, 1, id="never-ready"),
        pytest.param(lambda s: GOOD if s < 9 else BROKEN, 1, id="broken-after-9-s"),
    ],
)
def test_a_late_log_changes_no_verdict(late_s, says, code):
    def arrives(world):
        new = deployment(is_health_checked=True)
        draining = old(status=Status.REMOVING, instances=("RUNNING",))
        world.show("api", new, draining, active=("new",))

    kind = type("World", (LateWorld,), {"late_s": late_s, "says": staticmethod(says)})

    report, world, _ = play(at={30.0: arrives}, kind=kind)

    assert (report.exit_code, went_back(world)) == (code, code == 1)
