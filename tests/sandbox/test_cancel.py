"""A gate in the action is cancelled as a runner does it: what it leaves is true, and nothing goes on."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.action.step import (
    ROOT,
    as_a_runner_starts_it,
    left_behind,
    load_start,
    make_ready,
    read_outputs,
    step_command,
)
from tests.patience import PATIENCE_S, until
from tests.sandbox.runs import environ, rollbacks

pytestmark = pytest.mark.slow

#: When a runner sends its next signal. A machine that starts a command more slowly has more time.
_ENDS_WITHIN_S, _STARTS_WITHIN_S = 7.5, 1.0
#: So long nothing may happen after the step's end.
_WATCHED_S = 1.5


@pytest.fixture
def step(town, tmp_path, monkeypatch):
    """Start the step for a commit, all in a folder of its own."""
    monkeypatch.setenv("RUNNER_TOOL_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("RUNNER_TEMP", raising=False)
    place, *_ = load_start().places()
    make_ready(place)

    def start(commit):
        job = {
            "GITHUB_ACTION_PATH": str(ROOT),
            "RUNNER_TOOL_CACHE": str(tmp_path / "cache"),
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
            "VERIFIER_COMMAND": "gate",
            "VERIFIER_PYTHON": sys.executable,
            "VERIFIER_SHA": commit,
            "VERIFIER_REPORT": str(tmp_path / "report.json"),
        }
        return subprocess.Popen(
            step_command(tmp_path),
            env=environ(town, **job),
            cwd=town.repository.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=as_a_runner_starts_it,
            start_new_session=True,
        )

    return start


def cancelled(run, number=signal.SIGINT, send=os.kill):
    """Cancel as a runner does; return the log. It must end before the runner's next signal."""
    send(run.pid, number)
    sent_s = time.monotonic()
    log, _ = run.communicate(timeout=PATIENCE_S)
    took_s = time.monotonic() - sent_s
    assert took_s < _ENDS_WITHIN_S or took_s < _ENDS_WITHIN_S * start_s() / _STARTS_WITHIN_S
    assert run.returncode == 130, log
    assert "Traceback" not in log
    return log


def start_s():
    """How long the verifier takes now to start, as a measure of the machine."""
    begun_s = time.monotonic()
    subprocess.run([sys.executable, "-m", "verifier", "--version"], check=True, capture_output=True)
    return time.monotonic() - begun_s


def told(tmp_path, headline="Cancelled\n"):
    """Report and outputs, which agree."""
    report = json.loads((tmp_path / "report.json").read_text())
    outputs = read_outputs(tmp_path / "output")
    # Between the digits of an id stands what keeps GitHub from making it a link to a commit.
    summary = (tmp_path / "summary").read_text().replace("<!-- -->", "")
    assert (report["exit_code"], outputs["exit-code"]) == (130, "130")
    assert summary.startswith(f"## ✋ {headline}")
    active = {s["name"]: s["active_after"] for s in report["services"]}
    assert outputs["active"] == " ".join(f"{name}={id_}" for name, id_ in active.items())
    for id_ in active.values():
        assert id_[:8] in summary
    return report, outputs, active


def deployments(town):
    return [d for s in town.account.services.values() for d in s.deployments]


def live(town):
    return {name: service.active.id for name, service in town.account.services.items()}


@pytest.mark.parametrize(
    ("number", "send"),
    [
        pytest.param(signal.SIGINT, os.kill, id="SIGINT-to-the-shell"),
        pytest.param(signal.SIGINT, os.killpg, id="SIGINT-to-the-group"),
        pytest.param(signal.SIGTERM, os.kill, id="SIGTERM-to-the-shell"),
        pytest.param(signal.SIGHUP, os.kill, id="SIGHUP-to-the-shell"),
        pytest.param(signal.SIGQUIT, os.kill, id="SIGQUIT-to-the-shell"),
    ],
)
def test_while_it_waits(town, step, tmp_path, number, send):
    with step("f" * 40) as run:
        until(lambda: "Fleet" in town.api.requests or len(town.api.requests) > 2)
        cancelled(run, number, send)

    report, outputs, active = told(tmp_path)
    assert (active, outputs["rolled-back"]) == (live(town), "false")
    assert "cancelled; it was " in report["reason"]
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("send", [os.kill, os.killpg], ids=["to-the-shell", "to-the-group"])
def test_in_the_middle_of_a_rollback(town, step, tmp_path, send):
    calm = town.platform.scenario
    slow = calm.timing.model_copy(update={"deploy": 3.0})
    town.push("wrong-database")
    sha = town.repository.shas["wrong-database"]
    with step(sha) as run:
        until(lambda: all(s.active.sha == sha for s in town.account.services.values()))
        town.platform.scenario = calm.model_copy(update={"timing": slow})
        try:
            until(lambda: rollbacks(town) > 0)
            cancelled(run, send=send)
        finally:
            town.platform.scenario = calm

    made = rollbacks(town)
    report, outputs, active = told(tmp_path, "Cancelled during a rollback: production is NOT")
    assert (active, outputs["rolled-back"]) == (live(town), "false")
    assert next(s["rollback"]["outcome"] for s in report["services"] if s["rollback"]) == "unknown"
    assert left_behind(tmp_path) == []
    time.sleep(_WATCHED_S)
    assert rollbacks(town) == made
    # Railway finishes what it has begun, which is not to happen in the middle of another test.
    until(lambda: not any(d.status == "DEPLOYING" for d in deployments(town)))


def test_after_the_rollback_took_effect(town, step, tmp_path):
    town.push("wrong-database")
    sha = town.repository.shas["wrong-database"]
    first = town.repository.shas["first"]
    with step(sha) as run:
        until(lambda: rollbacks(town) == 2)
        until(lambda: all(s.active.sha == first for s in town.account.services.values()))
        cancelled(run)

    _, outputs, active = told(tmp_path, "Cancelled after rolling back to ")
    assert (active, outputs["rolled-back"]) == (live(town), "true")
    assert left_behind(tmp_path) == []
