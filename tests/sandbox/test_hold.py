"""Holding, releasing, redeploying and foresight on the real line."""

import subprocess
from contextlib import contextmanager

import pytest

from tests.sandbox.runs import environ, everywhere, gate, live_commits, verifier
from verifier.sandbox.scenarios.scenario import Faults

pytestmark = pytest.mark.slow


@contextmanager
def configured(town, section, **faults):
    """The checkout's configuration with a further section, and Railway with faults."""
    calm = town.platform.scenario
    path = town.repository.folder / ".github/verifier.yml"
    text = path.read_text("utf-8")
    path.write_text(f"{text}{section}\n", "utf-8")
    town.platform.scenario = calm.model_copy(update={"faults": Faults(**faults)})
    try:
        yield
    finally:
        town.platform.scenario = calm
        subprocess.run(["git", "checkout", "--", "."], cwd=town.repository.folder, check=True)


def call(town, *arguments):
    return verifier(*arguments, env=environ(town), cwd=town.repository.folder)


def switches(town):
    return {name: s.auto_deploy for name, s in town.account.services.items()}


def test_after_a_rollback_pushes_are_held_until_they_are_released(town, tmp_path):
    town.push("wrong-database")
    with configured(town, "rollback: { hold: true }"):
        run = gate(town, "wrong-database", tmp_path)
        assert (run.code, live_commits(town)) == (1, everywhere("first"))
        assert switches(town) == dict.fromkeys(town.account.services, False)
        assert town.call(lambda: town.platform.push("wrong-database")) == {}

        looked = call(town, "ready")
        dry = call(town, "release", "--dry-run")
        released = call(town, "release", "--yes")

    assert "a gate holds it after a rollback" in looked.stdout
    assert (dry.returncode, released.returncode) == (0, 0)
    assert "Would turn auto-deploy on" in dry.stdout
    assert switches(town) == dict.fromkeys(town.account.services, True)
    assert not [ref for ref in town.github.refs if "hold" in ref]
    assert "Nothing to release" in call(town, "release", "--yes").stdout


def test_a_token_without_the_right_to_roll_back_redeploys(town, tmp_path):
    town.push("wrong-database")
    with configured(town, "rollback: { redeploy: true }", rights="no-rollback"):
        run = gate(town, "wrong-database", tmp_path)
        again = gate(town, "wrong-database", tmp_path)

    assert (run.code, live_commits(town)) == (1, everywhere("first"))
    assert town.api.requests.count("Redeploy") == 2
    assert (again.code, again.report["verdict"]) == (1, "failed")


def test_ready_says_whether_a_deploy_could_be_undone(town, tmp_path):
    done = call(town, "ready", "--report", str(tmp_path / "report.json"))

    assert done.returncode == 0
    assert "Ready: a deploy made now can be undone" in done.stdout
    assert "Railway does not say whether a project token may roll back" in done.stdout


def test_an_unknown_service_is_not_released(town):
    done = call(town, "release", "--service", "juila-api", "--yes")

    assert (done.returncode, "found juila-api" in done.stderr) == (2, True)


def test_a_named_service_is_looked_at_though_github_is_down(town):
    town.github.fault = "down"

    done = call(town, "release", "--service", "julia-api", "--dry-run")

    assert done.returncode == 0
    assert "use --service" in done.stderr
