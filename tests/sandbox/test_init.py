"""`verifier init` looks at a repository and at Railway, and writes what works there."""

import shutil
import subprocess

import pytest
import yaml

from tests.first_user import DATA
from tests.sandbox.runs import environ, verifier
from verifier.sandbox.github.runbook_repository import CHECKS, CI


@pytest.fixture
def folder(town, tmp_path):
    """A checkout of the first commit, with workflows and without configuration."""
    town.repository.check_out("first")
    subprocess.run(["git", "clone", "-q", town.repository.folder, tmp_path / "shop"], check=True)
    (tmp_path / "shop/.github/verifier.yml").unlink()
    workflows = tmp_path / "shop/.github/workflows"
    workflows.mkdir()
    (workflows / "ci.yml").write_text(CI)
    return tmp_path / "shop"


def call(town, folder, *arguments, **changes):
    return verifier(*arguments, env=environ(town, **changes), cwd=folder)


@pytest.mark.slow
def test_what_it_writes_fits_what_is_there(town, folder):
    done = call(town, folder, "init")

    config = yaml.safe_load((folder / ".github/verifier.yml").read_text())
    assert done.returncode == 0, done.stderr
    address = town.environ["RAILWAY_APP_URL"]
    api = {"role": "api", "url": address, "run-mode": "api"}
    assert config["services"]["julia-api"] == api
    assert config["services"]["julia-worker"] == {"role": "worker", "run-mode": "worker"}
    assert config["guards"] == {
        "app-env": "production",
        "supabase-project-ref": "abcdefghijklmnop",
    }
    assert config["ledger"]["tool"] == "supabase"
    assert config["ledger"]["expected"]["file"] == "app/constants.py"
    assert config["protection"]["checks"] == list(CHECKS)
    assert "secret RAILWAY_TOKEN" in done.stdout
    assert "$schema" in done.stdout
    assert "$schema" not in (folder / ".github/verifier.yml").read_text()
    assert call(town, folder, "doctor").returncode == 0
    assert call(town, folder, "check", RAILWAY_APP_URL=None).returncode == 0


@pytest.mark.slow
def test_the_workflows_are_sound(town, folder):
    done = call(town, folder, "init", "--action", f"acme/railway-deploy-verifier@{'a' * 40}")

    written = (folder / ".github/verifier.yml").read_text()
    assert written.startswith("# yaml-language-server: $schema=https://")
    assert "To be sent newer ones" in done.stdout
    for name in ("railway-gate", "railway-preflight", "railway-drift"):
        workflow = yaml.safe_load((folder / f".github/workflows/{name}.yml").read_text())
        assert workflow["permissions"] == {}, "what a job needs stands with it"
        for job in workflow["jobs"].values():
            assert job["permissions"]
            assert job["timeout-minutes"]
            assert all(
                "@" in s["uses"] and len(s["uses"].split("@")[1]) == 40 for s in job["steps"]
            )


@pytest.mark.slow
def test_the_change_of_a_pipeline_is_shown_and_written_and_nothing_of_it_is_made(town, folder):
    pipeline = folder / ".github/workflows/ci.yml"
    pipeline.parent.mkdir(parents=True, exist_ok=True)
    text = (DATA / "ci.yml").read_text("utf-8").replace("whats-agents", "julia-api")
    text = text.replace("\n", "\r\n")
    pipeline.write_text(text, "utf-8", newline="")

    done = call(town, folder, "init", "--action", f"acme/railway-deploy-verifier@{'a' * 40}")

    assert done.returncode == 0, done.stderr
    assert pipeline.read_bytes().decode() == text
    assert "\n-        run: sleep 120\n" in done.stdout
    assert "git apply .github/move-to-gate.diff" in done.stdout
    subprocess.run(["git", "apply", ".github/move-to-gate.diff"], cwd=folder, check=True)
    assert "sleep 120" not in pipeline.read_text("utf-8")
    assert b"\n" not in pipeline.read_bytes().replace(b"\r\n", b"")


@pytest.mark.slow
def test_what_is_there_is_kept(town, folder):
    text = "version: 1  # ghp_16C7e42F292c6912E7710c838347Ae178B4a\n"
    (folder / ".github/verifier.yml").write_text(text)

    done = call(town, folder, "init", "--action", f"acme/railway-deploy-verifier@{'a' * 40}")

    assert (folder / ".github/verifier.yml").read_text() == text
    assert "| -version: 1  # ***" in done.stdout
    assert "kept     .github/verifier.yml (differs" in done.stdout
    assert "| +services:" in done.stdout
    assert "written  .github/workflows/railway-gate.yml" in done.stdout


@pytest.mark.slow
def test_what_a_person_tuned_outlasts_a_yes(town, folder):
    tuned, gate = folder / ".github/verifier.yml", folder / ".github/workflows/railway-gate.yml"
    tuned.write_text("version: 1\ngate: { rollback: auto }\n")
    gate.write_text("name: an older one with timeout-minutes 40\n")
    action = f"acme/railway-deploy-verifier@{'a' * 40}"

    done = call(town, folder, "init", "--yes", "--action", action)

    assert done.returncode == 0, done.stderr
    assert "rollback: auto" in tuned.read_text()
    assert action in gate.read_text()
    assert "and is yours: to begin again, remove it" in done.stdout
    assert "| -gate: { rollback: auto }" in done.stdout
    assert "| -name: an older one with timeout-minutes 40" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--action", "OWNER/verifier@COMMIT"], "is no action"),
        (["--action", "nonsense"], "is no action"),
        (["--action", "YOUR/REPOSITORY@abc"], "is no action"),
        (["--action", "your-org/verifier@v1"], "is no action"),
        (["--action", "owner/verifier@commit"], "as OWNER/NAME@HASH"),
        (["--project", "another"], "RAILWAY_TOKEN is a token of acme / production"),
        (["--environment", "staging"], "RAILWAY_TOKEN is a token of acme / production"),
    ],
)
def test_what_cannot_be_meant_is_told_and_nothing_is_written(town, folder, options, told):
    done = call(town, folder, "init", *options)

    assert (done.returncode, told in done.stderr) == (2, True), done.stderr
    assert not (folder / ".github/verifier.yml").exists()


@pytest.mark.slow
def test_without_a_token_nothing_is_written(town, folder):
    done = call(town, folder, "init", RAILWAY_TOKEN=None)

    assert (done.returncode, "found no RAILWAY_TOKEN" in done.stderr) == (2, True)
    assert not (folder / ".github/verifier.yml").exists()


@pytest.mark.slow
def test_a_checkout_that_cannot_be_written_is_told(town, folder):
    shutil.rmtree(folder / ".github")
    (folder / ".github").write_text("no folder")

    done = call(town, folder, "init")

    assert (done.returncode, "cannot be written" in done.stderr) == (2, True)
