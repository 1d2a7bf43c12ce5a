"""Whose step it is: the verifier is published, forked and started under many names."""

import runpy
from pathlib import Path

import pytest
import yaml

from verifier.decide.drift.pipeline_commands import ROLLBACK, kind_of
from verifier.decide.first_workflows import check, drift, gate, preflight
from verifier.decide.uploads import find_uploads
from verifier.decide.workflows.hidden_results import masks_of
from verifier.decide.workflows.own_steps import is_own_action, runs_gate
from verifier.github.workflows import parse_workflow
from verifier.model import project

ROOT = Path(__file__).parents[3]
PUBLISHED = "umbrella/deploy-guard"


def gate_of_pushes(action):
    return gate(action, "main")


def job(*steps):
    text = yaml.safe_dump({"on": "push", "jobs": {"gate": {"runs-on": "x", "steps": [*steps]}}})
    (found,) = parse_workflow(".github/workflows/gate.yml", text).jobs
    return found


def test_the_inputs_are_those_of_the_action():
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    start = runpy.run_path(str(ROOT / "action" / "start.py"))

    assert set(action["inputs"]) == set(project.ACTION_INPUTS), "run `make reference`"
    assert set(start["COMMANDS"]) == project.ACTION_COMMANDS, "run `make reference`"


@pytest.mark.parametrize(
    "uses",
    [
        f"{PUBLISHED}@v1",
        "Umbrella/Deploy-Guard@" + "a" * 40,
        "acme/railway-deploy-verifier@v1",
        "acme/Railway-Deploy-Verifier/action@v1",
    ],
)
def test_the_action_is_known_by_where_it_is_published(uses, monkeypatch):
    monkeypatch.setattr(project, "REPOSITORY", PUBLISHED)

    bare, hidden = job({"uses": uses}), job({"uses": uses, "continue-on-error": True})

    assert runs_gate(bare)
    assert [*masks_of(hidden)]
    assert not runs_gate(job({"uses": uses, "with": {"command": "audit"}}))


@pytest.mark.parametrize("uses", ["acme/fork@v1", "acme/railway-rollback-guard@v1", "./", "./ci/g"])
@pytest.mark.parametrize("write", [gate_of_pushes, check, preflight, drift])
def test_what_init_writes_is_known_again_under_any_name(uses, write):
    (written,) = yaml.safe_load(write(uses))["jobs"].values()

    found = job(*written["steps"])

    own = [step for step in found.steps if is_own_action(step.uses, step.inputs)]
    assert [step.uses for step in own] == [uses]
    assert runs_gate(found) is (write is gate_of_pushes)
    assert kind_of(own[0]) != ROLLBACK


@pytest.mark.parametrize(
    ("uses", "given"),
    [
        ("acme/railway-deploy@v1", {"railway-token": "x", "services": "api", "app-url": "y"}),
        ("acme/railway-cli@v1", {"command": "rollback", "railway-token": "x"}),
        ("acme/railway-deploy@v1", {"railway-token": "x", "environment": "production"}),
        ("acme/migrate@v1", {"command": "check", "database-url": "x"}),
        ("acme/e2e@v1", {"app-url": "x", "database-url": "y"}),
        ("acme/deploy@v1", {"rollback": "auto", "app-url": "x", "cluster": "y", "since": "z"}),
        ("acme/railway-deploy-verifier-cleanup@v1", {}),
        ("acme/lint@v1", {}),
    ],
)
def test_what_another_action_has_too_makes_none_the_verifier(uses, given):
    assert not runs_gate(job({"uses": uses, "with": given}))


def test_a_workflow_that_uploads_and_judges_under_another_name_has_its_gate():
    given = {"railway-token": "${{ secrets.RAILWAY_TOKEN }}", "rollback": "plan", "since": "x"}
    steps = [{"run": "railway up -s api"}, {"uses": "acme/railway-guard@v1", "with": given}]
    text = yaml.safe_dump({"on": "push", "jobs": {"deploy": {"steps": steps}}})

    (upload,) = find_uploads([parse_workflow(".github/workflows/deploy.yml", text)])

    assert upload.has_gate
    assert upload.unread == ()


@pytest.mark.parametrize(
    ("shell", "is_gate"),
    [
        ("verifier gate", True),
        ("uvx railway-deploy-verifier gate --sha x", True),
        ("uvx railway-deploy-verifier@0.3 gate", True),
        ("pipx run railway-deploy-verifier gate", True),
        ("uv run verifier gate", True),
        (".venv/bin/verifier gate", True),
        ("python -m verifier gate", True),
        ("if ! verifier --language pt_BR gate; then exit 1; fi", True),
        ("# run verifier gate by hand where this fails", False),
        ("echo 'then: verifier gate'", False),
        ("verifier audit --gate gate", False),
        ("verifier check", False),
        ("pipx install railway-deploy-verifier", False),
    ],
)
def test_the_program_is_known_however_it_is_started(shell, is_gate):
    assert runs_gate(job({"run": shell})) is is_gate
