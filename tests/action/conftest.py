"""Starts the action's script as a runner does."""

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
def ready(tmp_path):
    """An environment that is made already: a Python that has what is locked."""
    (probe,) = subprocess.run(
        [sys.executable, "-c", "import sys; sys.path.insert(0, 'action'); import start; "
         "print(*start.places(), sep='\\n')"],
        cwd=ROOT,
        env={**os.environ, "RUNNER_TOOL_CACHE": str(tmp_path / "cache"), "RUNNER_TEMP": ""},
        capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    python = Path(probe) / "bin" / "python"
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
