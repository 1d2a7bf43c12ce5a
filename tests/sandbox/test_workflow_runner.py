"""The action under a real workflow runner, nektos/act on this very machine, against the sandbox."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from tests.patience import until
from tests.sandbox.runs import environ, live_commits
from verifier.sandbox.github.server import TOKEN

ROOT = Path(__file__).parents[2]
ACT = os.environ.get("ACT") or shutil.which("act")
pytestmark = [
    pytest.mark.skipif(ACT is None, reason="act is not installed: go install …/act"),
    pytest.mark.timeout(600),  # it waits for 240 s for the runner, which may make an environment
]

CHECKOUT = {"uses": "actions/checkout@v4"}
OUTPUTS = ("verdict", "exit-code", "rolled-back", "reason", "active")


def verify(number, inputs, is_last):
    """A step `uses: ./`, and one that shows its outputs and summary."""
    yield {"id": f"s{number}", "uses": "./", "with": inputs, "continue-on-error": not is_last}
    names = {name: name.upper().replace("-", "_") for name in OUTPUTS}
    lines = [f'echo "OUT {number} {name}=<${names[name]}>"' for name in OUTPUTS]
    yield {
        "if": "always()",
        "run": "\n".join([*lines, 'cat "$GITHUB_STEP_SUMMARY" || true']),
        "env": {names[n]: f"${{{{ steps.s{number}.outputs.{n} }}}}" for n in OUTPUTS},
    }


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home that is kept for all runs, as a self-hosted runner's is."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def repository(tmp_path):
    """The project as it is checked out, with no workflow of its own."""
    folder = tmp_path / "repository"
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        if name.startswith(("action", "verifier/", "requirements/")):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@x"]
    for command in (["init", "-qb", "main"], ["add", "-A"], ["commit", "-qm", "x"]):
        subprocess.run([*git, *command], cwd=folder, check=True)
    return folder


@pytest.fixture
def act(town, repository, home):
    """Start a job with a step `uses: ./` for each of the given inputs."""

    def start(*given, changes=None):
        usual = {
            "python": sys.executable,
            "arguments": f"--checkout\n{town.repository.folder}",
            "github-token": TOKEN,
        }
        steps = [CHECKOUT]
        for number, inputs in enumerate(given, 1):
            steps += verify(number, {**usual, **inputs}, number == len(given))
        env = {**environ(town), "RUNNER_TOOL_CACHE": str(home / "tools"), **(changes or {})}
        job = {"runs-on": "ubuntu-latest", "env": env, "steps": steps}
        workflow = repository / ".github" / "workflows" / "test.yml"
        workflow.parent.mkdir(parents=True, exist_ok=True)
        workflow.write_text(yaml.safe_dump({"on": "push", "jobs": {"gate": job}}), "utf-8")
        command = [ACT, "push", "-P", "ubuntu-latest=-self-hosted", "-W", str(workflow)]
        for name in ("GITHUB_API_URL", "GITHUB_REPOSITORY"):
            command += ["--env", f"{name}={env[name]}"]
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("GITHUB", "RUNNER"))}
        return subprocess.Popen(
            command,
            cwd=repository,
            env={**kept, "XDG_CACHE_HOME": str(home / "cache")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    return start


def ended(run):
    log, _ = run.communicate(timeout=240)
    outputs = {}
    for number, name, value in re.findall(r"\| OUT (\d+) ([a-z-]+)=<(.*)>", log):
        outputs.setdefault(number, {})[name] = value
    return run.returncode, list(outputs.values()), log


def judged(town, commit):
    town.push(commit)
    return {"sha": town.repository.shas[commit]}


def test_a_good_commit_passes(town, act):
    code, (outputs,), log = ended(act(judged(town, "good")))

    assert (code, outputs["verdict"], outputs["exit-code"]) == (0, "passed", "0"), log
    assert outputs["active"].startswith("julia-api=")
    assert "Passed: this commit is live and healthy" in log


def test_a_bad_commit_is_rolled_back_and_fails_the_job(town, act):
    code, (outputs,), log = ended(act(judged(town, "wrong-database")))

    assert (code, outputs["verdict"], outputs["exit-code"]) == (1, "failed", "1"), log
    assert outputs["rolled-back"] == "true"
    assert live_commits(town) == dict.fromkeys(town.account.services, "first")


def test_nobody_can_tell(town, act):
    down = {"DATABASE_URL": "postgresql://u@127.0.0.1:1/x"}

    code, (outputs,), log = ended(act(judged(town, "good"), changes=down))

    assert (code, outputs["verdict"], outputs["exit-code"]) == (1, "inconclusive", "4"), log


def test_a_broken_configuration_is_told_in_outputs_and_summary(town, act):
    code, (outputs,), log = ended(act({"config": "nowhere.yml"}))

    assert (code, outputs["exit-code"], outputs["rolled-back"]) == (1, "2", "false"), log
    assert "Not run: invalid configuration" in log


@pytest.mark.parametrize("command", ["preflight", "audit", "check", "doctor"])
def test_further_commands(town, act, command):
    town.repository.check_out("first")

    code, (outputs,), log = ended(act({"command": command}))

    assert (code, outputs["verdict"]) == (0, "passed"), log


def test_a_cancelled_gate_says_what_is_live(town, act):
    run = act(judged(town, "deaf"))
    until(lambda: town.api.requests)
    time.sleep(1)
    os.killpg(run.pid, signal.SIGINT)

    code, _, log = ended(run)

    assert code != 0
    assert "Cancelled" in log or "cancelled" in log


HOSTILE = "\n".join(
    [
        "$(touch {file}) `touch {file}`; touch {file} | touch {file}",
        "%0A::set-output name=verdict::owned",
        "::set-output name=verdict::owned",
        "::add-mask::verifier",
        "EOF",
        "verdict<<EOF",
        "owned",
        "'; touch {file}; echo '",
        '"; touch {file}; echo "',
        "<script>alert(1)</script> @everyone",
    ]
)
INPUTS = [
    name
    for name in yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["inputs"]
    if name not in ("python", "report")
]
# A delivery that fails changes no verdict.
HARMLESS = ("slack-webhook-url", "html", "junit", "otlp", "openmetrics")


def test_a_hostile_input_is_a_value_and_nothing_else(town, act, tmp_path):
    hostile = HOSTILE.format(file=tmp_path / "pwned")
    good = judged(town, "good")

    code, outputs, log = ended(act(*({**good, name: hostile} for name in INPUTS), good))

    assert code == 0, log
    codes = {name: given["exit-code"] for name, given in zip(INPUTS, outputs, strict=False)}
    assert codes == {**dict.fromkeys(INPUTS, "2"), **dict.fromkeys(HARMLESS, "0")}, log
    assert len(outputs) == len(INPUTS) + 1
    assert outputs[-1]["verdict"] == "passed"
    assert not (tmp_path / "pwned").exists()
    assert "=owned" not in log
    # The runner shows each value that the gate had masked so, and masks nothing else.
    assert all("⚙  ***" in line for line in log.splitlines() if "***" in line), log
