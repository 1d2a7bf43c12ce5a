"""Starts the action's script as a runner does."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def start(tmp_path):
    """Run the script as a job of its own folders does."""

    def start(*arguments, python=sys.executable, begin=subprocess.run, **changes):
        for name in ("cache", "temp", "checkout"):
            (tmp_path / name).mkdir(exist_ok=True)
        environ = {
            "PATH": "/usr/bin:/bin",
            "GITHUB_ACTION_PATH": str(ROOT),
            "RUNNER_TOOL_CACHE": str(tmp_path / "cache"),
            "RUNNER_TEMP": str(tmp_path / "temp"),
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
            "VERIFIER_PYTHON": str(python),
            **{k: v for k, v in os.environ.items() if k == "LD_LIBRARY_PATH"},
            **changes,
        }  # fmt: skip
        return begin(
            ["bash", str(ROOT / "action" / "run.sh"), *arguments],
            cwd=tmp_path / "checkout",
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


@pytest.fixture
def setting_up():
    """The set-up script as a module."""
    spec = importlib.util.spec_from_file_location("start", ROOT / "action" / "start.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def ready(setting_up, monkeypatch, tmp_path):
    """An environment that is made already: a Python that has what is locked."""
    monkeypatch.setenv("RUNNER_TOOL_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("RUNNER_TEMP", raising=False)
    (place,) = setting_up.places()
    python = setting_up.python_in(place)
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)


@pytest.fixture
def outputs(tmp_path):
    """Read what the step gave out, as the runner does."""

    def outputs():
        lines = iter((tmp_path / "output").read_text().splitlines())
        found = {}
        for line in lines:
            name, sign, rest = re.fullmatch(r"([\w-]+)(<<|=)(.*)", line).groups()
            found[name] = rest
            if sign == "<<":
                found[name] = "\n".join(iter(lines.__next__, rest))
        return found

    return outputs
