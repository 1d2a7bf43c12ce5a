"""A runner cancels a step by a signal to its shell alone: at whatever moment, it is heard and told."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from tests.action.step import as_a_runner_starts_it, left_behind, load_start
from tests.patience import PATIENCE_S, until

pytestmark = pytest.mark.slow

CONFIG = "version: 1\nservices: { api: { role: api, url: http://127.0.0.1:1 } }\n"
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
SENT = [
    *(pytest.param(number, os.kill, id=f"{number.name}-to-the-shell") for number in ENDS),
    pytest.param(signal.SIGINT, os.killpg, id="SIGINT-to-the-group"),
]


@pytest.fixture
def silent():
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(60)
        yield listener


def url(listener):
    return f"http://127.0.0.1:{listener.getsockname()[1]}/"


@pytest.mark.parametrize(("number", "send"), SENT)
def test_during_the_set_up(start, outputs, tmp_path, silent, number, send):
    run = start("gate", begin=subprocess.Popen, new_session=True, PIP_INDEX_URL=url(silent))
    asked, _ = silent.accept()
    with asked, run:
        send(run.pid, number)
        told = run.communicate(timeout=PATIENCE_S)

    assert run.returncode == 130, told
    assert (outputs()["exit-code"], outputs()["rolled-back"]) == ("130", "false")
    assert outputs()["reason"] == "cancelled while the verifier was being set up"
    assert "cancelled" in (tmp_path / "summary").read_text()
    assert "Traceback" not in "".join(told)
    assert list((tmp_path / "cache").rglob("new")) == []
    assert left_behind(tmp_path) == []


@pytest.fixture
def gating(start, ready, tmp_path, silent):
    """Start a gate that asks a Railway which never answers."""
    (tmp_path / "checkout" / ".github").mkdir(parents=True)
    (tmp_path / "checkout" / ".github" / "verifier.yml").write_text(CONFIG)
    job = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_SHA": "f" * 40,
        "RAILWAY_TOKEN": "a-token",
        "RAILWAY_API_URL": url(silent),
        "VERIFIER_REPORT": str(tmp_path / "report.json"),
    }
    return lambda: start("gate", begin=subprocess.Popen, new_session=True, **job)


@pytest.mark.parametrize(("number", "send"), SENT)
def test_while_it_connects(gating, outputs, tmp_path, silent, number, send):
    run = gating()
    asked, _ = silent.accept()
    with asked, run:
        send(run.pid, number)
        told = run.communicate(timeout=PATIENCE_S)

    assert run.returncode == 130, told
    assert outputs()["exit-code"] == "130"
    assert outputs()["reason"] == "cancelled while connecting to Railway"
    assert '"exit_code": 130' in (tmp_path / "report.json").read_text()
    assert "## ✋ Cancelled" in (tmp_path / "summary").read_text()
    assert "Traceback" not in "".join(told)
    assert left_behind(tmp_path) == []


def test_a_shell_that_is_killed_leaves_no_orphan(gating, outputs, tmp_path, silent):
    """As some runners do it, without a word before."""
    run = gating()
    asked, _ = silent.accept()
    with asked:
        run.kill()
        told = run.communicate(timeout=PATIENCE_S)

    assert left_behind(tmp_path) == []
    assert (run.returncode, outputs()["exit-code"]) == (-signal.SIGKILL, "130"), told
    assert '"exit_code": 130' in (tmp_path / "report.json").read_text()


@pytest.mark.parametrize("after_s", [0.1, 0.3, 0.6, 1.0, 1.6])
def test_at_any_moment_of_its_start(gating, outputs, tmp_path, after_s):
    run = gating()
    time.sleep(after_s)
    with run:
        os.kill(run.pid, signal.SIGINT)
        told = run.communicate(timeout=PATIENCE_S)

    # The runner's own shell may not have come to our line yet.
    assert run.returncode in (130, -signal.SIGINT), told
    assert run.returncode == 130 or not (tmp_path / "output").exists()
    assert run.returncode != 130 or outputs()["exit-code"] == "130"
    assert "Traceback" not in "".join(told)
    assert left_behind(tmp_path) == []


def test_what_an_installer_has_started_ends_with_it(tmp_path):
    program = (
        f"import runpy, signal, sys; start = runpy.run_path({load_start().__file__!r})\n"
        "for number in start['ENDS']: signal.signal(number, start['interrupt'])\n"
        "start['call'](['bash', '-c', 'echo > begun; sleep 1000 & sleep 1000'])\n"
    ).replace("begun", str(tmp_path / "begun"))
    run = subprocess.Popen(
        [sys.executable, "-c", program],
        env={"PATH": "/usr/bin:/bin", "FOLDER": str(tmp_path)},
        stderr=subprocess.DEVNULL,
        preexec_fn=as_a_runner_starts_it,
    )
    with run:
        until((tmp_path / "begun").exists)
        run.terminate()

    assert left_behind(tmp_path) == []
