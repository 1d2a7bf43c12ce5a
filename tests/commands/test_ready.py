"""Before a deploy, in a scripted world."""

import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, deployment
from tests.commands.script import BAD, FakeClock, ScriptedWorld, SharedMemory, Silence
from verifier.commands.ports import Journal
from verifier.commands.ready import Providers, ready
from verifier.commands.run_state import Task
from verifier.decide.gate.arrival import Wanted
from verifier.errors import UnreachableError
from verifier.model.breaking_change import BreakingChange
from verifier.model.platform import EnvironmentFacts


class Foreseen(ScriptedWorld):
    """A scripted world of which Railway tells more."""

    def facts(self):
        if self.trouble:
            raise UnreachableError(self.trouble)
        return EnvironmentFacts("hobby", can_access=True, waiting_for_ci=frozenset())


def run(memory=None, coming_sha="", **script):
    clock = FakeClock()
    world = Foreseen(clock, **script)
    task = Task(Wanted(), LIMITS, POLICY, EXPECTED, "acme / production", command="ready")
    report = ready(
        Providers(world, world, memory or SharedMemory()),
        task,
        clock,
        Journal(clock, Silence()),
        is_project_token=True,
        coming_sha=coming_sha,
    )
    return report, world


@pytest.mark.parametrize(
    ("script", "code"),
    [
        pytest.param({}, 0, id="it-could-be-undone"),
        pytest.param({"health": {"b": BAD}}, 0, id="what-serves-fails-already"),
        pytest.param({"trouble": "HTTP 502"}, 0, id="railway-does-not-tell-the-plan"),
        pytest.param({"deployments": {"api": [deployment(can_rollback=False)]}}, 1, id="no-target"),
    ],
)
def test_what_it_ends_with(script, code):
    report, world = run(**script)

    assert (int(report.exit_code), world.mutations, world.switches) == (code, [], {})


DROPPED = BreakingChange("2", "column plan was dropped", is_needed=True)


@pytest.mark.parametrize(
    ("coming", "lost", "code"),
    [
        pytest.param("f" * 40, (DROPPED,), 1, id="a-deploy-that-cannot-be-undone"),
        pytest.param("f" * 40, (), 0, id="nothing-is-taken-away"),
        pytest.param("", (DROPPED,), 0, id="nobody-says-what-comes"),
    ],
)
def test_what_the_coming_commit_does_to_what_serves(coming, lost, code):
    report, _ = run(coming_sha=coming, lost=lost)

    assert int(report.exit_code) == code
    assert [f.check for f in report.findings if f.outcome == "fail"] == ["ready.rollback"] * code


def test_what_fails_already_is_told_and_held_against_nobody():
    report, _ = run(health={"b": BAD})

    told = [f for f in report.findings if f.summary.startswith("already before")]
    assert {f.outcome for f in told} == {"warn"}
    assert any(f.check == "health.deep" for f in told)


def test_a_memory_that_does_not_answer_is_a_warning():
    report, _ = run(SharedMemory(fails=("records", "holds")))

    assert report.exit_code == 0
    assert [f.outcome for f in report.findings if f.check == "ready.memory"] == ["warn"]
