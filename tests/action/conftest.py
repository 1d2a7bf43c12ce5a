"""Starts the action's step as a runner does."""

import os
import subprocess
import sys

import pytest

from tests.action.step import (
    PATH,
    ROOT,
    as_a_runner_starts_it,
    load_start,
    make_ready,
    read_outputs,
    step_command,
)


@pytest.fixture
def start(tmp_path):
    """Run the step as a job of its own folders does."""

    def start(
        command="", python=sys.executable, begin=subprocess.run, new_session=False, **changes
    ):
        for name in ("cache", "temp", "checkout"):
            (tmp_path / name).mkdir(exist_ok=True)
        environ = {
            "PATH": PATH,
            "GITHUB_ACTION_PATH": str(ROOT),
            "RUNNER_TOOL_CACHE": str(tmp_path / "cache"),
            "RUNNER_TEMP": str(tmp_path / "temp"),
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
            "VERIFIER_COMMAND": command,
            "VERIFIER_PYTHON": str(python),
            **{k: v for k, v in os.environ.items() if k == "LD_LIBRARY_PATH"},
            **changes,
        }  # fmt: skip
        return begin(
            step_command(tmp_path),
            cwd=tmp_path / "checkout",
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=as_a_runner_starts_it,
            start_new_session=new_session,
        )

    return start


@pytest.fixture
def setting_up():
    """The set-up script as a module."""
    return load_start()


@pytest.fixture
def ready(setting_up, monkeypatch, tmp_path):
    """An environment that is made already: a Python that has what is locked."""
    monkeypatch.setenv("RUNNER_TOOL_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("RUNNER_TEMP", raising=False)
    place, _ = setting_up.places()
    make_ready(place)


@pytest.fixture
def outputs(tmp_path):
    """Read what the step gave out, as the runner does."""
    return lambda: read_outputs(tmp_path / "output")
