"""Before a deploy, in a scripted world."""

import pytest

from tests.builders import EXPECTED, LIMITS, POLICY, START, deployment
from tests.commands.script import BAD, FakeClock, ScriptedWorld, SharedMemory, Silence
from verifier.commands.ports import Journal
from verifier.commands.ready import Providers, ready
from verifier.commands.run_state import Task
from verifier.config.settings import load_settings
from verifier.decide.gate.arrival import Wanted
from verifier.errors import ProviderError, UnreachableError
from verifier.model.backups import Backups
from verifier.model.breaking_change import BreakingChange
from verifier.model.platform import EnvironmentFacts
from verifier.wiring.ready import backups_of


class Foreseen(ScriptedWorld):
    """A scripted world of which Railway tells more."""

    def facts(self):
        if self.trouble:
            raise UnreachableError(self.trouble)
        return EnvironmentFacts("hobby", can_access=True, waiting_for_ci=frozenset())


def run(memory=None, coming_sha="", backups=None, **script):
    clock = FakeClock()
    world = Foreseen(clock, **script)
    task = Task(Wanted(), LIMITS, POLICY, EXPECTED, "acme / production", command="ready")
    report = ready(
        Providers(world, world, memory or SharedMemory(), backups),
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


def no_answer():
    raise UnreachableError("HTTP 502")


@pytest.mark.parametrize(
    ("backups", "told"),
    [
        pytest.param(None, [], id="nobody-gave-a-token"),
        pytest.param(Backups, ["warn"], id="no-backup"),
        pytest.param(lambda: Backups(START), ["pass"], id="a-backup"),
        pytest.param(no_answer, ["warn"], id="supabase-does-not-answer"),
    ],
)
def test_backups_are_told_and_forbid_no_deploy(backups, told):
    report, _ = run(backups=backups)

    assert report.exit_code == 0
    assert [f.outcome for f in report.findings if f.check == "ready.backup"] == told


FILE = "version: 1\nservices: {api: {}}\n"


@pytest.mark.parametrize("token", ["", "  "])
def test_without_a_token_nobody_is_asked_for_backups(token, tmp_path):
    settings = settings_in(tmp_path)

    assert backups_of(settings, {"SUPABASE_ACCESS_TOKEN": token}) is None


def test_with_a_token_and_no_project_that_is_told(tmp_path):
    read = backups_of(settings_in(tmp_path), {"SUPABASE_ACCESS_TOKEN": "sbp_1"})

    assert read is not None
    with pytest.raises(ProviderError, match="no project"):
        read()


def settings_in(folder):
    file = folder / "verifier.yml"
    file.write_text(FILE)
    return load_settings(file, {"RAILWAY_TOKEN": "t"})
