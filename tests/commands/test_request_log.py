"""Railway's request log may come early, late, never, or not be for this token."""

from dataclasses import replace

import pytest

from tests.builders import answer, deployment, old, probe, service_evidence, state
from verifier.checks.identity import Proven, prove
from verifier.commands.request_log import RequestLog
from verifier.errors import DeniedError
from verifier.model.deployment import DeploymentStatus as Status

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
        counted.append(seen.answer.request_id if is_proven else "")
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
