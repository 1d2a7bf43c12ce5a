"""A signal in the first moments of a command, while its modules are loaded, is heard and told."""

import json
import os
import signal
import subprocess
import sys

import pytest

from tests.action.step import as_a_runner_starts_it
from tests.patience import PATIENCE_S
from verifier import __main__
from verifier.cli import interruption

#: Sends itself a signal where a module is asked for, and goes on as `verifier` does.
PROGRAM = """
import os, signal, sys
moment, number = sys.argv.pop(1), int(sys.argv.pop(1))
class Moment:
    def find_spec(self, name, *rest):
        if name == moment:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), number)
from verifier.__main__ import main
sys.meta_path.insert(0, Moment())
main()
"""
MOMENTS = ("verifier.cli", "click", "verifier.cli.gate", "verifier.config.settings", "pydantic")


ENVIRON = {
    "GITHUB_SHA": "f" * 40,
    "RAILWAY_TOKEN": "token",
    "RAILWAY_API_URL": "http://127.0.0.1:1/",
    "VERIFIER_CONFIG": "verifier.yml",
}
CONFIG = "version: 1\nservices: { api: { role: api, url: 'http://127.0.0.1:1' } }\n"


def start(folder, moment, number, *command):
    (folder / "verifier.yml").write_text(CONFIG, "utf-8")
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, moment, str(int(number)), *command],
        cwd=folder,
        env={**os.environ, **ENVIRON},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        preexec_fn=as_a_runner_starts_it,
    )


def test_what_is_held_back_is_what_is_heard():
    assert __main__.ENDS == interruption.ENDS


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_gate_leaves_a_report(tmp_path, moment, number):
    run = start(tmp_path, moment, number, "gate", "--report", "report.json")

    assert run.returncode == 130, run.stderr
    assert "Traceback" not in run.stderr
    assert run.stderr.rstrip().endswith("Cancelled.")
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert report["exit_code"] == 130
    assert report["reason"].startswith("cancelled while ")


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["verifier.cli", "click", "verifier.config.settings"])
def test_a_command_without_a_report_says_so(tmp_path, moment):
    run = start(tmp_path, moment, signal.SIGINT, "status")

    assert (run.returncode, run.stderr.strip()) == (130, "Cancelled.")
