"""`verifier check` speaks of what serves when it ends, whatever served when it began."""

import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, deployment, document, old, sha
from tests.commands.script import BAD, SILENT, FakeClock, ScriptedWorld, SharedMemory, Silence
from verifier.commands.check import check
from verifier.commands.ports import Journal
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.model.deployment import DeploymentStatus as Status
from verifier.report.terminal import render

LIVE_OLD = old(status=Status.SUCCESS, instances=("RUNNING",))
TAKES_OVER_S = 4.0


def look_while_a_deploy_arrives(new, *, names=("api",), moved=("api",)):
    """A check of commit a, of which nothing answers, until commit b takes over meanwhile."""

    def takes_over(world):
        for name in moved:
            world.show(name, deployment(), old(), active=("new",))

    clock = FakeClock()
    world = ScriptedWorld(
        clock,
        {"a": SILENT, "b": new},
        names,
        at={TAKES_OVER_S: takes_over},
        deployments={name: [LIVE_OLD] for name in names},
        active={name: ("old",) for name in names},
    )
    task = Task(Wanted(commit_sha=""), LIMITS, POLICY, EXPECTED, "acme / production", "check")
    return check(world, SharedMemory(), task, clock, Journal(clock, Silence()))


@pytest.mark.parametrize(
    ("names", "moved"),
    [(("api",), ("api",)), (("api", "worker"), ("api", "worker")), (("api", "worker"), ("api",))],
)
@pytest.mark.parametrize(
    ("new", "code", "word"), [(BAD, 3, "failed"), (SILENT, 4, "inconclusive"), (None, 0, "passed")]
)
def test_what_takes_over_meanwhile_is_what_is_judged(names, moved, new, code, word):
    report = look_while_a_deploy_arrives(new or document(), names=names, moved=moved)

    assert (int(report.exit_code), str(report.verdict)) == (code, word), report.reason
    api = next(service for service in report.services if service.name == "api")
    assert (api.judged.id, api.live_after.id) == ("new", "new")
    assert sha("b")[:8] in render(report)


@pytest.mark.parametrize("status", [Status.REMOVED, Status.CRASHED])
def test_what_goes_away_meanwhile_is_not_good(status):
    def goes(world):
        world.show("api", old(status=status, instances=("REMOVED",)), active=())

    clock = FakeClock()
    shown = {"deployments": {"api": [LIVE_OLD]}, "active": {"api": ("old",)}}
    world = ScriptedWorld(clock, {"a": SILENT}, at={TAKES_OVER_S: goes}, **shown)
    task = Task(Wanted(commit_sha=""), LIMITS, POLICY, EXPECTED, "acme / production", "check")
    report = check(world, SharedMemory(), task, clock, Journal(clock, Silence()))

    assert int(report.exit_code) in (3, 4), report.reason
