"""A commit that adds the health path that is configured: older versions answer 404 there."""

from dataclasses import replace

import pytest

from tests.builders import LIMITS, answer, deployment, document, old, probe
from tests.commands.script import BAD
from tests.commands.test_outage_meanwhile import OwnAddresses, run_timed
from verifier.model.deployment import DeploymentStatus as Status
from verifier.model.evidence import Endpoint
from verifier.model.finding import Unobserved

LEADS_NOWHERE = "404"


class Routes(OwnAddresses):
    """What has no such path answers 404, without a document; another path is always well."""

    def observe(self, judged, before, subject, within_s):
        seen = super().observe(judged, before, subject, within_s)
        services = tuple(
            replace(s, probes=(*s.probes, probe(answer(deployment_id=s.judged.id), Endpoint.LIVE)))
            for s in seen.evidence.services
        )
        return replace(seen, evidence=replace(seen.evidence, services=services))

    def _answer(self, judged, serving):
        if self._document(judged) != LEADS_NOWHERE:
            return super()._answer(judged, serving)
        none = Unobserved("not a health document")
        return answer(404, deployment_id=serving, document=none, content_type="text/plain")


def added(health):
    """The api's commit b adds the path, and goes live after five seconds."""
    building = deployment(status=Status.BUILDING, instances=())
    serving = old(status=Status.SUCCESS, instances=("RUNNING",))
    came = {5: lambda world: world.show("api", deployment(), old(), active=("new",))}
    return run_timed(
        {"a": LEADS_NOWHERE, "b": health},
        world=Routes,
        api=[building, serving],
        at=came,
        worker="c",
        good_before=(),
    )


def appears_at(second, then=None):
    return lambda seconds: LEADS_NOWHERE if seconds < 5 + second else (then or document())


@pytest.mark.parametrize("second", [0, 6, 20, 60, 110])
def test_one_that_answers_well_within_its_time_is_green(second):
    report, mutations, _ = added(appears_at(second))

    assert (report.verdict, int(report.exit_code), mutations) == ("passed", 0, [])


def test_one_that_never_has_the_path_is_the_configurations_fault():
    report, mutations, _ = added(LEADS_NOWHERE)
    took_s = (report.ended_at - report.started_at).total_seconds()

    assert (int(report.exit_code), mutations, report.cause.kind) == (3, [], "configuration")
    assert took_s < LIMITS.ready_within_s + 30


@pytest.mark.parametrize("second", [0, 20])
def test_one_that_has_it_and_is_bad_there_is_not_green(second):
    report, _, _ = added(appears_at(second, then=BAD))

    assert (report.verdict, int(report.exit_code) in (1, 3)) == ("failed", True)
